//! One tile of a product: a few rows of the destination by one, two or four vectors of columns, whose sums stay in registers
//! while the inner dimension passes by.

use std::array::from_fn;

use pulp::Simd;

use super::lanes::{Lanes, load, store};

/// How the numbers of a tile's left side lie.
#[derive(Clone, Copy)]
pub(in super::super) enum Left<T> {
    /// Those of a row side by side: a\[0\]\[0\], and elements to the next row.
    Rows(*const T, usize),
    /// Those of a column, as of a transposed matrix: a\[0\]\[0\], and elements to the next column.
    Columns(*const T, usize),
}

impl<T> Left<T> {
    /// Rows from `row` on, and columns from `column` on.
    #[inline(always)]
    pub(in super::super) fn from(self, row: usize, column: usize) -> Self {
        match self {
            Left::Rows(a, stride) => Left::Rows(a.wrapping_add(row * stride + column), stride),
            Left::Columns(a, stride) => Left::Columns(a.wrapping_add(row + column * stride), stride),
        }
    }
}

/// Where a tile's numbers stand: its first element of each matrix, and how far it is to the next ones.
#[derive(Clone, Copy)]
pub(in super::super) struct Operands<T> {
    /// The left side.
    pub(in super::super) a: Left<T>,
    /// b\[0\]\[0\], and elements to the next row; its columns lie side by side.
    pub(in super::super) b: (*const T, usize),
    /// The destination's, as for b.
    pub(in super::super) dst: (*mut T, usize),
    /// Columns of a and rows of b.
    pub(in super::super) depth: usize,
    /// Columns: those of the tile's vectors at least, or fewer where it is part of one.
    pub(in super::super) columns: usize,
}

impl<T> Operands<T> {
    /// Columns from `at` on.
    #[inline(always)]
    pub(in super::super) fn right(self, at: usize) -> Self {
        let (b, dst) = (self.b.0.wrapping_add(at), self.dst.0.wrapping_add(at));
        Operands { b: (b, self.b.1), dst: (dst, self.dst.1), columns: self.columns - at, ..self }
    }

    /// Rows from `row` on.
    #[inline(always)]
    pub(in super::super) fn down(self, row: usize) -> Self {
        let (dst, dst_row) = self.dst;
        Operands { a: self.a.from(row, 0), dst: (dst.wrapping_add(row * dst_row), dst_row), ..self }
    }
}

/// Rows of the left side that are reached from one pointer: at once, twice and not at all the distance between rows is added to
/// an address for nothing.
const NEIGHBOURS: usize = 3;

/// dst = a b, or dst += factor a b, for `R` rows and `V` vectors of columns; `PART` of one vector.
///
/// Every element is a chain of fused multiply-adds from zero in the order of the inner dimension, whatever the tile.
/// `AHEAD` columns of the left side's rows are reached from one place, so that pointers seldom move: at a machine's peak there is
/// little time beside the multiply-adds, and a small layer's tiles, compiled for each size, are built faster with one.
/// 2 `R` columns depth FLOPs, and as many more as there are elements where there is a factor other than 1.
///
/// # Safety
/// All elements of `R` rows of a and of the destination, of `depth` rows of b, and of `columns` columns, lie where `operands`
/// says that they do and may be read, those of the destination written, by this thread alone. `columns` are at least those of `V` vectors,
/// or, of a `PART`, at most one vector's.
#[inline(always)]
pub(in super::super) unsafe fn tile<
    T: Lanes,
    S: Simd,
    const R: usize,
    const V: usize,
    const PART: bool,
    const AHEAD: usize,
>(
    simd: S,
    operands: Operands<T>,
    factor: Option<T>,
) {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let mask = T::first(simd, if PART { operands.columns } else { lanes });
    let zero = T::splat(simd, T::zero());
    let mut sums = [[zero; V]; R];
    let (mut b, b_row) = operands.b;
    // Past the last row and column no pointer is followed.
    match operands.a {
        Left::Columns(mut a, stride) => {
            for _ in 0..operands.depth {
                // SAFETY: a column of a, and columns of a row of b.
                unsafe {
                    multiply::<T, S, R, V, PART>(simd, mask, from_fn(|r| a.wrapping_add(r)), b, &mut sums)
                };
                (a, b) = (a.wrapping_add(stride), b.wrapping_add(b_row));
            }
        }
        Left::Rows(a, stride) => {
            let mut heads: [_; R] = from_fn(|r| a.wrapping_add(r / NEIGHBOURS * NEIGHBOURS * stride));
            for _ in 0..operands.depth / AHEAD {
                let a = (&heads, stride);
                // SAFETY: columns of a, and as many rows of b.
                unsafe { columns::<T, S, R, V, PART>(simd, mask, a, (b, b_row), AHEAD, &mut sums) };
                heads.iter_mut().for_each(|head| *head = head.wrapping_add(AHEAD));
                b = b.wrapping_add(AHEAD * b_row);
            }
            if AHEAD > 1 {
                let (a, rest) = ((&heads, stride), operands.depth % AHEAD);
                // SAFETY: as above.
                unsafe { columns::<T, S, R, V, PART>(simd, mask, a, (b, b_row), rest, &mut sums) };
            }
        }
    }
    // SAFETY: columns of a row of the destination.
    let place = |r: usize, v: usize| unsafe { operands.dst.0.add(r * operands.dst.1 + v * lanes) };
    // All rows are read before the first is written, and the last one, beside which the next tile begins, is written first: a
    // machine that reads part of a vector waits for what it has written under a mask beside that part.
    if let Some(factor) = factor {
        for (r, sums) in sums.iter_mut().enumerate() {
            for (v, sum) in sums.iter_mut().enumerate() {
                // SAFETY: a vector of it.
                let there = unsafe { load::<T, S, PART>(simd, mask, place(r, v)) };
                *sum = T::fused(simd, T::splat(simd, factor), *sum, there);
            }
        }
    }
    for (r, sums) in sums.into_iter().enumerate().rev() {
        for (v, sum) in sums.into_iter().enumerate() {
            // SAFETY: a vector of it.
            unsafe { store::<T, S, PART>(simd, mask, place(r, v), sum) };
        }
    }
}

/// sums += so many columns of a, whose rows begin in `heads` and `stride` elements past them, times as many rows of b.
///
/// # Safety
/// All their numbers may be read, and `V` vectors of the rows.
#[inline(always)]
unsafe fn columns<T: Lanes, S: Simd, const R: usize, const V: usize, const PART: bool>(
    simd: S,
    mask: T::Mask<S>,
    (heads, stride): (&[*const T; R], usize),
    (b, b_row): (*const T, usize),
    count: usize,
    sums: &mut [[T::Vector<S>; V]; R],
) {
    for column in 0..count {
        let left = from_fn(|r| heads[r].wrapping_add(r % NEIGHBOURS * stride + column));
        // SAFETY: the caller's promise.
        unsafe { multiply::<T, S, R, V, PART>(simd, mask, left, b.wrapping_add(column * b_row), sums) };
    }
}

/// sums += a column times a row.
///
/// # Safety
/// All numbers of the column may be read, and `V` vectors of the row.
#[inline(always)]
unsafe fn multiply<T: Lanes, S: Simd, const R: usize, const V: usize, const PART: bool>(
    simd: S,
    mask: T::Mask<S>,
    column: [*const T; R],
    row: *const T,
    sums: &mut [[T::Vector<S>; V]; R],
) {
    let mut right = [T::splat(simd, T::zero()); V];
    for (v, right) in right.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *right =
            unsafe { load::<T, S, PART>(simd, mask, row.add(v * (size_of_val(right) / size_of::<T>()))) };
    }
    for (number, sums) in column.into_iter().zip(sums) {
        // SAFETY: the caller's promise.
        let left = T::splat(simd, unsafe { *number });
        for (sum, &right) in sums.iter_mut().zip(&right) {
            *sum = T::fused(simd, left, right, *sum);
        }
    }
}
