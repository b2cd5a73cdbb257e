//! A row alone times a matrix, some columns of it: sums that stay in registers, as several chains, because one would wait for
//! itself.

use pulp::Simd;

use super::lanes::{Lanes, load, store};

/// Chains of multiply-adds: a row of W goes to one of them in turn.
const CHAINS: usize = 4;

/// y = x W + b for `V` vectors of columns from `at` on; for `PART` of one vector, those up to the last.
///
/// Every element is four chains of fused multiply-adds from zero, of every fourth row of W each, and the sum of their sums, the
/// first two and the last two first, whatever `V`. 2 `K` FLOPs an element and 3 more, and one for the bias.
///
/// # Safety
/// There are as many columns from `at` on as `V` vectors have lanes, or, for `PART`, at least one.
#[inline(always)]
pub(in super::super) unsafe fn line<
    T: Lanes,
    S: Simd,
    const K: usize,
    const N: usize,
    const V: usize,
    const PART: bool,
>(
    simd: S,
    x: &[T; K],
    w: &[[T; N]; K],
    bias: Option<&[T; N]>,
    y: &mut [T; N],
    at: usize,
) {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let mask = T::first(simd, if PART { (N - at).min(lanes) } else { lanes });
    // SAFETY: the caller's promise.
    let vector =
        |row: &[T; N], v: usize| unsafe { load::<T, S, PART>(simd, mask, row.as_ptr().add(at + v * lanes)) };
    let mut sums = [[T::splat(simd, T::zero()); V]; CHAINS];
    let mut add = |chain: usize, k: usize| {
        let left = T::splat(simd, x[k]);
        for (v, sum) in sums[chain].iter_mut().enumerate() {
            *sum = T::fused(simd, left, vector(&w[k], v), *sum);
        }
    };
    for block in 0..K / CHAINS {
        for chain in 0..CHAINS {
            add(chain, block * CHAINS + chain);
        }
    }
    for k in K / CHAINS * CHAINS..K {
        add(k % CHAINS, k);
    }
    for v in 0..V {
        let [a, b, c, d] = sums.map(|chain| chain[v]);
        let mut sum = T::plus(simd, T::plus(simd, a, b), T::plus(simd, c, d));
        if let Some(bias) = bias {
            sum = T::plus(simd, sum, vector(bias, v));
        }
        // SAFETY: as for reading.
        unsafe { store::<T, S, PART>(simd, mask, y.as_mut_ptr().add(at + v * lanes), sum) };
    }
}
