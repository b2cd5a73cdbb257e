//! Singular values, eigenvalues, and what follows from them: spectral norm, condition, rank, low rank.

use std::fmt;

use faer::{Mat, MatRef};
use quipu_cost::Dtype;

use super::{Matrix, MatrixError, dense};
use crate::error::{Error, Result};
use crate::scalar::{Real, Scalar};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex<T = f64> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

/// `0.5 + 2 i`; takes a precision.
impl<T: Real> fmt::Display for Complex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.im < T::zero() { '-' } else { '+' };
        fmt::Display::fmt(&self.re, f)?;
        write!(f, " {sign} ")?;
        fmt::Display::fmt(&Scalar::abs(self.im), f)?;
        f.write_str(" i")
    }
}

/// A = U diag(values) Vᵀ with k = min(rows, cols) columns in U and V, orthonormal.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<T = f64> {
    /// rows x k: the left singular vectors in its columns.
    pub u: Matrix<T>,
    /// The singular values, from the largest down, none below 0.
    pub values: Vec<T>,
    /// cols x k: the right singular vectors in its columns.
    pub v: Matrix<T>,
}

/// A = Q diag(values) Qᵀ of a symmetric matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricEigen<T = f64> {
    /// The eigenvalues, from the smallest up.
    pub values: Vec<T>,
    /// The eigenvectors in its columns, orthonormal.
    pub vectors: Matrix<T>,
}

/// A v = λ v of any square matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen<T = f64> {
    /// The eigenvalues, from the largest real part down; of a conjugate pair the positive imaginary part first.
    pub values: Vec<Complex<T>>,
    /// For each eigenvalue its eigenvector, of length 1.
    pub vectors: Vec<Vec<Complex<T>>>,
}

impl<T: Real> Matrix<T> {
    /// The singular value decomposition: of the order of [`cost::svd`](crate::cost::svd), mn · min(m, n) FLOPs.
    ///
    /// ```
    /// use quipu::linalg::Matrix;
    ///
    /// let a: Matrix = Matrix::new(2, 2, vec![3.0, 0.0, 4.0, 5.0])?;
    /// let svd = a.svd()?;
    /// assert!((svd.values[0] * svd.values[1] - 15.0).abs() < 1e-12); // |det a|
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`MatrixError::Empty`], [`MatrixError::NotFinite`], [`MatrixError::Overflow`], [`MatrixError::NoConvergence`].
    pub fn svd(&self) -> Result<Svd<T>> {
        self.check()?;
        let (scaled, shift) = scaled(self);
        let svd = dense::svd(&scaled)?;
        let values = svd.S().column_vector().iter().copied().collect();
        Ok(Svd {
            u: owned(svd.U()),
            values: scaled_back("the singular values", values, shift)?,
            v: owned(svd.V()),
        })
    }

    /// The singular values alone, from the largest down: of the order of [`cost::svd`](crate::cost::svd).
    ///
    /// # Errors
    /// As [`svd`](Self::svd).
    pub fn singular_values(&self) -> Result<Vec<T>> {
        self.check()?;
        let (scaled, shift) = scaled(self);
        scaled_back("the singular values", dense::singular_values(&scaled)?, shift)
    }

    /// The largest singular value, by how much the matrix stretches a vector at most: of the order of
    /// [`cost::svd`](crate::cost::svd).
    ///
    /// # Errors
    /// As [`svd`](Self::svd).
    pub fn spectral_norm(&self) -> Result<T> {
        Ok(self.singular_values()?[0])
    }

    /// κ₂, the largest over the smallest singular value ([`cost::condition_number`](crate::cost::condition_number)):
    /// of the order of [`cost::svd`](crate::cost::svd). Infinite for a matrix with a singular value of 0.
    ///
    /// What it costs in steps of gradient descent is [`cost::convergence_steps`](crate::cost::convergence_steps).
    ///
    /// ```
    /// use quipu::linalg::Matrix;
    ///
    /// let hilbert = Matrix::from_fn(5, 5, |i, j| 1.0 / (i + j + 1) as f64);
    /// assert!((hilbert.condition_number()? - 476_607.25).abs() < 0.01);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`svd`](Self::svd).
    pub fn condition_number(&self) -> Result<f64> {
        self.check()?;
        // Of the scaled matrix, in f64: the quotient is the same, and nothing of it is lost on the way back.
        let values = dense::singular_values(&scaled(self).0)?;
        let (largest, smallest) = (values[0], values[values.len() - 1]);
        Ok(if smallest > 0.0 { quipu_cost::condition_number(largest, smallest) } else { f64::INFINITY })
    }

    /// Eigenvalues and orthonormal eigenvectors of a symmetric matrix: of the order of
    /// [`cost::eigen`](crate::cost::eigen), n³ FLOPs.
    ///
    /// Symmetric is what differs from its transpose by rounding at most: 64 times the precision of the largest element.
    ///
    /// # Errors
    /// [`MatrixError::NotSquare`], [`MatrixError::NotSymmetric`], and as [`svd`](Self::svd).
    pub fn eigen_symmetric(&self) -> Result<SymmetricEigen<T>> {
        self.check_square("an eigenvalue")?;
        self.check_symmetric()?;
        let (scaled, shift) = scaled(self);
        let eigen = dense::eigen_symmetric(&scaled)?;
        let values = eigen.S().column_vector().iter().copied().collect();
        Ok(SymmetricEigen {
            values: scaled_back("the singular values", values, shift)?,
            vectors: owned(eigen.U()),
        })
    }

    fn check_symmetric(&self) -> Result<()> {
        let largest = self.data().iter().fold(0.0_f64, |most, x| most.max(x.to_f64().abs()));
        let allowed = 64.0 * precision::<T>() * largest;
        for row in 0..self.rows() {
            for column in 0..row {
                let (found, mirrored) = (self[(row, column)].to_f64(), self[(column, row)].to_f64());
                // By halves: the difference of two large numbers may overflow.
                if (found / 2.0 - mirrored / 2.0).abs() > allowed / 2.0 {
                    return Err(MatrixError::NotSymmetric { row, column, found, mirrored }.into());
                }
            }
        }
        Ok(())
    }

    /// Eigenvalues and eigenvectors of any square matrix, which may be complex: of the order of
    /// [`cost::eigen`](crate::cost::eigen), n³ FLOPs.
    ///
    /// For a defective matrix, which has too few eigenvectors, some of those given are (nearly) the same.
    ///
    /// # Errors
    /// [`MatrixError::NotSquare`], and as [`svd`](Self::svd).
    pub fn eigen(&self) -> Result<Eigen<T>> {
        self.check_square("an eigenvalue")?;
        let (scaled, shift) = scaled(self);
        let eigen = dense::eigen(&scaled)?;
        let (values, vectors) = (eigen.S().column_vector(), eigen.U());
        let mut order: Vec<usize> = (0..self.rows()).collect();
        let key = |k: usize| (values[k].re, values[k].im);
        order.sort_by(|&a, &b| key(b).0.total_cmp(&key(a).0).then(key(b).1.total_cmp(&key(a).1)));

        let part = |of: fn((f64, f64)) -> f64| {
            scaled_back("the eigenvalues", order.iter().map(|&k| of(key(k))).collect(), shift)
        };
        let (real, imaginary) = (part(|z| z.0)?, part(|z| z.1)?);
        let values = real.into_iter().zip(imaginary).map(|(re, im)| Complex { re, im }).collect();
        let vectors = order.iter().map(|&k| {
            let column: Vec<(f64, f64)> = vectors.col(k).iter().map(|z| (z.re, z.im)).collect();
            let length = column.iter().map(|(re, im)| re * re + im * im).sum::<f64>().sqrt();
            let unit = |x: f64| T::from_f64(x / length);
            column.into_iter().map(|(re, im)| Complex { re: unit(re), im: unit(im) }).collect()
        });
        Ok(Eigen { values, vectors: vectors.collect() })
    }
}

impl<T: Real> Svd<T> {
    /// How many singular values are above `tolerance` times the largest.
    #[must_use]
    pub fn rank(&self, tolerance: f64) -> usize {
        let least = tolerance * self.values[0].to_f64();
        self.values.iter().take_while(|s| s.to_f64() > least).count()
    }

    /// The factors (rows, r) and (r, cols) of the nearest matrix of rank `r`:
    /// [`cost::low_rank_params`](crate::cost::low_rank_params) elements, and
    /// [`cost::low_rank_matvec`](crate::cost::low_rank_matvec) FLOPs for a product with a vector.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `r` is 1 to the number of singular values.
    pub fn low_rank(&self, r: usize) -> Result<(Matrix<T>, Matrix<T>)> {
        if !(1..=self.values.len()).contains(&r) {
            return Err(Error::argument("r", r, format!("1 to {}", self.values.len())));
        }
        let left = Matrix::from_fn(self.u.rows(), r, |i, k| self.u[(i, k)] * self.values[k]);
        Ok((left, Matrix::from_fn(r, self.v.rows(), |k, j| self.v[(j, k)])))
    }
}

/// The matrix in f64, times the power of two that brings its largest element near 1, and the exponent of the inverse.
fn scaled<T: Real>(a: &Matrix<T>) -> (Mat<f64>, i32) {
    let largest = a.data().iter().fold(0.0_f64, |most, x| most.max(x.to_f64().abs()));
    let shift = if largest == 0.0 { 0 } else { exponent(largest) };
    (Mat::from_fn(a.rows(), a.cols(), |i, j| times_power(a[(i, j)].to_f64(), -shift)), shift)
}

/// Values of the scaled matrix as those of the matrix.
fn scaled_back<T: Real>(what: &'static str, values: Vec<f64>, shift: i32) -> Result<Vec<T>> {
    let values: Vec<T> = values.into_iter().map(|x| T::from_f64(times_power(x, shift))).collect();
    if values.iter().all(|x| x.is_finite()) {
        Ok(values)
    } else {
        Err(MatrixError::Overflow { what, dtype: T::DTYPE }.into())
    }
}

fn owned<T: Real>(a: MatRef<'_, f64>) -> Matrix<T> {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| T::from_f64(a[(i, j)]))
}

/// The exponent of a positive number.
pub(super) fn exponent(x: f64) -> i32 {
    x.log2().floor() as i32
}

/// x times 2 to the power `exponent`, which rounds nothing that is in range; in steps, for the power itself may not be.
pub(super) fn times_power(mut x: f64, mut exponent: i32) -> f64 {
    while exponent != 0 {
        let step = exponent.clamp(-1000, 1000);
        x *= 2.0_f64.powi(step);
        exponent -= step;
    }
    x
}

/// The distance from 1 to the next number of the type.
pub(super) fn precision<T: Real>() -> f64 {
    match T::DTYPE {
        Dtype::F32 => f64::from(f32::EPSILON),
        _ => f64::EPSILON,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square<const N: usize>(rows: [[f64; N]; N]) -> Matrix {
        Matrix::new(N, N, rows.concat()).unwrap()
    }

    fn hilbert(n: usize) -> Matrix {
        Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)
    }

    fn close(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= tolerance * expected.abs().max(1.0),
                "{found} for {expected}"
            );
        }
    }

    /// Columns that are orthonormal.
    fn orthonormal(q: &Matrix) {
        let gram = q.transposed().product(q).unwrap();
        close(gram.data(), Matrix::identity(q.cols()).data(), 1e-13);
    }

    #[test]
    fn singular_values_reconstruct() {
        for (rows, cols) in [(1, 1), (5, 3), (3, 5), (40, 40), (70, 20)] {
            let a = Matrix::from_fn(rows, cols, |i, j| ((i * 37 + j * 61) % 19) as f64 - 9.0);
            let svd = a.svd().unwrap();
            assert_eq!(
                (svd.u.cols(), svd.values.len(), svd.v.cols()),
                (rows.min(cols), rows.min(cols), rows.min(cols))
            );
            assert!(svd.values.is_sorted_by(|a, b| a >= b) && svd.values.iter().all(|&s| s >= 0.0));
            orthonormal(&svd.u);
            orthonormal(&svd.v);
            let (left, right) = svd.low_rank(svd.values.len()).unwrap();
            close(left.product(&right).unwrap().data(), a.data(), 1e-12);
            close(&a.singular_values().unwrap(), &svd.values, 1e-12);
        }
    }

    #[test]
    fn singular_values_worked_by_hand() {
        // AᵀA = (25 20; 20 25), with eigenvalues 45 and 5.
        let a = square([[3.0, 0.0], [4.0, 5.0]]);
        close(&a.singular_values().unwrap(), &[45.0_f64.sqrt(), 5.0_f64.sqrt()], 1e-14);
        close(&[a.spectral_norm().unwrap(), a.condition_number().unwrap()], &[45.0_f64.sqrt(), 3.0], 1e-14);
        let single = Matrix::new(2, 2, vec![3.0_f32, 0.0, 4.0, 5.0]).unwrap();
        assert_eq!(single.spectral_norm().unwrap(), 45.0_f32.sqrt());
        // The numbers of numpy.linalg.cond
        assert!((hilbert(5).condition_number().unwrap() - 476_607.250_242_585_5).abs() < 1e-4);
        assert_eq!(square([[1.0, 0.0], [0.0, 0.0]]).condition_number().unwrap(), f64::INFINITY);
        assert_eq!(square([[0.0]]).spectral_norm().unwrap(), 0.0);
    }

    #[test]
    fn ranks_and_matrices_of_low_rank() {
        let a = square([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]);
        let svd = a.svd().unwrap();
        assert_eq!((svd.rank(1e-12), svd.rank(0.5)), (2, 1));
        let (left, right) = svd.low_rank(2).unwrap();
        assert_eq!(left.data().len() + right.data().len(), quipu_cost::low_rank_params(3, 3, 2) as usize);
        close(left.product(&right).unwrap().data(), a.data(), 1e-12);
        // Eckart and Young: what is lost is the first singular value that is left out.
        let (left, right) = svd.low_rank(1).unwrap();
        let near = left.product(&right).unwrap();
        let lost = Matrix::from_fn(3, 3, |i, j| a[(i, j)] - near[(i, j)]);
        assert!((lost.spectral_norm().unwrap() - svd.values[1]).abs() < 1e-12);
        assert!(svd.low_rank(0).is_err());
        let error = svd.low_rank(4).unwrap_err().to_string();
        assert_eq!(error, "r = 4: expected 1 to 3");
    }

    #[test]
    fn symmetric_eigenvalues() {
        let a = square([[2.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]]);
        let eigen = a.eigen_symmetric().unwrap();
        close(&eigen.values, &[2.0 - 2.0_f64.sqrt(), 2.0, 2.0 + 2.0_f64.sqrt()], 1e-14);
        orthonormal(&eigen.vectors);
        for (k, value) in eigen.values.iter().enumerate() {
            let vector: Vec<f64> = (0..3).map(|i| eigen.vectors[(i, k)]).collect();
            let image = a.product(&Matrix::new(3, 1, vector.clone()).unwrap()).unwrap();
            close(image.data(), &vector.iter().map(|x| value * x).collect::<Vec<_>>(), 1e-14);
        }
        let skew = square([[1.0, 2.0], [2.5, 1.0]]).eigen_symmetric().unwrap_err().to_string();
        assert!(
            skew.starts_with("the matrix is not symmetric: row 1, column 0 holds 2.5, its mirror image 2;"),
            "{skew}"
        );
        assert!(square([[1.0, 2.0], [2.0 + 1e-15, 1.0]]).eigen_symmetric().is_ok());
    }

    #[test]
    fn eigenvalues_of_any_square_matrix() {
        // A rotation by 90 degrees, twice as long, beside a 3.
        let a = square([[0.0, -2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 3.0]]);
        let eigen = a.eigen().unwrap();
        let parts: Vec<f64> = eigen.values.iter().flat_map(|z| [z.re, z.im]).collect();
        close(&parts, &[3.0, 0.0, 0.0, 2.0, 0.0, -2.0], 1e-14);
        let b = Matrix::from_fn(12, 12, |i, j| ((i * 5 + j * 7) % 11) as f64 - 4.0);
        for a in [a, b] {
            let eigen = a.eigen().unwrap();
            let trace: f64 = (0..a.rows()).map(|i| a[(i, i)]).sum();
            assert!((eigen.values.iter().map(|z| z.re).sum::<f64>() - trace).abs() < 1e-11);
            for (value, vector) in eigen.values.iter().zip(&eigen.vectors) {
                assert!((vector.iter().map(|z| z.re * z.re + z.im * z.im).sum::<f64>() - 1.0).abs() < 1e-12);
                for (i, z) in vector.iter().enumerate() {
                    let real: f64 = a.row(i).iter().zip(vector).map(|(a, v)| a * v.re).sum();
                    let imaginary: f64 = a.row(i).iter().zip(vector).map(|(a, v)| a * v.im).sum();
                    let product = (value.re * z.re - value.im * z.im, value.re * z.im + value.im * z.re);
                    close(&[real, imaginary], &[product.0, product.1], 1e-11);
                }
            }
        }
        assert_eq!(
            format!("{:.1} and {}", Complex { re: 0.5, im: -2.0 }, Complex { re: 1.0, im: 0.0 }),
            "0.5 - 2.0 i and 1 + 0 i"
        );
    }

    #[test]
    fn extreme_elements_are_scaled_and_results_out_of_range_told() {
        let a = square([[3e-310, 0.0], [0.0, 1e-310]]);
        assert!((a.condition_number().unwrap() - 3.0).abs() < 1e-12);
        let a = square([[3e300, 1e300], [1e300, 3e300]]);
        close(&a.eigen_symmetric().unwrap().values, &[2e300, 4e300], 1e-14);
        close(&[a.eigen().unwrap().values[0].re], &[4e300], 1e-14);
        let a = square([[1.7e308, 1.7e308], [1.7e308, 1.7e308]]);
        let error = a.svd().unwrap_err().to_string();
        assert!(error.starts_with("the singular values: out of the range of f64; scale"), "{error}");
    }

    #[test]
    fn shapes_and_numbers_are_checked() {
        let wide = Matrix::new(1, 2, vec![1.0, 2.0]).unwrap();
        for error in [wide.eigen().unwrap_err(), wide.eigen_symmetric().unwrap_err()] {
            let expected = "the matrix is 1 x 2, but an eigenvalue asks for a square one";
            assert!(error.to_string().starts_with(expected), "{error}");
        }
        let nan = square([[f64::NAN]]);
        let errors = [nan.svd().unwrap_err(), nan.eigen().unwrap_err(), nan.condition_number().unwrap_err()];
        assert!(errors.iter().all(|error| error.to_string().contains("row 0, column 0: found NaN")));
        assert!(Matrix::<f64>::new(0, 0, vec![]).unwrap().svd().is_err());
    }
}
