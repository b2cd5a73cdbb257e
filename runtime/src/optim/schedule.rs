//! How the learning rate changes over a training: a factor for each step.

use crate::error::{Error, Result};

/// A factor of the learning rate for each step of a training.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Schedule {
    /// The learning rate as it is.
    #[default]
    Constant,
    /// Up in a straight line, then down half a cosine.
    Cosine {
        /// Steps on the way up: step s of them has the factor (s + 1) / (warmup_steps + 1).
        warmup_steps: usize,
        /// Where the cosine ends, as a share of the learning rate: 0 to 1.
        floor: f64,
    },
}

impl Schedule {
    /// The learning rate as it is.
    #[must_use]
    pub const fn constant() -> Self {
        Schedule::Constant
    }

    /// From the full learning rate down half a cosine to nothing at the end of the training, as
    /// `torch.optim.lr_scheduler.CosineAnnealingLR`, after `warmup_steps` steps up from nothing.
    #[must_use]
    pub const fn cosine(warmup_steps: usize) -> Self {
        Schedule::Cosine { warmup_steps, floor: 0.0 }
    }

    /// Ends at this share of the learning rate (0 to 1) instead of at nothing. A constant stays one.
    #[must_use]
    pub const fn floor(self, floor: f64) -> Self {
        match self {
            Schedule::Constant => self,
            Schedule::Cosine { warmup_steps, .. } => Schedule::Cosine { warmup_steps, floor },
        }
    }

    /// The factor of step `step` (from 0) of `total_steps`.
    ///
    /// Cosine after the warm-up: floor + (1 - floor) * (1 + cos(pi * (step - warmup) / (total - warmup))) / 2.
    #[must_use]
    pub fn factor(&self, step: usize, total_steps: usize) -> f64 {
        match *self {
            Schedule::Constant => 1.0,
            Schedule::Cosine { warmup_steps, .. } if step < warmup_steps => {
                (step as f64 + 1.0) / (warmup_steps as f64 + 1.0)
            }
            Schedule::Cosine { floor, .. } if step >= total_steps => floor,
            Schedule::Cosine { warmup_steps, floor } => {
                let done = (step - warmup_steps) as f64 / (total_steps - warmup_steps) as f64;
                floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
            }
        }
    }

    /// Reports a schedule that makes no sense for a training of `total_steps` steps.
    ///
    /// # Errors
    /// [`Error::Argument`] for a warm-up that the training never leaves, or a floor outside 0 to 1.
    pub fn check(&self, total_steps: usize) -> Result<()> {
        let Schedule::Cosine { warmup_steps, floor } = *self else { return Ok(()) };
        if warmup_steps >= total_steps {
            let allowed = format!("fewer steps than the training has ({total_steps})");
            return Err(Error::argument("warm-up steps", warmup_steps, allowed));
        }
        if !(0.0..=1.0).contains(&floor) {
            return Err(Error::argument("schedule floor", floor, "a number from 0 to 1"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_up_is_a_line_and_the_rest_half_a_cosine() {
        let schedule = Schedule::cosine(3).floor(0.1);
        let factors: Vec<f64> = (0..9).map(|step| schedule.factor(step, 8)).collect();
        assert_eq!(factors[..4], [0.25, 0.5, 0.75, 1.0]);
        assert!(factors[3..].is_sorted_by(|a, b| a > b), "{factors:?}");
        assert!((factors[8] - 0.1).abs() < 1e-15);
    }

    #[test]
    fn a_constant_is_one() {
        assert_eq!(Schedule::constant().factor(7, 10), 1.0);
        assert_eq!(Schedule::default().floor(0.5), Schedule::Constant);
    }

    #[test]
    fn senseless_schedules_are_reported() {
        assert!(Schedule::cosine(10).check(10).is_err());
        assert!(Schedule::cosine(0).floor(f64::NAN).check(10).is_err());
        assert!(Schedule::cosine(9).floor(1.0).check(10).is_ok());
    }
}
