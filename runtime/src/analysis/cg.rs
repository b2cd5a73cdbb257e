//! Conjugate gradients: A x = b by products alone, until the curvature turns out not to be positive.

use super::operator::{Operator, check, not_negative, product};
use super::vector::{axpy, dot, norm};
use crate::error::{Error, Result};

/// Why the iteration ended.
#[derive(Clone, Debug, PartialEq)]
pub enum CgEnd {
    /// The residual came down to the tolerance.
    Converged,
    /// The limit of products was reached first.
    Limit,
    /// A direction along which the operator is not positive: no minimum of ½ xᵀ A x − bᵀ x, which falls for ever there.
    NegativeCurvature {
        /// The direction d, of length 1.
        direction: Vec<f64>,
        /// dᵀ A d, at most 0 but for rounding.
        curvature: f64,
    },
}

/// An approximate solution.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// x, as far as the iteration came; 0 where the very first direction had no positive curvature.
    pub x: Vec<f64>,
    /// ‖b − A x‖, as the iteration keeps it.
    pub residual: f64,
    /// Why it ended.
    pub end: CgEnd,
    /// Products with A.
    pub applications: usize,
    /// FLOPs: of the products, and 14n a product, of which 2n see to it that it is finite.
    pub flops: u64,
}

/// Solves A x = b from x = 0 until ‖b − A x‖ <= `tolerance` ‖b‖, for `limit` products at most (Hestenes and Stiefel
/// 1952).
///
/// For a positive operator; the first direction along which it is not ends the iteration and is handed back, which is
/// what Newton's method needs on a loss with saddle points. The error shrinks by (√κ − 1) / (√κ + 1) a product or faster,
/// where gradient descent has κ in place of its root. Four vectors of memory.
///
/// # Errors
/// [`Error::Argument`] for an empty operator, a `b` of another length, a limit of 0, a negative tolerance, or a product that is
/// not finite.
pub fn conjugate_gradient<O: Operator + ?Sized>(
    a: &mut O,
    b: &[f64],
    tolerance: f64,
    limit: usize,
) -> Result<Solution> {
    check(a, "limit", limit)?;
    not_negative("tolerance", tolerance)?;
    let len = a.len();
    if b.len() != len {
        return Err(Error::argument("b.len()", b.len(), format!("the operator's length, {len}")));
    }
    let (mut x, mut rest, mut along) = (vec![0.0; len], b.to_vec(), b.to_vec());
    let mut image = vec![0.0; len];
    let mut squares = dot(&rest, &rest);
    if !squares.is_finite() {
        return Err(Error::argument("the length of b", squares.sqrt(), "a finite number"));
    }
    let enough = tolerance * squares.sqrt();
    let (mut applications, mut steepest) = (0, 0.0_f64);
    let end = loop {
        if squares.sqrt() <= enough || squares == 0.0 {
            break CgEnd::Converged;
        }
        if applications == limit {
            break CgEnd::Limit;
        }
        product(a, &along, &mut image)?;
        applications += 1;
        let (length, curved) = (dot(&along, &along), dot(&along, &image));
        let curvature = curved / length;
        steepest = steepest.max(curvature.abs());
        // A curvature of 0 but for rounding would make a step as long as rounding says.
        if curvature <= 16.0 * f64::EPSILON * steepest {
            let length = length.sqrt();
            along.iter_mut().for_each(|x| *x /= length);
            break CgEnd::NegativeCurvature { direction: along, curvature };
        }
        let step = squares / curved;
        axpy(step, &along, &mut x);
        axpy(-step, &image, &mut rest);
        let next = dot(&rest, &rest);
        let turn = next / squares;
        along.iter_mut().zip(&rest).for_each(|(p, r)| *p = r + turn * *p);
        squares = next;
    };
    let flops = applications as u64 * (a.flops() + 14 * len as u64);
    Ok(Solution { x, residual: norm(&rest), end, applications, flops })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::operator;
    use crate::error::Result;

    fn diagonal(values: &[f64]) -> impl Operator {
        operator(values.len(), values.len() as u64, move |v, out: &mut [f64]| -> Result<()> {
            out.iter_mut().zip(v).zip(values).for_each(|((out, v), value)| *out = value * v);
            Ok(())
        })
    }

    #[test]
    fn as_many_products_as_there_are_different_eigenvalues() {
        let values = [1.0, 1.0, 4.0, 9.0, 9.0, 9.0];
        let b = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let found = conjugate_gradient(&mut diagonal(&values), &b, 1e-12, 100).unwrap();
        assert_eq!((&found.end, found.applications), (&CgEnd::Converged, 3));
        for ((x, b), value) in found.x.iter().zip(b).zip(values) {
            assert!((x * value - b).abs() < 1e-12);
        }
        assert_eq!(found.flops, 3 * (6 + 14 * 6));
    }

    #[test]
    fn it_shrinks_the_error_by_the_root_of_the_condition() {
        let values: Vec<f64> = (0..400).map(|i| 1.0 + 9_999.0 * (i as f64 / 399.0)).collect();
        let found = conjugate_gradient(&mut diagonal(&values), &[1.0; 400], 1e-6, 4_000).unwrap();
        // 2 ((√κ − 1) / (√κ + 1))^t in the norm of A, and κ more in the residual; κ = 1e4.
        let steps = (2.0e2_f64 / 1e-6).ln() / (101.0_f64 / 99.0).ln();
        assert!(
            found.end == CgEnd::Converged && (found.applications as f64) < steps,
            "{}",
            found.applications
        );
        // Gradient descent would take as many as this.
        assert!(50 * found.applications < quipu_cost::convergence_steps(1e4, 1e-6) as usize * 5);
    }

    #[test]
    fn negative_curvature_is_found_and_handed_back() {
        let found =
            conjugate_gradient(&mut diagonal(&[2.0, 3.0, -1.0]), &[1.0, 1.0, 1e-3], 1e-9, 50).unwrap();
        let CgEnd::NegativeCurvature { direction, curvature } = &found.end else { panic!("{:?}", found.end) };
        let exact = 2.0 * direction[0].powi(2) + 3.0 * direction[1].powi(2) - direction[2].powi(2);
        assert!(*curvature < 0.0 && (curvature - exact).abs() < 1e-12);
        assert!((norm(direction) - 1.0).abs() < 1e-12 && norm(&found.x) > 0.0);
        let found = conjugate_gradient(&mut diagonal(&[-2.0]), &[1.0], 1e-9, 50).unwrap();
        assert_eq!((found.x, found.applications), (vec![0.0], 1));
        // A singular operator, and a b outside of its range.
        let found = conjugate_gradient(&mut diagonal(&[1.0, 0.0]), &[1.0, 1.0], 1e-9, 50).unwrap();
        assert!(matches!(found.end, CgEnd::NegativeCurvature { .. }), "{found:?}");
    }

    #[test]
    fn limits_and_wrong_arguments() {
        let found = conjugate_gradient(&mut diagonal(&[1.0, 5.0]), &[1.0, 1.0], 1e-9, 1).unwrap();
        assert!(found.end == CgEnd::Limit && found.residual > 0.1);
        let found = conjugate_gradient(&mut diagonal(&[1.0]), &[0.0], 0.0, 1).unwrap();
        assert_eq!((found.end, found.applications), (CgEnd::Converged, 0));
        let text = |b: &[f64], tolerance, limit| {
            conjugate_gradient(&mut diagonal(&[1.0, 5.0]), b, tolerance, limit).unwrap_err().to_string()
        };
        assert_eq!(text(&[1.0], 0.1, 1), "b.len() = 1: expected the operator's length, 2");
        assert_eq!(text(&[1.0; 2], -0.1, 1), "tolerance = -0.1: expected a finite number, 0 or above");
        assert_eq!(text(&[1.0; 2], 0.1, 0), "limit = 0: expected at least 1");
        assert_eq!(text(&[f64::NAN; 2], 0.1, 1), "the length of b = NaN: expected a finite number");
    }
}
