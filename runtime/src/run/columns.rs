//! Layers by columns: each thread makes some outputs of all rows and steps the parameters that lead there, which nobody else
//! reads or writes, where otherwise each would read all parameters and write some rows of them.
//!
//! Half of what one thread reads would then have been written by another a moment ago, and come from that one's caches: of a
//! layer of 784 by 256 in f32, 800 KB a step, on two cores of an AMD Zen 4 up to 0.28 ms where the host has put them far apart,
//! which is as long as one core takes for a batch of 32. By columns only what flows in and out changes hands.

use std::ops::Range;

use crate::even::{part, parts};
use crate::layers::{Layer, Source};
use crate::place::Place;
use crate::pool;
use crate::scalar::Scalar;

use super::{CHUNK_ROWS, Run};

/// Columns that stay together: some vectors, and some cache lines, side by side.
const GROUP: usize = 32;

/// Some columns for each of several threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Columns {
    /// All of them.
    pub(super) width: usize,
    /// Threads that share them.
    pub(super) threads: usize,
}

impl Columns {
    /// How `threads` share a layer by columns; none where rows are as good: where what flows in and out, of so many `rows`, is far
    /// more to hand over than the parameters, or where columns cannot be cut evenly.
    ///
    /// A layer of 784 by 256 on two cores of an AMD Zen 4 gains up to 1,024 rows, and neither gains nor loses with 2,048.
    fn new(width: usize, params: usize, rows: usize, threads: usize) -> Option<Self> {
        if threads < 2 || width < GROUP * threads || rows * width > 2 * params {
            return None;
        }
        let columns = Columns { width, threads };
        let most = (0..threads).map(|thread| columns.of(thread).len()).max().unwrap_or(0);
        // At most an eighth more than an even share.
        (8 * most * threads <= 9 * width).then_some(columns)
    }

    /// Those of one thread.
    pub(super) fn of(self, thread: usize) -> Range<usize> {
        let groups = part(&(0..self.width.div_ceil(GROUP)), thread, self.threads);
        (groups.start * GROUP).min(self.width)..(groups.end * GROUP).min(self.width)
    }
}

impl<'a, T: Scalar> Run<'a, T> {
    /// How the run's threads share a layer by columns, if that is the way for it: forward and in the descent alike.
    #[inline]
    pub(super) fn by_columns<L: Layer<T>>(&self, kernel: &L, params: usize, rows: usize) -> Option<Columns> {
        Columns::new(kernel.columns(), params, rows, self.threads)
    }

    /// A layer's forward pass over the whole batch by columns, before the phase that begins with it; whether that is the way
    /// for it. Otherwise nothing has been done.
    ///
    /// Only where the descent is by columns, too: parameters that are stepped row by row would all have to be handed over.
    #[inline(always)]
    pub fn columns<L: Layer<T>>(&mut self, kernel: &L, params: &[T], x: Place, y: Place) -> bool {
        if self.threads < 2
            || self.has_ended()
            || !self.descent.as_ref().is_some_and(|descent| descent.is_product())
        {
            return false;
        }
        self.forward_columns(kernel, params, x, y)
    }

    fn forward_columns<L: Layer<T>>(&mut self, kernel: &L, params: &[T], x: Place, y: Place) -> bool {
        // Scratch of a chunk is not there before there is a chunk.
        let (Place::Input | Place::Kept { .. }, Place::Kept { width: outputs, .. }) = (x, y) else {
            return false;
        };
        let width = kernel.columns();
        if width == 0 {
            return false;
        }
        let rows = self.batch * (outputs / width);
        let Some(columns) = self.by_columns(kernel, params.len(), rows) else { return false };
        let run = &*self;
        pool::share(columns.threads, &|thread| {
            for rows in parts(0..run.batch, run.batch.div_ceil(CHUNK_ROWS)) {
                let own = columns.of(thread);
                let x = match x {
                    Place::Input => run.data(&rows),
                    place => {
                        let place = place.range(run.batch, &rows);
                        // SAFETY: in this phase nobody writes x.
                        Source::Values(unsafe { run.buffers.values.read(place) })
                    }
                };
                let y = y.range(run.batch, &rows);
                // SAFETY: no other thread has these columns, and the plan keeps y apart from x.
                let y = unsafe { run.buffers.values.columns(y, width, own.clone()) };
                kernel.forward_columns(params, x, own, y);
            }
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(width: usize, threads: usize) -> Option<Vec<usize>> {
        let columns = Columns::new(width, 1000 * width, 1, threads)?;
        Some((0..threads).map(|thread| columns.of(thread).len()).collect())
    }

    #[test]
    fn are_cut_evenly_or_not_at_all() {
        assert_eq!(shares(256, 2), Some(vec![128; 2]));
        assert_eq!(shares(256, 3), Some(vec![64, 96, 96]));
        assert_eq!(shares(256, 8), Some(vec![32; 8]));
        assert_eq!(shares(300, 2), Some(vec![160, 140]));
        assert_eq!((shares(256, 1), shares(256, 9), shares(100, 2), shares(0, 2)), (None, None, None, None));
    }

    #[test]
    fn are_for_weights_beside_which_little_flows() {
        let params = 785 * 256;
        assert!(Columns::new(256, params, 2 * 785, 2).is_some());
        assert!(Columns::new(256, params, 2 * 785 + 1, 2).is_none());
    }
}
