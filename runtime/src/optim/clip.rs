//! The global norm of a gradient, and the factor that brings it down to a limit.

use crate::scalar::Scalar;

/// Elements whose squares are added up before their sum joins the others: rounding errors grow with a block's length
/// and with the number of blocks, not with the product of the two.
const BLOCK: usize = 4096;

/// Sums that run side by side: four AVX2 registers of f32, enough to hide the latency of an addition.
const LANES: usize = 32;

/// What every element is multiplied with so that the norm is `limit` at most, as in
/// `torch.nn.utils.clip_grad_norm_`: min(1, limit / (norm + 1e-6)).
///
/// 2P + 3 FLOPs for P elements: P products, P - 1 additions and a root; an addition, a quotient and a comparison.
pub(super) fn factor<T: Scalar>(grad: &[T], limit: f64) -> T {
    let norm = squares(grad).sqrt();
    let ratio = T::from_f64(limit) / (norm + T::from_f64(1e-6));
    let one = T::from_f64(1.0);
    // Not `if ratio < one`: a norm that is NaN shows in every element instead of passing for a small one.
    if ratio >= one { one } else { ratio }
}

/// The sum of the squares: P products and P - 1 additions.
fn squares<T: Scalar>(values: &[T]) -> T {
    T::dispatch(
        #[inline(always)]
        || {
            let mut blocks = values.chunks(BLOCK);
            let Some(first) = blocks.next() else { return T::zero() };
            let mut sum = block(first);
            for values in blocks {
                sum += block(values);
            }
            sum
        },
    )
}

/// The sum of the squares of a block: n products and n - 1 additions, since the first values start the sums.
///
/// Written over arrays of [`LANES`], without an index: the compiler keeps the sums in vector registers, which makes
/// it five times as fast as a dot product by places.
#[inline(always)]
fn block<T: Scalar>(values: &[T]) -> T {
    let square = |&x: &T| x * x;
    let Some((first, rest)) = values.split_first_chunk::<LANES>() else {
        return values.iter().map(square).reduce(|a, b| a + b).unwrap_or_default();
    };
    let mut sums = first.each_ref().map(square);
    let (rows, tail) = rest.as_chunks::<LANES>();
    for row in rows {
        for (sum, x) in sums.iter_mut().zip(row) {
            *sum += square(x);
        }
    }
    for (sum, x) in sums.iter_mut().zip(tail) {
        *sum += square(x);
    }
    sums.into_iter().reduce(|a, b| a + b).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Counted, count};

    #[test]
    fn the_norm_of_any_length_is_exact_and_counted() {
        for n in [1, 2, 15, 16, 100, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7] {
            let grad: Vec<Counted<f64>> = (0..n).map(|i| Counted((i % 7) as f64)).collect();
            let plain: f64 = grad.iter().map(|g| g.0 * g.0).sum();
            assert_eq!(squares(&grad).0, plain);
            assert_eq!(count(|| factor(&grad, 1.0)), 2 * n as u64 + 3);
        }
    }

    #[test]
    fn gradients_within_the_limit_stay_as_they_are() {
        assert_eq!(factor(&[3.0_f64, 4.0], 5.1), 1.0);
        assert_eq!(factor(&[3.0_f64, 4.0], 1.0), 1.0 / (5.0 + 1e-6));
        assert_eq!(factor::<f64>(&[], 1.0), 1.0);
        assert!(factor(&[3.0_f32, f32::NAN], 1.0).is_nan());
    }
}
