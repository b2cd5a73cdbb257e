//! What every rule has: the learning rate, the penalties in the loss and the clipping, how a gradient element is read
//! through them, and how a step goes through the parameters.

use std::marker::PhantomData;
use std::ops::Range;

use quipu_cost::OptimizerKind;

use super::layers::Part;
use super::update::Update;
use super::{check_learning_rate, check_not_negative, check_range, clip, penalty};
use crate::error::Result;
use crate::pool::{self, Shared};
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

    /// The factor of clipping, where there is any.
    pub(super) fn clip_factor(&self, grad: &[T], parts: &[Part]) -> Option<T> {
        self.clip.filter(|_| !parts.is_empty()).map(|limit| clip::factor(grad, parts, limit))
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

    /// Begins a step of the rule `pass`, whose state is `state`, and hands it to `go`. `clip` is the factor of clipping.
    pub(super) fn begin<const N: usize>(
        &self,
        clip: Option<T>,
        state: [&mut [T]; N],
        pass: impl Pass<T, N>,
        go: &mut dyn FnMut(&dyn Update<T>),
    ) {
        let Common { learning_rate, l1, l2, .. } = *self;
        go(&Begun { learning_rate, l1, l2, clip, pass, state: state.map(Shared::new) });
    }
}

/// One step of a rule over all parameters: what [`Optimizer::update_parts`](super::Optimizer::update_parts) is for those
/// who can begin one.
pub(super) fn update_parts<T: Scalar>(update: &dyn Update<T>, params: &mut [T], grad: &[T], parts: &[Part]) {
    /// Parameters that are worth a thread.
    const WORTH: usize = 40_000;
    for Part { range, factor } in parts {
        let (params, grad) = (Shared::new(&mut params[range.clone()]), &grad[range.clone()]);
        let threads = if T::SHARED { pool::threads().min(range.len() / WORTH).max(1) } else { 1 };
        pool::share(threads, &|thread| {
            // Whole cache lines, so that no two threads write one.
            let at = |thread: usize| (range.len() * thread / threads).next_multiple_of(64).min(range.len());
            let own = at(thread)..at(thread + 1);
            // SAFETY: the threads' ranges do not overlap, and neither do the parts.
            unsafe {
                let own_params = params.write(own.clone());
                update.run(range.start + own.start..range.start + own.end, *factor, own_params, &grad[own]);
            }
        });
    }
}

/// A step that has begun: its constants, its rule and its state.
struct Begun<'s, T, P, const N: usize> {
    learning_rate: f64,
    l1: f64,
    l2: f64,
    clip: Option<T>,
    pass: P,
    state: [Shared<'s, T>; N],
}

impl<T: Scalar, P: Pass<T, N>, const N: usize> Update<T> for Begun<'_, T, P, N> {
    /// A gradient element is clipped, and then the gradients of the penalties are added, as
    /// `torch.nn.utils.clip_grad_norm_` and `weight_decay` follow each other. The choice is made here, so that the loop
    /// inside the pass has no branch.
    unsafe fn run(&self, at: Range<usize>, factor: f64, params: &mut [T], grad: &[T]) {
        // SAFETY: the caller's promise.
        let state = self.state.each_ref().map(|state| unsafe { state.write(at.clone()) });
        let span = Stretch { rate: self.learning_rate * factor, params, grad, state };
        match self.clip {
            None => self.with_l2(
                span,
                #[inline(always)]
                |g, _| g,
            ),
            Some(f) => self.with_l2(
                span,
                #[inline(always)]
                move |g, _| f * g,
            ),
        }
    }

    fn descent(&self, factor: f64) -> Option<f64> {
        let plain = self.clip.is_none() && self.l1 == 0.0 && self.l2 == 0.0 && P::IS_DESCENT;
        plain.then_some(self.learning_rate * factor)
    }
}

impl<T: Scalar, P: Pass<T, N>, const N: usize> Begun<'_, T, P, N> {
    fn with_l2(&self, span: Stretch<'_, T, N>, read: impl Fn(T, T) -> T + Copy) {
        let l2 = T::from_f64(self.l2);
        if self.l2 == 0.0 {
            self.with_l1(span, read);
        } else {
            self.with_l1(
                span,
                #[inline(always)]
                move |g, w| read(g, w) + l2 * w,
            );
        }
    }

    fn with_l1(&self, span: Stretch<'_, T, N>, read: impl Fn(T, T) -> T + Copy) {
        let (up, down) = (T::from_f64(self.l1), T::from_f64(-self.l1));
        if self.l1 == 0.0 {
            self.pass.run(span, read);
        } else {
            self.pass.run(
                span,
                #[inline(always)]
                move |g, w| read(g, w) + w.by_sign(up, down),
            );
        }
    }
}

/// Parameters that lie together, with their gradient, their state and their learning rate.
pub(super) struct Stretch<'p, T, const N: usize> {
    pub(super) rate: f64,
    pub(super) params: &'p mut [T],
    pub(super) grad: &'p [T],
    pub(super) state: [&'p mut [T]; N],
}

/// A rule's loop over parameters, with N numbers of state each, generic over how a gradient element is read: `read(g, w)`.
pub(super) trait Pass<T, const N: usize>: Sync {
    /// Whether the rule is w -= rate * g, and no more.
    const IS_DESCENT: bool = false;

    fn run(&self, span: Stretch<'_, T, N>, read: impl Fn(T, T) -> T);
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
        fn update_parts(&mut self, params: &mut [T], grad: &[T], parts: &[$crate::optim::Part]) {
            let clip = self.common.clip_factor(grad, parts);
            self.begin(params.len(), clip, &mut |update| {
                $crate::optim::common::update_parts(update, params, grad, parts);
            });
        }

        fn piecewise(&mut self, params: usize, go: &mut dyn FnMut(&dyn $crate::optim::Update<T>)) -> bool {
            let can = self.common.clip.is_none();
            if can {
                self.begin(params, None, go);
            }
            can
        }

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
