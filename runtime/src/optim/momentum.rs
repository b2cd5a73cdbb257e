//! Gradient descent with momentum, the heavy ball's or Nesterov's.

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_beta, zeroed_state};
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
}

settings!(Momentum, decay is l2);

impl<T: Scalar> Momentum<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        if self.velocity.len() != params {
            self.prepare_flat(params);
        }
        let (mu, state) = (T::from_f64(self.mu), [&mut *self.velocity]);
        if self.nesterov {
            self.common.begin(clip, state, LookAhead { mu }, go);
        } else {
            self.common.begin(clip, state, HeavyBall { mu }, go);
        }
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

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        check_beta("momentum", self.mu)
    }
}

struct HeavyBall<T> {
    mu: T,
}

impl<T: Scalar> Pass<T, 1> for HeavyBall<T> {
    fn run(&self, span: Stretch<'_, T, 1>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [velocity] } = span;
        let (rate, mu) = (T::from_f64(rate), self.mu);
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), v) in params.iter_mut().zip(grad).zip(&mut *velocity) {
                    *v = (mu * *v + read(g, *w)).or_zero();
                    *w -= rate * *v;
                }
            },
        );
    }
}

struct LookAhead<T> {
    mu: T,
}

impl<T: Scalar> Pass<T, 1> for LookAhead<T> {
    fn run(&self, span: Stretch<'_, T, 1>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [velocity] } = span;
        let (rate, mu) = (T::from_f64(rate), self.mu);
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), v) in params.iter_mut().zip(grad).zip(&mut *velocity) {
                    let g = read(g, *w);
                    *v = (mu * *v + g).or_zero();
                    *w -= rate * (g + mu * *v);
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
        forgets(Momentum::new(0.1, 0.9), |momentum| &momentum.velocity);
        forgets(Momentum::new(0.1, 0.9).nesterov(), |momentum| &momentum.velocity);
    }
}
