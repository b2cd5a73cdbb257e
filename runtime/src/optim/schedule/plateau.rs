//! The learning rate falls when the loss has stopped falling.

use super::share;
use crate::error::{Error, Result};

/// When [`Schedule::plateau`](super::Schedule::plateau) acts, and how far it goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// What the learning rate is multiplied by: above 0 and below 1.
    pub factor: f64,
    /// Epochs without a better loss that change nothing; the next one does.
    pub patience: usize,
    /// The smallest share of the optimizer's learning rate, 0 to 1.
    pub floor: f64,
    /// A loss is better if it lies below (1 − `threshold`) times the best one: from 0 to below 1.
    pub threshold: f64,
}

impl Plateau {
    /// PyTorch's: a tenth after more than 10 epochs, down to nothing, with a threshold of 1e-4.
    pub const DEFAULT: Self = Plateau { factor: 0.1, patience: 10, floor: 0.0, threshold: 1e-4 };

    /// The state at the start of a training, for a loop of one's own.
    ///
    /// ```
    /// use quipu::optim::Plateau;
    ///
    /// let mut state = Plateau { factor: 0.5, patience: 1, ..Plateau::DEFAULT }.start();
    /// let factors = [1.0, 0.9, 0.9, 0.9, 0.8].map(|loss| state.observe(loss));
    /// assert_eq!(factors, [1.0, 1.0, 1.0, 0.5, 0.5]);
    /// ```
    #[must_use]
    pub const fn start(self) -> PlateauState {
        PlateauState { rule: self, best: f64::INFINITY, waited: 0, share: 1.0 }
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return Err(Error::argument("plateau factor", self.factor, "a number above 0 and below 1"));
        }
        if !(0.0..1.0).contains(&self.threshold) {
            return Err(Error::argument("plateau threshold", self.threshold, "a number from 0 to below 1"));
        }
        share("plateau floor", self.floor)
    }
}

impl Default for Plateau {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The losses seen so far, as far as they matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateauState {
    rule: Plateau,
    best: f64,
    waited: usize,
    share: f64,
}

impl PlateauState {
    /// Takes in the loss of an epoch; the factor of the learning rate from here on.
    pub fn observe(&mut self, loss: f64) -> f64 {
        if loss < self.best * (1.0 - self.rule.threshold) {
            self.best = loss;
            self.waited = 0;
        } else {
            self.waited += 1;
        }
        if self.waited > self.rule.patience {
            self.waited = 0;
            self.share = (self.share * self.rule.factor).max(self.rule.floor);
        }
        self.share
    }

    /// The factor of the learning rate.
    #[must_use]
    pub const fn factor(&self) -> f64 {
        self.share
    }
}
