//! Inverse and linear systems: Gaussian elimination with partial pivoting, rows and columns brought to one size first.

use faer::Mat;
use faer::linalg::solvers::PartialPivLu;

use super::factor::{exponent, precision, times_power};
use super::{Matrix, MatrixError, dense};
use crate::error::Result;
use crate::scalar::Real;

impl<T: Real> Matrix<T> {
    /// The inverse: of the order of [`cost::inverse`](crate::cost::inverse), n³ FLOPs.
    ///
    /// A matrix counts as singular where a pivot of the elimination is below n times the precision of the elements
    /// (f32 or f64), once rows and columns are scaled to a largest element near 1. The scaling is by powers of two, so
    /// that it rounds nothing.
    ///
    /// ```
    /// use quipu::linalg::Matrix;
    ///
    /// let a = Matrix::new(2, 2, vec![2.0, 1.0, 1.0, 1.0])?;
    /// assert_eq!(a.inverse()?, Matrix::new(2, 2, vec![1.0, -1.0, -1.0, 2.0])?);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`MatrixError::NotSquare`], [`MatrixError::Empty`], [`MatrixError::NotFinite`]; [`MatrixError::Singular`];
    /// [`MatrixError::Overflow`] if an element of the inverse is too large.
    pub fn inverse(&self) -> Result<Self> {
        self.check_square("an inverse")?;
        Elimination::of(self)?.solve(&Matrix::identity(self.rows()), "the inverse")
    }

    /// The x of A x = b: of the order of [`cost::inverse`](crate::cost::inverse), n³ FLOPs, a third of it and more
    /// exact than a product with the inverse.
    ///
    /// # Errors
    /// As [`inverse`](Self::inverse), and [`MatrixError::Shapes`] unless `b` has a number for each row.
    pub fn solve(&self, b: &[T]) -> Result<Vec<T>> {
        let b = Matrix::new(b.len(), 1, b.to_vec())?;
        Ok(self.solve_matrix(&b)?.into_data())
    }

    /// The X of A X = B: [`solve`](Self::solve) for every column of B, with one elimination.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    pub fn solve_matrix(&self, b: &Matrix<T>) -> Result<Self> {
        self.check_square("a linear system")?;
        b.check()?;
        if b.rows() != self.rows() {
            return Err(self.unfit("a right side", b, "as many rows on the right as on the left"));
        }
        Elimination::of(self)?.solve(b, "the solution")
    }
}

/// R A C = P L U with diagonal R and C of powers of two.
struct Elimination {
    /// Exponents of R.
    rows: Vec<i32>,
    /// Exponents of C.
    columns: Vec<i32>,
    factors: PartialPivLu<f64>,
}

impl Elimination {
    fn of<T: Real>(a: &Matrix<T>) -> Result<Self> {
        let size = a.rows();
        let least = size as f64 * precision::<T>();
        let mut scaled = Mat::from_fn(size, size, |i, j| a[(i, j)].to_f64());
        let mut scale = |along: &dyn Fn(usize, usize) -> (usize, usize)| -> Result<Vec<i32>> {
            (0..size)
                .map(|line| {
                    let largest = (0..size).map(|k| scaled[along(line, k)].abs()).fold(0.0, f64::max);
                    if largest == 0.0 {
                        // A row or a column of zeros: no pivot will be found in it.
                        return Err(MatrixError::Singular { pivot: line, size, found: 0.0, least }.into());
                    }
                    let shift = -exponent(largest);
                    (0..size)
                        .for_each(|k| scaled[along(line, k)] = times_power(scaled[along(line, k)], shift));
                    Ok(shift)
                })
                .collect()
        };
        let rows = scale(&|line, k| (line, k))?;
        let columns = scale(&|line, k| (k, line))?;
        let factors = dense::lu(&scaled);
        let pivots = (0..size).map(|k| factors.U()[(k, k)].abs());
        match pivots.enumerate().find(|(_, pivot)| pivot.is_nan() || *pivot <= least) {
            Some((pivot, found)) => Err(MatrixError::Singular { pivot, size, found, least }.into()),
            None => Ok(Elimination { rows, columns, factors }),
        }
    }

    /// X = C (R A C)⁻¹ R B.
    fn solve<T: Real>(&self, b: &Matrix<T>, what: &'static str) -> Result<Matrix<T>> {
        let mut x = Mat::from_fn(b.rows(), b.cols(), |i, j| times_power(b[(i, j)].to_f64(), self.rows[i]));
        dense::solve(&self.factors, &mut x);
        let x =
            Matrix::from_fn(b.rows(), b.cols(), |i, j| T::from_f64(times_power(x[(i, j)], self.columns[i])));
        // What comes of finite numbers is finite, or too large to be written.
        if x.data().iter().all(|x| x.is_finite()) {
            Ok(x)
        } else {
            Err(MatrixError::Overflow { what, dtype: T::DTYPE }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn square<const N: usize>(rows: [[f64; N]; N]) -> Matrix {
        Matrix::new(N, N, rows.concat()).unwrap()
    }

    fn hilbert(n: usize) -> Matrix {
        Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)
    }

    fn close(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= tolerance * expected.abs().max(1.0),
                "{found} for {expected}"
            );
        }
    }

    #[test]
    fn inverses_worked_by_hand() {
        let inverse = square([[4.0, 7.0], [2.0, 6.0]]).inverse().unwrap();
        close(inverse.data(), &[0.6, -0.7, -0.2, 0.4], 1e-15);
        // The inverse of a Hilbert matrix has whole numbers.
        let inverse = hilbert(3).inverse().unwrap();
        close(inverse.data(), &[9.0, -36.0, 30.0, -36.0, 192.0, -180.0, 30.0, -180.0, 180.0], 1e-12);
        let a = Matrix::from_fn(40, 40, |i, j| {
            ((i * 37 + j * 61) % 101) as f64 + if i == j { 50.0 } else { 0.0 }
        });
        let product = a.product(&a.inverse().unwrap()).unwrap();
        close(product.data(), Matrix::identity(40).data(), 1e-11);
        let single = Matrix::new(2, 2, vec![4.0_f32, 7.0, 2.0, 6.0]).unwrap().inverse().unwrap();
        assert_eq!(single.data(), [0.6, -0.7, -0.2, 0.4]);
    }

    #[test]
    fn systems_worked_by_hand() {
        let a = square([[2.0, 1.0, -1.0], [-3.0, -1.0, 2.0], [-2.0, 1.0, 2.0]]);
        close(&a.solve(&[8.0, -11.0, -3.0]).unwrap(), &[2.0, 3.0, -1.0], 1e-14);
        let right = Matrix::new(3, 2, vec![8.0, 2.0, -11.0, -3.0, -3.0, -2.0]).unwrap();
        close(a.solve_matrix(&right).unwrap().data(), &[2.0, 1.0, 3.0, 0.0, -1.0, 0.0], 1e-14);
    }

    #[test]
    fn sizes_of_rows_and_columns_do_not_make_a_matrix_singular() {
        let a = square([[1e-200, 0.0], [0.0, 1e150]]);
        close(a.inverse().unwrap().data(), &[1e200, 0.0, 0.0, 1e-150], 1e-15);
        close(&a.solve(&[3e-200, 2e150]).unwrap(), &[3.0, 2.0], 1e-15);
        let a = square([[5e-324, 0.0], [0.0, 1.0]]);
        let error = a.inverse().unwrap_err();
        assert!(matches!(error, Error::Matrix(MatrixError::Overflow { what: "the inverse", .. })), "{error}");
    }

    #[test]
    fn singular_matrices_are_told() {
        let singular = |a: &Matrix| match a.inverse().unwrap_err() {
            Error::Matrix(MatrixError::Singular { pivot, .. }) => pivot,
            other => panic!("{other}"),
        };
        assert_eq!(singular(&square([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])), 2);
        assert_eq!(singular(&square([[1.0, 1.0], [1.0, 1.0]])), 1);
        assert_eq!(singular(&square([[1.0, 0.0], [0.0, 0.0]])), 1);
        assert_eq!(singular(&square([[0.0]])), 0);
        assert!(square([[1.0, 1.0], [1.0, 1.0]]).solve(&[1.0, 2.0]).is_err());
        // Far from singular by any measure that f64 has.
        assert!(hilbert(8).inverse().is_ok());
        let text = square([[1.0, 1.0], [1.0, 1.0]]).inverse().unwrap_err().to_string();
        assert!(text.starts_with("the matrix is singular: pivot 1 of 2 is 0e0"), "{text}");
    }

    #[test]
    fn shapes_and_numbers_are_checked() {
        let text = |result: Result<Matrix>| result.unwrap_err().to_string();
        let wide = Matrix::new(2, 3, vec![1.0; 6]).unwrap();
        assert!(
            text(wide.inverse()).starts_with("the matrix is 2 x 3, but an inverse asks for a square one")
        );
        assert!(text(Matrix::new(0, 0, vec![]).unwrap().inverse()).contains("is empty (0 x 0)"));
        assert!(text(square([[1.0, 0.0], [f64::NAN, 1.0]]).inverse()).contains("row 1, column 0: found NaN"));
        let a = square([[1.0, 0.0], [0.0, 1.0]]);
        let error = a.solve(&[1.0; 3]).unwrap_err().to_string();
        assert!(error.starts_with("2 x 2 and 3 x 1 do not fit a right side"), "{error}");
        assert!(a.solve(&[1.0, f64::INFINITY]).is_err());
    }
}
