//! The left side of a product as a tile goes through it: a column at a time, times a row of the right side.

use std::array::from_fn;

use pulp::Simd;

use super::lanes::{Lanes, load};

/// How the numbers of a left side lie. A type for each, since a small layer's tiles, compiled for its sizes, know theirs.
pub(in super::super) trait Left<T: Lanes>: Copy {
    /// Rows from `row` on, and columns from `column` on.
    fn from(self, row: usize, column: usize) -> Self;

    /// sums += a b, for `R` rows of a, `depth` columns of it, and `V` vectors of the columns of b, whose rows begin `b.1` elements
    /// after one another; of a `PART`, those that the mask says.
    /// 2 `R` `depth` FLOPs for each column of b.
    ///
    /// # Safety
    /// All their numbers may be read.
    unsafe fn times<S: Simd, const R: usize, const V: usize, const PART: bool>(
        self,
        simd: S,
        mask: T::Mask<S>,
        b: (*const T, usize),
        depth: usize,
        sums: &mut [[T::Vector<S>; V]; R],
    );
}

/// The numbers of a column side by side, as of a transposed matrix: a\[0\]\[0\], and elements to the next column.
#[derive(Clone, Copy)]
pub(in super::super) struct Columns<T>(pub(in super::super) *const T, pub(in super::super) usize);

impl<T: Lanes> Left<T> for Columns<T> {
    #[inline(always)]
    fn from(self, row: usize, column: usize) -> Self {
        Columns(self.0.wrapping_add(row + column * self.1), self.1)
    }

    #[inline(always)]
    unsafe fn times<S: Simd, const R: usize, const V: usize, const PART: bool>(
        self,
        simd: S,
        mask: T::Mask<S>,
        (mut b, b_row): (*const T, usize),
        depth: usize,
        sums: &mut [[T::Vector<S>; V]; R],
    ) {
        let Columns(mut a, stride) = self;
        // Past the last column no pointer is followed.
        for _ in 0..depth {
            // SAFETY: a column of a, and columns of a row of b.
            unsafe { multiply::<T, S, R, V, PART>(simd, mask, from_fn(|r| a.wrapping_add(r)), b, sums) };
            (a, b) = (a.wrapping_add(stride), b.wrapping_add(b_row));
        }
    }
}

/// The numbers of a row side by side: a\[0\]\[0\], and elements to the next row.
///
/// `AHEAD` columns are reached from one place, so that pointers seldom move: at a machine's peak there is little time beside the
/// multiply-adds, and a small layer's tiles are built faster with one.
#[derive(Clone, Copy)]
pub(in super::super) struct Rows<T, const AHEAD: usize>(
    pub(in super::super) *const T,
    pub(in super::super) usize,
);

/// Rows that are reached from one pointer: at once, twice and not at all the distance between rows is added to an address for
/// nothing.
const NEIGHBOURS: usize = 3;

impl<T: Lanes, const AHEAD: usize> Left<T> for Rows<T, AHEAD> {
    #[inline(always)]
    fn from(self, row: usize, column: usize) -> Self {
        Rows(self.0.wrapping_add(row * self.1 + column), self.1)
    }

    #[inline(always)]
    unsafe fn times<S: Simd, const R: usize, const V: usize, const PART: bool>(
        self,
        simd: S,
        mask: T::Mask<S>,
        (mut b, b_row): (*const T, usize),
        depth: usize,
        sums: &mut [[T::Vector<S>; V]; R],
    ) {
        let Rows(a, stride) = self;
        let mut heads: [_; R] = from_fn(|r| a.wrapping_add(r / NEIGHBOURS * NEIGHBOURS * stride));
        for _ in 0..depth / AHEAD {
            // SAFETY: columns of a, and as many rows of b.
            unsafe { columns::<T, S, R, V, PART>(simd, mask, (&heads, stride), (b, b_row), AHEAD, sums) };
            // Past the last column no pointer is followed.
            heads.iter_mut().for_each(|head| *head = head.wrapping_add(AHEAD));
            b = b.wrapping_add(AHEAD * b_row);
        }
        if AHEAD > 1 {
            let rest = depth % AHEAD;
            // SAFETY: as above.
            unsafe { columns::<T, S, R, V, PART>(simd, mask, (&heads, stride), (b, b_row), rest, sums) };
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
