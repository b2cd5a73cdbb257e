//! Sums, dot products and maxima of rows, in lanes that a vector unit can take side by side; and whether all numbers of
//! a row are finite.
//!
//! A sum in order would wait for each addition before the next. Lanes that are joined at the end spend exactly the
//! same n - 1 operations, do not depend on the machine, and round less.

use std::hint::select_unpredictable;

use super::product::Lanes;
use super::{Real, Scalar};

/// Independent running values: two vectors of f32 in AVX2, enough to hide the latency of an addition.
const LANES: usize = 16;

/// Joins whole blocks lane by lane, then the lanes, then the rest: n - 1 operations for n numbers, at least one.
#[inline(always)]
fn fold<T: Scalar>(
    mut blocks: impl Iterator<Item = [T; LANES]>,
    mut rest: impl Iterator<Item = T>,
    join: impl Fn(T, T) -> T,
) -> T {
    let start = match blocks.next() {
        None => rest.next().expect("a row has at least one number"),
        Some(mut lanes) => {
            for block in blocks {
                for (lane, x) in lanes.iter_mut().zip(block) {
                    *lane = join(*lane, x);
                }
            }
            let mut width = LANES;
            while width > 1 {
                width /= 2;
                for lane in 0..width {
                    lanes[lane] = join(lanes[lane], lanes[lane + width]);
                }
            }
            lanes[0]
        }
    };
    rest.fold(start, join)
}

/// The sum of `x`, at least one number: n - 1 FLOPs.
#[inline(always)]
pub(crate) fn sum<T: Scalar>(x: &[T]) -> T {
    let (blocks, rest) = x.as_chunks();
    fold(blocks.iter().copied(), rest.iter().copied(), |a, b| a + b)
}

/// The dot product of `x` and `y`, as many numbers each and at least one: 2n - 1 FLOPs.
#[inline(always)]
pub(crate) fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    dot_by(x, y, |x| x)
}

/// The dot product of what `lift` makes of `x`, and `y`: 2n - 1 FLOPs beside what `lift` costs.
#[inline(always)]
pub(crate) fn dot_by<S: Copy, T: Scalar>(x: &[S], y: &[T], lift: impl Fn(S) -> T) -> T {
    debug_assert_eq!(x.len(), y.len(), "numbers of a dot product");
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let blocks = x.iter().zip(y).map(|(x, y)| std::array::from_fn(|lane| lift(x[lane]) * y[lane]));
    fold(blocks, x_rest.iter().zip(y_rest).map(|(&x, &y)| lift(x) * y), |a, b| a + b)
}

/// The largest of `x`, at least one number: n - 1 FLOPs (comparisons). NaNs may be passed over.
#[inline(always)]
pub(crate) fn max<T: Scalar>(x: &[T]) -> T {
    let (blocks, rest) = x.as_chunks();
    fold(blocks.iter().copied(), rest.iter().copied(), |a, b| select_unpredictable(b > a, b, a))
}

/// The largest absolute value, 0 where there are no numbers; none where one of them is NaN or infinite. One pass at the speed
/// of memory.
pub(crate) fn largest<T: Scalar>(values: &[T]) -> Option<f64> {
    let most = T::dispatch(
        #[inline(always)]
        || {
            // As whole numbers: their largest has no order in which it must be found, and tells what is not finite, too.
            let mut most = Default::default();
            for value in values {
                let magnitude = value.real().magnitude();
                most = if magnitude > most { magnitude } else { most };
            }
            T::Real::of_magnitude(most)
        },
    );
    Real::is_finite(most).then(|| Real::to_f64(most))
}

/// Whether no element is NaN or infinite: one pass at the speed of memory.
pub(crate) fn all_finite<T: Scalar>(values: &[T]) -> bool {
    /// Elements looked at before the first one that is not finite ends the search: without an exit inside, the loop
    /// runs in the machine's vectors.
    const BLOCK: usize = 1024;
    T::dispatch(
        #[inline(always)]
        || {
            values.chunks(BLOCK).all(
                #[inline(always)]
                |block| block.iter().fold(true, |finite, value| finite & value.real().is_finite()),
            )
        },
    )
}

/// The place of the last number that is NaN or infinite, if there is one. Gradients are made from the head down, so what is
/// last in a network's was first in time.
pub(crate) fn last_not_finite<T: Scalar>(values: &[T]) -> Option<usize> {
    if all_finite(values) { None } else { values.iter().rposition(|value| !value.real().is_finite()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Counted, count};

    #[test]
    fn reductions_of_every_length_are_exact_and_counted() {
        for n in 1..100_u32 {
            let x: Vec<Counted<f64>> = (0..n).map(|i| Counted(f64::from((i * 37) % 100))).collect();
            let plain: Vec<f64> = x.iter().map(|x| x.0).collect();
            let n = u64::from(n);
            assert_eq!(count(|| assert_eq!(sum(&x).0, plain.iter().sum::<f64>())), quipu_cost::sum(n));
            assert_eq!(
                count(|| assert_eq!(dot(&x, &x).0, plain.iter().map(|x| x * x).sum::<f64>())),
                quipu_cost::dot(n)
            );
            let largest = plain.iter().copied().fold(0.0, f64::max);
            assert_eq!(count(|| assert_eq!(max(&x).0, largest)), quipu_cost::maximum(n));
        }
    }

    #[test]
    fn one_element_is_found_anywhere() {
        for n in [0, 1, 15, 1024, 5000] {
            let mut values = vec![1e30_f32; n];
            assert!(all_finite(&values));
            for at in [0, n / 2, n.saturating_sub(1)] {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    if let Some(value) = values.get_mut(at) {
                        *value = bad;
                        assert!(!all_finite(&values));
                        values[at] = 0.0;
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_is_found_anywhere() {
        for n in [1, 15, 16, 17, 100] {
            for at in [0, n / 2, n - 1] {
                let mut values = vec![-1.0_f32; n];
                values[at] = -3.5;
                assert_eq!(largest(&values), Some(3.5));
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    values[at] = bad;
                    assert_eq!(largest(&values), None, "{bad} at {at} of {n}");
                }
            }
        }
        assert_eq!(largest::<f64>(&[]), Some(0.0));
    }
}
