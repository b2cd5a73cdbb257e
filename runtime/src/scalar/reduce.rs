//! Sums, dot products and maxima of rows, in lanes that a vector unit can take side by side.
//!
//! A sum in order would wait for each addition before the next. Lanes that are joined at the end spend exactly the
//! same n - 1 operations, do not depend on the machine, and round less.

use std::hint::select_unpredictable;

use super::Scalar;

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
}
