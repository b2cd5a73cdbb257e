//! Optimizers: what turns a gradient into a step. One file a rule, and the trait that they share.
//!
//! The rules and their defaults are those of `torch.optim`, so that a learning rate found there serves here. One
//! step is one pass over the parameters: clipping and weight decay happen while a gradient element is read, the
//! moments are updated in place, and nothing is allocated. What a rule costs is a constant,
//! [`OptimizerKind`], and a step counts exactly that; arithmetic on hyperparameters is done once a step, in f64.

use quipu_cost::OptimizerKind;

use crate::error::{Error, Result};
use crate::network::{Model, Plain, follow};
use crate::scalar::Scalar;

mod adagrad;
mod adam;
mod adamw;
mod clip;
mod common;
mod handle;
mod layers;
mod lion;
mod momentum;
mod penalty;
mod rmsprop;
mod schedule;
mod sgd;
mod update;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use handle::{AsModel, Boxed, Itself};
pub use layers::{Layers, Part};
pub use lion::Lion;
pub use momentum::Momentum;
pub use rmsprop::RmsProp;
pub use schedule::{OneCycle, Plateau, PlateauState, Schedule};
pub use sgd::Sgd;
pub use update::Update;

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

    /// Makes the state for `params` parameters as it is before the first step, or sets the state that there is back
    /// to that. It is zero but for [`Adagrad::initial`].
    ///
    /// Allocates `kind().state_elements(params)` × `size_of::<T>()` bytes and nothing else; a state of the right
    /// size is used again.
    fn prepare_flat(&mut self, params: usize);

    /// One step over those of `params` that lie in `parts`, each with its factor of the learning rate; the others and
    /// their state stay as they are, and do not count for the norm that clipping looks at. `grad` is as long as
    /// `params`; the parts are in order and do not overlap. Makes the state if there is none for that many parameters.
    ///
    /// FLOPs: `kind().flops(n)` for n parameters in the parts. [`step_layers`](Self::step_layers) makes the parts out
    /// of the names of layers; all other steps have one part, which is everything.
    ///
    /// # Panics
    /// If a part reaches beyond the parameters, or the gradient is shorter.
    fn update_parts(&mut self, params: &mut [T], grad: &[T], parts: &[Part]);

    /// Begins a step over `params` parameters that goes on range by range, and hands it to `go`; `false`, and nothing is
    /// done, where the step has to see the whole gradient first, as one with clipping has. Makes the state if there is none
    /// for that many parameters.
    fn piecewise(&mut self, params: usize, go: &mut dyn FnMut(&dyn Update<T>)) -> bool {
        let _ = (params, go);
        false
    }

    /// One step over `params`, which is as long as `grad`; [`step`](Self::step) and
    /// [`step_flat`](Self::step_flat) see to that. Makes the state if there is none for that many parameters.
    fn update(&mut self, params: &mut [T], grad: &[T]) {
        let all = [Part { range: 0..params.len(), factor: 1.0 }];
        self.update_parts(params, grad, &all);
    }

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

    /// The value of the penalties (`l1`, `l2`) at these parameters: l1 * sum |w| + l2/2 * sum w². It is what the loss
    /// that the steps go down has beyond the loss of the network, and no step computes it.
    /// [`OptimizerKind::penalty_flops`] FLOPs.
    fn penalty_flat(&self, params: &[T]) -> T {
        let _ = params;
        T::zero()
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

    /// Makes the state for this network, as before its first step. The first [`step`](Self::step) does it too; this does it at a
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

    /// One step of the layers that are not frozen, each with its own share of the learning rate; otherwise as
    /// [`step`](Self::step). The running statistics of a frozen layer still follow the batches.
    fn step_layers<K, L, N, G>(&mut self, net: &mut N, grad: &G, layers: &Layers<N::Model>)
    where
        Self: Sized,
        N: AsModel<K>,
        N::Model: Model<Scalar = T>,
        G: AsModel<L, Model = N::Model>,
    {
        let (net, grad) = (net.model_mut(), grad.model());
        self.update_parts(net.flat_mut(), grad.flat(), layers.parts());
        follow(net, grad);
    }

    /// The value of the penalties at all of this network's parameters; see [`penalty_flat`](Self::penalty_flat).
    ///
    /// ```
    /// use quipu::prelude::*;
    ///
    /// network! { pub Line < fc(1, 1); mse(1) > }
    ///
    /// let (mut net, sgd) = (Line::zeros(), Sgd::new(0.1).l1(0.5).l2(0.25));
    /// net.fc1.weight[0][0] = -2.0;
    /// assert_eq!(sgd.penalty(&net), 0.5 * 2.0 + 0.25 / 2.0 * 4.0);
    /// ```
    fn penalty<K, N>(&self, net: &N) -> T
    where
        Self: Sized,
        N: AsModel<K>,
        N::Model: Model<Scalar = T>,
    {
        self.penalty_flat(net.model().flat())
    }
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

fn check_not_negative(name: &'static str, value: f64) -> Result<()> {
    check_range(name, value, "a finite number, 0 or more", |value| value >= 0.0)
}

fn check_range(
    name: &'static str,
    value: f64,
    allowed: &'static str,
    ok: impl Fn(f64) -> bool,
) -> Result<()> {
    if value.is_finite() && ok(value) { Ok(()) } else { Err(Error::argument(name, value, allowed)) }
}

#[cfg(test)]
mod tests {
    use super::Optimizer;

    /// What a rule keeps of a gradient shrinks to 0 once that is 0, and no number of it is ever subnormal.
    pub(super) fn forgets<R: Optimizer<f32>>(mut rule: R, state: impl Fn(&R) -> &[f32]) {
        let mut params = [1.0, 2.0];
        rule.update(&mut params, &[0.3, -1e-9]);
        assert!(state(&rule).iter().any(|&kept| kept != 0.0), "something is kept");
        for step in 0..100_000 {
            rule.update(&mut params, &[0.0; 2]);
            let odd = state(&rule).iter().find(|kept| kept.is_subnormal());
            assert!(odd.is_none(), "{odd:?} after {step} steps");
        }
        assert!(state(&rule).iter().all(|&kept| kept == 0.0), "{:?}", state(&rule));
    }
}
