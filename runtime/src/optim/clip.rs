//! The factor that brings the global norm of a gradient down to a limit.

use super::layers::Part;
use super::penalty::squares;
use crate::scalar::Scalar;

/// What every element is multiplied with so that the norm over `parts`, of which there is one, is `limit` at most, as
/// in `torch.nn.utils.clip_grad_norm_`: min(1, limit / (norm + 1e-6)).
///
/// 2P + 3 FLOPs for P elements: P products, P - 1 additions and a root; an addition, a quotient and a comparison.
pub(super) fn factor<T: Scalar>(grad: &[T], parts: &[Part], limit: f64) -> T {
    let parts = parts.iter().map(|part| squares(&grad[part.range.clone()]));
    let norm = parts.reduce(|a, b| a + b).unwrap_or_default().sqrt();
    let ratio = T::from_f64(limit) / (norm + T::from_f64(1e-6));
    let one = T::from_f64(1.0);
    // Not `if ratio < one`: a norm that is NaN shows in every element instead of passing for a small one.
    if ratio >= one { one } else { ratio }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Counted, count};

    fn factor_of<T: Scalar>(grad: &[T], limit: f64) -> T {
        factor(grad, &[Part { range: 0..grad.len(), factor: 1.0 }], limit)
    }

    #[test]
    fn gradients_within_the_limit_stay_as_they_are() {
        assert_eq!(factor_of(&[3.0_f64, 4.0], 5.1), 1.0);
        assert_eq!(factor_of(&[3.0_f64, 4.0], 1.0), 1.0 / (5.0 + 1e-6));
        assert_eq!(factor_of::<f64>(&[], 1.0), 1.0);
        assert!(factor_of(&[3.0_f32, f32::NAN], 1.0).is_nan());
    }

    #[test]
    fn what_is_in_no_part_does_not_count() {
        let parts = [1..2, 3..6].map(|range| Part { range, factor: 1.0 });
        let grad = [9.0, 3.0, 9.0, 0.0, 4.0, 0.0, 9.0].map(Counted::<f64>);
        let mut found = Counted(0.0);
        assert_eq!(count(|| found = factor(&grad, &parts, 1.0)), 2 * 4 + 3);
        assert_eq!(found.0, 1.0 / (5.0 + 1e-6));
    }
}
