//! RMSProp: steps scaled by a running mean of the gradient's square (Tieleman and Hinton, 2012).

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass, check_beta, check_range, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// RMSProp, as `torch.optim.RMSprop`: 9P FLOPs and P elements of state; centred 14P and P more, with momentum 2P and P
/// more. By default alpha 0.99, eps 1e-8.
///
/// - v = alpha * v + (1 - alpha) * g²
/// - centred: m = alpha * m + (1 - alpha) * g, and v - m² in place of v below
/// - d = g / (sqrt(v) + eps)
/// - w -= lr * d, or with momentum b = mu * b + d and w -= lr * b
#[derive(Clone, Debug)]
pub struct RmsProp<T: Scalar = f32> {
    common: Common<T>,
    alpha: f64,
    eps: f64,
    momentum: Option<f64>,
    centered: bool,
    /// v, then m, then b, as far as there are any: one allocation.
    state: Box<[T]>,
}

impl<T: Scalar> RmsProp<T> {
    /// RMSProp with the given learning rate, 1e-2 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        let common = Common::new(learning_rate);
        RmsProp { common, alpha: 0.99, eps: 1e-8, momentum: None, centered: false, state: Box::default() }
    }

    /// How much of the running means stays from step to step; 0.99 by default.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// What keeps the quotient finite where gradients vanish; 1e-8 by default.
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Steps along a velocity of the scaled gradients. 2P FLOPs and P elements more.
    #[must_use]
    pub fn momentum(mut self, mu: f64) -> Self {
        self.momentum = Some(mu);
        self
    }

    /// Scales by the variance of the gradient, v - m², instead of its square. 5P FLOPs and P elements more.
    #[must_use]
    pub fn centered(mut self) -> Self {
        self.centered = true;
        self
    }

    /// Adds the gradient of the penalty decay/2 * |w|² before the means: g += decay * w. 2P FLOPs more; 0 is none.
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

    fn elements(&self, params: usize) -> usize {
        params * (1 + usize::from(self.centered) + usize::from(self.momentum.is_some()))
    }
}

impl<T: Scalar> Optimizer<T> for RmsProp<T> {
    fn kind(&self) -> OptimizerKind {
        let mut kind = self.common.kind(OptimizerKind::RmsProp);
        if self.centered {
            kind = kind.centered();
        }
        if self.momentum.is_some() {
            kind = kind.momentum();
        }
        kind
    }

    fn prepare_flat(&mut self, params: usize) {
        let elements = self.elements(params);
        zeroed_state(&mut self.state, elements);
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        let count = params.len();
        if self.state.len() != self.elements(count) {
            self.prepare_flat(count);
        }
        let rule = Rule {
            rate: T::from_f64(self.common.learning_rate),
            alpha: T::from_f64(self.alpha),
            rest: T::from_f64(1.0 - self.alpha),
            eps: T::from_f64(self.eps),
            mu: T::from_f64(self.momentum.unwrap_or(0.0)),
        };
        let (v, more) = self.state.split_at_mut(count);
        let (m, b) = more.split_at_mut(if self.centered { count } else { 0 });
        match (self.centered, self.momentum.is_some()) {
            (false, false) => {
                self.common.reading(grad, Descent::<_, false, false> { params, grad, v, m, b, rule })
            }
            (false, true) => {
                self.common.reading(grad, Descent::<_, false, true> { params, grad, v, m, b, rule })
            }
            (true, false) => {
                self.common.reading(grad, Descent::<_, true, false> { params, grad, v, m, b, rule })
            }
            (true, true) => {
                self.common.reading(grad, Descent::<_, true, true> { params, grad, v, m, b, rule })
            }
        }
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
        check_beta("alpha", self.alpha)?;
        check_beta("momentum", self.momentum.unwrap_or(0.0))?;
        check_range("eps", self.eps, "a finite number, 0 or more", |eps| eps >= 0.0)
    }
}

/// The constants of one step.
#[derive(Clone, Copy)]
struct Rule<T> {
    rate: T,
    alpha: T,
    /// 1 - alpha.
    rest: T,
    eps: T,
    mu: T,
}

/// `m` is as long as `params` where `CENTERED`, `b` where `MOMENTUM`, and empty elsewhere.
struct Descent<'a, T, const CENTERED: bool, const MOMENTUM: bool> {
    params: &'a mut [T],
    grad: &'a [T],
    v: &'a mut [T],
    m: &'a mut [T],
    b: &'a mut [T],
    rule: Rule<T>,
}

impl<T: Scalar, const CENTERED: bool, const MOMENTUM: bool> Pass<T> for Descent<'_, T, CENTERED, MOMENTUM> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                let Rule { rate, alpha, rest, eps, mu } = self.rule;
                let (mut m, mut b) = (self.m.iter_mut(), self.b.iter_mut());
                for ((w, &g), v) in self.params.iter_mut().zip(self.grad).zip(self.v) {
                    let g = read(g, *w);
                    *v = alpha * *v + rest * g * g;
                    let mut spread = *v;
                    if CENTERED && let Some(m) = m.next() {
                        *m = alpha * *m + rest * g;
                        spread -= *m * *m;
                    }
                    let mut step = g / (spread.sqrt() + eps);
                    if MOMENTUM && let Some(b) = b.next() {
                        *b = mu * *b + step;
                        step = *b;
                    }
                    *w -= rate * step;
                }
            },
        );
    }
}
