//! Products of matrices so small that packing them or calling for them costs more than multiplying: tiles whose sizes the
//! compiler knows.
//!
//! Every element is a chain of fused multiply-adds from zero, in the order of the inner dimension, whatever lies beside it
//! and however rows are shared; only a row that is a whole batch is summed in another order ([`row`], [`dots`](dots())). For machines
//! that [fuse](super::Scalar::fuses).

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::level::{self, OfRows};
use super::product::{Columns, Lanes, Left, Operands, Rows, line, tile};

mod dots;

pub(crate) use dots::dots;

/// Calls `$work::<…, V, PART>(…)` for the columns from `$at` on, for V = 4, 2 or 1 vectors of them at a time, as many as there are
/// registers for, and at last for part of one, until all `$n` are done. What no column needs is not built.
macro_rules! columns {
    ($t:ident, $s:ident, $n:ident, $at:ident, $work:ident::<$($size:tt),*>($($argument:expr),*)) => {{
        let lanes = size_of::<$t::Vector<$s>>() / size_of::<$t>();
        let mut $at = 0;
        if const { vectors::<$t, $s>($n)[0] > 0 } {
            while $at + 4 * lanes <= $n {
                $work::<$($size,)* 4, false>($($argument),*);
                $at += 4 * lanes;
            }
        }
        if const { vectors::<$t, $s>($n)[1] > 0 } {
            while $at + 2 * lanes <= $n {
                $work::<$($size,)* 2, false>($($argument),*);
                $at += 2 * lanes;
            }
        }
        if const { vectors::<$t, $s>($n)[2] > 0 } {
            $work::<$($size,)* 1, false>($($argument),*);
            $at += lanes;
        }
        if const { vectors::<$t, $s>($n)[3] > 0 } {
            $work::<$($size,)* 1, true>($($argument),*);
        }
    }};
}

/// How often so many columns are four vectors, two, one, and part of one; of four at a time where there are registers for
/// them.
const fn vectors<T: Lanes, S: Simd>(columns: usize) -> [usize; 4] {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let all = columns / lanes;
    let fours = if S::REGISTER_COUNT >= 32 { all / 4 } else { 0 };
    let left = all - 4 * fours;
    [fours, left / 2, left % 2, !columns.is_multiple_of(lanes) as usize]
}

/// What is done with a product's elements once they are there, if anything.
pub(crate) trait Then<T> {
    /// `to` = what becomes of `from`, in the function that made those: of a row alone they come in registers.
    fn of(self, from: &[T], to: &mut [T]);

    /// The same in place, in a function of its own: of many rows they come from the first cache, and one function does for
    /// layers of every size.
    fn after(self, values: &mut [T]);
}

/// Nothing.
impl<T: Copy> Then<T> for () {
    #[inline(always)]
    fn of(self, from: &[T], to: &mut [T]) {
        to.copy_from_slice(from);
    }

    #[inline(always)]
    fn after(self, _: &mut [T]) {}
}

/// y = x W + b, row by row; without `bias`, y = x W. 2 `K` `N` FLOPs a row, and `N` for the bias.
#[inline(always)]
pub(crate) fn rows<T: Lanes, const K: usize, const N: usize>(
    x: &[[T; K]],
    w: &[[T; N]; K],
    bias: Option<&[T; N]>,
    y: &mut [[T; N]],
) {
    level::vectors_of(Forward { x, w, bias, y });
}

struct Forward<'a, T, const K: usize, const N: usize> {
    x: &'a [[T; K]],
    w: &'a [[T; N]; K],
    bias: Option<&'a [T; N]>,
    y: &'a mut [[T; N]],
}

impl<T: Lanes, const K: usize, const N: usize> OfRows for Forward<'_, T, K, N> {
    const ROW: usize = size_of::<[T; N]>();
}

impl<T: Lanes, const K: usize, const N: usize> WithSimd for Forward<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Forward { x, w, bias, y } = self;
        let rows = x.len().min(y.len());
        let (x, w, y) = (x.as_flattened(), w.as_flattened(), y.as_flattened_mut());
        let operands = Operands {
            a: Rows::<T, 1>(x.as_ptr(), K),
            b: (w.as_ptr(), N),
            dst: (y.as_mut_ptr(), N),
            // The bias under every row.
            onto: (bias.map_or(y.as_ptr(), |bias| bias.as_ptr()), 0),
            depth: K,
            columns: N,
        };
        // SAFETY: K columns of `rows` rows of x, K rows of W, the bias where there is one, and as many rows of y, which is
        // borrowed for writing.
        unsafe { product::<T, S, _, N>(simd, rows, operands, bias.map(|_| T::one())) }
    }
}

/// y = x W + b for one row alone: as several chains, because one would wait for itself. 2 `K` `N` FLOPs and 3 `N` more, and
/// `N` for the bias. And then `then` of y.
#[inline(always)]
pub(crate) fn row<T: Lanes, const K: usize, const N: usize>(
    x: &[T; K],
    w: &[[T; N]; K],
    bias: Option<&[T; N]>,
    y: &mut [T; N],
    then: impl Then<T>,
) {
    level::vectors_of(Row { x, w, bias, y, then });
}

struct Row<'a, T, F, const K: usize, const N: usize> {
    x: &'a [T; K],
    w: &'a [[T; N]; K],
    bias: Option<&'a [T; N]>,
    y: &'a mut [T; N],
    then: F,
}

impl<T: Lanes, F: Then<T>, const K: usize, const N: usize> OfRows for Row<'_, T, F, K, N> {
    const ROW: usize = size_of::<[T; N]>();
}

impl<T: Lanes, F: Then<T>, const K: usize, const N: usize> WithSimd for Row<'_, T, F, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Row { x, w, bias, y, then } = self;
        let mut sums = [T::zero(); N];
        // SAFETY: so many columns of K rows, of the bias and of the sums, which are there for writing.
        unsafe { columns!(T, S, N, at, line::<T, S, K, N>(simd, x, w, bias, &mut sums, at)) }
        then.of(&sums, y);
    }
}

/// `out` = x^T dy, of which `out` holds the rows `range`, and `sums` = the sums of dy over rows; or so many times that onto
/// what is there. 2 FLOPs a row of x, element of `out`, and one of `sums`; 2 more with a factor.
#[inline(always)]
pub(crate) fn across<T: Lanes, const K: usize, const N: usize>(
    x: &[[T; K]],
    dy: &[[T; N]],
    range: Range<usize>,
    out: &mut [[T; N]],
    sums: Option<&mut [T; N]>,
    factor: Option<T>,
) {
    level::vectors_of(Across { x, dy, range, out, sums, factor });
}

struct Across<'a, T, const K: usize, const N: usize> {
    x: &'a [[T; K]],
    dy: &'a [[T; N]],
    range: Range<usize>,
    out: &'a mut [[T; N]],
    sums: Option<&'a mut [T; N]>,
    factor: Option<T>,
}

impl<T: Lanes, const K: usize, const N: usize> OfRows for Across<'_, T, K, N> {
    const ROW: usize = size_of::<[T; N]>();
}

impl<T: Lanes, const K: usize, const N: usize> WithSimd for Across<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Across { x, dy, range, out, sums, factor } = self;
        assert!(range.end <= K && range.len() == out.len(), "rows {range:?} of {K}");
        let (batch, rows, one) = (x.len().min(dy.len()), range.len(), T::one());
        let (x, dy, out) = (x.as_flattened(), dy.as_flattened(), out.as_flattened_mut());
        let operands = Operands {
            a: Columns(x.as_ptr().wrapping_add(range.start), K),
            b: (dy.as_ptr(), N),
            dst: (out.as_mut_ptr(), N),
            onto: (out.as_ptr(), N),
            depth: batch,
            columns: N,
        };
        // SAFETY: `batch` rows of x and of dy, columns `range` of the former, and as many rows of `out`, which is borrowed for
        // writing.
        unsafe { product::<T, S, _, N>(simd, rows, operands, factor) }
        if let Some(sums) = sums {
            // A row of ones on the left.
            let ones = Columns(&raw const one, 0);
            let operands =
                Operands { a: ones, dst: (sums.as_mut_ptr(), N), onto: (sums.as_ptr(), N), ..operands };
            // SAFETY: the one again and again, the same dy, and one row of sums, which is borrowed for writing.
            unsafe { columns!(T, S, N, at, tile::<T, S, _, 1>(simd, operands.right(at), factor)) }
        }
    }
}

/// dst = a b, or dst = onto + factor a b, for `rows` rows of `N` columns.
///
/// # Safety
/// As for [`tile`], of so many rows and columns.
#[inline(always)]
unsafe fn product<T: Lanes, S: Simd, L: Left<T>, const N: usize>(
    simd: S,
    rows: usize,
    operands: Operands<T, L>,
    factor: Option<T>,
) {
    // SAFETY: the caller's promise; some columns of all.
    unsafe { columns!(T, S, N, at, down::<T, S, L>(simd, rows, operands.right(at), factor)) }
}

/// The columns of one tile, all rows: eight sums in vectors at least, enough to hide how long a multiply-add takes, as long as
/// there are rows.
///
/// # Safety
/// As for [`tile`], of so many rows.
#[inline(always)]
unsafe fn down<T: Lanes, S: Simd, L: Left<T>, const V: usize, const PART: bool>(
    simd: S,
    rows: usize,
    operands: Operands<T, L>,
    factor: Option<T>,
) {
    let mut row = 0;
    // SAFETY: the caller's promise; some rows of all.
    unsafe {
        if const { V == 1 } {
            while row + 8 <= rows {
                tile::<T, S, L, 8, V, PART>(simd, operands.down(row), factor);
                row += 8;
            }
        }
        while row + 4 <= rows {
            tile::<T, S, L, 4, V, PART>(simd, operands.down(row), factor);
            row += 4;
        }
        // One by one, since every height of a tile is compiled for every layer.
        while row < rows {
            tile::<T, S, L, 1, V, PART>(simd, operands.down(row), factor);
            row += 1;
        }
    }
}

/// W^T.
#[inline(always)]
pub(crate) fn transposed<T: Lanes, const K: usize, const N: usize>(w: &[[T; N]; K]) -> [[T; K]; N] {
    let mut out = [[T::zero(); K]; N];
    for k in 0..K {
        for n in 0..N {
            out[n][k] = w[k][n];
        }
    }
    out
}
