//! A symmetric matrix that is known by its products with vectors alone, as the Hessian of a network is.

use super::vector::norm;
use crate::error::{Error, Result};

/// A symmetric (n, n) matrix A, as v → A v.
///
/// Nothing here asks for an element of the matrix, so that a Hessian of P parameters, P² numbers, is never made: a
/// product with it costs two to 3.2 gradients. [`operator`] makes one of a closure.
pub trait Operator {
    /// n, the elements of a vector.
    fn len(&self) -> usize;

    /// Whether n is 0; no method here takes such an operator.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `out` = A `v`, n elements each.
    ///
    /// # Errors
    /// Whatever keeps the product from being made.
    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()>;

    /// FLOPs of one product.
    fn flops(&self) -> u64;
}

impl<O: Operator + ?Sized> Operator for &mut O {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()> {
        (**self).apply(v, out)
    }

    fn flops(&self) -> u64 {
        (**self).flops()
    }
}

/// A closure as an [`Operator`]; made by [`operator`].
#[derive(Clone, Debug)]
pub struct FnOperator<F> {
    len: usize,
    flops: u64,
    product: F,
}

/// The operator on vectors of `len` elements whose product with a vector is `product(v, out)`, for `flops` FLOPs.
///
/// ```
/// use quipu::analysis::{operator, power_iteration};
///
/// let mut swap = operator(2, 0, |v, out| {
///     out.copy_from_slice(&[v[1], v[0] + v[1]]);
///     Ok(())
/// });
/// let golden = power_iteration(&mut swap, 1e-9, 100, 1)?.value;
/// assert!((golden - 1.618_033_988_7).abs() < 1e-9);
/// # Ok::<(), quipu::Error>(())
/// ```
pub fn operator<F: FnMut(&[f64], &mut [f64]) -> Result<()>>(
    len: usize,
    flops: u64,
    product: F,
) -> FnOperator<F> {
    FnOperator { len, flops, product }
}

impl<F: FnMut(&[f64], &mut [f64]) -> Result<()>> Operator for FnOperator<F> {
    fn len(&self) -> usize {
        self.len
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()> {
        (self.product)(v, out)
    }

    fn flops(&self) -> u64 {
        self.flops
    }
}

/// A matrix is one, too; a symmetric one is wanted, and nobody looks.
#[cfg(feature = "linalg")]
impl Operator for crate::linalg::Matrix {
    fn len(&self) -> usize {
        self.rows()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()> {
        if self.rows() != self.cols() {
            let (rows, cols) = (self.rows(), self.cols());
            return Err(crate::linalg::MatrixError::NotSquare { what: "an operator", rows, cols }.into());
        }
        for (i, out) in out.iter_mut().enumerate() {
            *out = super::vector::dot(self.row(i), v);
        }
        Ok(())
    }

    fn flops(&self) -> u64 {
        quipu_cost::matvec(self.rows() as u64, self.cols() as u64)
    }
}

/// One product, whose elements are finite: 2n FLOPs beside it.
pub(super) fn product<O: Operator + ?Sized>(a: &mut O, v: &[f64], out: &mut [f64]) -> Result<()> {
    a.apply(v, out)?;
    // Also where no element is, but their squares go beyond f64: nothing could be made of such a product.
    if norm(out).is_finite() {
        return Ok(());
    }
    let bad = out.iter().copied().find(|x| !x.is_finite()).unwrap_or(f64::INFINITY);
    let allowed = "finite numbers: look at the loss and the gradient where the operator was taken";
    Err(Error::argument("an element of the operator's product", bad, allowed))
}

/// Refuses an operator without an element, and a number of rounds that is 0.
pub(super) fn check<O: Operator + ?Sized>(a: &O, name: &'static str, rounds: usize) -> Result<()> {
    if a.len() == 0 {
        return Err(Error::argument("the operator's length", 0, "at least 1"));
    }
    at_least(1, name, rounds)
}

/// Refuses fewer than `least`.
pub(super) fn at_least(least: usize, name: &'static str, value: usize) -> Result<()> {
    if value < least { Err(Error::argument(name, value, format!("at least {least}"))) } else { Ok(()) }
}

/// Refuses what is not a finite number above 0.
pub(super) fn positive(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(Error::argument(name, value, "a finite number above 0"))
    }
}

/// Refuses what is not a finite number, 0 or above.
pub(super) fn not_negative(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(Error::argument(name, value, "a finite number, 0 or above"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{conjugate_gradient, power_iteration, trace};

    #[test]
    fn what_cannot_be_worked_on_is_told() {
        let mut none = operator(0, 0, |_, _| Ok(()));
        let text = power_iteration(&mut none, 1e-9, 10, 1).unwrap_err().to_string();
        assert_eq!(text, "the operator's length = 0: expected at least 1");
        let mut broken = operator(2, 0, |_, out| {
            out.copy_from_slice(&[1.0, f64::NAN]);
            Ok(())
        });
        let expected =
            "an element of the operator's product = NaN: expected finite numbers: look at the loss";
        for text in [
            power_iteration(&mut broken, 1e-9, 10, 1).unwrap_err().to_string(),
            trace(&mut broken, 2, 1).unwrap_err().to_string(),
            conjugate_gradient(&mut broken, &[1.0, 0.0], 1e-9, 10).unwrap_err().to_string(),
        ] {
            assert!(text.starts_with(expected), "{text}");
        }
        let mut huge = operator(2, 0, |_, out| {
            out.fill(1e200);
            Ok(())
        });
        assert!(trace(&mut huge, 2, 1).is_err());
    }

    #[cfg(feature = "linalg")]
    #[test]
    fn matrices_are_operators_and_square_ones_alone() {
        let mut a = crate::linalg::Matrix::from_fn(2, 2, |i, j| (i + j) as f64);
        let mut out = [0.0; 2];
        a.apply(&[1.0, 2.0], &mut out).unwrap();
        assert_eq!((out, a.flops(), a.is_empty()), ([2.0, 5.0], 8, false));
        let mut wide = crate::linalg::Matrix::from_fn(1, 2, |_, _| 1.0);
        let text = trace(&mut wide, 2, 1).unwrap_err().to_string();
        assert!(text.starts_with("the matrix is 1 x 2, but an operator asks for a square one"), "{text}");
    }
}
