//! What every rule has: the learning rate, the penalties in the loss and the clipping, and how a gradient element is
//! read through them.

use std::marker::PhantomData;
use std::ops::Range;

use quipu_cost::OptimizerKind;

use super::layers::Part;
use super::{check_learning_rate, check_not_negative, check_range, clip, penalty};
use crate::error::Result;
use crate::scalar::Scalar;

/// The hyperparameters that every rule has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<T> {
    pub(super) learning_rate: f64,
    /// The penalty l1 * sum |w| in the loss; 0: none.
    pub(super) l1: f64,
    /// The penalty l2/2 * sum w² in the loss; 0: none.
    pub(super) l2: f64,
    /// The largest norm a gradient keeps.
    pub(super) clip: Option<f64>,
    scalar: PhantomData<fn() -> T>,
}

impl<T: Scalar> Common<T> {
    pub(super) fn new(learning_rate: f64) -> Self {
        Common { learning_rate, l1: 0.0, l2: 0.0, clip: None, scalar: PhantomData }
    }

    /// The kind with the extras that these hyperparameters ask for.
    pub(super) fn kind(&self, mut kind: OptimizerKind) -> OptimizerKind {
        if self.l1 != 0.0 {
            kind = kind.l1();
        }
        if self.l2 != 0.0 {
            kind = kind.l2();
        }
        if self.clip.is_some() {
            kind = kind.clip();
        }
        kind
    }

    pub(super) fn check(&self) -> Result<()> {
        check_learning_rate(self.learning_rate)?;
        check_not_negative("L1 penalty", self.l1)?;
        check_not_negative("L2 penalty (weight decay)", self.l2)?;
        check_range("clip", self.clip.unwrap_or(1.0), "a finite norm above 0", |norm| norm > 0.0)
    }

    /// The penalties' value.
    pub(super) fn penalty(&self, params: &[T]) -> T {
        let l1 = (self.l1 != 0.0).then(|| T::from_f64(self.l1) * penalty::absolutes(params));
        let l2 = (self.l2 != 0.0).then(|| T::from_f64(0.5 * self.l2) * penalty::squares(params));
        match (l1, l2) {
            (None, None) => T::zero(),
            (Some(value), None) | (None, Some(value)) => value,
            (Some(l1), Some(l2)) => l1 + l2,
        }
    }

    /// Runs `pass` over the parts with the rule that reads a gradient element: clipped, and then with the gradients
    /// of the penalties added, as `torch.nn.utils.clip_grad_norm_` and `weight_decay` follow each other.
    ///
    /// The choice is made here, once a step, so that the loop inside `pass` has no branch.
    pub(super) fn reading(&self, grad: &[T], parts: &[Part], pass: impl Pass<T>) {
        if parts.is_empty() {
            return;
        }
        match self.clip.map(|limit| clip::factor(grad, parts, limit)) {
            None => self.with_l2(
                parts,
                pass,
                #[inline(always)]
                |g, _| g,
            ),
            Some(f) => self.with_l2(
                parts,
                pass,
                #[inline(always)]
                move |g, _| f * g,
            ),
        }
    }

    fn with_l2(&self, parts: &[Part], pass: impl Pass<T>, read: impl Fn(T, T) -> T + Copy) {
        let l2 = T::from_f64(self.l2);
        if self.l2 == 0.0 {
            self.with_l1(parts, pass, read);
        } else {
            self.with_l1(
                parts,
                pass,
                #[inline(always)]
                move |g, w| read(g, w) + l2 * w,
            );
        }
    }

    fn with_l1(&self, parts: &[Part], pass: impl Pass<T>, read: impl Fn(T, T) -> T + Copy) {
        let (up, down) = (T::from_f64(self.l1), T::from_f64(-self.l1));
        if self.l1 == 0.0 {
            self.each(parts, pass, read);
        } else {
            self.each(
                parts,
                pass,
                #[inline(always)]
                move |g, w| read(g, w) + w.by_sign(up, down),
            );
        }
    }

    fn each(&self, parts: &[Part], mut pass: impl Pass<T>, read: impl Fn(T, T) -> T + Copy) {
        for part in parts {
            pass.run(part.range.clone(), self.learning_rate * part.factor, read);
        }
    }
}

/// A rule's loop over the parameters in a range, with their learning rate, generic over how a gradient element is
/// read: `read(g, w)`.
pub(super) trait Pass<T> {
    fn run(&mut self, at: Range<usize>, rate: f64, read: impl Fn(T, T) -> T);
}

/// The settings that every rule has, and that are in its `common`.
macro_rules! settings {
    ($rule:ident) => {
        impl<T: $crate::scalar::Scalar> $rule<T> {
            /// Adds the gradient of the penalty l1 * sum |w| in the loss, after clipping: g += l1 * sign(w). It draws
            /// small weights to 0. 3P FLOPs more; 0 is none.
            #[must_use]
            pub fn l1(mut self, l1: f64) -> Self {
                self.common.l1 = l1;
                self
            }

            /// Adds the gradient of the penalty l2/2 * sum w² in the loss, after clipping: g += l2 * w. 2P FLOPs more; 0
            /// is none.
            #[must_use]
            pub fn l2(mut self, l2: f64) -> Self {
                self.common.l2 = l2;
                self
            }

            /// Scales gradients whose L2 norm over all trained parameters is above `norm` down to it. 3P + 3 FLOPs
            /// more.
            #[must_use]
            pub fn clip(mut self, norm: f64) -> Self {
                self.common.clip = Some(norm);
                self
            }
        }
    };
    // The same, and PyTorch's word for one of them.
    ($rule:ident, decay is l2) => {
        $crate::optim::common::settings!($rule);

        impl<T: $crate::scalar::Scalar> $rule<T> {
            /// What PyTorch calls `weight_decay` here, and no more than another word for [`l2`](Self::l2): the penalty
            /// decay/2 * sum w² in the loss. [`AdamW`]($crate::optim::AdamW) and [`Lion`]($crate::optim::Lion) decay the
            /// weights themselves, past the gradient and what the rule makes of it.
            #[must_use]
            pub fn decay(self, decay: f64) -> Self {
                self.l2(decay)
            }
        }
    };
}
pub(super) use settings;

/// What [`Optimizer`](super::Optimizer) asks of every rule, and its `common` answers.
macro_rules! answers {
    () => {
        fn learning_rate(&self) -> f64 {
            self.common.learning_rate
        }

        fn set_learning_rate(&mut self, learning_rate: f64) {
            self.common.learning_rate = learning_rate;
        }

        fn penalty_flat(&self, params: &[T]) -> T {
            self.common.penalty(params)
        }
    };
}
pub(super) use answers;
