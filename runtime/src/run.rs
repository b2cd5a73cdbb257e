//! One step in flight: the machine that generated code drives, phase by phase, over disjoint chunks of rows.
//!
//! Generated code names buffers by [`Place`]s and never sees the workspace. A phase is a closure over a chunk of
//! rows ([`Run::rows`]), or the gradient of one layer's parameters ([`Run::gradient`]); phases follow one another,
//! the chunks inside one are independent, and threads take them side by side. What a row's numbers are does not depend
//! on the rows beside it, and a gradient is split by what is written, never by what is summed: results are the same
//! bits on any number of threads.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::batch::{Inputs, Targets};
use crate::even::{part, parts};
use crate::layers::{Batchwise, Change, Gradient, Layer, Reduce, Saved, Source};
use crate::pool::{self, Shared};
use crate::scalar::Scalar;
use crate::workspace::Regions;

mod descent;
mod rows;
mod split;
mod watch;
mod weights;

pub use crate::place::{Keep, Place, Span, Tape};
pub(crate) use descent::Descent;
pub use rows::Rows;
pub use watch::NonFinite;
pub(crate) use watch::{Visit, Visits, Watch};
pub use weights::{Target, Weights};

/// What a pass is for, and so what the head does with the logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The loss and its gradient.
    Train,
    /// The loss.
    Loss,
    /// The prediction.
    Mean,
    /// The logits as they are.
    Logits,
    /// A training pass up to the logits, which go to the run's buffer for them.
    Push,
    /// A training pass up to the loss, whose gradient in the logits goes to that buffer.
    Slope,
    /// A training pass that takes what stands in that buffer for the gradient in the logits.
    Pull,
}

/// One step in flight.
pub struct Run<'a, T: Scalar> {
    pub(crate) batch: usize,
    /// Threads that share a phase.
    pub(crate) threads: usize,
    pub(crate) goal: Goal,
    pub(crate) inputs: Inputs<'a, T>,
    pub(crate) targets: Option<Targets<'a, T>>,
    /// Rows that count in the loss.
    pub(crate) counted: usize,
    /// The sum of their weights, once the head has said whether it weighs them.
    pub(crate) weight: OnceLock<Option<f64>>,
    pub(crate) buffers: Buffers<'a, T>,
    /// The caller's buffer for logits or their gradient, in passes that end or begin with them.
    pub(crate) logits: Option<Shared<'a, T>>,
    pub(crate) input_gradient: Option<Shared<'a, T>>,
    /// How the pass steps parameters, if it does.
    pub(crate) descent: Option<&'a mut Descent<'a, T>>,
    pub(crate) key: u64,
    /// What is noted of every layer; such a run has one thread, to know what came first.
    pub(crate) watch: Option<&'a Watch>,
    /// Whether a pass that ends at the head has come there: what follows is left out.
    pub(crate) ended: AtomicBool,
    /// Whether the head's loss [is natural](crate::heads::Head::is_natural), where such a pass asks.
    pub(crate) natural: AtomicBool,
}

/// The regions of a workspace while its step runs.
pub(crate) struct Buffers<'a, T> {
    values: Shared<'a, T>,
    statistics: Shared<'a, T>,
    indices: Shared<'a, u32>,
    bytes: Shared<'a, u8>,
}

impl<'a, T> From<Regions<'a, T>> for Buffers<'a, T> {
    fn from(regions: Regions<'a, T>) -> Self {
        Buffers {
            values: Shared::new(regions.values),
            statistics: Shared::new(regions.statistics),
            indices: Shared::new(regions.indices),
            bytes: Shared::new(regions.bytes),
        }
    }
}

/// Rows a chunk has at most: enough for the matrix product to run at full speed, few enough for a chunk's
/// activations to stay in a core's cache.
const CHUNK_ROWS: usize = 128;

/// Hands each of a layer's pieces, cut for `parts`, to one of the threads, with the thread's number: those that follow one another
/// to the same, step after step, so that it finds in its caches what it has written.
fn share_pieces<T: Scalar, L: Layer<T>>(
    kernel: &L,
    parts: usize,
    threads: usize,
    work: &(dyn Fn(usize, Range<usize>) + Sync),
) {
    let pieces = || (0..).map_while(|index| kernel.piece(index, parts));
    if threads < 2 {
        return pieces().for_each(|piece| work(0, piece));
    }
    let (count, end) = pieces().fold((0, 0), |(count, _), piece| (count + 1, piece.end));
    let threads = threads.min(count);
    pool::share(threads, &|thread| {
        for piece in pieces().filter(|piece| owner(piece, end, threads) == thread) {
            work(thread, piece);
        }
    });
}

/// The thread that does a piece of `0..end`: by elements, not by pieces, since a layer's last one, the bias, is next to nothing.
fn owner(piece: &Range<usize>, end: usize, threads: usize) -> usize {
    (piece.start + piece.end) * threads / (2 * end)
}

impl<'a, T: Scalar> Run<'a, T> {
    /// Whether the gradient of the network's input is asked for.
    #[must_use]
    pub fn wants_input_gradient(&self) -> bool {
        self.input_gradient.is_some()
    }

    /// Whether the pass has done what it is for.
    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Threads that share the rows of a phase.
    fn threads_of_rows(&self) -> usize {
        // A chunk of one row goes another way through the matrix product, with other rounding: none, unless the batch is one.
        self.threads.min(self.batch / 2).max(1)
    }

    /// Runs a phase over chunks of rows.
    #[inline(always)]
    pub fn rows(&mut self, phase: impl Fn(&mut Rows<'_, 'a, T>) + Sync) {
        if self.has_ended() {
            return;
        }
        let (run, threads) = (&*self, self.threads_of_rows());
        pool::share(threads, &|thread| {
            let own = part(&(0..run.batch), thread, threads);
            let chunks = own.len().div_ceil(CHUNK_ROWS).max(1);
            for rows in parts(own, chunks) {
                // SAFETY: no other chunk of this phase has any of these rows.
                phase(&mut unsafe { Rows::new(run, rows) });
            }
        });
    }

    /// The gradient of one layer's parameters, over the whole batch, piece by piece; or a step down that gradient.
    #[inline(always)]
    pub fn gradient<L: Layer<T>>(
        &mut self,
        kernel: &L,
        target: Target<'_, T>,
        x: Place,
        keep: Keep,
        dy: Place,
    ) {
        let gradient = match target {
            Target::None => return,
            Target::Step(params) => return self.descend(kernel, params, [x, dy], keep),
            Target::Gradient(gradient) => Shared::new(gradient),
        };
        let run = &*self;
        let io = run.gradient_of([x, dy], keep);
        share_pieces(kernel, run.threads, run.threads, &|_, piece| {
            // SAFETY: pieces do not overlap, and each is one thread's.
            kernel.gradient(&io, piece.clone(), unsafe { gradient.write(piece) });
        });
    }

    /// What the gradient of a layer is made of: its input and the gradient of its output.
    #[inline(always)]
    fn gradient_of(&self, [x, dy]: [Place; 2], keep: Keep) -> Gradient<'_, T> {
        let x = match x {
            Place::Input => self.data(&(0..self.batch)),
            Place::None => Source::Here,
            place => Source::Values(self.whole(place)),
        };
        Gradient { batch: self.batch, x, saved: self.saved(keep), dy: self.whole(dy) }
    }

    /// What a layer makes of the whole batch, before its rows go on.
    pub fn measure<L: Batchwise<T>>(&mut self, kernel: &L, x: Place, statistics: Range<usize>) {
        // SAFETY: nobody else asks in the meantime.
        kernel.measure(self.whole(x), unsafe { self.statistics_mut(statistics) });
    }

    /// What evaluation has in place of that, from a layer's buffers.
    pub fn prepare<L: Batchwise<T>>(
        &mut self,
        kernel: &L,
        params: &[T],
        buffers: &[T],
        statistics: Range<usize>,
    ) {
        // SAFETY: nobody else asks in the meantime.
        kernel.prepare(params, buffers, unsafe { self.statistics_mut(statistics) });
    }

    /// The sums over the whole batch that a layer's gradients are made of, and its part of the network's gradient, of
    /// parameters and buffers, where one is asked for.
    #[expect(clippy::too_many_arguments, reason = "a step's places, in the order of the schedule's table")]
    pub fn reduce<L: Batchwise<T>>(
        &mut self,
        kernel: &L,
        params: &[T],
        buffers: &[T],
        change: Option<(&mut [T], &mut [T])>,
        keep: Keep,
        dy: Place,
        statistics: Range<usize>,
    ) {
        if self.has_ended() {
            return;
        }
        let change = change.map(|(params, buffers)| Change { params, buffers });
        let (saved, dy) = (self.saved(keep), self.whole(dy));
        // SAFETY: nobody else asks in the meantime.
        let statistics = unsafe { self.statistics_mut(statistics) };
        kernel.reduce(params, buffers, Reduce { saved, dy, statistics, change });
    }

    /// All rows of a tensor, between phases.
    #[inline(always)]
    fn whole(&self, place: Place) -> &[T] {
        // SAFETY: no phase runs, so nobody writes.
        unsafe { self.buffers.values.read(place.whole(self.batch)) }
    }

    /// What all rows of a layer have kept, between phases.
    #[inline(always)]
    fn saved(&self, keep: Keep) -> Saved<'_, T> {
        let all = 0..self.batch;
        let Buffers { indices, bytes, .. } = &self.buffers;
        // SAFETY: no phase runs, so nobody writes.
        unsafe {
            Saved {
                values: self.whole(keep.values),
                indices: indices.read(keep.indices.range(self.batch, &all)),
                bytes: bytes.read(keep.bytes.range(self.batch, &all)),
            }
        }
    }

    /// A layer's statistics, between phases.
    ///
    /// # Safety
    /// Nobody else has any for as long as the result lives.
    #[expect(clippy::mut_from_ref, reason = "a part of a shared buffer")]
    unsafe fn statistics_mut(&self, range: Range<usize>) -> &mut [T] {
        // SAFETY: no phase runs, and the caller's promise.
        unsafe { self.buffers.statistics.write(range) }
    }

    /// The mean of the row losses, over the sum of the weights where rows have some: B additions and a division.
    pub(crate) fn mean_loss(&self, losses: Place) -> T {
        let mut sum = T::zero();
        for &loss in self.whole(losses) {
            sum += loss;
        }
        sum / T::from_f64(self.weight.get().copied().flatten().unwrap_or(self.counted.max(1) as f64))
    }

    /// Where some rows lie in a caller's buffer of this length for the whole batch.
    fn share(&self, length: usize, rows: &Range<usize>) -> Range<usize> {
        if rows.len() == self.batch {
            // Without the division.
            return 0..length;
        }
        let width = length / self.batch;
        rows.start * width..rows.end * width
    }

    /// Some rows of the network's input.
    fn data(&self, rows: &Range<usize>) -> Source<'a, T> {
        match self.inputs {
            Inputs::Values(data) => Source::Data(&data[self.share(data.len(), rows)]),
            Inputs::Lifted(values) => Source::Values(&values[self.share(values.len(), rows)]),
            Inputs::Tokens(_) => Source::Data(&[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_own_as_many_elements_each_whatever_the_last_piece() {
        let owners = |pieces: &[Range<usize>], threads: usize| {
            let end = pieces.last().unwrap().end;
            pieces.iter().map(|piece| owner(piece, end, threads)).collect::<Vec<_>>()
        };
        let piece = 196 * 256;
        let layer = [
            0..piece,
            piece..2 * piece,
            2 * piece..3 * piece,
            3 * piece..4 * piece,
            4 * piece..4 * piece + 256,
        ];
        assert_eq!(owners(&layer, 1), [0; 5]);
        assert_eq!(owners(&layer, 2), [0, 0, 1, 1, 1]);
        assert_eq!(owners(&layer, 4), [0, 1, 2, 3, 3]);
        assert_eq!(owners(&[0..8, 8..10], 2), [0, 1]);
    }
}
