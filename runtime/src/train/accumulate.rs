//! Gradient accumulation: several small batches whose mean gradient makes one step of the optimizer.

use crate::batch::Batch;
use crate::error::Result;
use crate::network::{self, Model};
use crate::scalar::{Scalar, last_not_finite};
use crate::workspace::Workspace;

/// The gradients of the batches since the last step, added up.
pub(super) struct Group<M> {
    /// Batches in a step.
    size: usize,
    /// Batches in the sum.
    batches: usize,
    /// Rows in the sum that count.
    rows: usize,
    /// Of the last batch.
    grad: Box<M>,
    /// Of rows × mean gradient; its buffers stay zero.
    sum: Box<M>,
}

impl<M: Model> Group<M> {
    pub(super) fn new(size: usize) -> Self {
        Group { size, batches: 0, rows: 0, grad: network::zeros(), sum: network::zeros() }
    }

    /// Makes the gradient of a batch: its loss, and the place of an element that is not finite, if there is one.
    ///
    /// # Errors
    /// Sizes, labels or targets that do not fit the network or the workspace.
    pub(super) fn pass(
        &mut self,
        net: &M,
        batch: &Batch<'_, M::Scalar>,
        ws: &mut Workspace<M>,
    ) -> Result<(M::Scalar, Option<usize>)> {
        let loss = network::loss_and_grad(net, batch, ws, &mut *self.grad)?;
        Ok((loss, last_not_finite(self.grad.flat())))
    }

    /// Takes in that gradient, of a batch in which `rows` rows count; whether the step is due. 2P FLOPs, and an addition a
    /// buffer, which follows every batch.
    pub(super) fn add(&mut self, net: &mut M, rows: usize) -> bool {
        network::follow(net, &*self.grad);
        let weight = M::Scalar::from_f64(rows as f64);
        if self.batches == 0 {
            self.sum.flat_mut().fill(num_traits::zero());
        }
        let (sum, grad) = (self.sum.flat_mut(), self.grad.flat());
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
