//! Products of matrices so small that packing them or calling for them costs more than multiplying: tiles whose sizes the
//! compiler knows.
//!
//! Every element is a chain of fused multiply-adds from zero, in the order of the inner dimension, whatever lies beside it
//! and however rows are shared; only a row that is a whole batch is summed in another order ([`row`], [`dots`]). For machines
//! that [fuse](super::Scalar::fuses).

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::level;
use super::product::{Columns, Lanes, Left, Operands, Rows, line, tile};

/// Calls `$work::<…, V, PART>(…)` for the columns from `$at` on, for V = 4, 2 or 1 vectors of them at a time, as many as there are
/// registers for, and at last for part of one, until all `$n` are done.
macro_rules! columns {
    ($t:ident, $s:ident, $n:ident, $at:ident, $work:ident::<$($size:ident),*>($($argument:expr),*)) => {{
        let lanes = size_of::<$t::Vector<$s>>() / size_of::<$t>();
        let mut $at = 0;
        while $at < $n {
            let left = $n - $at;
            if left >= 4 * lanes && $s::REGISTER_COUNT >= 32 {
                $work::<$($size,)* 4, false>($($argument),*);
                $at += 4 * lanes;
            } else if left >= 2 * lanes {
                $work::<$($size,)* 2, false>($($argument),*);
                $at += 2 * lanes;
            } else if left >= lanes {
                $work::<$($size,)* 1, false>($($argument),*);
                $at += lanes;
            } else {
                $work::<$($size,)* 1, true>($($argument),*);
                $at = $n;
            }
        }
    }};
}

/// y = x W + b, row by row; without `bias`, y = x W. 2 `K` `N` FLOPs a row, and `N` for the bias.
#[inline(always)]
pub(crate) fn rows<T: Lanes, const K: usize, const N: usize>(
    x: &[[T; K]],
    w: &[[T; N]; K],
    bias: Option<&[T; N]>,
    y: &mut [[T; N]],
) {
    level::vectors_of(size_of::<[T; N]>(), Forward { x, w, bias, y });
}

struct Forward<'a, T, const K: usize, const N: usize> {
    x: &'a [[T; K]],
    w: &'a [[T; N]; K],
    bias: Option<&'a [T; N]>,
    y: &'a mut [[T; N]],
}

impl<T: Lanes, const K: usize, const N: usize> WithSimd for Forward<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Forward { x, w, bias, y } = self;
        if let Some(bias) = bias {
            y.fill(*bias);
        }
        let rows = x.len().min(y.len());
        let (x, w, y) = (x.as_flattened(), w.as_flattened(), y.as_flattened_mut());
        let operands = Operands {
            a: Rows::<T, 1>(x.as_ptr(), K),
            b: (w.as_ptr(), N),
            dst: (y.as_mut_ptr(), N),
            depth: K,
            columns: N,
        };
        // SAFETY: K columns of `rows` rows of x, K rows of W, and as many rows of y, which is borrowed for writing.
        unsafe { product::<T, S, _, N>(simd, rows, operands, bias.map(|_| T::one())) }
    }
}

/// y = x W + b for one row alone: as several chains, because one would wait for itself. 2 `K` `N` FLOPs and 3 `N` more, and
/// `N` for the bias.
#[inline(always)]
pub(crate) fn row<T: Lanes, const K: usize, const N: usize>(
    x: &[T; K],
    w: &[[T; N]; K],
    bias: Option<&[T; N]>,
    y: &mut [T; N],
) {
    level::vectors_of(size_of::<[T; N]>(), Row { x, w, bias, y });
}

struct Row<'a, T, const K: usize, const N: usize> {
    x: &'a [T; K],
    w: &'a [[T; N]; K],
    bias: Option<&'a [T; N]>,
    y: &'a mut [T; N],
}

impl<T: Lanes, const K: usize, const N: usize> WithSimd for Row<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Row { x, w, bias, y } = self;
        // SAFETY: so many columns of K rows, of the bias and of y, which is borrowed for writing.
        unsafe { columns!(T, S, N, at, line::<T, S, K, N>(simd, x, w, bias, y, at)) }
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
    level::vectors_of(size_of::<[T; N]>(), Across { x, dy, range, out, sums, factor });
}

struct Across<'a, T, const K: usize, const N: usize> {
    x: &'a [[T; K]],
    dy: &'a [[T; N]],
    range: Range<usize>,
    out: &'a mut [[T; N]],
    sums: Option<&'a mut [T; N]>,
    factor: Option<T>,
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
            depth: batch,
            columns: N,
        };
        // SAFETY: `batch` rows of x and of dy, columns `range` of the former, and as many rows of `out`, which is borrowed for
        // writing.
        unsafe { product::<T, S, _, N>(simd, rows, operands, factor) }
        if let Some(sums) = sums {
            // A row of ones on the left.
            let ones = Columns(&raw const one, 0);
            let operands = Operands { a: ones, dst: (sums.as_mut_ptr(), N), ..operands };
            // SAFETY: the one again and again, the same dy, and one row of sums, which is borrowed for writing.
            unsafe { product::<T, S, _, N>(simd, 1, operands, factor) }
        }
    }
}

/// dst = a b, or dst += factor a b, for `rows` rows of `N` columns.
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
        while V == 1 && row + 8 <= rows {
            tile::<T, S, L, 8, V, PART>(simd, operands.down(row), factor);
            row += 8;
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

/// Sums of a dot product side by side.
const LANES: usize = 8;

/// dx = dy W^T for one row: the dot product of dy and every row of W. 2 `K` `N` FLOPs and, where there are vectors of sums
/// to add up, less than 8 `K` more.
#[inline(always)]
pub(crate) fn dots<T: Lanes, const K: usize, const N: usize>(dy: &[T; N], w: &[[T; N]; K], dx: &mut [T; K]) {
    level::fused(Dots { dy, w, dx });
}

struct Dots<'a, T, const K: usize, const N: usize> {
    dy: &'a [T; N],
    w: &'a [[T; N]; K],
    dx: &'a mut [T; K],
}

impl<T: Lanes, const K: usize, const N: usize> WithSimd for Dots<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Dots { dy, w, dx } = self;
        if N > LANES {
            dx.iter_mut().zip(w).for_each(|(dx, w)| *dx = dot(dy, w));
        } else if size_of::<T::Vector<S>>() / size_of::<T>() > LANES {
            several::<T, { 2 * LANES }, N>(dy, w, dx);
        } else {
            several::<T, LANES, N>(dy, w, dx);
        }
    }
}

/// Dot products with short rows, those of `R` rows side by side; they are the same however many those are.
#[inline(always)]
fn several<T: Lanes, const R: usize, const N: usize>(dy: &[T; N], w: &[[T; N]], dx: &mut [T]) {
    let ((w, rest_w), (dx, rest_dx)) = (w.as_chunks::<R>(), dx.as_chunks_mut::<R>());
    for (dx, w) in dx.iter_mut().zip(w) {
        few(dy, w, dx);
    }
    for (dx, w) in rest_dx.iter_mut().zip(rest_w) {
        few(dy, &[*w], std::array::from_mut(dx));
    }
}

/// Dot products with rows no longer than [`LANES`], as they lie: products side by side, then neighbours added up until there is
/// one sum for each row.
#[inline(always)]
fn few<T: Lanes, const R: usize, const N: usize>(dy: &[T; N], w: &[[T; N]; R], dx: &mut [T; R]) {
    let mut sums = [[T::zero(); LANES]; R];
    for (sums, w) in sums.iter_mut().zip(w) {
        for n in 0..N {
            sums[n] = dy[n] * w[n];
        }
    }
    let (mut fours, mut twos) = ([[T::zero(); 4]; R], [[T::zero(); 2]; R]);
    for (to, from) in fours.as_flattened_mut().iter_mut().zip(sums.as_flattened().as_chunks().0) {
        let [a, b] = *from;
        *to = a + b;
    }
    for (to, from) in twos.as_flattened_mut().iter_mut().zip(fours.as_flattened().as_chunks().0) {
        let [a, b] = *from;
        *to = a + b;
    }
    for (to, [a, b]) in dx.iter_mut().zip(twos) {
        *to = a + b;
    }
}

/// The dot product, as sums side by side.
#[inline(always)]
fn dot<T: Lanes, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [T::zero(); LANES];
    for (a, b) in a.iter().zip(b) {
        for c in 0..LANES {
            sums[c] = a[c].mul_add(b[c], sums[c]);
        }
    }
    let mut count = LANES / 2;
    while count > 0 {
        for c in 0..count {
            sums[c] += sums[c + count];
        }
        count /= 2;
    }
    rest_a.iter().zip(rest_b).fold(sums[0], |sum, (&a, &b)| a.mul_add(b, sum))
}
