//! The factorisations themselves, over f64 alone: compiled here once, and not in every crate that names a matrix.

use faer::linalg::solvers::{Eigen, PartialPivLu, SelfAdjointEigen, Solve, Svd};
use faer::{Mat, Side};

use super::MatrixError;

/// P L U = A, with partial pivoting.
#[inline(never)]
pub(super) fn lu(a: &Mat<f64>) -> PartialPivLu<f64> {
    a.partial_piv_lu()
}

/// The X of A X = B, in place of B.
#[inline(never)]
pub(super) fn solve(lu: &PartialPivLu<f64>, b: &mut Mat<f64>) {
    lu.solve_in_place(b);
}

/// U diag(S) Vᵀ = A, no wider than A's shorter side.
#[inline(never)]
pub(super) fn svd(a: &Mat<f64>) -> Result<Svd<f64>, MatrixError> {
    a.thin_svd().map_err(|_| MatrixError::NoConvergence { what: "the singular values" })
}

/// The singular values alone, from the largest down.
#[inline(never)]
pub(super) fn singular_values(a: &Mat<f64>) -> Result<Vec<f64>, MatrixError> {
    a.singular_values().map_err(|_| MatrixError::NoConvergence { what: "the singular values" })
}

/// Q diag(S) Qᵀ = A, of which the lower triangle is read.
#[inline(never)]
pub(super) fn eigen_symmetric(a: &Mat<f64>) -> Result<SelfAdjointEigen<f64>, MatrixError> {
    a.self_adjoint_eigen(Side::Lower).map_err(|_| MatrixError::NoConvergence { what: "the eigenvalues" })
}

/// U diag(S) = A U, complex.
#[inline(never)]
pub(super) fn eigen(a: &Mat<f64>) -> Result<Eigen<f64>, MatrixError> {
    a.eigen().map_err(|_| MatrixError::NoConvergence { what: "the eigenvalues" })
}
