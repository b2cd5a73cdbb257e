//! Adagrad: steps scaled by the sum of all squares of the gradient so far (Duchi, Hazan and Singer, 2011).

use quipu_cost::OptimizerKind;

use super::{Common, Optimizer, Pass, check_range, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Adagrad, as `torch.optim.Adagrad`: 7P FLOPs, P elements of state. By default eps 1e-10.
///
/// At step t = 1, 2, …:
///
/// - s += g²
/// - w -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)
#[derive(Clone, Debug)]
pub struct Adagrad<T: Scalar = f32> {
    common: Common<T>,
    eps: f64,
    lr_decay: f64,
    initial: f64,
    steps: u64,
    sums: Box<[T]>,
}

impl<T: Scalar> Adagrad<T> {
    /// Adagrad with the given learning rate, 1e-2 being the usual one.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        let common = Common::new(learning_rate);
        Adagrad { common, eps: 1e-10, lr_decay: 0.0, initial: 0.0, steps: 0, sums: Box::default() }
    }

    /// What keeps the quotient finite where gradients vanish; 1e-10 by default.
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// How fast the learning rate falls beside the sums; 0 by default.
    #[must_use]
    pub fn lr_decay(mut self, lr_decay: f64) -> Self {
        self.lr_decay = lr_decay;
        self
    }

    /// What the sums begin with; 0 by default.
    #[must_use]
    pub fn initial(mut self, sum: f64) -> Self {
        self.initial = sum;
        self
    }

    /// Adds the gradient of the penalty decay/2 * |w|² before the sums: g += decay * w. 2P FLOPs more; 0 is none.
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

impl<T: Scalar> Optimizer<T> for Adagrad<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Adagrad)
    }

    /// The sums begin with [`initial`](Adagrad::initial).
    fn prepare_flat(&mut self, params: usize) {
        zeroed_state(&mut self.sums, params);
        self.sums.fill(T::from_f64(self.initial));
        self.steps = 0;
    }

    fn update(&mut self, params: &mut [T], grad: &[T]) {
        if self.sums.len() != params.len() {
            self.prepare_flat(params.len());
        }
        let rate = T::from_f64(self.common.learning_rate / (1.0 + self.steps as f64 * self.lr_decay));
        self.steps += 1;
        let (sums, eps) = (&mut *self.sums, T::from_f64(self.eps));
        self.common.reading(grad, Descent { params, grad, sums, rate, eps });
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
        let ranges = [("eps", self.eps), ("lr decay", self.lr_decay), ("initial", self.initial)];
        ranges.iter().try_for_each(|&(name, value)| {
            check_range(name, value, "a finite number, 0 or more", |value| value >= 0.0)
        })
    }
}

struct Descent<'a, T> {
    params: &'a mut [T],
    grad: &'a [T],
    sums: &'a mut [T],
    rate: T,
    eps: T,
}

impl<T: Scalar> Pass<T> for Descent<'_, T> {
    fn run(self, read: impl Fn(T, T) -> T) {
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), sum) in self.params.iter_mut().zip(self.grad).zip(self.sums) {
                    let g = read(g, *w);
                    *sum += g * g;
                    *w -= self.rate * (g / (sum.sqrt() + self.eps));
                }
            },
        );
    }
}
