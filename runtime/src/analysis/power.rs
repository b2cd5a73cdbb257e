//! Power iteration: the eigenvalue of the largest size, and its eigenvector.

use super::operator::{Operator, check, positive, product};
use super::vector::{axpy, direction, dot, generator, norm, scale};
use crate::error::Result;

/// What power iteration has found.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerIteration {
    /// vᵀ A v, Rayleigh's quotient: the eigenvalue of the largest absolute value, with its sign.
    pub value: f64,
    /// v, of length 1.
    pub vector: Vec<f64>,
    /// ‖A v − value v‖: an eigenvalue of A lies no further than that from `value`.
    pub residual: f64,
    /// Whether the residual has come down to the tolerance.
    pub converged: bool,
    /// Products with A.
    pub applications: usize,
    /// FLOPs of it all: of the products, and 11n a product beside them, of which 2n see to it that it is finite.
    pub flops: u64,
}

/// Multiplies a random direction by A until ‖A v − λ v‖ <= `tolerance` |λ|, or `limit` times.
///
/// The error shrinks by |λ₂ / λ₁| an iteration, so that two eigenvalues of nearly the same size take long (and λ and −λ
/// for ever): `lanczos` (feature `linalg`) finds the ends of the spectrum in far fewer products. One product and 11n
/// FLOPs an iteration, three vectors of memory.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for an empty operator, a limit of 0, a tolerance that is not above 0, or a
/// product that is not finite.
pub fn power_iteration<O: Operator + ?Sized>(
    a: &mut O,
    tolerance: f64,
    limit: usize,
    seed: u64,
) -> Result<PowerIteration> {
    check(a, "limit", limit)?;
    positive("tolerance", tolerance)?;
    let len = a.len();
    let mut vector = direction(len, &mut generator(seed));
    let mut image = vec![0.0; len];
    let mut applications = 0;
    let (value, residual) = loop {
        product(a, &vector, &mut image)?;
        applications += 1;
        let value = dot(&vector, &image);
        let size = norm(&image);
        let mut rest = image.clone();
        axpy(-value, &vector, &mut rest);
        let residual = norm(&rest);
        // A v = 0: an eigenvector of the eigenvalue 0, from which nothing leads on.
        if residual <= tolerance * value.abs() || size == 0.0 || applications == limit {
            break (value, residual);
        }
        std::mem::swap(&mut vector, &mut image);
        scale(1.0 / size, &mut vector);
    };
    let converged = residual <= tolerance * value.abs();
    let flops = applications as u64 * (a.flops() + 11 * len as u64);
    Ok(PowerIteration { value, vector, residual, converged, applications, flops })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::operator;

    #[test]
    fn the_largest_eigenvalue_by_size_with_its_sign() {
        let values = [-5.0, 4.0, 1.0, 0.0];
        let mut a = operator(4, 4, |v, out| {
            for ((out, v), value) in out.iter_mut().zip(v).zip(values) {
                *out = value * v;
            }
            Ok(())
        });
        let found = power_iteration(&mut a, 1e-8, 1_000, 3).unwrap();
        assert!(found.converged && (found.value + 5.0).abs() < 1e-12, "{found:?}");
        assert!((found.vector[0].abs() - 1.0).abs() < 1e-12);
        // The error of v shrinks by 4/5 a product: from about 1 to 1e-8 in some 83.
        assert!((60..110).contains(&found.applications), "{}", found.applications);
        assert_eq!(found.flops, found.applications as u64 * (4 + 11 * 4));
        let early = power_iteration(&mut a, 1e-8, 5, 3).unwrap();
        assert!(!early.converged && early.applications == 5 && early.residual > 1e-8);
        let mut zero = operator(3, 0, |_, out| {
            out.fill(0.0);
            Ok(())
        });
        let found = power_iteration(&mut zero, 1e-8, 10, 1).unwrap();
        assert_eq!((found.value, found.converged, found.applications), (0.0, true, 1));
        let text = power_iteration(&mut zero, 0.0, 10, 1).unwrap_err().to_string();
        assert_eq!(text, "tolerance = 0: expected a finite number above 0");
        let text = power_iteration(&mut zero, 1.0, 0, 1).unwrap_err().to_string();
        assert_eq!(text, "limit = 0: expected at least 1");
    }
}
