//! Gradient accumulation: several small batches whose mean gradient makes one step of the optimizer.

use crate::network::{self, Model};
use crate::scalar::Scalar;

/// The gradients of the batches since the last step, added up.
pub(super) struct Group<M> {
    /// Batches in a step.
    size: usize,
    /// Batches in the sum.
    batches: usize,
    /// Rows in the sum that count.
    rows: usize,
    /// Of rows × mean gradient; its buffers stay zero.
    sum: Box<M>,
}

impl<M: Model> Group<M> {
    pub(super) fn new(size: usize) -> Self {
        Group { size, batches: 0, rows: 0, sum: network::zeros() }
    }

    /// Takes in the mean gradient of a batch in which `rows` rows count; whether the step is due. 2P FLOPs.
    pub(super) fn add(&mut self, grad: &M, rows: usize) -> bool {
        let weight = M::Scalar::from_f64(rows as f64);
        if self.batches == 0 {
            self.sum.flat_mut().fill(num_traits::zero());
        }
        let (sum, grad) = (self.sum.flat_mut(), grad.flat());
        M::Scalar::dispatch(
            #[inline(always)]
            || {
                for (sum, &g) in sum.iter_mut().zip(grad) {
                    *sum += weight * g;
                }
            },
        );
        self.batches += 1;
        self.rows += rows;
        self.batches == self.size
    }

    /// Whether there are batches that no step has seen.
    pub(super) fn pending(&self) -> bool {
        self.batches > 0
    }

    /// The mean gradient of all rows since the last step; the next [`add`](Self::add) starts anew. P FLOPs.
    pub(super) fn mean(&mut self) -> &[M::Scalar] {
        // Where no row counts, the sum is zero and stays so.
        let factor = M::Scalar::from_f64(1.0 / self.rows.max(1) as f64);
        let sum = self.sum.flat_mut();
        M::Scalar::dispatch(
            #[inline(always)]
            || {
                for sum in sum.iter_mut() {
                    *sum *= factor;
                }
            },
        );
        (self.batches, self.rows) = (0, 0);
        self.sum.flat()
    }
}
