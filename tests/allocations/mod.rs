//! A counting allocator: what a test asks the system for. A binary that has this module runs on it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the allocations and the bytes that each thread asks for, and the allocations of all.
struct Counting;

thread_local! {
    static ASKED: Cell<Asked> = const { Cell::new(Asked { allocations: 0, bytes: 0 }) };
}

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub allocations: usize,
    pub bytes: usize,
}

// SAFETY: hands every request on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Asked { allocations, bytes } = ASKED.get();
        ASKED.set(Asked { allocations: allocations + 1, bytes: bytes + layout.size() });
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is the system allocator's condition.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: `at` came from `alloc` above, so from the system's allocator.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(dead_code, reason = "each test binary uses its part")]
/// What this thread asks for while `run` runs, and what it returns.
pub(crate) fn asked<R>(run: impl FnOnce() -> R) -> (Asked, R) {
    let before = ASKED.get();
    let result = run();
    let after = ASKED.get();
    let asked =
        Asked { allocations: after.allocations - before.allocations, bytes: after.bytes - before.bytes };
    (asked, result)
}

/// Allocations of the whole process while `run` runs.
#[allow(dead_code, reason = "few tests have a process of their own")]
pub(crate) fn everywhere(run: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    run();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}
