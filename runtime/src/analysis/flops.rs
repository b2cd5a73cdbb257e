//! What each derivative costs, in FLOPs and bytes: constants where the network's own say it, and otherwise a count.
//!
//! A count is that of the derivative's own passes over numbers that count ([`Counted`]), with matrix products counted but
//! not computed. No count depends on numbers and all are affine in the batch, so that two small batches give it for every
//! batch, exactly. A network of a hundred million parameters is counted in a moment: it is allocated as pages of zeros that
//! nobody touches, so that it takes addresses and no memory.

use quipu_cost::{LayerCost, Mode, NetworkCost};

use super::duals::Duals;
use super::{GaussNewton, Hvp};
use crate::batch::{Batch, Inputs, Targets};
use crate::network::{self, Model, TargetKind};
use crate::scalar::{Counted, Dual, count_hollow};

/// The network over numbers that count.
type Counting<M> = <M as Model>::Over<Counted<f32>>;

/// The head's row of the cost table.
const fn head(cost: &NetworkCost) -> &LayerCost {
    &cost.layers[cost.layers.len() - 1]
}

/// FLOPs of the forward pass of a batch in training, up to the logits.
const fn body_flops<M: Model>(batch: u64) -> u64 {
    let head = head(&M::COST);
    M::COST.forward_flops(batch) - head.forward_flops * batch - head.per_step.forward
}

/// FLOPs of uᵀ J in the parameters: forward and backward pass without the head's own part. A constant.
#[must_use]
pub const fn vjp_flops<M: Model>(batch: u64) -> u64 {
    let head = head(&M::COST);
    body_flops::<M>(batch) + M::COST.backward_flops(batch)
        - head.backward_flops * batch
        - head.per_step.backward
}

/// FLOPs of uᵀ J in the inputs: those of `input_grad` without the head's own part. A constant.
#[must_use]
pub const fn vjp_input_flops<M: Model>(batch: u64) -> u64 {
    let head = head(&M::COST);
    M::COST.input_grad_flops(batch)
        - (head.forward_flops + head.input_grad_flops) * batch
        - head.per_step.forward
        - head.per_step.input_grad
}

/// The count of a batch, from those of two small ones.
fn affine(batch: u64, count: impl Fn(usize) -> u64) -> u64 {
    // Two rows at least, which some networks need.
    let (two, three) = (count(2), count(3));
    let a_sample = three - two;
    // What is spent once a step may be less than nothing: sums that begin with a first row.
    (two + a_sample * batch).saturating_sub(2 * a_sample)
}

/// The FLOPs of `run` on a batch of so many rows of no importance.
fn counted<M: Model>(rows: usize, run: impl FnOnce(&Batch<'_, Counted<f32>>)) -> u64 {
    let inputs = vec![0.0; rows * M::INPUTS];
    let classes = vec![0; rows];
    let values = match M::TARGETS {
        TargetKind::Classes(_) | TargetKind::Labels(_) => Vec::new(),
        TargetKind::Binary(n) | TargetKind::Values(n) => vec![0.0; rows * n],
    };
    let targets = if values.is_empty() { Targets::Classes(&classes) } else { Targets::Values(&values) };
    count_hollow(|| run(&Batch { inputs: Inputs::Values(&inputs), targets }))
}

/// The FLOPs of a forward pass over duals, for inputs that do not move or that do.
fn push_flops<M: Model>(batch: u64, lifted: bool) -> u64 {
    affine(batch, |rows| {
        let mut duals = Duals::<Counting<M>>::new(rows);
        let zeros = |width: usize| vec![Dual::<Counted<f32>>::default(); rows * width];
        let (moving, mut logits) = (zeros(M::INPUTS), zeros(M::OUTPUTS));
        counted::<M>(rows, |batch| {
            let plain = match batch.inputs {
                Inputs::Values(values) => Inputs::Values(values),
                _ => unreachable!("made as values"),
            };
            let inputs = if lifted { Inputs::Lifted(&moving) } else { plain };
            let pushed = network::push(&*duals.net, inputs, &mut duals.ws, &mut logits);
            pushed.expect("a batch made to fit");
        })
    })
}

/// FLOPs of J v in the parameters: a forward pass over duals, exactly, by a count.
#[must_use]
pub fn jvp_flops<M: Model>(batch: u64) -> u64 {
    push_flops::<M>(batch, false)
}

/// FLOPs of J v in the inputs: a forward pass over duals, the inputs among them, exactly, by a count.
#[must_use]
pub fn jvp_input_flops<M: Model>(batch: u64) -> u64 {
    push_flops::<M>(batch, true)
}

/// FLOPs of H v: the gradient's two passes over duals, exactly, by a count; for classes as targets where the head takes them.
///
/// ```
/// use quipu::analysis;
/// quipu::network! { pub Digits < fc(784, 256); relu; softmax_ce(10) > }
///
/// let gradient = Digits::COST.forward_flops(128) + Digits::COST.backward_flops(128);
/// // Its first layer, nearly all of it, multiplies with data: two products instead of three.
/// assert!(analysis::hvp_flops::<Digits>(128) as f64 / (gradient as f64) < 2.02);
/// ```
#[must_use]
pub fn hvp_flops<M: Model>(batch: u64) -> u64 {
    affine(batch, |rows| {
        let mut hvp = Hvp::<Counting<M>>::new(rows);
        counted::<M>(rows, |batch| {
            hvp.pass(batch).expect("a batch made to fit");
        })
    })
}

/// FLOPs of Jᵀ H J v, and of the Fisher product: a forward pass over duals with the head's gradient, exactly, by a count, and
/// [`vjp_flops`].
#[must_use]
pub fn gauss_newton_flops<M: Model>(batch: u64) -> u64 {
    let push = affine(batch, |rows| {
        let mut matrix = GaussNewton::<Counting<M>>::new(rows);
        counted::<M>(rows, |batch| {
            matrix.slope(batch).expect("a batch made to fit");
        })
    });
    push + vjp_flops::<M>(batch)
}

/// FLOPs of a product with the empirical Fisher matrix: [`gauss_newton_flops`] and one more a logit.
#[must_use]
pub fn empirical_fisher_flops<M: Model>(batch: u64) -> u64 {
    gauss_newton_flops::<M>(batch) + batch * M::OUTPUTS as u64
}

/// FLOPs of the whole Hessian: PARAMS times [`hvp_flops`], or `u64::MAX` where that is more.
#[must_use]
pub fn hessian_flops<M: Model>(batch: u64) -> u64 {
    (M::PARAMS as u64).saturating_mul(hvp_flops::<M>(batch))
}

/// FLOPs of the Jacobian of the logits in the inputs of one sample, by a mode.
pub(super) const fn jacobian_mode_flops<M: Model>(mode: Mode) -> u64 {
    match mode {
        Mode::Forward => M::INPUTS as u64 * 3 * body_flops::<M>(1),
        Mode::Reverse => M::OUTPUTS as u64 * vjp_input_flops::<M>(1),
    }
}

/// The cheaper mode for the Jacobian of the logits in the inputs of one sample, by the constants: a pass over duals, with
/// three times the FLOPs of a forward pass, for each input, or a forward and a backward pass for each logit. Forward mode
/// where they cost the same.
#[must_use]
pub const fn jacobian_mode<M: Model>() -> Mode {
    if jacobian_mode_flops::<M>(Mode::Forward) <= jacobian_mode_flops::<M>(Mode::Reverse) {
        Mode::Forward
    } else {
        Mode::Reverse
    }
}

/// Bytes of a [`Jvp`](super::Jvp) for batches of up to `batch` rows. A constant.
#[must_use]
pub const fn jvp_bytes<M: Model>(batch: usize) -> usize {
    Duals::<M>::bytes(batch) + 2 * batch * (M::INPUTS + M::OUTPUTS) * size_of::<M::Scalar>()
}

/// Bytes of a [`Vjp`](super::Vjp) for batches of up to `batch` rows. A constant.
#[must_use]
pub const fn vjp_bytes<M: Model>(batch: usize) -> usize {
    M::TRAIN.total_bytes(batch, size_of::<M::Scalar>()) + batch * M::OUTPUTS * size_of::<M::Scalar>()
}

/// Bytes of a [`Hvp`] for batches of up to `batch` rows: parameters, gradient and workspace, twice each. A constant.
///
/// Beside it each thread that multiplies duals keeps room for the parts of one product, which belongs to the thread and not
/// to the [`Hvp`]: the first product makes it, and a larger one makes it larger.
#[must_use]
pub const fn hvp_bytes<M: Model>(batch: usize) -> usize {
    Duals::<M>::bytes(batch) + 2 * (M::PARAMS + M::BUFFERS) * size_of::<M::Scalar>()
}

/// Bytes of a [`GaussNewton`] for batches of up to `batch` rows. A constant.
#[must_use]
pub const fn gauss_newton_bytes<M: Model>(batch: usize) -> usize {
    Duals::<M>::bytes(batch)
        + (2 * batch * M::OUTPUTS + M::PARAMS + M::BUFFERS) * size_of::<M::Scalar>()
        + vjp_bytes::<M>(batch)
}

/// Bytes of the whole Hessian, PARAMS² elements. A constant.
#[must_use]
pub const fn hessian_bytes<M: Model>() -> u64 {
    (M::PARAMS as u64).saturating_mul(M::PARAMS as u64).saturating_mul(size_of::<M::Scalar>() as u64)
}
