//! Stochastic gradient descent: w -= lr * g.

use std::ops::Range;

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, answers, settings};
use super::{Optimizer, Part};
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
}

settings!(Sgd, decay is l2);

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Sgd)
    }

    fn prepare_flat(&mut self, _params: usize) {}

    fn update_parts(&mut self, params: &mut [T], grad: &[T], parts: &[Part]) {
        self.common.reading(grad, parts, Descent { params, grad });
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()
    }
}

struct Descent<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
}

impl<T: Scalar> Pass<T> for Descent<'_, T> {
    fn run(&mut self, at: Range<usize>, rate: f64, read: impl Fn(T, T) -> T) {
        let rate = T::from_f64(rate);
        T::dispatch(
            #[inline(always)]
            || {
                for (w, &g) in self.params[at.clone()].iter_mut().zip(&self.grad[at]) {
                    *w -= rate * read(g, *w);
                }
            },
        );
    }
}
