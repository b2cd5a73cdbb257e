//! What kind of point a loss has come to: minimum, maximum or saddle, as far as its curvature was looked at.

use std::fmt;

use super::lanczos::Lanczos;
use super::operator::not_negative;
use crate::error::Result;

/// The kind of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// The gradient is not small: the loss falls along it.
    Slope,
    /// Every curvature is positive: the loss rises in all directions.
    Minimum,
    /// Every curvature is negative: the loss falls in all directions.
    Maximum,
    /// Curvatures of both signs: the loss rises in some directions and falls in others.
    Saddle,
    /// No two signs, but curvatures that are 0 as far as can be told: the second derivatives decide nothing there. A network
    /// with a unit that is off for all inputs ends here, since its weights change nothing.
    Flat,
}

/// A point of a loss, by its gradient and its curvature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriticalPoint {
    /// What it is.
    pub kind: PointKind,
    /// The norm of the gradient there.
    pub gradient_norm: f64,
    /// Directions of negative curvature that were found, orthogonal to each other: there are at least so many.
    pub negative: usize,
    /// Directions of positive curvature that were found: there are at least so many.
    pub positive: usize,
    /// Directions looked at, the steps of the [`Lanczos`] run. Of those not looked at nothing is said, unless they are all.
    pub directions: usize,
    /// The smallest curvature found.
    pub smallest: f64,
    /// The largest curvature found.
    pub largest: f64,
}

/// Classifies a point from the norm of its gradient and the ends of its Hessian.
///
/// `tolerance` is what a gradient's norm may be at a critical point; curvatures within `floor` times the largest, or within
/// 16 ε √k times it, which k steps leave of rounding, count as 0. Ritz values beyond that prove as many eigenvalues of their
/// sign, however far they still are from them (Cauchy's interlacing), so a saddle is one. A minimum is one as far as the
/// smallest Ritz value has converged: it counts as 0, too, unless its residual bound keeps it above; so for a maximum.
/// No FLOPs beside the `lanczos`.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a norm, tolerance or floor that is not finite or below 0.
pub fn critical_point(
    gradient_norm: f64,
    tolerance: f64,
    spectrum: &Lanczos,
    floor: f64,
) -> Result<CriticalPoint> {
    not_negative("gradient_norm", gradient_norm)?;
    not_negative("tolerance", tolerance)?;
    not_negative("floor", floor)?;
    let (smallest, largest) = (spectrum.smallest(), spectrum.largest());
    let floor = floor.max(16.0 * f64::EPSILON * (spectrum.ritz().len() as f64).sqrt());
    let (negative, positive) = (spectrum.negative(floor), spectrum.positive(floor));
    let zero = floor * spectrum.norm();
    let kind = if gradient_norm > tolerance {
        PointKind::Slope
    } else if negative > 0 && positive > 0 {
        PointKind::Saddle
    } else if smallest.value - smallest.bound > zero {
        PointKind::Minimum
    } else if largest.value + largest.bound < -zero {
        PointKind::Maximum
    } else {
        PointKind::Flat
    };
    Ok(CriticalPoint {
        kind,
        gradient_norm,
        negative,
        positive,
        directions: spectrum.ritz().len(),
        smallest: smallest.value,
        largest: largest.value,
    })
}

/// `saddle: 3 of 40 directions fall, 37 rise (curvature -0.2 to 14), gradient 1e-7`
impl fmt::Display for CriticalPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            PointKind::Slope => "slope",
            PointKind::Minimum => "minimum",
            PointKind::Maximum => "maximum",
            PointKind::Saddle => "saddle",
            PointKind::Flat => "flat",
        };
        let CriticalPoint { gradient_norm, negative, positive, directions, smallest, largest, .. } = self;
        write!(
            f,
            "{kind}: {negative} of {directions} directions fall, {positive} rise (curvature {smallest:.3e} to \
             {largest:.3e}), gradient {gradient_norm:.3e}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::lanczos;
    use crate::linalg::Matrix;

    fn kind(values: &[f64], gradient: f64) -> CriticalPoint {
        let mut a = Matrix::from_fn(values.len(), values.len(), |i, j| if i == j { values[i] } else { 0.0 });
        critical_point(gradient, 1e-6, &lanczos(&mut a, values.len(), 1).unwrap(), 1e-9).unwrap()
    }

    #[test]
    fn kinds_of_quadratics() {
        for (values, expected, negative) in [
            (&[1.0, 2.0, 3.0][..], PointKind::Minimum, 0),
            (&[-1.0, -2.0, -2.0], PointKind::Maximum, 3),
            (&[-1.0, 2.0, -0.5, 7.0], PointKind::Saddle, 2),
            (&[0.0, 2.0, 7.0], PointKind::Flat, 0),
            (&[0.0, -2.0, -7.0], PointKind::Flat, 2),
            (&[0.0, 0.0], PointKind::Flat, 0),
        ] {
            let point = kind(values, 0.0);
            assert_eq!((point.kind, point.negative), (expected, negative), "{values:?}: {point}");
            assert_eq!(kind(values, 1e-3).kind, PointKind::Slope);
        }
        let text = kind(&[-1.0, 2.0], 0.0).to_string();
        assert!(
            text.starts_with("saddle: 1 of 2 directions fall, 1 rise (curvature -1.000e0 to 2.000e0)"),
            "{text}"
        );
    }

    #[test]
    fn zeros_that_rounding_has_given_a_sign_are_zeros() {
        // Rank 2 in 24 dimensions: 22 curvatures of 0, which come out on either side of it.
        let factor = |i: usize, k: usize| ((i * 7 + k * 5 + 1) as f64).sin();
        let mut a = Matrix::from_fn(24, 24, |i, j| (0..2).map(|k| factor(i, k) * factor(j, k)).sum());
        let spectrum = lanczos(&mut a, 24, 1).unwrap();
        assert!(spectrum.negative(0.0) > 0, "or there is nothing to see here: {:?}", spectrum.smallest());
        let point = critical_point(0.0, 1e-6, &spectrum, 0.0).unwrap();
        assert_eq!((point.kind, point.negative, point.positive), (PointKind::Flat, 0, 2), "{point}");
    }

    #[test]
    fn an_end_that_has_not_converged_decides_nothing() {
        // The smallest of 100 values, after three products: its bound reaches below 0.
        let mut a = Matrix::from_fn(100, 100, |i, j| if i == j { 1e-3 + i as f64 } else { 0.0 });
        let early = lanczos(&mut a, 3, 1).unwrap();
        assert_eq!(critical_point(0.0, 1e-6, &early, 0.0).unwrap().kind, PointKind::Flat);
        let late = lanczos(&mut a, 100, 1).unwrap();
        assert_eq!(critical_point(0.0, 1e-6, &late, 0.0).unwrap().kind, PointKind::Minimum);
        let text = critical_point(f64::NAN, 1e-6, &late, 0.0).unwrap_err().to_string();
        assert!(text.starts_with("gradient_norm = NaN: expected a finite number"), "{text}");
    }
}
