//! Rows of logits become probabilities: p = exp(z') / S with z' = z - max(z) and S = sum exp(z'), 5C - 2 FLOPs a row of C.

use crate::scalar::{Scalar, reduce};

/// The most rows of a block.
const BLOCK_ROWS: usize = 16;
/// The most elements of a block, if a row has not more: they stay in the first cache.
const ELEMENTS: usize = 1024;

/// z becomes z - max(z): 2C - 1 FLOPs.
#[inline(always)]
pub(crate) fn shift<T: Scalar>(z: &mut [T]) {
    let max = reduce::max(z);
    for z in z {
        *z -= max;
    }
}

/// Rows of `width` logits become probabilities. `own` reads what it wants of a row's shifted logits, and `summed` has, for rows
/// from its first argument on, what that was and the sum S of the exponentials.
///
/// It goes block by block, so that the exponentials of short rows, too, fill the machine's vectors.
#[inline(always)]
pub(super) fn probabilities<T: Scalar>(
    z: &mut [T],
    width: usize,
    mut own: impl FnMut(usize, &[T]) -> T,
    mut summed: impl FnMut(usize, &[T], &[T]),
) {
    let rows = (ELEMENTS / width).clamp(1, BLOCK_ROWS);
    if z.len() == width {
        // One row alone, where the width is known, is no loop at all.
        return block(0, &mut z[..width], width, &mut own, &mut summed);
    }
    for (index, z) in z.chunks_mut(rows * width).enumerate() {
        block(index * rows, z, width, &mut own, &mut summed);
    }
}

/// The same of at most [`BLOCK_ROWS`] rows, from `first` on.
#[inline(always)]
fn block<T: Scalar>(
    first: usize,
    z: &mut [T],
    width: usize,
    own: &mut impl FnMut(usize, &[T]) -> T,
    summed: &mut impl FnMut(usize, &[T], &[T]),
) {
    let (mut owns, mut sums) = ([T::zero(); BLOCK_ROWS], [T::zero(); BLOCK_ROWS]);
    let count = z.len() / width;
    for (row, z) in z.chunks_exact_mut(width).enumerate() {
        shift(z);
        owns[row] = own(first + row, z);
    }
    exponentials(z);
    for (z, to) in z.chunks_exact_mut(width).zip(&mut sums) {
        let sum = reduce::sum(z);
        for z in z {
            *z /= sum;
        }
        *to = sum;
    }
    summed(first, &owns[..count], &sums[..count]);
}

/// z, at most 0, becomes exp z, or 0 where that is next to nothing; in blocks of sizes that the compiler has vectors for, also
/// where it is short.
#[inline(always)]
fn exponentials<T: Scalar>(z: &mut [T]) {
    #[inline(always)]
    fn of_blocks<T: Scalar, const N: usize>(z: &mut [T]) -> &mut [T] {
        let (blocks, rest) = z.as_chunks_mut::<N>();
        for block in blocks {
            for z in block {
                *z = z.exp_or_zero();
            }
        }
        rest
    }
    of_blocks::<T, 1>(of_blocks::<T, 4>(of_blocks::<T, 16>(z)));
}

/// Rows of `width` logits become probabilities, and nothing else.
#[inline(always)]
pub(crate) fn softmax<T: Scalar>(z: &mut [T], width: usize) {
    probabilities(z, width, |_, _| T::zero(), |_, _, _| ());
}
