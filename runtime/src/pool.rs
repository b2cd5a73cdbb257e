//! The workers: threads that wait for the phases of a step, and the one way to hand them work.
//!
//! A process has one crew, hired when a step first wants it. Whoever has work cuts it into parts that write apart from
//! each other and whose numbers do not depend on how many parts there are; so it does not matter to a result who does
//! a part. Where the crew is busy with the step of another thread, the caller does them all, and a part that no worker
//! has begun when the caller is through with its own, as on a machine that has other things to do, the caller takes
//! back. Nothing is allocated once the workers are there. Whether sharing pays, the [gauge] finds out by the clock.

use std::any::Any;
use std::cell::Cell;
use std::hint::spin_loop;
use std::num::NonZero;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, TryLockError};
use std::thread::{self, Thread};

use crate::even;

mod gauge;
mod shared;

pub(crate) use gauge::Gauges;
pub(crate) use shared::Shared;

/// Threads that a step has at most.
pub(crate) const MOST: usize = 64;

/// How often a worker looks for work before it lets the machine's other threads go first: some tens of microseconds,
/// longer than what lies between the phases of a step.
const SPINS: u32 = 2_000;
/// How often it lets them go first before it goes to sleep.
const YIELDS: u32 = 200;

/// The crew, worker i for part i + 1 of any work. Held by the thread whose work it does.
static CREW: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

thread_local! {
    /// What [`at_most`] says to the work of this thread.
    static LIMIT: Cell<usize> = const { Cell::new(MOST) };
}

/// Does work that asks for [`threads`] with a limit to them.
pub(crate) fn at_most<R>(threads: usize, work: impl FnOnce() -> R) -> R {
    /// Puts the limit back, also where the work panics.
    struct Before(usize);
    impl Drop for Before {
        fn drop(&mut self) {
            LIMIT.set(self.0);
        }
    }
    let _before = Before(LIMIT.replace(threads.max(1)));
    work()
}

/// Threads that work has at most unless it is told otherwise: those that `QUIPU_THREADS` names, or else as many as this
/// process has cores, asked for once; and no more than [`at_most`] allows.
pub(crate) fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    let threads = *THREADS.get_or_init(|| {
        let told = std::env::var("QUIPU_THREADS").ok().and_then(|told| told.trim().parse().ok());
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        told.filter(|&told| told > 0).unwrap_or_else(cores).min(MOST)
    });
    threads.min(LIMIT.get())
}

/// Does `work(0)`, …, `work(parts - 1)`, each once, at the same time as far as there are workers; returns when all are
/// done.
///
/// # Panics
/// If a part does, once the others have ended.
#[inline]
pub(crate) fn share(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    match parts {
        0 => {}
        1 => work(0),
        _ => several(parts, work),
    }
}

/// Cuts a buffer of rows of `width` into `parts` runs of rows, equal to within one, and does `work` on each as [`share`]
/// does: with the numbers of its rows, and the rows.
///
/// # Panics
/// As [`share`].
pub(crate) fn share_rows<T: Send + Sync>(
    parts: usize,
    buffer: &mut [T],
    width: usize,
    work: &(dyn Fn(Range<usize>, &mut [T]) + Sync),
) {
    let (rows, buffer) = (buffer.len() / width, Shared::new(buffer));
    share(parts, &|part| {
        let own = even::part(&(0..rows), part, parts);
        // SAFETY: the parts' rows do not overlap, and each part is done once.
        work(own.clone(), unsafe { buffer.write(own.start * width..own.end * width) });
    });
}

fn several(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    let mut crew = match CREW.try_lock() {
        Ok(crew) => crew,
        // A part has panicked: the crew itself is as it was.
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return (0..parts).for_each(work),
    };
    while crew.len() < parts.min(MOST) - 1 {
        // Where the system gives no more threads, those that there are do the work.
        let Ok(worker) = Worker::hire(crew.len() + 1) else { break };
        crew.push(worker);
    }
    let crew = &crew[..crew.len().min(parts - 1)];
    let job = Job { work, panic: Mutex::new(None) };
    {
        // Also where `work(0)` panics: nobody may look at the job after it is gone.
        let _end = End { crew, job: &job };
        crew.iter().for_each(|worker| worker.give(&job));
        work(0);
        (crew.len() + 1..parts).for_each(work);
    }
    if let Some(panic) = job.panic.into_inner().unwrap_or_else(PoisonError::into_inner) {
        resume_unwind(panic);
    }
}

/// Work in parts, and the first panic of a part that a worker did.
struct Job<'w> {
    work: &'w (dyn Fn(usize) + Sync),
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Job<'_> {
    fn run(&self, part: usize) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (self.work)(part))) {
            self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
        }
    }
}

/// Waits, when it is dropped, until no worker has the job any more.
struct End<'c, 'w> {
    crew: &'c [Worker],
    job: &'c Job<'w>,
}

impl Drop for End<'_, '_> {
    fn drop(&mut self) {
        for (index, worker) in self.crew.iter().enumerate() {
            if worker.desk.take(self.job) {
                self.job.run(index + 1);
                worker.desk.clear();
            }
        }
        for worker in self.crew {
            let mut pause = Pause::default();
            while !worker.desk.is_clear() {
                pause.wait();
            }
        }
    }
}

/// A thread that does one part of whatever lies on its desk.
struct Worker {
    desk: Arc<Desk>,
    thread: Thread,
}

impl Worker {
    /// A new thread for the part `part` of every job.
    fn hire(part: usize) -> std::io::Result<Self> {
        let desk = Arc::new(Desk { job: AtomicPtr::new(ptr::null_mut()), asleep: AtomicBool::new(false) });
        let own = Arc::clone(&desk);
        let thread = thread::Builder::new().name(format!("quipu-{part}")).spawn(move || own.serve(part))?;
        Ok(Worker { desk, thread: thread.thread().clone() })
    }

    fn give(&self, job: &Job<'_>) {
        self.desk.put(job);
        if self.desk.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
    }
}

/// Where a worker finds its next job: nothing, a job that nobody has begun, or [`BEGUN`]. A cache line of its own, so
/// that workers who look do not disturb each other.
#[repr(align(128))]
struct Desk {
    job: AtomicPtr<Job<'static>>,
    /// Whether the worker has to be woken.
    asleep: AtomicBool,
}

/// What lies on a desk while its job is done: no job's address.
const BEGUN: *mut Job<'static> = ptr::dangling_mut();

impl Desk {
    fn put(&self, job: &Job<'_>) {
        // The lifetime ends here: `End` sees to it that no job is on a desk for longer than it lives.
        self.job.store(ptr::from_ref(job).cast_mut().cast(), Ordering::SeqCst);
    }

    /// Takes this job for oneself, unless somebody has begun it.
    fn take(&self, job: *const Job<'_>) -> bool {
        self.job.compare_exchange(job.cast_mut().cast(), BEGUN, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn clear(&self) {
        self.job.store(ptr::null_mut(), Ordering::Release);
    }

    fn is_clear(&self) -> bool {
        self.job.load(Ordering::Acquire).is_null()
    }

    /// The life of a worker.
    fn serve(&self, part: usize) {
        crate::scalar::warm_up();
        let mut pause = Pause::default();
        loop {
            let job = self.job.load(Ordering::SeqCst);
            if !job.is_null() && job != BEGUN && self.take(job) {
                // SAFETY: the job was on the desk and is this worker's now; whoever put it there keeps it until the
                // desk is clear (`End`).
                unsafe { &*job }.run(part);
                self.clear();
                pause = Pause::default();
            } else if pause.is_over() {
                self.asleep.store(true, Ordering::SeqCst);
                // Either this sees a job that was put before, or whoever puts one now sees the worker asleep.
                if self.job.load(Ordering::SeqCst).is_null() {
                    thread::park();
                }
                self.asleep.store(false, Ordering::SeqCst);
            } else {
                pause.wait();
            }
        }
    }
}

/// Waiting for another thread: at once at first, then with everybody else going first.
#[derive(Default)]
struct Pause {
    turns: u32,
}

impl Pause {
    fn wait(&mut self) {
        if self.turns < SPINS {
            spin_loop();
        } else {
            thread::yield_now();
        }
        self.turns = self.turns.saturating_add(1);
    }

    /// Whether one should rather sleep.
    fn is_over(&self) -> bool {
        self.turns >= SPINS + YIELDS
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn each_part_once(parts: usize) {
        let seen: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
        for _ in 0..200 {
            share(parts, &|part| {
                seen[part].fetch_add(1, Ordering::Relaxed);
            });
        }
        assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 200), "{parts} parts: {seen:?}");
    }

    #[test]
    fn every_part_is_done_once() {
        for parts in [0, 1, 2, 3, 8, MOST + 5] {
            each_part_once(parts);
        }
    }

    #[test]
    fn rows_are_each_in_one_part() {
        for parts in [1, 2, 3, 8] {
            let mut rows = [0; 15];
            share_rows(parts, &mut rows, 3, &|own, rows| {
                assert_eq!(rows.len(), 3 * own.len());
                for (row, number) in rows.chunks_exact_mut(3).zip(own) {
                    row.iter_mut().for_each(|value| *value += number + 1);
                }
            });
            assert_eq!(rows, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5], "{parts} parts");
        }
    }

    #[test]
    fn a_limit_holds_for_the_work_that_it_is_for() {
        let all = threads();
        assert_eq!(at_most(1, || (threads(), at_most(0, threads))), (1, 1));
        let _ = catch_unwind(|| at_most(1, || panic!("in the work")));
        assert_eq!(threads(), all);
    }

    #[test]
    fn several_threads_may_want_the_crew() {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| each_part_once(3));
            }
        });
        // Also one inside the work of another.
        share(2, &|_| each_part_once(2));
    }

    #[test]
    fn workers_that_slept_wake_up() {
        each_part_once(2);
        thread::sleep(std::time::Duration::from_millis(50));
        each_part_once(2);
    }

    #[test]
    fn a_panic_in_a_part_is_the_caller_s_and_the_crew_goes_on() {
        for bad in 0..3 {
            let done = AtomicUsize::new(0);
            let result = catch_unwind(AssertUnwindSafe(|| {
                share(3, &|part| {
                    assert!(part != bad, "part {bad}");
                    done.fetch_add(1, Ordering::Relaxed);
                });
            }));
            let message = *result.unwrap_err().downcast::<String>().unwrap();
            assert_eq!(message, format!("part {bad}"));
            // Two where the crew was free; else the caller, who does them in order, has come to those before it.
            let done = done.into_inner();
            assert!(done == 2 || done == bad, "{done} parts done");
            each_part_once(3);
        }
    }
}
