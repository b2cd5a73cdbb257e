//! Optimizers: what turns a gradient into a step. One file a rule, and the trait that they share.
//!
//! The rules and their defaults are those of `torch.optim`, so that a learning rate found there serves here. One
//! step is one pass over the parameters: clipping and weight decay happen while a gradient element is read, the
//! moments are updated in place, and nothing is allocated. What a rule costs is a constant,
//! [`OptimizerKind`], and a step counts exactly that; arithmetic on hyperparameters is done once a step, in f64.

use std::hint::select_unpredictable;
use std::marker::PhantomData;

use quipu_cost::OptimizerKind;

use crate::error::{Error, Result};
use crate::network::{Model, Plain, follow};
use crate::scalar::{Real, Scalar};

mod adagrad;
mod adam;
mod adamw;
mod clip;
mod handle;
mod lion;
mod momentum;
mod rmsprop;
mod schedule;
mod sgd;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use handle::{AsModel, Boxed, Itself};
pub use lion::Lion;
pub use momentum::Momentum;
pub use rmsprop::RmsProp;
pub use schedule::{OneCycle, Plateau, PlateauState, Schedule};
pub use sgd::Sgd;

/// A rule that turns gradients into steps, with its state.
///
/// [`step`](Self::step) takes a network and its gradient; flat parameters of any origin go through
/// [`step_flat`](Self::step_flat):
///
/// ```
/// use quipu::optim::{Momentum, Optimizer};
///
/// // Down the parabola w², whose gradient is 2w.
/// let (mut w, mut momentum) = ([3.0_f64], Momentum::new(0.1, 0.5).nesterov());
/// for _ in 0..50 {
///     let gradient = w.map(|w| 2.0 * w);
///     momentum.step_flat(&mut w, &gradient)?;
/// }
/// assert!(w[0].abs() < 1e-6);
/// # Ok::<(), quipu::Error>(())
/// ```
pub trait Optimizer<T: Scalar> {
    /// The rule as its cost sees it: FLOPs a step and elements of state.
    fn kind(&self) -> OptimizerKind;

    /// Makes the state for `params` parameters, all zero unless the rule says otherwise, or sets the state that there is
    /// back to that.
    ///
    /// Allocates `kind().state_elements(params)` × `size_of::<T>()` bytes and nothing else; a state of the right
    /// size is used again.
    fn prepare_flat(&mut self, params: usize);

    /// One step over `params`, which is as long as `grad`; [`step`](Self::step) and
    /// [`step_flat`](Self::step_flat) see to that. Makes the state if there is none for that many parameters.
    fn update(&mut self, params: &mut [T], grad: &[T]);

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64;

    /// Changes the learning rate from the next step on; schedules act through this.
    fn set_learning_rate(&mut self, learning_rate: f64);

    /// Reports a hyperparameter outside its range.
    ///
    /// # Errors
    /// [`Error::Argument`] with the name, the value and what is allowed. A training asks before its first step.
    fn check(&self) -> Result<()> {
        check_learning_rate(self.learning_rate())
    }

    /// What the penalties of this optimizer add to the loss, l1 * sum |w| + decay/2 * sum w²; 0 without any.
    ///
    /// Steps take in the penalties' gradients themselves, and losses are reported without them. Decay of the weights
    /// themselves, as [`AdamW`] and [`Lion`] have it, is no penalty.
    fn penalty(&self, params: &[T]) -> f64 {
        let _ = params;
        0.0
    }

    /// One step over flat parameters.
    ///
    /// A state made for another number of parameters belongs to another network: it is replaced by a fresh one.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many gradients as parameters; nothing is changed then.
    fn step_flat(&mut self, params: &mut [T], grad: &[T]) -> Result<()> {
        if params.len() != grad.len() {
            let (found, expected) = (grad.len(), params.len());
            return Err(Error::Length { argument: "grad", found, expected, rows: 1, width: expected });
        }
        self.update(params, grad);
        Ok(())
    }

    /// Makes the state for this network, all zero. The first [`step`](Self::step) does it too; this does it at a
    /// time of your choosing, or makes the optimizer forget.
    fn prepare<K, N>(&mut self, net: &N)
    where
        Self: Sized,
        N: AsModel<K>,
        N::Model: Model<Scalar = T>,
    {
        self.prepare_flat(net.model().flat().len());
    }

    /// One step of `net` down its gradient, which has the network's own type. What is not trained follows the batch
    /// that the gradient is of ([`follow`]).
    fn step<K, L, N, G>(&mut self, net: &mut N, grad: &G)
    where
        Self: Sized,
        N: AsModel<K>,
        N::Model: Model<Scalar = T>,
        G: AsModel<L, Model = N::Model>,
    {
        let (net, grad) = (net.model_mut(), grad.model());
        self.update(net.flat_mut(), grad.flat());
        follow(net, grad);
    }
}

/// The hyperparameters that every rule has.
#[derive(Clone, Copy, Debug)]
struct Common<T> {
    learning_rate: f64,
    /// Of the L2 penalty; 0: none.
    decay: f64,
    /// Of the L1 penalty; 0: none.
    l1: f64,
    /// The largest norm a gradient keeps.
    clip: Option<f64>,
    scalar: PhantomData<fn() -> T>,
}

impl<T: Scalar> Common<T> {
    fn new(learning_rate: f64) -> Self {
        Common { learning_rate, decay: 0.0, l1: 0.0, clip: None, scalar: PhantomData }
    }

    /// The kind with the extras that these hyperparameters ask for.
    fn kind(&self, mut kind: OptimizerKind) -> OptimizerKind {
        if self.decay != 0.0 {
            kind = kind.decay();
        }
        if self.l1 != 0.0 {
            kind = kind.l1();
        }
        if self.clip.is_some() {
            kind = kind.clip();
        }
        kind
    }

    /// l1 * |w| summed + decay/2 * w² summed.
    fn penalty(&self, params: &[T]) -> f64 {
        let sum = |of: fn(f64) -> f64| params.iter().map(|w| of(w.real().to_f64())).sum::<f64>();
        let first = if self.l1 == 0.0 { 0.0 } else { self.l1 * sum(f64::abs) };
        let second = if self.decay == 0.0 { 0.0 } else { 0.5 * self.decay * sum(|w| w * w) };
        first + second
    }

    fn check(&self) -> Result<()> {
        check_learning_rate(self.learning_rate)?;
        check_range("weight decay", self.decay, "a finite number, 0 or more", |decay| decay >= 0.0)?;
        check_range("l1", self.l1, "a finite number, 0 or more", |l1| l1 >= 0.0)?;
        check_range("clip", self.clip.unwrap_or(1.0), "a finite norm above 0", |norm| norm > 0.0)
    }

    /// Runs `pass` with the rule that reads a gradient element: clipped, and with the penalties' gradients added.
    ///
    /// The choice is made here, once a step, so that the loop inside `pass` has no branch.
    fn reading(&self, grad: &[T], pass: impl Pass<T>) {
        let factor = self.clip.map(|limit| clip::factor(grad, limit));
        let decay = T::from_f64(self.decay);
        let sign = Sign { zero: T::zero(), up: T::from_f64(self.l1), down: T::from_f64(-self.l1) };
        match (factor, self.decay != 0.0, self.l1 != 0.0) {
            (None, false, false) => pass.run(|g, _| g),
            (Some(f), false, false) => pass.run(move |g, _| f * g),
            (None, true, false) => pass.run(move |g, w| g + decay * w),
            (Some(f), true, false) => pass.run(move |g, w| f * g + decay * w),
            (None, false, true) => pass.run(move |g, w| g + sign.of(w)),
            (Some(f), false, true) => pass.run(move |g, w| f * g + sign.of(w)),
            (None, true, true) => pass.run(move |g, w| g + decay * w + sign.of(w)),
            (Some(f), true, true) => pass.run(move |g, w| f * g + decay * w + sign.of(w)),
        }
    }
}

/// A number's sign, as one of three constants.
#[derive(Clone, Copy)]
struct Sign<T> {
    zero: T,
    up: T,
    down: T,
}

impl<T: Scalar> Sign<T> {
    /// `up` above zero, `down` below it: 2 FLOPs, both comparisons whatever the first one says.
    #[inline(always)]
    fn of(self, x: T) -> T {
        let (above, below) = (x > self.zero, x < self.zero);
        select_unpredictable(above, self.up, select_unpredictable(below, self.down, self.zero))
    }
}

/// A rule's loop over the parameters, generic over how a gradient element is read: `read(g, w)`.
trait Pass<T> {
    fn run(self, read: impl Fn(T, T) -> T);
}

/// State for `elements` scalars, all zero: `state` itself where it has that size, else a new one.
fn zeroed_state<T: Scalar>(state: &mut Box<[T]>, elements: usize) {
    if state.len() == elements {
        state.fill(T::zero());
    } else {
        *state = bytemuck::zeroed_slice_box(elements);
    }
}

fn check_learning_rate(learning_rate: f64) -> Result<()> {
    check_range("learning rate", learning_rate, "a finite number above 0", |rate| rate > 0.0)
}

fn check_beta(name: &'static str, beta: f64) -> Result<()> {
    check_range(name, beta, "a number from 0 to below 1", |beta| (0.0..1.0).contains(&beta))
}

fn check_range(
    name: &'static str,
    value: f64,
    allowed: &'static str,
    ok: impl Fn(f64) -> bool,
) -> Result<()> {
    if value.is_finite() && ok(value) { Ok(()) } else { Err(Error::argument(name, value, allowed)) }
}
