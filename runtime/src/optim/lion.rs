//! Lion: steps of one size along the sign of a running mean (Chen et al., Symbolic Discovery of Optimization Algorithms,
//! 2023, algorithm 2).

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass, Sign, check_beta, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Lion: 9P FLOPs, P elements of state; with decay 2P FLOPs more. By default betas 0.9 and 0.99.
///
/// - w -= lr * decay * w
/// - w -= lr * sign(b1 * m + (1 - b1) * g)
/// - m = b2 * m + (1 - b2) * g
///
/// Every parameter moves by the learning rate, which is therefore smaller than Adam's, by three to ten times; the decay
/// is larger by as much.
#[derive(Clone, Debug)]
pub struct Lion<T: Scalar = f32> {
    common: Common<T>,
    betas: [f64; 2],
    decay: f64,
    mean: Box<[T]>,
}

impl<T: Scalar> Lion<T> {
    /// Lion with the given learning rate, 1e-4 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        let common = Common::new(learning_rate);
        Lion { common, betas: [0.9, 0.99], decay: 0.0, mean: Box::default() }
    }

    /// How much of the running mean makes the direction, and how much of it stays; 0.9 and 0.99 by default.
    #[must_use]
    pub fn betas(mut self, b1: f64, b2: f64) -> Self {
        self.betas = [b1, b2];
        self
    }

    /// Shrinks the weights themselves, w -= lr * decay * w. 2P FLOPs more; 0 is none.
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

impl<T: Scalar> Optimizer<T> for Lion<T> {
    fn kind(&self) -> OptimizerKind {
        let kind = self.common.kind(OptimizerKind::Lion);
        if self.decay == 0.0 { kind } else { kind.decay() }
    }

    fn prepare_flat(&mut self, params: usize) {
        zeroed_state(&mut self.mean, params);
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        if self.mean.len() != params.len() {
            self.prepare_flat(params.len());
        }
        let rate = self.common.learning_rate;
        let [b1, b2] = self.betas;
        let rule = Rule {
            sign: Sign { zero: T::zero(), up: T::from_f64(rate), down: T::from_f64(-rate) },
            b1: T::from_f64(b1),
            b2: T::from_f64(b2),
            c1: T::from_f64(1.0 - b1),
            c2: T::from_f64(1.0 - b2),
            shrink: T::from_f64(rate * self.decay),
        };
        let mean = &mut *self.mean;
        if self.decay == 0.0 {
            self.common.reading(grad, Descent::<_, false> { params, grad, mean, rule });
        } else {
            self.common.reading(grad, Descent::<_, true> { params, grad, mean, rule });
        }
    }

    fn learning_rate(&self) -> f64 {
        self.common.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.common.learning_rate = learning_rate;
    }

    fn check(&self) -> Result<()> {
        // The common decay is the L2 penalty's, which Lion does not have: its own is checked in its place.
        Common { decay: self.decay, ..self.common }.check()?;
        check_beta("beta 1", self.betas[0])?;
        check_beta("beta 2", self.betas[1])
    }
}

/// The constants of one step.
#[derive(Clone, Copy)]
struct Rule<T> {
    /// The learning rate, along the sign.
    sign: Sign<T>,
    b1: T,
    b2: T,
    /// 1 - b1 and 1 - b2.
    c1: T,
    c2: T,
    shrink: T,
}

struct Descent<'a, T, const DECAY: bool> {
    params: &'a mut [T],
    grad: &'a [T],
    mean: &'a mut [T],
    rule: Rule<T>,
}

impl<T: Scalar, const DECAY: bool> Pass<T> for Descent<'_, T, DECAY> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                let Rule { sign, b1, b2, c1, c2, shrink } = self.rule;
                for ((w, &g), m) in self.params.iter_mut().zip(self.grad).zip(self.mean) {
                    let g = read(g, *w);
                    let way = b1 * *m + c1 * g;
                    *m = b2 * *m + c2 * g;
                    let step = sign.of(way);
                    if DECAY {
                        *w -= shrink * *w;
                    }
                    *w -= step;
                }
            },
        );
    }
}
