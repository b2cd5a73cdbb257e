//! Lion: steps of one size along the sign of a running mean (Chen et al., 2023, "Symbolic Discovery of Optimization
//! Algorithms", algorithm 2).

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_beta, check_not_negative, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Lion: 9P FLOPs, P elements of state. By default betas 0.9 and 0.99, no decay.
///
/// - w -= (lr * decay) * w, where there is decay
/// - w -= lr * sign(b1 * m + (1 - b1) * g)
/// - m = b2 * m + (1 - b2) * g
///
/// Every parameter moves by the learning rate, so that it is usually 3 to 10 times smaller than
/// [`AdamW`](super::AdamW)'s, and the decay as many times larger.
#[derive(Clone, Debug)]
pub struct Lion<T: Scalar = f32> {
    common: Common<T>,
    betas: [f64; 2],
    decay: f64,
    mean: Box<[T]>,
}

impl<T: Scalar> Lion<T> {
    /// Lion with the given learning rate, 1e-4 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Lion { common: Common::new(learning_rate), betas: [0.9, 0.99], decay: 0.0, mean: Box::default() }
    }

    /// How much of the running mean is in a step, and how much of it stays from step to step; 0.9 and 0.99 by default.
    #[must_use]
    pub fn betas(mut self, b1: f64, b2: f64) -> Self {
        self.betas = [b1, b2];
        self
    }

    /// The share of the weights, times the learning rate, that each step takes away. 2P FLOPs more; 0 is none.
    #[must_use]
    pub fn decay(mut self, decay: f64) -> Self {
        self.decay = decay;
        self
    }
}

settings!(Lion);

impl<T: Scalar> Lion<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        if self.mean.len() != params {
            self.prepare_flat(params);
        }
        let [b1, b2] = self.betas;
        let rule = Rule {
            b1: T::from_f64(b1),
            c1: T::from_f64(1.0 - b1),
            b2: T::from_f64(b2),
            c2: T::from_f64(1.0 - b2),
        };
        let (state, decay) = ([&mut *self.mean], self.decay);
        if decay == 0.0 {
            self.common.begin(clip, state, Descent::<_, false> { rule, decay }, go);
        } else {
            self.common.begin(clip, state, Descent::<_, true> { rule, decay }, go);
        }
    }
}

impl<T: Scalar> Optimizer<T> for Lion<T> {
    fn kind(&self) -> OptimizerKind {
        let kind = self.common.kind(OptimizerKind::Lion);
        if self.decay != 0.0 { kind.decay() } else { kind }
    }

    fn prepare_flat(&mut self, params: usize) {
        zeroed_state(&mut self.mean, params);
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        check_not_negative("weight decay", self.decay)?;
        check_beta("beta 1", self.betas[0])?;
        check_beta("beta 2", self.betas[1])
    }
}

/// The constants of a step.
#[derive(Clone, Copy)]
struct Rule<T> {
    b1: T,
    /// 1 - b1.
    c1: T,
    b2: T,
    /// 1 - b2.
    c2: T,
}

impl<T: Scalar> Rule<T> {
    /// Moves the mean of one parameter and returns its step, before it is subtracted: 8 FLOPs.
    #[inline(always)]
    fn step(self, g: T, m: &mut T, up: T, down: T) -> T {
        let step = (self.b1 * *m + self.c1 * g).by_sign(up, down);
        *m = (self.b2 * *m + self.c2 * g).or_zero();
        step
    }
}

/// The decay is a parameter of the type, so that the loop has no branch.
struct Descent<T, const DECAYED: bool> {
    rule: Rule<T>,
    decay: f64,
}

impl<T: Scalar, const DECAYED: bool> Pass<T, 1> for Descent<T, DECAYED> {
    fn run(&self, span: Stretch<'_, T, 1>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [mean] } = span;
        let (rule, up, down) = (self.rule, T::from_f64(rate), T::from_f64(-rate));
        let shrink = T::from_f64(rate * self.decay);
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), m) in params.iter_mut().zip(grad).zip(&mut *mean) {
                    let step = rule.step(read(g, *w), m, up, down);
                    if DECAYED {
                        *w -= shrink * *w;
                    }
                    *w -= step;
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::forgets;

    #[test]
    fn an_old_gradient_is_forgotten() {
        forgets(Lion::new(1e-3), |lion| &lion.mean);
    }
}
