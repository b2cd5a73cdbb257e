//! Values and tangents of many duals: slices of them taken apart and put together, and their matrix products.
//!
//! Duals lie interleaved, value and tangent side by side, and so a plane of a matrix is a matrix of the scalars below with
//! both strides doubled. Where columns lie next to each other, a matrix of p columns of duals is also one of 2p columns of
//! scalars, without any stride: a plain matrix times that gives values and tangents at once. Where both sides are duals,
//! the planes of the right side are sorted apart first, and those of the result put together in the end: products with
//! strides of two take up to three times as long.

use bytemuck::TransparentWrapper as _;

use super::{Dual, room};
use crate::scalar::{Accum, Scalar, View, ViewMut};

const VALUE: usize = 0;
const TANGENT: usize = 1;

fn flat<T>(duals: &[Dual<T>]) -> &[T] {
    Dual::peel_slice(duals).as_flattened()
}

fn flat_mut<T>(duals: &mut [Dual<T>]) -> &mut [T] {
    Dual::peel_slice_mut(duals).as_flattened_mut()
}

/// One plane of a matrix of duals.
fn plane<T>(duals: View<'_, Dual<T>>, plane: usize) -> View<'_, T> {
    let (rows, cols, [down, across]) = (duals.nrows(), duals.ncols(), duals.strides());
    // An empty matrix has no second plane to point at.
    let data = flat(duals.data()).get(plane..).unwrap_or_default();
    View::strided(data, rows, cols, 2 * down, 2 * across)
}

/// One plane of a matrix of duals, to be written.
fn plane_mut<'v, T>(duals: &'v mut ViewMut<'_, Dual<T>>, plane: usize) -> ViewMut<'v, T> {
    let (rows, cols, [down, across]) = (duals.nrows(), duals.ncols(), duals.strides());
    let data = flat_mut(duals.data()).get_mut(plane..).unwrap_or_default();
    ViewMut::strided(data, rows, cols, 2 * down, 2 * across)
}

/// Both planes side by side, column by column.
fn both<T>(duals: View<'_, Dual<T>>) -> View<'_, T> {
    let (rows, cols, [down, _]) = (duals.nrows(), duals.ncols(), duals.strides());
    View::strided(flat(duals.data()), rows, 2 * cols, 2 * down, 1)
}

/// Both planes side by side, to be written.
fn both_mut<'v, T>(duals: &'v mut ViewMut<'_, Dual<T>>) -> ViewMut<'v, T> {
    let (rows, cols, [down, _]) = (duals.nrows(), duals.ncols(), duals.strides());
    ViewMut::strided(flat_mut(duals.data()), rows, 2 * cols, 2 * down, 1)
}

/// Whether two matrices can be taken as [`both`] planes.
fn are_dense<T>(dst: &ViewMut<'_, Dual<T>>, b: &View<'_, Dual<T>>) -> bool {
    dst.strides()[1] == 1 && b.strides()[1] == 1
}

/// What joins a second product to the first.
fn further(accum: Accum) -> Accum {
    match accum {
        Accum::Replace | Accum::Add => Accum::Add,
        Accum::AddTimes(factor) => Accum::AddTimes(factor),
    }
}

/// A product of duals: a0 b0, and a0 b1 + a1 b0, three products of the scalars below.
pub(super) fn product<T: Scalar>(
    mut dst: ViewMut<'_, Dual<T>>,
    accum: Accum,
    a: View<'_, Dual<T>>,
    b: View<'_, Dual<T>>,
) {
    let (a_values, a_tangents) = (plane(a, VALUE), plane(a, TANGENT));
    // What is sorted by planes first is read again for each row, or each term, of the product.
    if a.nrows().min(a.ncols()) < FEW {
        if are_dense(&dst, &b) {
            T::matmul(both_mut(&mut dst), accum, a_values, both(b));
        } else {
            T::matmul(plane_mut(&mut dst, VALUE), accum, a_values, plane(b, VALUE));
            T::matmul(plane_mut(&mut dst, TANGENT), accum, a_values, plane(b, TANGENT));
        }
        T::matmul(plane_mut(&mut dst, TANGENT), further(accum), a_tangents, plane(b, VALUE));
        return;
    }
    let (size, sorted) = (b.nrows() * b.ncols(), accum == Accum::Replace && dst.strides()[1] == 1);
    let out = if sorted { dst.nrows() * dst.ncols() } else { 0 };
    room::with(2 * (size + out), |room| {
        let (b_planes, out_planes) = room.split_at_mut(2 * size);
        let [b_values, b_tangents] = sort(b, b_planes);
        if sorted {
            let (rows, cols) = (dst.nrows(), dst.ncols());
            let (values, tangents) = out_planes.split_at_mut(out);
            T::matmul(ViewMut::rows(values, rows, cols), accum, a_values, b_values);
            T::matmul(ViewMut::rows(tangents, rows, cols), accum, a_values, b_tangents);
            T::matmul(ViewMut::rows(tangents, rows, cols), Accum::Add, a_tangents, b_values);
            mix(values, tangents, &mut dst);
        } else {
            T::matmul(plane_mut(&mut dst, VALUE), accum, a_values, b_values);
            T::matmul(plane_mut(&mut dst, TANGENT), accum, a_values, b_tangents);
            T::matmul(plane_mut(&mut dst, TANGENT), further(accum), a_tangents, b_values);
        }
    });
}

/// Rows, or terms, that are too few for planes to be sorted first.
const FEW: usize = 8;

/// The planes of a matrix, each by itself in one half of `room`, in the order in which it lies in memory.
fn sort<'r, T: Scalar>(duals: View<'_, Dual<T>>, room: &'r mut [T]) -> [View<'r, T>; 2] {
    let turned = duals.strides()[1] != 1;
    let matrix = if turned { duals.transposed() } else { duals };
    let (rows, cols, [down, across]) = (matrix.nrows(), matrix.ncols(), matrix.strides());
    let (values, tangents) = room.split_at_mut(rows * cols);
    let lines = values.chunks_exact_mut(cols.max(1)).zip(tangents.chunks_exact_mut(cols.max(1)));
    for (row, (values, tangents)) in lines.enumerate() {
        if across == 1 {
            for ((value, tangent), dual) in values.iter_mut().zip(tangents).zip(&matrix.data()[row * down..])
            {
                [*value, *tangent] = dual.0;
            }
        } else {
            for (col, (value, tangent)) in values.iter_mut().zip(tangents).enumerate() {
                [*value, *tangent] = matrix.get(row, col).0;
            }
        }
    }
    [&*values, tangents].map(|plane| {
        let plane = View::rows(plane, rows, cols);
        if turned { plane.transposed() } else { plane }
    })
}

/// Planes put together, row by row.
fn mix<T: Scalar>(values: &[T], tangents: &[T], into: &mut ViewMut<'_, Dual<T>>) {
    let (cols, [down, _]) = (into.ncols().max(1), into.strides());
    let lines = values.chunks_exact(cols).zip(tangents.chunks_exact(cols));
    for (into, (values, tangents)) in into.data().chunks_mut(down.max(1)).zip(lines) {
        zip(into, values, tangents);
    }
}

/// A product with plain data on the left, which do not move: a b0 and a b1.
pub(super) fn product_with_data<T: Scalar>(
    mut dst: ViewMut<'_, Dual<T>>,
    accum: Accum,
    a: View<'_, T::Real>,
    b: View<'_, Dual<T>>,
) {
    if are_dense(&dst, &b) {
        return T::matmul_data(both_mut(&mut dst), accum, a, both(b));
    }
    for at in [VALUE, TANGENT] {
        T::matmul_data(plane_mut(&mut dst, at), accum, a, plane(b, at));
    }
}

/// Puts values and tangents together, as many of each.
pub(crate) fn zip<T: Copy>(into: &mut [Dual<T>], values: &[T], tangents: &[T]) {
    for ((into, &value), &tangent) in into.iter_mut().zip(values).zip(tangents) {
        *into = Dual::new(value, tangent);
    }
}

/// Takes one plane out of duals.
pub(crate) fn split<T: Copy>(duals: &[Dual<T>], into: &mut [T], plane: impl Fn(Dual<T>) -> T) {
    for (into, &dual) in into.iter_mut().zip(duals) {
        *into = plane(dual);
    }
}
