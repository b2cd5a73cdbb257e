//! Adam: steps scaled by running means of the gradient and of its square (Kingma and Ba, 2015).

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass, check_beta, check_range, zeroed_state};
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

    /// Adds the gradient of the penalty decay/2 * |w|² before the means: g += decay * w. 2P FLOPs more; 0 is none.
    /// [`AdamW`](super::AdamW) decays the weights themselves.
    #[must_use]
    pub fn decay(mut self, decay: f64) -> Self {
        self.common.decay = decay;
        self
    }

    /// Adds the gradient of the penalty l1 * |w|: g += l1 * sign(w). 3P FLOPs more; 0 is none.
    #[must_use]
    pub fn l1(mut self, l1: f64) -> Self {
        self.common.l1 = l1;
        self
    }

    /// Scales gradients whose L2 norm over all parameters is above `norm` down to it. 3P + 3 FLOPs more.
    #[must_use]
    pub fn clip(mut self, norm: f64) -> Self {
        self.common.clip = Some(norm);
        self
    }
}

impl<T: Scalar> Optimizer<T> for Adam<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Adam)
    }

    fn prepare_flat(&mut self, params: usize) {
        self.moments.prepare(params);
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        let (rule, m, v) = self.moments.next(params.len(), self.common.learning_rate);
        self.common.reading(grad, Descent { params, grad, m, v, rule });
    }

    fn penalty(&self, params: &[T]) -> f64 {
        self.common.penalty(params)
    }

    fn learning_rate(&self) -> f64 {
        self.common.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.common.learning_rate = learning_rate;
    }

    fn check(&self) -> Result<()> {
        self.common.check()?;
        self.moments.check()
    }
}

struct Descent<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    m: &'a mut [T],
    v: &'a mut [T],
    rule: Rule<T>,
}

impl<T: Scalar> Pass<T> for Descent<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                let rule = self.rule;
                for (((w, &g), m), v) in self.params.iter_mut().zip(self.grad).zip(self.m).zip(self.v) {
                    *w -= rule.step(read(g, *w), m, v);
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
        check_range("eps", self.eps, "a finite number, 0 or more", |eps| eps >= 0.0)
    }

    /// Begins a step over `params` parameters: its constants, and the means of g and of g².
    pub(super) fn next(&mut self, params: usize, learning_rate: f64) -> (Rule<T>, &mut [T], &mut [T]) {
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
            rate: T::from_f64(learning_rate),
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
    rate: T,
    eps: T,
}

impl<T: Scalar> Rule<T> {
    /// Moves the means of one parameter and returns its step, before it is subtracted: 13 FLOPs.
    #[inline(always)]
    pub(super) fn step(self, g: T, m: &mut T, v: &mut T) -> T {
        *m = self.b1 * *m + self.c1 * g;
        *v = self.b2 * *v + self.c2 * g * g;
        self.rate * (*m * self.i1) / ((*v * self.i2).sqrt() + self.eps)
    }
}
