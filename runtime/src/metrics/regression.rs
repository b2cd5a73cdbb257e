//! How far predicted values are from the true ones.

use super::check;
use crate::error::{Error, Result};
use crate::scalar::Real;

/// The mean of |prediction − target| over all values.
///
/// ```
/// assert_eq!(quipu::metrics::mean_absolute_error(&[1.0, 2.0], &[1.5, 4.0])?, 1.25);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] without a value, [`Error::Length`] if there are not as many predictions as targets,
/// [`Error::NotFinite`] for a NaN or an infinity.
pub fn mean_absolute_error<R: Real>(predictions: &[R], targets: &[R]) -> Result<f64> {
    check::length("predictions", predictions.len(), targets.len(), 1)?;
    check::finite("predictions", predictions, 1)?;
    check::finite("targets", targets, 1)?;
    let errors = predictions.iter().zip(targets).map(|(p, t)| (p.to_f64() - t.to_f64()).abs());
    Ok(errors.sum::<f64>() / targets.len() as f64)
}

/// The coefficient of determination R²: 1 − (sum of squared errors) / (sum of squares around the mean), for rows of
/// `width` values the plain mean over the columns. 1 is perfect, 0 as good as the mean of the targets, and below that
/// there is no limit. A column whose targets are all equal counts 1 if it is met exactly, else 0.
///
/// ```
/// assert_eq!(quipu::metrics::r2(&[1.0, 2.0, 4.0], &[1.0, 2.0, 3.0], 1)?, 0.5);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] for width 0 or fewer than two rows; [`Error::Multiple`] if the targets are not whole rows;
/// [`Error::Length`] if there are not as many predictions as targets; [`Error::NotFinite`] for a NaN or an infinity.
pub fn r2<R: Real>(predictions: &[R], targets: &[R], width: usize) -> Result<f64> {
    if width == 0 {
        return Err(Error::argument("width", 0, "at least one value in a row"));
    }
    if !targets.len().is_multiple_of(width) {
        return Err(Error::Multiple { argument: "targets", found: targets.len(), width });
    }
    let rows = targets.len() / width;
    if rows < 2 {
        return Err(Error::argument("rows", rows, "at least two: one row has no variance to explain"));
    }
    check::length("predictions", predictions.len(), rows, width)?;
    check::finite("predictions", predictions, width)?;
    check::finite("targets", targets, width)?;
    let mut sum = 0.0;
    for column in 0..width {
        let of = |values: &'_ [R]| -> Vec<f64> {
            values.iter().skip(column).step_by(width).map(|value| value.to_f64()).collect()
        };
        let (found, wanted) = (of(predictions), of(targets));
        let mean = wanted.iter().sum::<f64>() / rows as f64;
        let errors: f64 = found.iter().zip(&wanted).map(|(p, t)| (p - t) * (p - t)).sum();
        let spread: f64 = wanted.iter().map(|t| (t - mean) * (t - mean)).sum();
        // Exactly equal targets: their mean may differ from them by rounding.
        let constant = wanted.iter().all(|target| *target == wanted[0]);
        sum += match (constant, errors == 0.0) {
            (true, exact) => f64::from(u8::from(exact)),
            (false, _) => 1.0 - errors / spread,
        };
    }
    Ok(sum / width as f64)
}
