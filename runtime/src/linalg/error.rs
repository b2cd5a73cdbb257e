//! What can be wrong with a matrix: each message says what was expected, what was found and what to do.

use std::fmt;

/// What is wrong with a vector, a matrix, or two of them together. Rows and columns count from 0.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// Nothing to work on.
    #[error("{what} is empty ({rows} x {cols}); expected at least one row and one column")]
    Empty {
        /// `the matrix`, `the vector`.
        what: &'static str,
        /// Rows.
        rows: usize,
        /// Columns.
        cols: usize,
    },
    /// Elements that do not fill the shape.
    #[error("{found} elements for a matrix of {rows} x {cols}; expected {}", expected(*.rows, *.cols))]
    Elements {
        /// Rows.
        rows: usize,
        /// Columns.
        cols: usize,
        /// Elements given.
        found: usize,
    },
    /// A NaN or an infinity.
    #[error("{what}, row {row}, column {column}: found {value}; expected a finite number")]
    NotFinite {
        /// `the matrix`, `the vector`.
        what: &'static str,
        /// The row; 0 in a vector.
        row: usize,
        /// The column.
        column: usize,
        /// NaN, inf or -inf.
        value: f64,
    },
    /// A square matrix is wanted.
    #[error("the matrix is {rows} x {cols}, but {what} asks for a square one; for any shape there is `svd`")]
    NotSquare {
        /// `an inverse`, `an eigenvalue`, …
        what: &'static str,
        /// Rows.
        rows: usize,
        /// Columns.
        cols: usize,
    },
    /// A symmetric matrix is wanted.
    #[error(
        "the matrix is not symmetric: row {row}, column {column} holds {found}, its mirror image {mirrored}; use \
         `eigen`, or the mean of the matrix and its transpose"
    )]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The element there.
        found: f64,
        /// The element at (column, row).
        mirrored: f64,
    },
    /// A matrix without an inverse, as far as its precision can tell.
    #[error(
        "the matrix is singular: pivot {pivot} of {size} is {found:e} where rows and columns are scaled to 1; \
         expected more than {least:e}: drop dependent rows, add to the diagonal, or use `svd`"
    )]
    Singular {
        /// Which pivot of the elimination, from 0.
        pivot: usize,
        /// Rows of the matrix.
        size: usize,
        /// Its absolute value.
        found: f64,
        /// What counts as zero: the size times the precision of the elements.
        least: f64,
    },
    /// Two operands that do not fit each other.
    #[error(
        "{left_rows} x {left_cols} and {right_rows} x {right_cols} do not fit {what}; expected {expected}"
    )]
    Shapes {
        /// `a product`, `a right side`.
        what: &'static str,
        /// Rows of the first.
        left_rows: usize,
        /// Columns of the first.
        left_cols: usize,
        /// Rows of the second.
        right_rows: usize,
        /// Columns of the second.
        right_cols: usize,
        /// What would fit.
        expected: &'static str,
    },
    /// A result beyond the largest number of its type.
    #[error("{what}: out of the range of {dtype}; scale the elements down, or use f64")]
    Overflow {
        /// `the L2 norm`, …
        what: &'static str,
        /// `f32`, `f64`.
        dtype: quipu_cost::Dtype,
    },
    /// Two networks of which one is not the other with layers of lower rank.
    #[error("`{name}`: {problem}; expected the same network, but for `rank = r` in some of its `fc`")]
    OtherNetwork {
        /// The array's name in files: `fc1.down.weight`.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An iteration that did not end.
    #[error("{what} did not converge; scale the rows and columns of the matrix to a like size")]
    NoConvergence {
        /// `the singular values`, `the eigenvalues`.
        what: &'static str,
    },
}

/// The number of elements of a shape, which may be more than memory has.
fn expected(rows: usize, cols: usize) -> u128 {
    rows as u128 * cols as u128
}

impl fmt::Debug for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
