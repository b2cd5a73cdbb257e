//! One cycle: up to the full learning rate, and down far below where it began.

use super::{half_cosine, share};
use crate::error::Result;

/// The shape of [`Schedule::one_cycle`](super::Schedule::one_cycle); all shares are of the optimizer's learning rate,
/// the highest that is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The part of the steps on the way up, 0 to 1: PyTorch's `pct_start`.
    pub rise: f64,
    /// The share of the first step, 0 to 1: 1 / `div_factor`.
    pub start: f64,
    /// The share of the last step, 0 to 1: 1 / (`div_factor` · `final_div_factor`).
    pub end: f64,
    /// Straight lines instead of half cosines.
    pub linear: bool,
}

impl OneCycle {
    /// PyTorch's: up over 30 % of the steps from 1/25, down to 1/250,000, along half cosines.
    pub const DEFAULT: Self = OneCycle { rise: 0.3, start: 1.0 / 25.0, end: 1.0 / 25e4, linear: false };

    /// Two arcs: from `start` at step 0 to 1 at step rise · total − 1, and from there to `end` at the last step.
    pub(super) fn factor(&self, step: usize, total_steps: usize) -> f64 {
        let (step, last) = (step as f64, total_steps as f64 - 1.0);
        let peak = self.rise * total_steps as f64 - 1.0;
        if step > last {
            self.end
        } else if step < peak {
            self.between(self.start, 1.0, step / peak)
        } else if step == peak {
            1.0
        } else {
            self.between(1.0, self.end, (step - peak) / (last - peak))
        }
    }

    fn between(&self, from: f64, to: f64, done: f64) -> f64 {
        if self.linear { from + (to - from) * done } else { to + (from - to) * half_cosine(done) }
    }

    pub(super) fn check(&self) -> Result<()> {
        share("one-cycle rise", self.rise)?;
        share("one-cycle start", self.start)?;
        share("one-cycle end", self.end)
    }
}

impl Default for OneCycle {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_trainings_and_extreme_rises_stay_within_the_shares() {
        for linear in [false, true] {
            for rise in [0.0, 0.1, 0.5, 1.0] {
                let cycle = OneCycle { rise, linear, ..OneCycle::DEFAULT };
                for total in 1..12 {
                    for step in 0..total + 2 {
                        let factor = cycle.factor(step, total);
                        let within = cycle.end - 1e-15..=1.0 + 1e-15;
                        assert!(within.contains(&factor), "{cycle:?} {step}/{total}: {factor}");
                    }
                    assert_eq!(cycle.factor(total, total), cycle.end);
                }
            }
        }
    }
}
