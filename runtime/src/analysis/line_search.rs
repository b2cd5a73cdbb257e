//! How far to go along a direction: until the loss has fallen enough, and its slope, too.

use super::descent::Progress;
use super::objective::Objective;
use super::vector::{axpy, dot};
use crate::error::Result;

/// Share of the fall which the slope promises that a step has to bring (Armijo 1966).
const FALL: f64 = 1e-4;
/// What may be left of the slope after a step (the curvature condition of Wolfe 1969, in its strong form).
const SLOPE: f64 = 0.9;
/// Share of a loss that its rounding may amount to: that of a sum over a batch in f64.
const NOISE: f64 = 1e-10;
/// Evaluations along one line before it is given up.
const TRIES: usize = 40;

/// A step that was found; point and gradient are where the caller's buffers say.
pub(super) struct Step {
    /// How many times the direction.
    pub(super) length: f64,
    /// The loss there.
    pub(super) loss: f64,
}

/// A line from a point, along which the loss falls at first.
pub(super) struct Line<'l> {
    /// Where it starts.
    pub(super) from: &'l [f64],
    /// Where it goes.
    pub(super) direction: &'l [f64],
    /// The loss at its start.
    pub(super) loss: f64,
    /// The slope at its start, below 0.
    pub(super) slope: f64,
}

impl Line<'_> {
    /// Evaluates the loss at a length: the loss and its slope along the line; point and gradient are left in the buffers.
    fn at<L: Objective + ?Sized>(
        &self,
        length: f64,
        progress: &mut Progress<'_, L>,
        point: &mut [f64],
        gradient: &mut [f64],
    ) -> Result<(f64, f64)> {
        point.copy_from_slice(self.from);
        axpy(length, self.direction, point);
        let loss = progress.evaluate(point, gradient)?;
        progress.flops += 4 * point.len() as u64;
        Ok((loss, dot(gradient, self.direction)))
    }

    /// Whether the loss has fallen enough. Where its difference drowns in its rounding the slope is the better judge, and
    /// what a parabola with Armijo's fall would have is asked of that (Hager and Zhang 2005).
    fn falls(&self, length: f64, loss: f64, slope: f64) -> bool {
        loss <= self.loss + FALL * length * self.slope
            || (loss <= self.loss + self.noise() && slope <= (2.0 * FALL - 1.0) * self.slope)
    }

    /// What two losses may differ by and still count as equal.
    fn noise(&self) -> f64 {
        NOISE * self.loss.abs()
    }

    /// Halves the step until the loss has fallen enough (Armijo). One gradient a try.
    pub(super) fn backtrack<L: Objective + ?Sized>(
        &self,
        first: f64,
        progress: &mut Progress<'_, L>,
        point: &mut [f64],
        gradient: &mut [f64],
    ) -> Result<Option<Step>> {
        let mut length = first;
        for _ in 0..TRIES {
            let (loss, slope) = self.at(length, progress, point, gradient)?;
            if loss.is_finite() && slope.is_finite() && self.falls(length, loss, slope) {
                return Ok(Some(Step { length, loss }));
            }
            length *= 0.5;
        }
        Ok(None)
    }

    /// A step that satisfies the strong Wolfe conditions, found by widening an interval and then narrowing it (Nocedal and
    /// Wright, algorithms 3.5 and 3.6, with cubic interpolation). One gradient a try.
    pub(super) fn wolfe<L: Objective + ?Sized>(
        &self,
        first: f64,
        progress: &mut Progress<'_, L>,
        point: &mut [f64],
        gradient: &mut [f64],
    ) -> Result<Option<Step>> {
        // The end with the lowest loss so far, and the other one once there are two: length, loss, slope.
        let mut low = (0.0, self.loss, self.slope);
        let mut high: Option<(f64, f64, f64)> = None;
        let mut length = first;
        for _ in 0..TRIES {
            let (loss, slope) = self.at(length, progress, point, gradient)?;
            let here = (length, loss, slope);
            if !(loss.is_finite() && slope.is_finite()) {
                high = Some((length, f64::INFINITY, f64::INFINITY));
            } else if !self.falls(length, loss, slope) || (loss > low.1 + self.noise() && high.is_some()) {
                high = Some(here);
            } else if slope.abs() <= -SLOPE * self.slope {
                return Ok(Some(Step { length, loss }));
            } else {
                // The loss goes on falling past the low end, or turns between the two.
                let other = high.map_or(f64::INFINITY, |high| high.0);
                if slope * (other - low.0) >= 0.0 {
                    high = Some(low);
                }
                low = here;
            }
            length = match high {
                None => 2.0 * length,
                Some(high) => {
                    if (high.0 - low.0).abs() <= 1e-16 * high.0.abs().max(low.0.abs()) {
                        break;
                    }
                    between(low, high)
                }
            };
        }
        // Nothing meets both conditions: take what has fallen enough, if anything has.
        if low.0 > 0.0 {
            let (loss, _) = self.at(low.0, progress, point, gradient)?;
            return Ok(Some(Step { length: low.0, loss }));
        }
        Ok(None)
    }
}

/// The minimum of the cubic through two ends and their slopes, kept away from both.
fn between(low: (f64, f64, f64), high: (f64, f64, f64)) -> f64 {
    let ((a, fa, da), (b, fb, db)) = (low, high);
    let middle = 0.5 * (a + b);
    let d = da + db - 3.0 * (fa - fb) / (a - b);
    let root = d * d - da * db;
    if !root.is_finite() || root < 0.0 {
        return middle;
    }
    let root = root.sqrt() * (b - a).signum();
    let at = b - (b - a) * (db + root - d) / (db - da + 2.0 * root);
    let (least, most) = (a.min(b), a.max(b));
    let margin = 0.1 * (most - least);
    if at.is_finite() { at.clamp(least + margin, most - margin) } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::objective;

    fn search(loss: impl Fn(f64) -> (f64, f64), first: f64, wolfe: bool) -> (Option<(f64, f64)>, usize) {
        let mut line = objective(1, 0, |x, gradient| {
            let (value, slope) = loss(x[0]);
            gradient[0] = slope;
            Ok(value)
        });
        let mut progress = Progress::new(&mut line, &[0.0], 0.0, 1).unwrap();
        let (mut point, mut gradient) = ([0.0], [0.0]);
        let value = progress.start(&[0.0], &mut gradient).unwrap();
        let slope = gradient[0];
        let sign = [-slope.signum()];
        let line = Line { from: &[0.0], direction: &sign, loss: value, slope: -slope.abs() };
        let step = if wolfe {
            line.wolfe(first, &mut progress, &mut point, &mut gradient)
        } else {
            line.backtrack(first, &mut progress, &mut point, &mut gradient)
        };
        let found = step.unwrap().map(|step| (step.length, step.loss));
        if let Some((length, _)) = found {
            assert_eq!(point[0], length * sign[0]);
            let (value, at) = loss(point[0]);
            assert!(value <= loss(0.0).0 + FALL * length * -slope.abs() + 1e-15);
            assert!(!wolfe || at.abs() <= SLOPE * slope.abs());
        }
        (found, progress.gradients - 1)
    }

    #[test]
    fn steps_meet_their_conditions() {
        // Far too short and far too long first steps; a wall; a valley behind a hill.
        for first in [1e-6, 1e-2, 1.0, 50.0] {
            let (found, tries) = search(|x| ((x - 3.0).powi(2), 2.0 * (x - 3.0)), first, true);
            assert!(found.is_some() && tries <= 24, "{first}: {tries}");
            let log = |x: f64| (-x - (2.0 - x).ln(), -1.0 + 1.0 / (2.0 - x));
            assert!(search(log, first, true).0.is_some(), "{first}");
            let wave = |x: f64| (x * x / 20.0 - x.sin(), x / 10.0 - x.cos());
            assert!(search(wave, first, true).0.is_some(), "{first}");
            assert!(search(wave, first, false).0.is_some(), "{first}");
        }
        // A slope that is wrong: the loss rises.
        assert!(search(|x| (x, -1.0), 1.0, true).0.is_none());
        assert!(search(|x| (x, -1.0), 1.0, false).0.is_none());
    }
}
