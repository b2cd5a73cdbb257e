//! One tile of a product: a few rows of the destination by one, two or four vectors of columns, whose sums stay in registers
//! while the inner dimension passes by.

use pulp::Simd;

use super::lanes::{Lanes, load, store};
use super::left::Left;

/// Where a tile's numbers stand: its first element of each matrix, and how far it is to the next ones.
#[derive(Clone, Copy)]
pub(in super::super) struct Operands<T, L> {
    /// The left side.
    pub(in super::super) a: L,
    /// b\[0\]\[0\], and elements to the next row; its columns lie side by side.
    pub(in super::super) b: (*const T, usize),
    /// The destination's, as for b.
    pub(in super::super) dst: (*mut T, usize),
    /// What a product with a factor is added to, as for b: the destination itself, or one row again and again.
    pub(in super::super) onto: (*const T, usize),
    /// Columns of a and rows of b.
    pub(in super::super) depth: usize,
    /// Columns: those of the tile's vectors at least, or fewer where it is part of one.
    pub(in super::super) columns: usize,
}

impl<T: Lanes, L: Left<T>> Operands<T, L> {
    /// Columns from `at` on.
    #[inline(always)]
    pub(in super::super) fn right(self, at: usize) -> Self {
        let Operands { b, dst, onto, columns, .. } = self;
        Operands {
            b: (b.0.wrapping_add(at), b.1),
            dst: (dst.0.wrapping_add(at), dst.1),
            onto: (onto.0.wrapping_add(at), onto.1),
            columns: columns - at,
            ..self
        }
    }

    /// Rows from `row` on.
    #[inline(always)]
    pub(in super::super) fn down(self, row: usize) -> Self {
        let Operands { a, dst, onto, .. } = self;
        Operands {
            a: a.from(row, 0),
            dst: (dst.0.wrapping_add(row * dst.1), dst.1),
            onto: (onto.0.wrapping_add(row * onto.1), onto.1),
            ..self
        }
    }
}

/// dst = a b, or dst = onto + factor a b, for `R` rows and `V` vectors of columns; `PART` of one vector.
///
/// Every element is a chain of fused multiply-adds from zero in the order of the inner dimension, whatever the tile.
/// 2 `R` columns depth FLOPs, and as many more as there are elements where there is a factor other than 1.
///
/// # Safety
/// All elements of `R` rows of a, of the destination and, with a factor, of what is added to, of `depth` rows of b, and of
/// `columns` columns, lie where `operands` says that they do and may be read, those of the destination written, by this thread
/// alone. `columns` are at least those of `V` vectors, or, of a `PART`, at most one vector's.
#[inline(always)]
pub(in super::super) unsafe fn tile<
    T: Lanes,
    S: Simd,
    L: Left<T>,
    const R: usize,
    const V: usize,
    const PART: bool,
>(
    simd: S,
    operands: Operands<T, L>,
    factor: Option<T>,
) {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let mask = T::first(simd, if PART { operands.columns } else { lanes });
    let mut sums = [[T::splat(simd, T::zero()); V]; R];
    // SAFETY: the caller's promise.
    unsafe { operands.a.times::<S, R, V, PART>(simd, mask, operands.b, operands.depth, &mut sums) };
    // All rows are read before the first is written, and the last one, beside which the next tile begins, is written first: a
    // machine that reads part of a vector waits for what it has written under a mask beside that part.
    if let Some(factor) = factor {
        for (r, sums) in sums.iter_mut().enumerate() {
            for (v, sum) in sums.iter_mut().enumerate() {
                let (onto, row) = operands.onto;
                // SAFETY: a vector of what is added to.
                let there = unsafe { load::<T, S, PART>(simd, mask, onto.add(r * row + v * lanes)) };
                *sum = T::fused(simd, T::splat(simd, factor), *sum, there);
            }
        }
    }
    for (r, sums) in sums.into_iter().enumerate().rev() {
        for (v, sum) in sums.into_iter().enumerate() {
            let (dst, row) = operands.dst;
            // SAFETY: a vector of the destination.
            unsafe { store::<T, S, PART>(simd, mask, dst.add(r * row + v * lanes), sum) };
        }
    }
}
