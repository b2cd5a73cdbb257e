//! Sums over all parameters, for norms and penalties.

use crate::scalar::Scalar;

/// Elements that are added up before their sum joins the others: rounding errors grow with a block's length and with
/// the number of blocks, not with the product of the two.
const BLOCK: usize = 4096;

/// Sums that run side by side: four AVX2 registers of f32, enough to hide the latency of an addition.
const LANES: usize = 32;

/// The sum of the squares: P products and P - 1 additions.
pub(super) fn squares<T: Scalar>(values: &[T]) -> T {
    sum(
        values,
        #[inline(always)]
        |x| x * x,
    )
}

/// The sum of the absolute values: P of those and P - 1 additions.
pub(super) fn absolutes<T: Scalar>(values: &[T]) -> T {
    sum(
        values,
        #[inline(always)]
        |x| x.abs(),
    )
}

fn sum<T: Scalar>(values: &[T], of: impl Fn(T) -> T + Copy) -> T {
    T::dispatch(
        #[inline(always)]
        || {
            let mut blocks = values.chunks(BLOCK);
            let Some(first) = blocks.next() else { return T::zero() };
            let mut sum = block(first, of);
            for values in blocks {
                sum += block(values, of);
            }
            sum
        },
    )
}

/// The sum over a block: n values and n - 1 additions, since the first values start the sums.
///
/// Written over arrays of [`LANES`], without an index: the compiler keeps the sums in vector registers, which makes
/// it five times as fast as a dot product by places.
#[inline(always)]
fn block<T: Scalar>(values: &[T], of: impl Fn(T) -> T + Copy) -> T {
    let Some((first, rest)) = values.split_first_chunk::<LANES>() else {
        return values.iter().map(|&x| of(x)).reduce(|a, b| a + b).unwrap_or_default();
    };
    let mut sums = first.map(of);
    let (rows, tail) = rest.as_chunks::<LANES>();
    for row in rows {
        for (sum, &x) in sums.iter_mut().zip(row) {
            *sum += of(x);
        }
    }
    for (sum, &x) in sums.iter_mut().zip(tail) {
        *sum += of(x);
    }
    sums.into_iter().reduce(|a, b| a + b).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Counted, count};

    #[test]
    fn sums_of_any_length_are_exact_and_counted() {
        for n in [1, 2, 15, 16, 100, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7] {
            let values: Vec<Counted<f64>> = (0..n).map(|i| Counted((i % 7) as f64 - 3.0)).collect();
            let plain = |of: fn(f64) -> f64| values.iter().map(|x| of(x.0)).sum::<f64>();
            let mut found = [Counted(0.0); 2];
            let flops = count(|| found = [squares(&values), absolutes(&values)]);
            assert_eq!(found.map(|sum| sum.0), [plain(|x| x * x), plain(f64::abs)]);
            assert_eq!(flops, 2 * (2 * n as u64 - 1));
        }
    }
}
