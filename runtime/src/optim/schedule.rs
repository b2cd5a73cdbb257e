//! How the learning rate changes over a training: a factor for each step.

use crate::error::{Error, Result};

mod one_cycle;
mod plateau;

pub use one_cycle::OneCycle;
pub use plateau::{Plateau, PlateauState};

/// A factor of the learning rate for each step of a training.
///
/// The rules are those of `torch.optim.lr_scheduler`. What PyTorch writes as learning rates is here a share of the
/// optimizer's own one.
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
    /// Times `gamma` after every `every` steps or epochs.
    Step {
        /// Steps, or epochs, between two changes: at least 1.
        every: usize,
        /// What the factor is multiplied by: above 0.
        gamma: f64,
        /// Whether it is epochs that are counted.
        epochs: bool,
    },
    /// Up and down once over the training.
    OneCycle(OneCycle),
    /// Down whenever the loss of an epoch stops falling.
    Plateau(Plateau),
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

    /// Times `gamma` after every `every` steps, as `torch.optim.lr_scheduler.StepLR`.
    ///
    /// ```
    /// use quipu::Schedule;
    ///
    /// let factors = [0, 1, 2, 4].map(|step| Schedule::step(2, 0.5).factor(step, 10));
    /// assert_eq!(factors, [1.0, 1.0, 0.5, 0.25]);
    /// ```
    #[must_use]
    pub const fn step(every: usize, gamma: f64) -> Self {
        Schedule::Step { every, gamma, epochs: false }
    }

    /// Times `gamma` after every `every` epochs, as `StepLR` whose `step` is called once an epoch.
    #[must_use]
    pub const fn step_epochs(every: usize, gamma: f64) -> Self {
        Schedule::Step { every, gamma, epochs: true }
    }

    /// Up over the first 30 % of the steps, from 1/25 of the learning rate to all of it, and down to a 250,000th of
    /// it, both along half a cosine: `torch.optim.lr_scheduler.OneCycleLR` with `max_lr` the optimizer's learning rate.
    /// The optimizer's momentum stays as it is (`cycle_momentum=False`). [`OneCycle`] has the numbers to change:
    ///
    /// ```
    /// use quipu::Schedule;
    /// use quipu::optim::OneCycle;
    ///
    /// let schedule = Schedule::OneCycle(OneCycle { rise: 0.5, linear: true, ..OneCycle::DEFAULT });
    /// assert!((schedule.factor(4, 10) - 1.0).abs() < 1e-12);
    /// assert!((schedule.factor(9, 10) - 4e-6).abs() < 1e-12);
    /// ```
    #[must_use]
    pub const fn one_cycle() -> Self {
        Schedule::OneCycle(OneCycle::DEFAULT)
    }

    /// Times `factor` when the loss of an epoch ([`Epoch::loss`](crate::train::Epoch::loss)) has been no better than
    /// the best one for more than `patience` epochs: `torch.optim.lr_scheduler.ReduceLROnPlateau`. Better is what lies
    /// below the best by a ten-thousandth of it; [`Plateau`] has the numbers to change.
    #[must_use]
    pub const fn plateau(factor: f64, patience: usize) -> Self {
        Schedule::Plateau(Plateau { factor, patience, ..Plateau::DEFAULT })
    }

    /// Ends at this share of the learning rate (0 to 1) instead of the default; a plateau goes no lower. A constant
    /// stays one, and so do steps.
    #[must_use]
    pub const fn floor(self, floor: f64) -> Self {
        match self {
            Schedule::Constant | Schedule::Step { .. } => self,
            Schedule::Cosine { warmup_steps, .. } => Schedule::Cosine { warmup_steps, floor },
            Schedule::OneCycle(cycle) => Schedule::OneCycle(OneCycle { end: floor, ..cycle }),
            Schedule::Plateau(plateau) => Schedule::Plateau(Plateau { floor, ..plateau }),
        }
    }

    /// The factor of step `step` (from 0) of `total_steps`. Where the schedule counts epochs
    /// ([`counts_epochs`](Self::counts_epochs)), `step` is the epoch, from 0.
    ///
    /// Cosine after the warm-up: floor + (1 - floor) * (1 + cos(pi * (step - warmup) / (total - warmup))) / 2. Steps:
    /// gamma to the power of the whole part of step / every. A plateau depends on the losses, which only
    /// [`Plateau::start`] sees; here it is 1.
    #[must_use]
    pub fn factor(&self, step: usize, total_steps: usize) -> f64 {
        match *self {
            Schedule::Constant | Schedule::Plateau(_) => 1.0,
            Schedule::Cosine { warmup_steps, .. } if step < warmup_steps => {
                (step as f64 + 1.0) / (warmup_steps as f64 + 1.0)
            }
            Schedule::Cosine { floor, .. } if step >= total_steps => floor,
            Schedule::Cosine { warmup_steps, floor } => {
                let done = (step - warmup_steps) as f64 / (total_steps - warmup_steps) as f64;
                floor + (1.0 - floor) * half_cosine(done)
            }
            // `max`: an interval of 0 is refused by `check`, and no reason to divide by it.
            Schedule::Step { every, gamma, .. } => gamma.powf((step / every.max(1)) as f64),
            Schedule::OneCycle(cycle) => cycle.factor(step, total_steps),
        }
    }

    /// Whether [`factor`](Self::factor) takes epochs for steps.
    #[must_use]
    pub const fn counts_epochs(&self) -> bool {
        matches!(self, Schedule::Step { epochs: true, .. })
    }

    /// Whether [`factor`](Self::factor) depends on the steps of the whole training.
    #[must_use]
    pub const fn needs_total(&self) -> bool {
        matches!(self, Schedule::Cosine { .. } | Schedule::OneCycle(_))
    }

    /// Reports a schedule that makes no sense for a training of `total_steps` steps.
    ///
    /// # Errors
    /// [`Error::Argument`] for a warm-up that the training never leaves, an interval of 0, or a factor or a share
    /// outside its range.
    pub fn check(&self, total_steps: usize) -> Result<()> {
        match *self {
            Schedule::Constant => Ok(()),
            Schedule::Cosine { warmup_steps, .. } if warmup_steps >= total_steps => {
                let allowed = format!("fewer steps than the training has ({total_steps})");
                Err(Error::argument("warm-up steps", warmup_steps, allowed))
            }
            Schedule::Cosine { floor, .. } => share("schedule floor", floor),
            Schedule::Step { every: 0, .. } => Err(Error::argument("schedule interval", 0, "at least 1")),
            Schedule::Step { gamma, .. } if !(gamma.is_finite() && gamma > 0.0) => {
                Err(Error::argument("schedule gamma", gamma, "a finite number above 0"))
            }
            Schedule::Step { .. } => Ok(()),
            Schedule::OneCycle(cycle) => cycle.check(),
            Schedule::Plateau(plateau) => plateau.check(),
        }
    }
}

/// From 1 at 0 down to 0 at 1.
fn half_cosine(done: f64) -> f64 {
    0.5 * (1.0 + (std::f64::consts::PI * done).cos())
}

fn share(name: &'static str, value: f64) -> Result<()> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(Error::argument(name, value, "a number from 0 to 1"))
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
        let table = [
            (Schedule::step(0, 0.5), "schedule interval = 0: expected at least 1"),
            (Schedule::step_epochs(1, 0.0), "schedule gamma = 0: expected a finite number above 0"),
            (Schedule::one_cycle().floor(-0.5), "one-cycle end = -0.5: expected a number from 0 to 1"),
            (
                Schedule::OneCycle(OneCycle { rise: 1.5, ..OneCycle::DEFAULT }),
                "one-cycle rise = 1.5: expected a number from 0 to 1",
            ),
            (
                Schedule::OneCycle(OneCycle { start: 2.0, ..OneCycle::DEFAULT }),
                "one-cycle start = 2: expected a number from 0 to 1",
            ),
            (Schedule::plateau(1.0, 0), "plateau factor = 1: expected a number above 0 and below 1"),
            (Schedule::plateau(0.5, 0).floor(2.0), "plateau floor = 2: expected a number from 0 to 1"),
            (
                Schedule::Plateau(Plateau { threshold: 1.0, ..Plateau::DEFAULT }),
                "plateau threshold = 1: expected a number from 0 to below 1",
            ),
        ];
        for (schedule, expected) in table {
            assert_eq!(schedule.check(10).unwrap_err().to_string(), expected);
        }
        for schedule in [Schedule::step(1, 1.5), Schedule::one_cycle(), Schedule::plateau(0.1, 0)] {
            assert!(schedule.check(1).is_ok());
        }
    }
}
