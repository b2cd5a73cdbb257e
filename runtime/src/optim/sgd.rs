//! Stochastic gradient descent: w -= lr * g.

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update};
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

impl<T: Scalar> Sgd<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        let _ = params;
        self.common.begin(clip, [], Descent, go);
    }
}

impl<T: Scalar> Optimizer<T> for Sgd<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Sgd)
    }

    fn prepare_flat(&mut self, _params: usize) {}

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()
    }
}

/// w -= rate * g.
struct Descent;

impl<T: Scalar> Pass<T, 0> for Descent {
    const IS_DESCENT: bool = true;

    fn run(&self, span: Stretch<'_, T, 0>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, .. } = span;
        let rate = T::from_f64(rate);
        T::dispatch(
            #[inline(always)]
            || {
                for (w, &g) in params.iter_mut().zip(grad) {
                    *w -= rate * read(g, *w);
                }
            },
        );
    }
}
