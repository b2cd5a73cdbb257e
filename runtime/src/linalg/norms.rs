//! Norms of vectors and matrices, each as many FLOPs as its rule in the cost table says.

use super::matrix::check;
use super::{Matrix, MatrixError};
use crate::error::{Error, Result};
use crate::scalar::{Real, Scalar, reduce};

/// Sum of the absolute values: [`cost::l1_norm`](crate::cost::l1_norm), 2n − 1 FLOPs.
///
/// # Errors
/// [`MatrixError::Empty`], [`MatrixError::NotFinite`], [`MatrixError::Overflow`].
pub fn l1_norm<T: Scalar>(x: &[T]) -> Result<T> {
    vector(x)?;
    let sizes: Vec<T> = x.iter().map(|&x| x.abs()).collect();
    finite("the L1 norm", reduce::sum(&sizes))
}

/// Root of the sum of squares, the length of an arrow: [`cost::l2_norm`](crate::cost::l2_norm), 2n FLOPs.
///
/// Squares below the smallest number of the type count as nothing: about 1e-162 in f64, 1e-23 in f32.
///
/// # Errors
/// [`MatrixError::Empty`], [`MatrixError::NotFinite`]; [`MatrixError::Overflow`] also where a square is too large.
pub fn l2_norm<T: Scalar>(x: &[T]) -> Result<T> {
    vector(x)?;
    finite("the L2 norm", reduce::dot(x, x).sqrt())
}

/// (sum |x|^p)^(1/p): [`cost::lp_norm`](crate::cost::lp_norm), 3n FLOPs, of which n + 1 are powers.
///
/// # Errors
/// [`Error::Argument`] unless `p` is finite and at least 1 (below it there is no norm; for infinity there is
/// [`linf_norm`]); [`MatrixError::Empty`], [`MatrixError::NotFinite`]; [`MatrixError::Overflow`] also where a power is
/// too large.
pub fn lp_norm<T: Scalar>(x: &[T], p: f64) -> Result<T> {
    if !(p.is_finite() && p >= 1.0) {
        let allowed = "a finite number of at least 1; for the largest absolute value use `linf_norm`";
        return Err(Error::argument("p", p, allowed));
    }
    vector(x)?;
    let powers: Vec<T> = x.iter().map(|&x| x.abs().powf(p)).collect();
    finite("the Lp norm", reduce::sum(&powers).powf(p.recip()))
}

/// The largest absolute value: [`cost::linf_norm`](crate::cost::linf_norm), 2n − 1 FLOPs.
///
/// # Errors
/// [`MatrixError::Empty`], [`MatrixError::NotFinite`].
pub fn linf_norm<T: Scalar>(x: &[T]) -> Result<T> {
    vector(x)?;
    let sizes: Vec<T> = x.iter().map(|&x| x.abs()).collect();
    Ok(reduce::max(&sizes))
}

impl<T: Scalar> Matrix<T> {
    /// The L2 norm of all elements: [`cost::frobenius_norm`](crate::cost::frobenius_norm), 2mn FLOPs.
    ///
    /// # Errors
    /// As [`l2_norm`].
    pub fn frobenius_norm(&self) -> Result<T> {
        self.check()?;
        finite("the Frobenius norm", reduce::dot(self.data(), self.data()).sqrt())
    }
}

fn vector<T: Scalar>(x: &[T]) -> Result<()> {
    check("the vector", x, 1, x.len())
}

/// The norm of finite numbers is finite, or too large to be written.
fn finite<T: Scalar>(what: &'static str, norm: T) -> Result<T> {
    if norm.real().is_finite() {
        Ok(norm)
    } else {
        Err(MatrixError::Overflow { what, dtype: T::Real::DTYPE }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::{Counted, count};

    #[test]
    fn norms_worked_by_hand() {
        let x = [3.0, -4.0, 12.0];
        assert_eq!(l1_norm(&x).unwrap(), 19.0);
        assert_eq!(l2_norm(&x).unwrap(), 13.0);
        assert_eq!(linf_norm(&x).unwrap(), 12.0);
        // 27 + 64 + 1728 = 1819
        assert!((lp_norm(&x, 3.0).unwrap() - 1819.0_f64.cbrt()).abs() < 1e-13);
        assert!((lp_norm(&x, 1.0).unwrap() - 19.0).abs() < 1e-13);
        assert!((lp_norm(&x, 2.0).unwrap() - 13.0).abs() < 1e-13);
        assert_eq!(l2_norm(&[0.0_f32; 40]).unwrap(), 0.0);
        let a = Matrix::new(2, 2, vec![1.0, -2.0, 2.0, 4.0]).unwrap();
        assert_eq!(a.frobenius_norm().unwrap(), 5.0);
    }

    #[test]
    fn every_norm_counts_what_the_table_says() {
        for n in 1..40 {
            let x: Vec<Counted<f64>> = (0..n).map(|i| Counted(f64::from(i) - 3.5)).collect();
            let n = n as u64;
            assert_eq!(count(|| l1_norm(&x).unwrap()), quipu_cost::l1_norm(n));
            assert_eq!(count(|| l2_norm(&x).unwrap()), quipu_cost::l2_norm(n));
            assert_eq!(count(|| lp_norm(&x, 3.0).unwrap()), quipu_cost::lp_norm(n));
            assert_eq!(count(|| linf_norm(&x).unwrap()), quipu_cost::linf_norm(n));
        }
        let a = Matrix::from_fn(3, 5, |i, j| Counted(i as f64 - j as f64));
        assert_eq!(count(|| a.frobenius_norm().unwrap()), quipu_cost::frobenius_norm(3, 5));
    }

    #[test]
    fn norms_refuse_what_has_none() {
        let text = |result: Result<f64>| result.unwrap_err().to_string();
        assert!(text(l1_norm(&[])).starts_with("the vector is empty (1 x 0)"));
        assert!(text(l2_norm(&[1.0, f64::NAN])).starts_with("the vector, row 0, column 1: found NaN"));
        assert!(text(linf_norm(&[f64::INFINITY])).contains("found inf"));
        assert!(text(lp_norm(&[1.0], 0.5)).starts_with("p = 0.5: expected a finite number of at least 1"));
        assert!(text(lp_norm(&[1.0], f64::NAN)).starts_with("p = NaN"));
        assert!(text(l2_norm(&[1e200])).starts_with("the L2 norm: out of the range of f64"));
        assert!(l1_norm(&[2e38_f32, 2e38]).unwrap_err().to_string().contains("range of f32"));
        let empty = Matrix::<f64>::new(0, 3, vec![]).unwrap();
        assert!(text(empty.frobenius_norm()).starts_with("the matrix is empty (0 x 3)"));
    }
}
