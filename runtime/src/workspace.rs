//! The one allocation of a training or inference step: four typed regions, 64-byte aligned, planned by the macro.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::fmt;
use std::ptr::NonNull;
use std::time::Instant;

use crate::network::Model;
use crate::pool::{self, Gauges};
use crate::scalar::Scalar;

/// What a plan asks for: the sizes of the four regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Scalars a sample: activations, gradients, row losses.
    pub values: usize,
    /// Scalars whatever the batch: what layers make of all rows together.
    pub statistics: usize,
    /// `u32`s a sample.
    pub indices: usize,
    /// Bytes a sample: masks.
    pub bytes: usize,
}

impl Sizes {
    /// Bytes of a workspace for `batch` samples of scalars of `scalar_bytes` bytes; affine in the batch.
    #[must_use]
    pub const fn total_bytes(self, batch: usize, scalar_bytes: usize) -> usize {
        batch * (self.values * scalar_bytes + self.indices * 4 + self.bytes) + self.statistics * scalar_bytes
    }
}

/// How good a plan is, in scalars a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// If every tensor had a buffer of its own.
    pub naive: usize,
    /// What is planned.
    pub planned: usize,
    /// The most that lives at one time: no plan can do with less.
    pub live: usize,
    /// What lives from the forward into the backward pass.
    pub kept: usize,
}

/// Which of a network's two plans a workspace was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Forward and backward; serves every entry.
    Training,
    /// `predict`, `logits` and `loss`; activations share memory as soon as they are used up.
    Inference,
}

/// The memory of a step of the network `M`: one allocation, made once and used for every step. The first
/// [`train_step`](crate::network::train_step) may add room for gradients to it.
///
/// A batch may be smaller than the workspace, never larger.
pub struct Workspace<M: Model> {
    arena: Arena,
    sizes: Sizes,
    batch: usize,
    purpose: Purpose,
    /// Threads of a step, where somebody has said how many.
    threads: Option<usize>,
    gauges: Gauges,
    seed: u64,
    step: u64,
    pub(crate) room: Room<M>,
}

/// What steps without a gradient to look at need beside the plan; empty until there is one.
pub(crate) struct Room<M: Model> {
    /// For gradients of pieces, a panel for each thread.
    pub(crate) panels: Vec<M::Scalar>,
    /// For rules that have to see the whole gradient, and networks that look at the whole batch.
    pub(crate) gradient: Option<Box<M>>,
}

impl<M: Model> Default for Room<M> {
    fn default() -> Self {
        Room { panels: Vec::new(), gradient: None }
    }
}

impl<M: Model> fmt::Debug for Workspace<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Workspace { batch, purpose, .. } = self;
        write!(f, "Workspace ({purpose:?}, {batch} samples, {} bytes)", self.bytes())
    }
}

impl<M: Model> Workspace<M> {
    /// A workspace for training steps of up to `batch` samples.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        Self::of(batch, M::TRAIN, Purpose::Training)
    }

    /// A workspace for `predict`, `logits` and `loss` alone, of up to `batch` samples.
    #[must_use]
    pub fn inference(batch: usize) -> Self {
        Self::of(batch, M::INFER, Purpose::Inference)
    }

    fn of(batch: usize, sizes: Sizes, purpose: Purpose) -> Self {
        let bytes = sizes.total_bytes(batch, size_of::<M::Scalar>());
        Workspace {
            arena: Arena::zeroed(bytes),
            sizes,
            batch,
            purpose,
            threads: None,
            gauges: Gauges::default(),
            seed: 0,
            step: 0,
            room: Room::default(),
        }
    }

    /// The largest batch it has room for, in samples.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Its size in bytes, which is that of its one allocation.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.arena.layout.size()
    }

    /// What it was made for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Shares every step among this many threads (1 to 64), whether it is worth it or not.
    ///
    /// Unless told, a step takes as many as its FLOPs are worth, at most those that the environment variable
    /// `QUIPU_THREADS` names, or else as many as the process has cores; and one, as long as that is found to be faster, as
    /// beside other programs that keep the cores busy. Results are the same bits on any number.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = Some(threads.clamp(1, pool::MOST));
    }

    /// Threads that work on parameters beside the passes may have at most.
    pub(crate) fn most_threads(&self) -> usize {
        self.threads.unwrap_or(pool::MOST)
    }

    /// Threads that share a pass of so many FLOPs.
    #[must_use]
    pub fn threads_for(&self, flops: u64) -> usize {
        /// FLOPs that are worth a thread: what a core does in the time in which threads find together, many times over.
        const WORTH: u64 = 2_000_000;
        if !M::Scalar::SHARED {
            return 1;
        }
        self.threads.unwrap_or_else(|| match flops / WORTH {
            0 | 1 => 1,
            worth => pool::threads().min(usize::try_from(worth).unwrap_or(usize::MAX)),
        })
    }

    /// Threads that share a pass of so many FLOPs which now begins: one, where that has been found to be faster; and what
    /// [`timed`](Self::timed) is to be told at its end.
    pub(crate) fn begin(&mut self, flops: u64) -> (usize, Option<Instant>) {
        let most = self.threads_for(flops);
        if self.threads.is_some() || most == 1 {
            return (most, None);
        }
        (if self.gauges.of(flops).alone() { 1 } else { most }, Some(Instant::now()))
    }

    /// A pass has ended.
    pub(crate) fn timed(&mut self, flops: u64, begun: Option<Instant>) {
        if let Some(begun) = begun {
            self.gauges.of(flops).took(begun.elapsed());
        }
    }

    /// Restarts the random numbers of `dropout`: steps after equal seeds draw equal masks.
    pub fn reseed(&mut self, seed: u64) {
        self.seed = seed;
        self.step = 0;
    }

    /// The key of this step's random numbers, and on to the next step.
    pub(crate) fn next_key(&mut self) -> u64 {
        self.step += 1;
        // An odd multiplier keeps steps of one seed apart; the kernels hash the key before they use it.
        self.seed ^ self.step.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// The regions, as long as the whole workspace.
    pub(crate) fn regions(&mut self) -> Regions<'_, M::Scalar> {
        self.arena.regions(self.sizes, self.batch)
    }
}

/// The regions of a workspace, borrowed apart.
pub(crate) struct Regions<'a, T> {
    pub(crate) values: &'a mut [T],
    pub(crate) statistics: &'a mut [T],
    pub(crate) indices: &'a mut [u32],
    pub(crate) bytes: &'a mut [u8],
}

/// An owned block of zeroed bytes at a cache line's start.
#[derive(Debug)]
struct Arena {
    start: NonNull<u8>,
    layout: Layout,
}

impl Arena {
    const ALIGN: usize = 64;

    fn zeroed(bytes: usize) -> Self {
        let layout = Layout::from_size_align(bytes, Self::ALIGN).unwrap_or_else(|_| {
            // More than isize::MAX bytes: the same end as an allocator that has no more memory.
            handle_alloc_error(Layout::new::<M64>())
        });
        if bytes == 0 {
            return Arena { start: NonNull::<M64>::dangling().cast(), layout };
        }
        // SAFETY: the layout has a size above zero.
        let start =
            NonNull::new(unsafe { alloc_zeroed(layout) }).unwrap_or_else(|| handle_alloc_error(layout));
        Arena { start, layout }
    }

    /// The regions lie one after another: scalars first, so that every region starts aligned.
    fn regions<T: Scalar>(&mut self, sizes: Sizes, batch: usize) -> Regions<'_, T> {
        const { assert!(align_of::<T>() <= Self::ALIGN && size_of::<T>().is_multiple_of(4)) };
        let (values, indices, bytes) = (sizes.values * batch, sizes.indices * batch, sizes.bytes * batch);
        let indices_at = (values + sizes.statistics) * size_of::<T>();
        let bytes_at = indices_at + indices * 4;
        assert!(bytes_at + bytes <= self.layout.size(), "a workspace holds its own regions");
        let start = self.start.as_ptr();
        // SAFETY: the four ranges are disjoint and inside the allocation (asserted above), each starts at a multiple
        // of its type's alignment (64 for the block, sizes multiple of 4 for T), zero bytes are valid values of T
        // (Scalar: Zeroable), u32 and u8, and `&mut self` is borrowed for as long as they are.
        unsafe {
            Regions {
                values: std::slice::from_raw_parts_mut(start.cast::<T>(), values),
                statistics: std::slice::from_raw_parts_mut(start.cast::<T>().add(values), sizes.statistics),
                indices: std::slice::from_raw_parts_mut(start.add(indices_at).cast::<u32>(), indices),
                bytes: std::slice::from_raw_parts_mut(start.add(bytes_at), bytes),
            }
        }
    }
}

/// Has the arena's alignment, for its dangling pointer.
#[repr(align(64))]
struct M64;

impl Drop for Arena {
    fn drop(&mut self) {
        if self.layout.size() > 0 {
            // SAFETY: `start` came from `alloc_zeroed` with this very layout.
            unsafe { dealloc(self.start.as_ptr(), self.layout) }
        }
    }
}

// SAFETY: an Arena owns its bytes alone, like a Box<[u8]>.
unsafe impl Send for Arena {}
// SAFETY: a shared Arena gives no access to its bytes.
unsafe impl Sync for Arena {}
