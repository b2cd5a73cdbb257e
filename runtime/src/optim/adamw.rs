//! AdamW: Adam with weight decay that acts on the weights themselves (Loshchilov and Hutter, 2019).

use quipu_cost::OptimizerKind;

use super::adam::{Moments, Rule};
use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_not_negative};
use crate::error::Result;
use crate::scalar::Scalar;

/// AdamW, as `torch.optim.AdamW`: 16P FLOPs, 2P elements of state. By default betas 0.9 and 0.999, eps 1e-8 and
/// decay 0.01.
///
/// The weights shrink first, w -= (lr * decay) * w; then comes [`Adam`](super::Adam)'s step.
#[derive(Clone, Debug)]
pub struct AdamW<T: Scalar = f32> {
    common: Common<T>,
    decay: f64,
    moments: Moments<T>,
}

impl<T: Scalar> AdamW<T> {
    /// AdamW with the given learning rate, 1e-3 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        AdamW { common: Common::new(learning_rate), decay: 0.01, moments: Moments::new() }
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

    /// The share of the weights, times the learning rate, that each step takes away; 0.01 by default. Its 2P FLOPs
    /// are done whatever it is.
    #[must_use]
    pub fn decay(mut self, decay: f64) -> Self {
        self.decay = decay;
        self
    }
}

settings!(AdamW);

impl<T: Scalar> AdamW<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        let decay = self.decay;
        let (rule, m, v) = self.moments.next(params);
        self.common.begin(clip, [m, v], Descent { rule, decay }, go);
    }
}

impl<T: Scalar> Optimizer<T> for AdamW<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::AdamW)
    }

    fn prepare_flat(&mut self, params: usize) {
        self.moments.prepare(params);
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        check_not_negative("weight decay", self.decay)?;
        self.moments.check()
    }
}

struct Descent<T> {
    rule: Rule<T>,
    decay: f64,
}

impl<T: Scalar> Pass<T, 2> for Descent<T> {
    fn run(&self, span: Stretch<'_, T, 2>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [m, v] } = span;
        let (rule, shrink, rate) = (self.rule, T::from_f64(rate * self.decay), T::from_f64(rate));
        T::dispatch(
            #[inline(always)]
            || {
                for (((w, &g), m), v) in params.iter_mut().zip(grad).zip(&mut *m).zip(&mut *v) {
                    let step = rule.step(rate, read(g, *w), m, v);
                    *w -= shrink * *w;
                    *w -= step;
                }
            },
        );
    }
}
