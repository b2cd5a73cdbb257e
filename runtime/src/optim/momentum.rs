//! Gradient descent with momentum, the heavy ball's or Nesterov's.

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass, check_beta, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Gradient descent with momentum, as `torch.optim.SGD(momentum = mu)`: v = mu * v + g, w -= lr * v.
///
/// 4P FLOPs, and with Nesterov's look-ahead 6P; P elements of state.
#[derive(Clone, Debug)]
pub struct Momentum<T: Scalar = f32> {
    common: Common<T>,
    mu: f64,
    nesterov: bool,
    velocity: Box<[T]>,
}

impl<T: Scalar> Momentum<T> {
    /// The heavy ball with the given learning rate and momentum `mu`, usually 0.9.
    #[must_use]
    pub fn new(learning_rate: f64, mu: f64) -> Self {
        Momentum { common: Common::new(learning_rate), mu, nesterov: false, velocity: Box::default() }
    }

    /// Steps along g + mu * v, the gradient and the velocity to come, instead of v. 2P FLOPs more.
    #[must_use]
    pub fn nesterov(mut self) -> Self {
        self.nesterov = true;
        self
    }

    /// Adds the gradient of the penalty decay/2 * |w|²: g += decay * w. 2P FLOPs more; 0 is none.
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

impl<T: Scalar> Optimizer<T> for Momentum<T> {
    fn kind(&self) -> OptimizerKind {
        let kind = self.common.kind(OptimizerKind::Momentum);
        if self.nesterov { kind.nesterov() } else { kind }
    }

    fn prepare_flat(&mut self, params: usize) {
        zeroed_state(&mut self.velocity, params);
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        if self.velocity.len() != params.len() {
            self.prepare_flat(params.len());
        }
        let (rate, mu) = (T::from_f64(self.common.learning_rate), T::from_f64(self.mu));
        let velocity = &mut *self.velocity;
        if self.nesterov {
            self.common.reading(grad, LookAhead { params, grad, velocity, rate, mu });
        } else {
            self.common.reading(grad, HeavyBall { params, grad, velocity, rate, mu });
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
        check_beta("momentum", self.mu)
    }
}

struct HeavyBall<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    velocity: &'a mut [T],
    rate: T,
    mu: T,
}

impl<T: Scalar> Pass<T> for HeavyBall<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), v) in self.params.iter_mut().zip(self.grad).zip(self.velocity) {
                    *v = self.mu * *v + read(g, *w);
                    *w -= self.rate * *v;
                }
            },
        );
    }
}

struct LookAhead<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    velocity: &'a mut [T],
    rate: T,
    mu: T,
}

impl<T: Scalar> Pass<T> for LookAhead<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), v) in self.params.iter_mut().zip(self.grad).zip(self.velocity) {
                    let g = read(g, *w);
                    *v = self.mu * *v + g;
                    *w -= self.rate * (g + self.mu * *v);
                }
            },
        );
    }
}
