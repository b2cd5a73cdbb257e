//! What the ends of a spectrum promise gradient descent: its rate, steps and FLOPs.

use std::fmt;

use super::operator::positive;
use crate::error::{Error, Result};

/// The ends of a positive spectrum, and what follows from them for gradient descent on a quadratic loss with the best
/// fixed learning rate (Nocedal and Wright, Numerical Optimization, section 3.3; Polyak 1963).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// The smallest positive eigenvalue.
    pub smallest: f64,
    /// The largest eigenvalue.
    pub largest: f64,
}

/// Beyond it the rate rounds to 1 in f64, and no number of steps can be told.
const MOST: f64 = 1e15;

impl Condition {
    /// From the two ends of a spectrum.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 < `smallest` <= `largest`, both finite.
    pub fn new(smallest: f64, largest: f64) -> Result<Self> {
        positive("smallest", smallest)?;
        positive("largest", largest)?;
        if smallest > largest {
            return Err(Error::argument("smallest", smallest, format!("at most the largest, {largest}")));
        }
        Ok(Condition { smallest, largest })
    }

    /// κ, the largest over the smallest eigenvalue, at least 1.
    #[must_use]
    pub fn kappa(&self) -> f64 {
        quipu_cost::condition_number(self.largest, self.smallest)
    }

    /// (κ − 1) / (κ + 1), by which the error shrinks in a step.
    #[must_use]
    pub fn rate(&self) -> f64 {
        quipu_cost::convergence_rate(self.kappa())
    }

    /// ((κ − 1) / (κ + 1))ᵗ, what is left of the error after `t` steps.
    #[must_use]
    pub fn shrinkage(&self, t: u64) -> f64 {
        self.rate().powf(t as f64)
    }

    /// 2 / (smallest + largest), the learning rate with that rate; twice 1 / largest at most, beyond which it diverges.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        2.0 / (self.smallest + self.largest)
    }

    /// Steps until the error is `factor` of what it was: [`cost::convergence_steps`](crate::cost::convergence_steps).
    ///
    /// # Errors
    /// [`Error::Argument`] for a factor that is not between 0 and 1, or a κ above 1e15.
    pub fn steps(&self, factor: f64) -> Result<u64> {
        if !(factor > 0.0 && factor < 1.0) {
            return Err(Error::argument("factor", factor, "a number between 0 and 1"));
        }
        if self.kappa() > MOST {
            let allowed = "at most 1e15: leave the eigenvalues that are zero but for rounding out";
            return Err(Error::argument("kappa", format!("{:e}", self.kappa()), allowed));
        }
        Ok(quipu_cost::convergence_steps(self.kappa(), factor))
    }

    /// FLOPs of these steps, of `step_flops` each: a network's `COST.step_flops(batch, OptimizerKind::Sgd)`.
    ///
    /// # Errors
    /// As [`steps`](Self::steps).
    pub fn flops(&self, factor: f64, step_flops: u64) -> Result<u64> {
        Ok(self.steps(factor)?.saturating_mul(step_flops))
    }
}

/// `κ = 100 (1 to 100): the error shrinks by 0.980198 a step`
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Condition { smallest, largest } = self;
        write!(
            f,
            "κ = {:.4} ({smallest:.3e} to {largest:.3e}): the error shrinks by {:.6} a step",
            self.kappa(),
            self.rate()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_are_the_cost_models() {
        let condition = Condition::new(0.5, 50.0).unwrap();
        assert_eq!((condition.kappa(), condition.rate()), (100.0, 99.0 / 101.0));
        assert_eq!(condition.steps(1e-3).unwrap(), 346);
        assert!(condition.shrinkage(346) <= 1e-3 && condition.shrinkage(345) > 1e-3);
        assert_eq!(condition.flops(1e-3, 1_000).unwrap(), 346_000);
        assert_eq!(condition.learning_rate(), 2.0 / 50.5);
        assert_eq!(Condition::new(3.0, 3.0).unwrap().steps(1e-6).unwrap(), 1);
        assert!(condition.to_string().starts_with("κ = 100.0000 (5.000e-1 to 5.000e1)"), "{condition}");
    }

    #[test]
    fn what_predicts_nothing_is_told() {
        let text = |result: Result<Condition>| result.unwrap_err().to_string();
        assert_eq!(text(Condition::new(0.0, 1.0)), "smallest = 0: expected a finite number above 0");
        assert_eq!(text(Condition::new(2.0, 1.0)), "smallest = 2: expected at most the largest, 1");
        let condition = Condition::new(1e-20, 1.0).unwrap();
        let text = condition.steps(0.1).unwrap_err().to_string();
        assert!(text.starts_with("kappa = 1e20: expected at most 1e15"), "{text}");
        assert!(condition.steps(1.0).unwrap_err().to_string().starts_with("factor = 1: expected a number"));
    }
}
