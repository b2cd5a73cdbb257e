//! Sums, dot products and maxima of rows, in lanes that a vector unit can take side by side.
//!
//! A sum in order would wait for each addition before the next. Lanes that are joined at the end spend exactly the
//! same n - 1 operations, do not depend on the machine, and round less.

use super::Scalar;

/// Independent running values: two vectors of f32 in AVX2, enough to hide the latency of an addition.
const LANES: usize = 16;

/// Joins `term` of the places 0 .. n by `join`, n - 1 times; n is at least 1.
#[inline(always)]
pub(crate) fn fold<T: Scalar>(n: usize, term: impl Fn(usize) -> T, join: impl Fn(T, T) -> T) -> T {
    if n < 2 * LANES {
        return (1..n).fold(term(0), |sum, i| join(sum, term(i)));
    }
    let mut lanes: [T; LANES] = std::array::from_fn(&term);
    let whole = n / LANES * LANES;
    for start in (LANES..whole).step_by(LANES) {
        for (lane, value) in lanes.iter_mut().enumerate() {
            *value = join(*value, term(start + lane));
        }
    }
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] = join(lanes[lane], lanes[lane + width]);
        }
    }
    (whole..n).fold(lanes[0], |sum, i| join(sum, term(i)))
}

/// The sum of `x`, at least one number: n - 1 FLOPs.
#[inline(always)]
pub(crate) fn sum<T: Scalar>(x: &[T]) -> T {
    fold(x.len(), |i| x[i], |a, b| a + b)
}

/// The dot product of `x` and `y`, at least one number each: 2n - 1 FLOPs.
#[inline(always)]
pub(crate) fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    let y = &y[..x.len()];
    fold(x.len(), |i| x[i] * y[i], |a, b| a + b)
}

/// The largest of `x`, at least one number: n - 1 FLOPs (comparisons). NaNs may be passed over.
#[inline(always)]
pub(crate) fn max<T: Scalar>(x: &[T]) -> T {
    fold(x.len(), |i| x[i], |a, b| if b > a { b } else { a })
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
