//! A matrix that owns its elements: row-major, rectangular by construction.

use std::fmt;
use std::ops::{Index, IndexMut};

use super::MatrixError;
use crate::error::Result;
use crate::scalar::{Accum, Real, Scalar, View, ViewMut};

/// A matrix of `rows` x `cols` elements, row after row.
///
/// ```
/// use quipu::linalg::Matrix;
///
/// let a = Matrix::new(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!((a[(1, 0)], a.row(0)), (4.0, &[1.0, 2.0, 3.0][..]));
/// assert_eq!(a.product(&a.transposed())?, Matrix::new(2, 2, vec![14.0, 32.0, 32.0, 77.0])?);
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T = f64> {
    rows: usize,
    cols: usize,
    /// rows x cols
    data: Vec<T>,
}

impl<T: Scalar> Matrix<T> {
    /// A matrix from its elements, row after row.
    ///
    /// # Errors
    /// [`MatrixError::Elements`] unless there are exactly `rows * cols` of them.
    pub fn new(rows: usize, cols: usize, data: Vec<T>) -> Result<Self> {
        if rows.checked_mul(cols) != Some(data.len()) {
            return Err(MatrixError::Elements { rows, cols, found: data.len() }.into());
        }
        Ok(Matrix { rows, cols, data })
    }

    /// A matrix from a function of row and column.
    #[must_use]
    pub fn from_fn(rows: usize, cols: usize, mut element: impl FnMut(usize, usize) -> T) -> Self {
        let data =
            (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j))).map(|(i, j)| element(i, j)).collect();
        Matrix { rows, cols, data }
    }

    /// Ones on the diagonal, zeros elsewhere.
    #[must_use]
    pub fn identity(size: usize) -> Self {
        Matrix::from_fn(size, size, |i, j| if i == j { T::one() } else { T::zero() })
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All elements, row after row.
    #[must_use]
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// All elements, row after row, without the matrix.
    #[must_use]
    pub fn into_data(self) -> Vec<T> {
        self.data
    }

    /// One row.
    ///
    /// # Panics
    /// If it is not there, as indexing a slice does.
    #[must_use]
    pub fn row(&self, row: usize) -> &[T] {
        assert!(row < self.rows, "row {row} of a matrix of {} rows", self.rows);
        &self.data[row * self.cols..(row + 1) * self.cols]
    }

    /// A copy with rows and columns exchanged: [`cost::transpose`](crate::cost::transpose), 0 FLOPs.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Matrix::from_fn(self.cols, self.rows, |i, j| self[(j, i)])
    }

    /// The matrix product: [`cost::matmul`](crate::cost::matmul), 2mnp FLOPs.
    ///
    /// # Errors
    /// [`MatrixError::Shapes`] unless this one has as many columns as the other has rows.
    pub fn product(&self, other: &Matrix<T>) -> Result<Self> {
        if self.cols != other.rows {
            let expected = "as many columns on the left as rows on the right";
            return Err(self.unfit("a product", other, expected));
        }
        let mut data = vec![T::zero(); self.rows * other.cols];
        T::matmul(
            ViewMut::rows(&mut data, self.rows, other.cols),
            Accum::Replace,
            View::rows(&self.data, self.rows, self.cols),
            View::rows(&other.data, other.rows, other.cols),
        );
        Ok(Matrix { rows: self.rows, cols: other.cols, data })
    }

    /// Two matrices that do not fit each other.
    pub(super) fn unfit(
        &self,
        what: &'static str,
        other: &Matrix<T>,
        expected: &'static str,
    ) -> crate::error::Error {
        let (left_rows, left_cols) = (self.rows, self.cols);
        let (right_rows, right_cols) = (other.rows, other.cols);
        MatrixError::Shapes { what, left_rows, left_cols, right_rows, right_cols, expected }.into()
    }

    /// Refuses a matrix without elements or with one that is not finite.
    pub(super) fn check(&self) -> Result<()> {
        check("the matrix", &self.data, self.rows, self.cols)
    }

    /// [`check`](Self::check), and that it is square for `what`.
    pub(super) fn check_square(&self, what: &'static str) -> Result<()> {
        if self.rows != self.cols {
            return Err(MatrixError::NotSquare { what, rows: self.rows, cols: self.cols }.into());
        }
        self.check()
    }
}

/// Refuses elements that are not there or not finite.
pub(super) fn check<T: Scalar>(what: &'static str, data: &[T], rows: usize, cols: usize) -> Result<()> {
    if data.is_empty() {
        return Err(MatrixError::Empty { what, rows, cols }.into());
    }
    match data.iter().position(|x| !x.real().is_finite()) {
        None => Ok(()),
        Some(at) => {
            let value = data[at].real().to_f64();
            Err(MatrixError::NotFinite { what, row: at / cols, column: at % cols, value }.into())
        }
    }
}

impl<T> Index<(usize, usize)> for Matrix<T> {
    type Output = T;

    fn index(&self, (row, col): (usize, usize)) -> &T {
        assert!(row < self.rows && col < self.cols, "({row}, {col}) of {} x {}", self.rows, self.cols);
        &self.data[row * self.cols + col]
    }
}

impl<T> IndexMut<(usize, usize)> for Matrix<T> {
    fn index_mut(&mut self, (row, col): (usize, usize)) -> &mut T {
        assert!(row < self.rows && col < self.cols, "({row}, {col}) of {} x {}", self.rows, self.cols);
        &mut self.data[row * self.cols + col]
    }
}

/// A line a row, the columns under each other; takes a precision: `{a:.3}`.
impl<T: Real> fmt::Display for Matrix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = |x: &T| match f.precision() {
            Some(digits) => format!("{x:.digits$}"),
            None => x.to_string(),
        };
        let cells: Vec<String> = self.data.iter().map(cell).collect();
        let width = cells.iter().map(String::len).max().unwrap_or(0);
        for (i, row) in cells.chunks(self.cols.max(1)).enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            let row: Vec<String> = row.iter().map(|cell| format!("{cell:>width$}")).collect();
            f.write_str(&row.join("  "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::scalar::{Counted, count};

    #[test]
    fn rows_columns_and_elements() {
        let mut a = Matrix::new(2, 3, vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!((a.rows(), a.cols(), a.row(1)), (2, 3, &[4.0, 5.0, 6.0][..]));
        a[(0, 2)] = -30.5;
        assert_eq!(a.transposed().data(), [1.0, 4.0, 2.0, 5.0, -30.5, 6.0]);
        assert_eq!(format!("{a:.1}"), "  1.0    2.0  -30.5\n  4.0    5.0    6.0");
        assert_eq!(Matrix::<f64>::identity(2).into_data(), [1.0, 0.0, 0.0, 1.0]);
        let error = Matrix::new(2, 3, vec![0.0; 5]).unwrap_err();
        assert!(matches!(error, Error::Matrix(MatrixError::Elements { found: 5, .. })));
        assert_eq!(error.to_string(), "5 elements for a matrix of 2 x 3; expected 6");
        assert!(Matrix::new(usize::MAX, 2, vec![0.0; 5]).is_err());
    }

    #[test]
    fn products_are_counted_and_their_shapes_checked() {
        let of = |rows, cols| Matrix::from_fn(rows, cols, |i, j| Counted((3 * i + j) as f64));
        let (a, b) = (of(2, 3), of(3, 4));
        let flops =
            count(|| assert_eq!(a.product(&b).unwrap().row(1)[3].0, 3.0 * 3.0 + 4.0 * 6.0 + 5.0 * 9.0));
        // One comparison is the assertion's own, on plain numbers and free.
        assert_eq!(flops, quipu_cost::matmul(2, 3, 4));
        let error = b.product(&a).unwrap_err().to_string();
        assert!(error.starts_with("3 x 4 and 2 x 3 do not fit a product"), "{error}");
    }
}
