//! Values and tangents of many duals: slices of them taken apart and put together, and their matrix products.
//!
//! Duals lie interleaved, value and tangent side by side, and so a plane of a matrix is a matrix of the scalars below with
//! both strides doubled. Where columns lie next to each other, a matrix of p columns of duals is also one of 2p columns of
//! scalars, without any stride: a plain matrix times that gives values and tangents at once.

use bytemuck::TransparentWrapper as _;

use super::Dual;
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
    let values = plane(a, VALUE);
    if are_dense(&dst, &b) {
        T::matmul(both_mut(&mut dst), accum, values, both(b));
    } else {
        T::matmul(plane_mut(&mut dst, VALUE), accum, values, plane(b, VALUE));
        T::matmul(plane_mut(&mut dst, TANGENT), accum, values, plane(b, TANGENT));
    }
    T::matmul(plane_mut(&mut dst, TANGENT), further(accum), plane(a, TANGENT), plane(b, VALUE));
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
