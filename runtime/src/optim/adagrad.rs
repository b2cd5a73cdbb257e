//! Adagrad: steps scaled by the root of all squared gradients so far (Duchi, Hazan and Singer, 2011).

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_not_negative, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// Adagrad, as `torch.optim.Adagrad`: 7P FLOPs, P elements of state. By default no decay of the rate, eps 1e-10, sums
/// from 0.
///
/// At step t = 1, 2, …:
///
/// - s += g²
/// - w -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)
#[derive(Clone, Debug)]
pub struct Adagrad<T: Scalar = f32> {
    common: Common<T>,
    lr_decay: f64,
    eps: f64,
    initial: f64,
    steps: u64,
    /// The sums of g².
    sums: Box<[T]>,
}

impl<T: Scalar> Adagrad<T> {
    /// Adagrad with the given learning rate, 1e-2 being PyTorch's.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Adagrad {
            common: Common::new(learning_rate),
            lr_decay: 0.0,
            eps: 1e-10,
            initial: 0.0,
            steps: 0,
            sums: Box::default(),
        }
    }

    /// How much of the learning rate's divisor each step adds; 0 by default.
    #[must_use]
    pub fn lr_decay(mut self, lr_decay: f64) -> Self {
        self.lr_decay = lr_decay;
        self
    }

    /// What keeps the quotient finite where gradients vanish; 1e-10 by default.
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Where the sums of squares begin (PyTorch's `initial_accumulator_value`); 0 by default. More than 0 makes the
    /// first steps smaller.
    #[must_use]
    pub fn initial(mut self, initial: f64) -> Self {
        self.initial = initial;
        self
    }
}

settings!(Adagrad, decay is l2);

impl<T: Scalar> Adagrad<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        if self.sums.len() != params {
            self.prepare_flat(params);
        }
        let share = 1.0 / (1.0 + self.steps as f64 * self.lr_decay);
        self.steps += 1;
        let pass = Descent { share, eps: T::from_f64(self.eps) };
        self.common.begin(clip, [&mut *self.sums], pass, go);
    }
}

impl<T: Scalar> Optimizer<T> for Adagrad<T> {
    fn kind(&self) -> OptimizerKind {
        self.common.kind(OptimizerKind::Adagrad)
    }

    fn prepare_flat(&mut self, params: usize) {
        zeroed_state(&mut self.sums, params);
        if self.initial != 0.0 {
            self.sums.fill(T::from_f64(self.initial));
        }
        self.steps = 0;
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        check_not_negative("learning rate decay", self.lr_decay)?;
        check_not_negative("initial sum", self.initial)?;
        check_not_negative("eps", self.eps)
    }
}

struct Descent<T> {
    /// What is left of the learning rate.
    share: f64,
    eps: T,
}

impl<T: Scalar> Pass<T, 1> for Descent<T> {
    fn run(&self, span: Stretch<'_, T, 1>, read: impl Fn(T, T) -> T) {
        let Stretch { rate, params, grad, state: [sums] } = span;
        let (rate, eps) = (T::from_f64(rate * self.share), self.eps);
        T::dispatch(
            #[inline(always)]
            || {
                for ((w, &g), s) in params.iter_mut().zip(grad).zip(&mut *sums) {
                    let g = read(g, *w);
                    *s += g * g;
                    *w -= rate * (g / (s.sqrt() + eps));
                }
            },
        );
    }
}
