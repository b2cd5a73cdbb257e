//! The heads: what ends a network, turning logits into a loss, its gradient and a prediction. One file a kind.

use crate::scalar::Scalar;

pub mod bce;
pub mod gaussian_nll;
pub mod hinge;
pub mod huber;
pub mod mse;
pub mod softmax_ce;

pub use crate::batch::IGNORED;

/// The targets of a chunk of rows, already checked for size and range.
#[derive(Clone, Copy, Debug)]
pub enum TargetRows<'a, T: Scalar> {
    /// One class a row.
    Classes(&'a [u32]),
    /// Rows × values a row: soft labels, probabilities or numbers, as the head has them.
    Values(&'a [T::Real]),
}

impl<'a, T: Scalar> TargetRows<'a, T> {
    /// The values; a head that takes no classes is never given any ([`TargetKind`](crate::network::TargetKind)).
    pub(crate) fn values(self) -> &'a [T::Real] {
        match self {
            TargetRows::Values(values) => values,
            TargetRows::Classes(_) => unreachable!("targets were checked to be values"),
        }
    }

    /// The classes; a head that takes nothing else is never given anything else.
    pub(crate) fn classes(self) -> &'a [u32] {
        match self {
            TargetRows::Classes(classes) => classes,
            TargetRows::Values(_) => unreachable!("targets were checked to be classes"),
        }
    }
}

/// A head's kernels over a chunk of rows; `z` is rows × features, row-major.
pub trait Head<T: Scalar>: Sync {
    /// Writes each row's loss, and leaves in `z` what [`Head::gradient`] needs.
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]);

    /// The constant that gradients are multiplied with, for `rows` rows that count: 1 / rows, and what else the
    /// head's mean brings (1 / outputs, the 2 of a square). Arithmetic of the host, not counted.
    fn scale(&self, rows: usize) -> f64;

    /// Whether rows have weights.
    fn weighs(&self) -> bool {
        false
    }

    /// The sum of the weights of the targets that count, for a head that weighs them: the batch's mean is over that
    /// instead of the rows. Arithmetic of the host as well.
    fn weight(&self, targets: TargetRows<'_, T>) -> Option<f64> {
        let _ = targets;
        None
    }

    /// Turns what [`Head::loss`] left in `z` into the gradient of the batch's mean loss in the logits.
    /// `scale` is [`Head::scale`] of the batch, applied here and nowhere else.
    fn gradient(&self, z: &mut [T], targets: TargetRows<'_, T>, scale: T);

    /// Whether the loss is, up to a factor and a constant, the negative logarithm of a distribution of which the logits
    /// are natural parameters. Its Hessian in the logits is then the same for all targets, and the Fisher information
    /// of that distribution (Martens, 2020).
    fn is_natural(&self) -> bool {
        false
    }

    /// Turns logits into the prediction, in place.
    fn mean(&self, z: &mut [T]);
}

/// Multiplies what a loss left behind with the factor of its gradient, where that is all there is to it: a FLOP an
/// element.
fn scaled<T: Scalar>(z: &mut [T], scale: T) {
    T::dispatch(
        #[inline(always)]
        || {
            for z in &mut *z {
                *z *= scale;
            }
        },
    );
}

#[cfg(test)]
mod tests {
    /// Checks against reference numbers in f64.
    pub(super) fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14 * expected.abs().max(1.0), "{found} for {expected}");
        }
    }
}
