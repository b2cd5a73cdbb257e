//! The product of a network's first layer in parts, by its inputs: each thread multiplies the inputs whose weights it steps, and
//! then the products are added up.
//!
//! Otherwise each thread reads all weights, most of which the others have written a moment ago: of a layer of 784 by 256 in f32
//! 400 KB a step come from another core's caches, and as many lines are taken away from it again when they are stepped. On two
//! cores of an AMD Zen 4 that takes up to 0.28 ms where the host has put them far apart, which is as long as one core takes for a
//! batch of 32. In parts only what flows out of the layer changes hands.

use std::ops::Range;

use crate::even::{part, parts};
use crate::layers::{Layer, residual};
use crate::place::Place;
use crate::pool;
use crate::scalar::Scalar;

use super::{CHUNK_ROWS, Run};

/// Where the parts of a product lie: the first in the place of the whole, the others one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    /// The first element of the product, and of the second part.
    starts: [usize; 2],
    /// Elements of a row.
    width: usize,
}

impl Split {
    /// The parts of a product of `batch` rows in the place `y`, if the `values` elements of the workspace have room for them: all
    /// but those of the product, since nothing is kept yet.
    fn new(y: Place, parts: usize, batch: usize, values: usize) -> Option<Self> {
        // Scratch of a chunk is not there before there is a chunk.
        let Place::Kept { width, .. } = y else { return None };
        let (own, others) = (y.whole(batch), (parts - 1) * batch * width);
        let second = match own.start {
            _ if own.end + others <= values => own.end,
            start if start >= others => 0,
            _ => return None,
        };
        Some(Split { starts: [own.start, second], width })
    }

    /// Where some rows of a part lie.
    fn rows(&self, part: usize, batch: usize, rows: &Range<usize>) -> Range<usize> {
        let start = match part.checked_sub(1) {
            None => self.starts[0],
            Some(before) => self.starts[1] + before * batch * self.width,
        };
        start + rows.start * self.width..start + rows.end * self.width
    }
}

impl<'a, T: Scalar> Run<'a, T> {
    /// The forward pass of the network's first layer, from its input to `y`, its product in parts, where several threads share the
    /// run and there is room for them; whether that is so. Otherwise nothing has been done.
    ///
    /// It comes before anything else of a training pass: the parts lie where later steps keep what is theirs.
    #[inline(always)]
    pub fn split<L: Layer<T>>(&mut self, kernel: &L, params: &[T], y: Place) -> bool {
        self.threads > 1 && self.batch > 1 && self.in_parts(kernel, params, y)
    }

    fn in_parts<L: Layer<T>>(&mut self, kernel: &L, params: &[T], y: Place) -> bool {
        let count = kernel.parts();
        if count < 2 {
            return false;
        }
        let Some(split) = Split::new(y, count, self.batch, self.buffers.values.len()) else { return false };
        // As many chunks of rows as it takes for every thread to have the same number of them: of two rows at least, as in all
        // phases.
        let even = |chunks: &usize| (chunks * count).is_multiple_of(self.threads);
        let chunks = (1..self.threads).find(even).unwrap_or(self.threads).min(self.batch / 2);
        let (run, jobs) = (&*self, count * chunks);
        let values = &run.buffers.values;
        let workers = run.threads.min(jobs);
        pool::share(workers, &|thread| {
            for job in part(&(0..jobs), thread, workers) {
                let rows = part(&(0..run.batch), job % chunks, chunks);
                let pieces = rows.len().div_ceil(CHUNK_ROWS);
                for rows in parts(rows, pieces) {
                    let x = run.data(&rows);
                    let part = job / chunks;
                    let y = split.rows(part, run.batch, &rows);
                    // SAFETY: no other job has these rows of this part.
                    kernel.forward_part(params, x, part, unsafe { values.write(y) });
                }
            }
        });
        let threads = run.threads_of_rows();
        pool::share(threads, &|thread| {
            let own = part(&(0..run.batch), thread, threads);
            // SAFETY: no other thread has these rows, and the parts lie apart.
            let y = unsafe { values.write(split.rows(0, run.batch, &own)) };
            for part in 1..count {
                // SAFETY: nobody writes the parts any more.
                residual::add(y, unsafe { values.read(split.rows(part, run.batch, &own)) });
            }
            kernel.forward_rest(params, y);
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_beside_the_product_where_there_is_room() {
        let split = |offset, parts, values| Split::new(Place::kept(offset, 4), parts, 10, values);
        let places = |split: Option<Split>, parts: usize| {
            split.map(|split| (0..parts).map(|part| split.rows(part, 10, &(2..3)).start).collect::<Vec<_>>())
        };
        assert_eq!(places(split(0, 2, 80), 2), Some(vec![8, 48]));
        assert_eq!(places(split(3, 3, 150), 3), Some(vec![38, 78, 118]));
        assert_eq!(places(split(8, 3, 120), 3), Some(vec![88, 8, 48]));
        assert_eq!((split(0, 2, 79), split(7, 3, 149)), (None, None));
        assert_eq!(Split::new(Place::Input, 2, 10, 1000), None);
    }
}
