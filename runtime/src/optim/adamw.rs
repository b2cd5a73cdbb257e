//! AdamW: Adam with weight decay that acts on the weights themselves (Loshchilov and Hutter, 2019).

use quipu_cost::OptimizerKind;

use super::adam::{Moments, Rule};
use super::{Common, Optimizer, Pass};
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

    /// Scales gradients whose L2 norm over all parameters is above `norm` down to it. 3P + 3 FLOPs more.
    #[must_use]
    pub fn clip(mut self, norm: f64) -> Self {
        self.common.clip = Some(norm);
        self
    }
}

impl<T: Scalar> Optimizer<T> for AdamW<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::AdamW)
    }

    fn prepare_flat(&mut self, params: usize) {
        self.moments.prepare(params);
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        let rate = self.common.learning_rate;
        let shrink = T::from_f64(rate * self.decay);
        let (rule, m, v) = self.moments.next(params.len(), rate);
        self.common.reading(grad, Descent { params, grad, m, v, rule, shrink });
    }

    fn learning_rate(&self) -> f64 {
        self.common.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.common.learning_rate = learning_rate;
    }

    fn check(&self) -> Result<()> {
        // The common decay is the L2 penalty's, which AdamW does not have: its own is checked in its place.
        Common { decay: self.decay, ..self.common }.check()?;
        self.moments.check()
    }
}

struct Descent<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    m: &'a mut [T],
    v: &'a mut [T],
    rule: Rule<T>,
    shrink: T,
}

impl<T: Scalar> Pass<T> for Descent<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                let (rule, shrink) = (self.rule, self.shrink);
                for (((w, &g), m), v) in self.params.iter_mut().zip(self.grad).zip(self.m).zip(self.v) {
                    let step = rule.step(read(g, *w), m, v);
                    *w -= shrink * *w;
                    *w -= step;
                }
            },
        );
    }
}
