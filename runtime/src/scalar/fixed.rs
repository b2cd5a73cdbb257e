//! Products of matrices so small that packing them or calling for them costs more than multiplying: loops whose sizes the
//! compiler knows, with sums that stay in registers.
//!
//! Every element is a chain of fused multiply-adds from zero, in the order of the inner dimension, whatever lies beside it
//! and however rows are shared; only [`row`] and [`dots`], for a row that is a whole batch, sum in another order. All functions are
//! to be called inside [`Scalar::dispatch`], on numbers that [fuse](Scalar::fuses).

use std::ops::Range;

use super::Scalar;

/// Rows in a tile: with the columns of [`columns!`] eight sums in vectors, enough to hide how long a multiply-add takes.
const ROWS: usize = 4;

/// Chains of multiply-adds of a row alone.
const CHAINS: usize = 4;

/// Calls `$tile::<…, C>(…, at)` for columns from `at` on, C = 16, 8, 4, 2 or 1 at a time (8 at most for wide numbers), until
/// all `$n` are done.
macro_rules! columns {
    ($t:ident, $n:ident, $tile:ident::<$($size:tt),*>($($argument:expr),*)) => {{
        let wide = if size_of::<$t>() <= 4 { $n / 16 * 16 } else { 0 };
        for at in (0..wide).step_by(16) {
            $tile::<$t, $($size,)* 16>($($argument,)* at);
        }
        for at in (wide..$n / 8 * 8).step_by(8) {
            $tile::<$t, $($size,)* 8>($($argument,)* at);
        }
        if $n & 4 != 0 {
            $tile::<$t, $($size,)* 4>($($argument,)* $n / 8 * 8);
        }
        if $n & 2 != 0 {
            $tile::<$t, $($size,)* 2>($($argument,)* $n / 4 * 4);
        }
        if $n & 1 != 0 {
            $tile::<$t, $($size,)* 1>($($argument,)* $n - 1);
        }
    }};
}

/// The `C` elements of a row from `at` on.
#[inline(always)]
fn part<T, const N: usize, const C: usize>(row: &[T; N], at: usize) -> &[T; C] {
    let Some(part) = row[at..].first_chunk() else { unreachable!("{C} columns from {at} on of {N}") };
    part
}

/// y = `finish`(column, x W), row by row. 2 `K` `N` FLOPs a row.
#[inline(always)]
pub(crate) fn rows<T: Scalar, const K: usize, const N: usize>(
    x: &[[T; K]],
    w: &[[T; N]; K],
    y: &mut [[T; N]],
    finish: impl Fn(usize, T) -> T + Copy,
) {
    let ((x, single_x), (y, single_y)) = (x.as_chunks::<ROWS>(), y.as_chunks_mut::<ROWS>());
    for (x, y) in x.iter().zip(y) {
        columns!(T, N, row_tile::<K, N, ROWS>(x, w, y, finish));
    }
    for (x, y) in single_x.iter().zip(single_y) {
        let (x, y) = (std::array::from_ref(x), std::array::from_mut(y));
        columns!(T, N, row_tile::<K, N, 1>(x, w, y, finish));
    }
}

/// Columns `at` to `at + C` of a product of `R` rows.
#[inline(always)]
fn row_tile<T: Scalar, const K: usize, const N: usize, const R: usize, const C: usize>(
    x: &[[T; K]; R],
    w: &[[T; N]; K],
    y: &mut [[T; N]; R],
    finish: impl Fn(usize, T) -> T,
    at: usize,
) {
    let mut sums = [[T::zero(); C]; R];
    for k in 0..K {
        let w: &[T; C] = part(&w[k], at);
        for r in 0..R {
            for c in 0..C {
                sums[r][c] = x[r][k].mul_add(w[c], sums[r][c]);
            }
        }
    }
    for r in 0..R {
        for c in 0..C {
            y[r][at + c] = finish(at + c, sums[r][c]);
        }
    }
}

/// y = `finish`(column, x W) for one row alone: as several chains, because one would wait for itself. 2 `K` `N` FLOPs and 3 `N`
/// more.
#[inline(always)]
pub(crate) fn row<T: Scalar, const K: usize, const N: usize>(
    x: &[T; K],
    w: &[[T; N]; K],
    y: &mut [T; N],
    finish: impl Fn(usize, T) -> T + Copy,
) {
    columns!(T, N, row_columns::<K, N>(x, w, y, finish));
}

/// Columns `at` to `at + C` of it.
#[inline(always)]
fn row_columns<T: Scalar, const K: usize, const N: usize, const C: usize>(
    x: &[T; K],
    w: &[[T; N]; K],
    y: &mut [T; N],
    finish: impl Fn(usize, T) -> T,
    at: usize,
) {
    let mut sums = [[T::zero(); C]; CHAINS];
    let ((x, last_x), (w, last_w)) = (x.as_chunks::<CHAINS>(), w.as_chunks::<CHAINS>());
    for (x, w) in x.iter().zip(w) {
        for chain in 0..CHAINS {
            let w: &[T; C] = part(&w[chain], at);
            for c in 0..C {
                sums[chain][c] = x[chain].mul_add(w[c], sums[chain][c]);
            }
        }
    }
    for (&x, w) in last_x.iter().zip(last_w) {
        let w: &[T; C] = part(w, at);
        for c in 0..C {
            sums[0][c] = x.mul_add(w[c], sums[0][c]);
        }
    }
    for c in 0..C {
        y[at + c] = finish(at + c, (sums[0][c] + sums[1][c]) + (sums[2][c] + sums[3][c]));
    }
}

/// `out` = `finish`(`out`, x^T dy), of which `out` holds the rows `range`. 2 FLOPs a row of x, element of `out`.
#[inline(always)]
pub(crate) fn across<T: Scalar, const K: usize, const N: usize>(
    x: &[[T; K]],
    dy: &[[T; N]],
    range: Range<usize>,
    out: &mut [[T; N]],
    finish: impl Fn(T, T) -> T + Copy,
) {
    let mut at = range.start;
    let (tiles, rest) = out.as_chunks_mut::<ROWS>();
    for out in tiles {
        columns!(T, N, across_tile::<K, N, ROWS>(x, dy, at, out, finish));
        at += ROWS;
    }
    let (tiles, rest) = rest.as_chunks_mut::<2>();
    for out in tiles {
        columns!(T, N, across_tile::<K, N, 2>(x, dy, at, out, finish));
        at += 2;
    }
    for out in rest {
        let out = std::array::from_mut(out);
        columns!(T, N, across_tile::<K, N, 1>(x, dy, at, out, finish));
        at += 1;
    }
}

/// Rows from `first` on and columns `at` to `at + C` of x^T dy.
#[inline(always)]
fn across_tile<T: Scalar, const K: usize, const N: usize, const R: usize, const C: usize>(
    x: &[[T; K]],
    dy: &[[T; N]],
    first: usize,
    out: &mut [[T; N]; R],
    finish: impl Fn(T, T) -> T,
    at: usize,
) {
    let mut sums = [[T::zero(); C]; R];
    for (x, dy) in x.iter().zip(dy) {
        let (x, dy): (&[T; R], &[T; C]) = (part(x, first), part(dy, at));
        for r in 0..R {
            for c in 0..C {
                sums[r][c] = x[r].mul_add(dy[c], sums[r][c]);
            }
        }
    }
    for r in 0..R {
        for c in 0..C {
            out[r][at + c] = finish(out[r][at + c], sums[r][c]);
        }
    }
}

/// W^T.
#[inline(always)]
pub(crate) fn transposed<T: Scalar, const K: usize, const N: usize>(w: &[[T; N]; K]) -> [[T; K]; N] {
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
pub(crate) fn dots<T: Scalar, const K: usize, const N: usize>(dy: &[T; N], w: &[[T; N]; K], dx: &mut [T; K]) {
    if N > LANES {
        for (dx, w) in dx.iter_mut().zip(w) {
            *dx = dot(dy, w);
        }
        return;
    }
    // Rows shorter than a vector: the compiler takes several of them side by side.
    for (dx, w) in dx.iter_mut().zip(w) {
        let mut sums = [T::zero(); CHAINS];
        for n in 0..N {
            sums[n % CHAINS] = dy[n].mul_add(w[n], sums[n % CHAINS]);
        }
        *dx = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}

/// The dot product, as sums side by side.
#[inline(always)]
fn dot<T: Scalar, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
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
