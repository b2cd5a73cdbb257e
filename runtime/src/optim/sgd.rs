//! Stochastic gradient descent: w -= lr * g.

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass};
use crate::error::Result;
use crate::scalar::Scalar;

/// Stochastic gradient descent, as `torch.optim.SGD` without momentum: w -= lr * g. 2P FLOPs, no state.
#[derive(Clone, Debug)]
pub struct Sgd<T: Scalar = f32> {
    common: Common<T>,
}

impl<T: Scalar> Sgd<T> {
    /// Gradient descent with the given learning rate.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Sgd { common: Common::new(learning_rate) }
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

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Sgd)
    }

    fn prepare_flat(&mut self, _params: usize) {}

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        let rate = T::from_f64(self.common.learning_rate);
        self.common.reading(grad, Descent { params, grad, rate });
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
        self.common.check()
    }
}

struct Descent<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    rate: T,
}

impl<T: Scalar> Pass<T> for Descent<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                for (w, &g) in self.params.iter_mut().zip(self.grad) {
                    *w -= self.rate * read(g, *w);
                }
            },
        );
    }
}
