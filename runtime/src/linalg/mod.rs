//! Dense linear algebra on small matrices: norms, inverse, eigenvalues, singular values, condition (feature `linalg`).
//!
//! ```
//! use quipu::linalg::{Matrix, l2_norm};
//!
//! # fn main() -> quipu::Result<()> {
//! let a: Matrix = Matrix::new(2, 2, vec![2.0, 1.0, 1.0, 1.0])?; // of f64
//! assert_eq!(a.solve(&[3.0, 2.0])?, [1.0, 1.0]);
//! assert!((a.eigen()?.values[0].re - 2.618_034).abs() < 1e-6); // the golden ratio's square, and its inverse
//! assert_eq!(l2_norm(&[3.0, 4.0])?, 5.0);
//! # Ok(())
//! # }
//! ```
//!
//! | here | costs, in [`quipu::cost`](crate::cost) | |
//! |---|---|---|
//! | [`l1_norm`], [`l2_norm`], [`lp_norm`], [`linf_norm`] | `l1_norm`, `l2_norm`, `lp_norm`, `linf_norm` | exact, proved over [`Counted`](crate::Counted) |
//! | [`frobenius_norm`](Matrix::frobenius_norm) | `frobenius_norm` | exact, proved |
//! | [`product`](Matrix::product) | `matmul` | exact, proved |
//! | [`inverse`](Matrix::inverse), [`solve`](Matrix::solve) | `inverse` | an order: the leading power |
//! | [`eigen`](Matrix::eigen), [`eigen_symmetric`](Matrix::eigen_symmetric) | `eigen` | an order |
//! | [`svd`](Matrix::svd), [`spectral_norm`](Matrix::spectral_norm), [`condition_number`](Matrix::condition_number) | `svd` | an order |
//! | [`Svd::low_rank`] | `low_rank_params`, `low_rank_matvec` | exact |
//! | [`Matrix::truncate`], [`truncate`] | `svd`, a layer | an order |
//! | [`singular_values`] of a network | `svd`, a layer | an order |
//!
//! Factorisations are iterative or pivoted: there is no exact count, and none is claimed. They run in f64 whatever
//! the matrix holds (an f32 result is the f64 one, rounded once), on one thread, by faer.

mod dense;
mod error;
mod factor;
mod matrix;
mod norms;
mod solve;
mod spectra;
mod truncate;

pub use error::MatrixError;
pub use factor::{Complex, Eigen, Svd, SymmetricEigen};
pub use matrix::Matrix;
pub use norms::{l1_norm, l2_norm, linf_norm, lp_norm};
pub use spectra::{LayerValues, singular_values};
pub use truncate::{LowRank, Truncation, truncate};
