//! Adam: steps scaled by running means of the gradient and of its square (Kingma and Ba, 2015).

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_beta, check_not_negative, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Adam, as `torch.optim.Adam`: 14P FLOPs, 2P elements of state. By default betas 0.9 and 0.999, eps 1e-8.
///
/// At step t = 1, 2, …:
///
/// - m = b1 * m + (1 - b1) * g
/// - v = b2 * v + (1 - b2) * g²
/// - w -= lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
#[derive(Clone, Debug)]
pub struct Adam<T: Scalar = f32> {
    common: Common<T>,
    moments: Moments<T>,
}

impl<T: Scalar> Adam<T> {
    /// Adam with the given learning rate, 1e-3 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Adam { common: Common::new(learning_rate), moments: Moments::new() }
    }

    /// How much of the running means of g and of g² stays from step to step; 0.9 and 0.999 by default.
    #[must_use]
    pub fn betas(mut self, b1: f64, b2: f64) -> Self {
        self.moments.betas = [b1, b2];
        self
    }

    /// What keeps the quotient finite where gradients vanish; 1e-8 by default.
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.moments.eps = eps;
        self
    }
}

settings!(Adam, decay is l2);

impl<T: Scalar> Adam<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        let (rule, m, v) = self.moments.next(params);
        self.common.begin(clip, [m, v], Descent { rule }, go);
    }
}

impl<T: Scalar> Optimizer<T> for Adam<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Adam)
    }

    fn prepare_flat(&mut self, params: usize) {
        self.moments.prepare(params);
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        self.moments.check()
    }
}

struct Descent<T> {
    rule: Rule<T>,
}

impl<T: Scalar> Pass<T, 2> for Descent<T> {
    fn run(&self, span: Stretch<'_, T, 2>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [m, v] } = span;
        let (rule, rate) = (self.rule, T::from_f64(rate));
        T::dispatch(
            #[inline(always)]
            || {
                for (((w, &g), m), v) in params.iter_mut().zip(grad).zip(&mut *m).zip(&mut *v) {
                    *w -= rule.step(rate, read(g, *w), m, v);
                }
            },
        );
    }
}

/// The running means of g and g² and how they move: what Adam and AdamW share.
#[derive(Clone, Debug)]
pub(super) struct Moments<T> {
    pub(super) betas: [f64; 2],
    pub(super) eps: f64,
    steps: u64,
    /// The means of g, then those of g²: one allocation.
    state: Box<[T]>,
}

impl<T: Scalar> Moments<T> {
    pub(super) fn new() -> Self {
        Moments { betas: [0.9, 0.999], eps: 1e-8, steps: 0, state: Box::default() }
    }

    pub(super) fn prepare(&mut self, params: usize) {
        zeroed_state(&mut self.state, 2 * params);
        self.steps = 0;
    }

    pub(super) fn check(&self) -> Result<()> {
        check_beta("beta 1", self.betas[0])?;
        check_beta("beta 2", self.betas[1])?;
        check_not_negative("eps", self.eps)
    }

    /// Begins a step over `params` parameters: its constants, and the means of g and of g².
    pub(super) fn next(&mut self, params: usize) -> (Rule<T>, &mut [T], &mut [T]) {
        if self.state.len() != 2 * params {
            self.prepare(params);
        }
        self.steps += 1;
        let [b1, b2] = self.betas;
        let correction = |beta: f64| 1.0 / (1.0 - beta.powf(self.steps as f64));
        let rule = Rule {
            b1: T::from_f64(b1),
            b2: T::from_f64(b2),
            c1: T::from_f64(1.0 - b1),
            c2: T::from_f64(1.0 - b2),
            i1: T::from_f64(correction(b1)),
            i2: T::from_f64(correction(b2)),
            eps: T::from_f64(self.eps),
        };
        let (m, v) = self.state.split_at_mut(params);
        (rule, m, v)
    }
}

/// The constants of one step.
#[derive(Clone, Copy)]
pub(super) struct Rule<T> {
    b1: T,
    b2: T,
    /// 1 - b1 and 1 - b2.
    c1: T,
    c2: T,
    /// 1 / (1 - b1^t) and 1 / (1 - b2^t).
    i1: T,
    i2: T,
    eps: T,
}

impl<T: Scalar> Rule<T> {
    /// Moves the means of one parameter and returns its step, before it is subtracted: 13 FLOPs.
    #[inline(always)]
    pub(super) fn step(self, rate: T, g: T, m: &mut T, v: &mut T) -> T {
        *m = (self.b1 * *m + self.c1 * g).or_zero();
        *v = (self.b2 * *v + self.c2 * g * g).or_zero();
        rate * (*m * self.i1) / ((*v * self.i2).sqrt() + self.eps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::forgets;

    #[test]
    fn an_old_gradient_is_forgotten() {
        forgets(Adam::new(1e-3), |adam| &adam.moments.state);
    }
}
