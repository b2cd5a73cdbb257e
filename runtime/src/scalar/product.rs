//! Products whose right side and destination lie in rows, the right side small enough for the caches to give it as it lies: a
//! tile at a time, nothing packed. Other products are faer's, which packs.
//!
//! Every element is the same chain of multiply-adds, pass by pass, whatever tile it is in, so that a product may be cut anywhere. On an
//! AMD Zen 4 `x W` of a layer of 784 by 256 runs at 99 % of what its cores multiply and add in registers, from 8 rows on, and
//! `x^T dy` at 95 % for 32 rows and 98 % for 128 (`cargo bench --bench kernels -- fc_`); faer's at 88 to 96 %.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::{Accum, View, ViewMut, level};
use crate::even::parts;

mod eights;
mod lanes;
mod left;
mod line;
mod tile;

pub(super) use lanes::Lanes;
pub(super) use left::{Columns, Left, Rows};
pub(super) use line::line;
pub(super) use tile::{Operands, tile};

/// Inner dimension that one pass over the destination takes: sums of sums are rounded less than one long sum, and more passes
/// would cost more than a percent.
const DEPTH: usize = 512;

/// The same for a transposed left side, whose rows, a few lines of each, are to stay in the first cache.
const DEPTH_TRANSPOSED: usize = 256;

/// Columns of the left side that a tile reaches before its pointers move.
const AHEAD: usize = 4;

/// Bytes of the right side up to which it need not be packed: the second cache and the third give it as fast as it is used.
const RIGHT: usize = 2 << 20;

/// Bytes from one row of it to the next beyond which its columns fall on too few sets of the caches.
const STRIDE: usize = 2 << 10;

/// Bytes of the right side that stay in the first cache, whatever else goes through.
const NEAR: usize = 16 << 10;

/// Whether a right side of so many rows, so many elements apart, is for tiles on this machine.
#[inline]
fn small_enough<T>(inner: usize, b_row: usize) -> bool {
    cfg!(target_arch = "x86_64")
        && b_row * size_of::<T>() <= STRIDE
        && inner * b_row * size_of::<T>() <= RIGHT
        && level::fuses()
}

/// Passes over the destination of several rows that a product takes with a right side of so many rows and columns, where they
/// are sums of their own, added up in order.
#[inline]
pub(super) fn passes<T>(inner: usize, columns: usize) -> usize {
    if small_enough::<T>(inner, columns) { inner.div_ceil(DEPTH).max(1) } else { 1 }
}

/// Inner dimension of one pass.
fn depth_of_pass<T>(a: View<'_, T>) -> usize {
    if a.strides()[0] == 1 { DEPTH_TRANSPOSED } else { DEPTH }
}

/// Whether a product goes by tiles: how many rows it has makes no difference, unless it is one.
#[inline]
fn fits<T>(dst: &ViewMut<'_, T>, a: View<'_, T>, b: View<'_, T>) -> bool {
    let ([a_row, a_column], [b_row, b_column], [_, dst_column]) = (a.strides(), b.strides(), dst.strides());
    // A pass over a transposed left side has gone through few rows of the right one.
    let depth = if a_row == 1 { b.nrows().min(DEPTH_TRANSPOSED) } else { b.nrows() };
    let in_lines = (a_row == 1 || a_column == 1) && (b_column, dst_column) == (1, 1);
    dst.nrows() > 1 && in_lines && small_enough::<T>(depth, b_row)
}

/// dst = a b, dst += a b or dst += c a b by tiles, if that is the way for it; otherwise the destination is given back.
/// 2mnp FLOPs for an (m, n) by (n, p) product.
///
/// # Panics
/// If the shapes do not fit each other.
#[inline]
pub(super) fn by_tiles<'d, T: Lanes>(
    dst: ViewMut<'d, T>,
    accum: Accum,
    a: View<'_, T>,
    b: View<'_, T>,
) -> Option<ViewMut<'d, T>> {
    if !fits(&dst, a, b) {
        return Some(dst);
    }
    let shapes = [dst.nrows(), dst.ncols(), a.nrows(), a.ncols(), b.nrows(), b.ncols()];
    let [rows, columns, a_rows, inner, b_rows, b_columns] = shapes;
    assert!(
        (rows, columns, inner) == (a_rows, b_columns, b_rows),
        "{a_rows} x {inner} by {b_rows} x {b_columns} is no product of {rows} x {columns}"
    );
    level::fused(Tiles { dst, accum, a, b });
    None
}

/// A product whose shapes fit each other.
struct Tiles<'a, 'd, T> {
    dst: ViewMut<'d, T>,
    accum: Accum,
    a: View<'a, T>,
    b: View<'a, T>,
}

/// Some rows and columns of the destination, and the part of the inner dimension that is summed up for them.
#[derive(Clone)]
struct Block {
    rows: Range<usize>,
    columns: Range<usize>,
    inner: Range<usize>,
}

/// Rows that a tile has at most: its sums, the vectors of the right side and one number of the left one in registers. Eight sums hide
/// how long a multiply-add takes where two are begun in a cycle; twelve rows are more addresses than there are registers for.
const fn tallest<S: Simd, const V: usize>() -> usize {
    match (S::REGISTER_COUNT, V) {
        (32.., 1) => 8,
        _ => 6,
    }
}

impl<T: Lanes> WithSimd for Tiles<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (rows, columns, inner) = (self.dst.nrows(), self.dst.ncols(), self.b.nrows());
        let passes = inner.div_ceil(depth_of_pass(self.a)).max(1);
        for (pass, inner) in parts(0..inner, passes).enumerate() {
            let factor = match self.accum {
                Accum::AddTimes(factor) => Some(T::from_f64(factor)),
                Accum::Replace if pass == 0 => None,
                _ => Some(T::one()),
            };
            // Where the right side stays near, the destination is gone through in the order in which it lies.
            let near = inner.len() * self.b.strides()[0] * size_of::<T>() <= NEAR;
            let bands = if near { rows.div_ceil(tallest::<S, 2>()) } else { 1 };
            for rows in parts(0..rows, bands) {
                self.band(simd, Block { rows, columns: 0..columns, inner: inner.clone() }, factor);
            }
        }
    }
}

impl<T: Lanes> Tiles<'_, '_, T> {
    /// A block, by columns: as many vectors of them at a time as there are registers for, then the rest.
    #[inline(always)]
    fn band<S: Simd>(&mut self, simd: S, block: Block, factor: Option<T>) {
        let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
        // Low and wide: a high and narrow tile takes less from the second cache, but has to read twice as many numbers of the left
        // side for its multiply-adds.
        let wide = if S::REGISTER_COUNT >= 32 { 4 } else { 0 };
        let mut at = block.columns.start;
        for vectors in [wide, 2, 1] {
            let width = vectors * lanes;
            while width > 0 && at < block.columns.end && (at + width <= block.columns.end || vectors == 1) {
                let columns = at..block.columns.end.min(at + width);
                at = columns.end;
                let block = Block { columns, ..block.clone() };
                match vectors {
                    4 => self.down::<S, 4, false>(simd, block, factor),
                    2 => self.down::<S, 2, false>(simd, block, factor),
                    _ => self.down::<S, 1, true>(simd, block, factor),
                }
            }
        }
    }

    /// The columns of one tile, all rows.
    #[inline(always)]
    fn down<S: Simd, const V: usize, const PART: bool>(&mut self, simd: S, block: Block, factor: Option<T>) {
        let ([a_row, a_column], a) = (self.a.strides(), self.a.data().as_ptr());
        let (b, dst) = (self.b, &mut self.dst);
        if a_column == 1 {
            simd.vectorize(Down::<_, _, V, PART> { a: Rows::<T, AHEAD>(a, a_row), b, dst, block, factor });
        } else {
            simd.vectorize(Down::<_, _, V, PART> { a: Columns(a, a_column), b, dst, block, factor });
        }
    }
}

/// The columns of one tile, all rows, of a left side that lies in a known way.
///
/// A function of its own: the tiles of a product, all in one, would take more than a megabyte of stack where nothing is optimised.
struct Down<'p, 'd, T, L, const V: usize, const PART: bool> {
    a: L,
    b: View<'p, T>,
    dst: &'p mut ViewMut<'d, T>,
    block: Block,
    factor: Option<T>,
}

impl<T: Lanes, L: Left<T>, const V: usize, const PART: bool> WithSimd for Down<'_, '_, T, L, V, PART> {
    type Output = ();

    /// In tiles as even as they can be.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Down { a, b, dst, block: Block { rows, columns, inner }, factor } = self;
        let ([b_row, _], [dst_row, _]) = (b.strides(), dst.strides());
        let tiles = rows.len().div_ceil(tallest::<S, V>());
        for rows in parts(rows, tiles) {
            let (b, dst) = (b.data(), dst.data());
            let dst = dst.as_mut_ptr().wrapping_add(rows.start * dst_row + columns.start);
            let operands = Operands {
                a: a.from(rows.start, inner.start),
                b: (b.as_ptr().wrapping_add(inner.start * b_row + columns.start), b_row),
                dst: (dst, dst_row),
                onto: (dst, dst_row),
                depth: inner.len(),
                columns: columns.len(),
            };
            macro_rules! of_height {
                ($($height:literal)*) => {
                    match rows.len() {
                        // SAFETY: views hold all their elements inside their slices, the shapes fit each other, and the
                        // block is one of the destination's, which is borrowed for writing.
                        $($height => unsafe { tile::<T, S, L, $height, V, PART>(simd, operands, factor) },)*
                        height => unreachable!("{height} rows in a tile"),
                    }
                };
            }
            if tallest::<S, V>() == 8 {
                of_height!(1 2 3 4 5 6 7 8);
            } else {
                of_height!(1 2 3 4 5 6);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Real;

    fn numbers<T: Real>(count: usize, seed: usize) -> Vec<T> {
        (0..count).map(|i| T::from_f64(((i * i + 7 * seed * i + seed) % 101) as f64 / 50.0 - 1.0)).collect()
    }

    /// A product beside the sum that it is, its rows all at once and cut in two; what lies beside the destination stays.
    fn product<T: Real + Lanes>(rows: usize, inner: usize, columns: usize, transposed: bool) {
        let (a, b) = (numbers::<T>(rows * inner, 1), numbers::<T>(inner * columns, 2));
        let a =
            if transposed { View::rows(&a, inner, rows).transposed() } else { View::rows(&a, rows, inner) };
        let b = View::rows(&b, inner, columns);
        let tolerance = if size_of::<T>() == 4 { 1e-4 } else { 1e-12 };
        let what = format!("{rows} x {inner} by {inner} x {columns}, transposed: {transposed}");
        let stride = columns + 3;
        let start = numbers::<T>(rows * stride, 3);
        for accum in [Accum::Replace, Accum::Add, Accum::AddTimes(-0.5)] {
            let run = |cut: usize| {
                let mut dst = start.clone();
                for rows in [0..cut, cut..rows] {
                    let a = a.transposed().columns(rows.clone()).transposed();
                    let dst = &mut dst[rows.start * stride..];
                    let dst = ViewMut::strided(dst, rows.len(), columns, stride, 1);
                    if !rows.is_empty() {
                        assert!(by_tiles(dst, accum, a, b).is_none(), "{what} by tiles");
                    }
                }
                dst
            };
            let found = run(0);
            for (at, (&found, &start)) in found.iter().zip(&start).enumerate() {
                let (row, column) = (at / stride, at % stride);
                if column >= columns {
                    assert!(found == start, "{what}: beside the destination");
                    continue;
                }
                let terms = (0..inner).map(|k| a.get(row, k).to_f64() * b.get(k, column).to_f64());
                let expected = match accum {
                    Accum::Replace => terms.sum::<f64>(),
                    Accum::Add => start.to_f64() + terms.sum::<f64>(),
                    Accum::AddTimes(factor) => start.to_f64() + factor * terms.sum::<f64>(),
                };
                let error = (found.to_f64() - expected).abs();
                assert!(error < tolerance, "{what}, {accum:?}: off by {error}");
            }
            for cut in [2, rows / 2] {
                if cut > 1 && rows - cut > 1 {
                    assert!(run(cut) == found, "{what}, {accum:?}, cut at {cut}");
                }
            }
        }
    }

    fn products<T: Real + Lanes>() {
        for rows in (2..=14).chain([24, 25, 37]) {
            for columns in [1, 7, 10, 16, 33, 64, 100] {
                product::<T>(rows, 5, columns, false);
                product::<T>(rows, 9, columns, true);
            }
        }
        // Several passes, tiles of all widths, a near right side and a far one, and none to sum up.
        for (rows, inner, columns) in [(16, 1500, 48), (25, 512, 80), (9, 600, 250), (13, 4, 128), (8, 0, 9)]
        {
            product::<T>(rows, inner, columns, false);
            product::<T>(rows, inner, columns, true);
        }
    }

    #[test]
    fn are_sums_and_may_be_cut_anywhere() {
        if level::fuses() {
            products::<f32>();
            products::<f64>();
        }
    }

    #[test]
    fn a_product_takes_little_of_a_stack() {
        // Half of what a thread has by default, a debug build included.
        let small = std::thread::Builder::new().stack_size(1 << 20);
        let run = small.spawn(|| {
            let (a, b, mut dst) = ([1.0_f64; 39], [1.0; 300], [0.0; 1300]);
            let (a, b) = (View::rows(&a, 13, 3), View::rows(&b, 3, 100));
            if level::fuses() {
                assert!(by_tiles(ViewMut::rows(&mut dst, 13, 100), Accum::Replace, a, b).is_none());
                assert!(dst.iter().all(|&sum| sum == 3.0));
            }
        });
        assert!(run.is_ok_and(|thread| thread.join().is_ok()));
    }

    #[test]
    fn what_is_far_apart_or_alone_is_not_for_tiles() {
        let numbers = vec![0.0_f32; 600 * 1024];
        let way = |rows: usize, inner: usize, columns: usize| {
            let mut dst = vec![0.0; rows * columns];
            let dst = ViewMut::rows(&mut dst, rows, columns);
            let a = View::rows(&numbers[..rows * inner], rows, inner);
            fits(&dst, a, View::rows(&numbers[..inner * columns], inner, columns))
        };
        assert!(way(2, 784, 256) || !level::fuses());
        assert!(!way(1, 784, 256), "a vector times a matrix");
        assert!(!way(32, 16, 513), "rows more than 2 KB apart");
        assert!(!way(32, 1100, 512), "more than 2 MB");
    }

    #[test]
    #[should_panic(expected = "3 x 4 by 5 x 2 is no product of 3 x 2")]
    fn shapes_that_do_not_fit_are_refused() {
        let (a, b, mut dst) = ([0.0_f32; 12], [0.0; 10], [0.0; 6]);
        let dst = ViewMut::rows(&mut dst, 3, 2);
        let left = by_tiles(dst, Accum::Replace, View::rows(&a, 3, 4), View::rows(&b, 5, 2));
        assert!(left.is_none(), "3 x 4 by 5 x 2 is no product of 3 x 2: not tried on this machine");
    }
}
