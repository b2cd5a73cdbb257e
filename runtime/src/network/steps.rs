//! The training entries: the loss with a gradient, or with a step down the gradient.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use super::{Model, follow, zeros};
use crate::batch::{Batch, Inputs, Targets};
use crate::check;
use crate::error::{Error, Result};
use crate::optim::{Optimizer, Part};
use crate::pool::{self, Shared};
use crate::run::{Descent, Goal, NonFinite, Run, Visit, Visits, Watch, Weights};
use crate::scalar::{Real, Scalar, last_not_finite};
use crate::workspace::{Purpose, Workspace};

/// The batch's mean loss in training mode, and its gradient in the parameters, which replaces `gradient`. The buffers
/// of `gradient` become what [`follow`] adds to those of the network.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network or the workspace.
pub fn loss_and_grad<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    gradient: &mut M,
) -> Result<M::Scalar> {
    let pass = Pass { gradient: Some(gradient), ..Pass::default() };
    Ok(pass.run(&mut Weights::Read(net), batch, ws)?.loss)
}

/// The batch's mean loss in training mode, and its gradient in the inputs (batch × INPUTS), which replaces
/// `gradient`. No parameter gradients are computed.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network or the workspace.
pub fn input_grad<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    gradient: &mut [M::Scalar],
) -> Result<M::Scalar> {
    let rows = batch.inputs.len() / M::INPUTS;
    if gradient.len() != batch.inputs.len() {
        return Err(Error::Length {
            argument: "the gradient of the inputs",
            found: gradient.len(),
            expected: batch.inputs.len(),
            rows,
            width: M::INPUTS,
        });
    }
    let pass = Pass { input_gradient: Some(gradient), ..Pass::default() };
    Ok(pass.run(&mut Weights::Read(net), batch, ws)?.loss)
}

/// One step of training: the batch's mean loss in training mode before it, and `net` one step of `optimizer` further, as
/// [`loss_and_grad`] and [`Optimizer::step`] in a row would take it, but without a gradient to look at.
///
/// A layer's parameters are stepped piece by piece while their gradient is in the cache, or by the matrix product itself
/// (plain [`Sgd`](crate::optim::Sgd)), so that a step takes less time and no memory for a gradient; results differ from those
/// of the two calls by rounding (1e-12 of the largest parameter in f64 and 1e-5 in f32, in a step). Where a rule has to
/// see the whole gradient first, as for clipping, the two calls are what is done, with a gradient that the workspace keeps.
///
/// The loss is NaN, and nothing more is stepped, from the first layer on, seen from the head, whose gradient is not finite;
/// where the loss is not finite nothing is stepped at all.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network or the workspace; nothing is changed then.
pub fn train_step<M: Model>(
    net: &mut M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    optimizer: &mut impl Optimizer<M::Scalar>,
) -> Result<M::Scalar> {
    let all = [Part { range: 0..M::PARAMS, factor: 1.0 }];
    let Passed { loss, failed, .. } = step_parts(net, batch, ws, optimizer, &all)?;
    Ok(if failed.is_some() { M::Scalar::from_f64(f64::NAN) } else { loss })
}

/// [`train_step`] of what lies in `parts`, each with its own factor of the learning rate.
pub(crate) fn step_parts<M: Model>(
    net: &mut M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    optimizer: &mut impl Optimizer<M::Scalar>,
    parts: &[Part],
) -> Result<Passed<M::Scalar>> {
    // Before the optimizer begins a step.
    let rows = fits(batch, ws)?;
    let mut room = std::mem::take(&mut ws.room);
    let mut passed = Passed { loss: M::Scalar::from_f64(0.0), natural: false, failed: None };
    // Counted numbers are to cost what the constants say, which is the plain form.
    let is_done = M::Scalar::SHARED
        && optimizer.piecewise(M::PARAMS, &mut |rule| {
            let panels = &mut room.panels;
            let gradient = M::BATCHWISE.map(|_| &mut **room.gradient.get_or_insert_with(zeros));
            let descent = Some(Descent::new(net, rule, parts, M::LOSSES, panels));
            let pass = Pass { gradient, descent, ..Pass::default() };
            passed = pass.on(rows, &mut Weights::Step(net), batch, ws);
        });
    if !is_done {
        let gradient = room.gradient.get_or_insert_with(zeros);
        let pass = Pass { gradient: Some(&mut **gradient), ..Pass::default() };
        passed = pass.on(rows, &mut Weights::Read(net), batch, ws);
        passed.failed = last_not_finite(gradient.flat());
        if passed.failed.is_none() && passed.loss.real().is_finite() {
            pool::at_most(ws.most_threads(), || {
                optimizer.update_parts(net.flat_mut(), gradient.flat(), parts);
            });
        }
    }
    if let Some(gradient) = &room.gradient
        && passed.failed.is_none()
        && passed.loss.real().is_finite()
    {
        follow(net, &**gradient);
    }
    ws.room = room;
    Ok(passed)
}

/// The first layer whose values or gradients are not finite on this batch, if any: for diagnosis, not for speed.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network or the workspace.
pub fn first_nonfinite<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
) -> Result<Option<NonFinite>> {
    let watch = Watch::First(OnceLock::new());
    let pass = Pass { watch: Some(&watch), ..Pass::default() };
    pass.run(&mut Weights::Read(net), batch, ws)?;
    Ok(watch.first())
}

/// [`loss_and_grad`] and [`input_grad`] in one pass, and how large the gradients were on their way back through the layers:
/// the head first.
pub(crate) fn flow<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    gradient: &mut M,
) -> Result<(M::Scalar, Vec<Visit>)> {
    let mut inputs = vec![M::Scalar::from_f64(0.0); batch.inputs.len()];
    let watch = Watch::Flow(Mutex::new(Visits::default()));
    let pass = Pass {
        gradient: Some(gradient),
        input_gradient: Some(&mut inputs),
        watch: Some(&watch),
        ..Pass::default()
    };
    let passed = pass.run(&mut Weights::Read(net), batch, ws)?;
    Ok((passed.loss, watch.flow()))
}

/// FLOPs of a training pass over so many rows, which say how many threads share it.
pub(crate) fn pass_flops<M: Model>(rows: usize) -> u64 {
    M::COST.forward_flops(rows as u64) + M::COST.backward_flops(rows as u64)
}

/// What a training pass is to do beside the loss.
pub(super) struct Pass<'p, M: Model> {
    pub(super) goal: Goal,
    /// What such a pass leaves or finds at the logits.
    pub(super) logits: Option<Shared<'p, M::Scalar>>,
    pub(super) gradient: Option<&'p mut M>,
    pub(super) input_gradient: Option<&'p mut [M::Scalar]>,
    pub(super) watch: Option<&'p Watch>,
    pub(super) descent: Option<Descent<'p, M::Scalar>>,
}

impl<M: Model> Default for Pass<'_, M> {
    fn default() -> Self {
        Pass {
            goal: Goal::Train,
            logits: None,
            gradient: None,
            input_gradient: None,
            watch: None,
            descent: None,
        }
    }
}

/// What has come of a training pass.
pub(crate) struct Passed<T> {
    /// The mean loss; 0 in a pass that has none.
    pub(crate) loss: T,
    /// In a pass up to the head's gradient, whether its loss [is natural](crate::heads::Head::is_natural).
    pub(super) natural: bool,
    /// In a pass that steps, the first parameter of those whose gradient was not finite: nothing was stepped from there
    /// on, towards the input.
    pub(crate) failed: Option<usize>,
}

/// Rows of a batch that fits, and those that count.
pub(super) fn fits<M: Model>(batch: &Batch<'_, M::Scalar>, ws: &Workspace<M>) -> Result<(usize, usize)> {
    if ws.purpose() == Purpose::Inference {
        return Err(Error::InferenceWorkspace);
    }
    let (rows, counted) = check::batch::<M>(batch, ws.batch())?;
    Ok((trains(rows, ws)?, counted))
}

/// So many rows, if a network and a workspace can be trained with them.
pub(super) fn trains<M: Model>(rows: usize, ws: &Workspace<M>) -> Result<usize> {
    if ws.purpose() == Purpose::Inference {
        return Err(Error::InferenceWorkspace);
    }
    match M::BATCHWISE {
        Some(layer) if rows == 1 => Err(Error::SingleRow { layer }),
        _ => Ok(rows),
    }
}

impl<M: Model> Pass<'_, M> {
    /// The pass over a batch, once that fits.
    fn run(
        self,
        net: &mut Weights<'_, M>,
        batch: &Batch<'_, M::Scalar>,
        ws: &mut Workspace<M>,
    ) -> Result<Passed<M::Scalar>> {
        Ok(self.on(fits(batch, ws)?, net, batch, ws))
    }

    /// The pass over a batch that fits; its rows, and those that count.
    #[inline(always)]
    fn on(
        self,
        rows: (usize, usize),
        net: &mut Weights<'_, M>,
        batch: &Batch<'_, M::Scalar>,
        ws: &mut Workspace<M>,
    ) -> Passed<M::Scalar> {
        self.over(rows, net, batch.inputs, Some(batch.targets), ws)
    }

    /// [`on`](Self::on), also without targets where the pass has no loss.
    #[inline(always)]
    pub(super) fn over(
        self,
        (rows, counted): (usize, usize),
        net: &mut Weights<'_, M>,
        inputs: Inputs<'_, M::Scalar>,
        targets: Option<Targets<'_, M::Scalar>>,
        ws: &mut Workspace<M>,
    ) -> Passed<M::Scalar> {
        let flops = pass_flops::<M>(rows);
        let Pass { goal, logits, gradient, input_gradient, watch, mut descent } = self;
        let (threads, begun) = match watch {
            Some(_) => (1, None),
            None if goal == Goal::Train => ws.begin(flops),
            None => (ws.threads_for(flops), None),
        };
        let mut run = Run {
            batch: rows,
            threads,
            goal,
            inputs,
            targets,
            counted,
            weight: OnceLock::new(),
            key: ws.next_key(),
            buffers: ws.regions().into(),
            logits,
            input_gradient: input_gradient.map(Shared::new),
            descent: descent.as_mut(),
            watch,
            ended: AtomicBool::default(),
            natural: AtomicBool::default(),
        };
        M::train(net, &mut run, gradient);
        let descent = run.descent.as_deref();
        let mean = || if targets.is_some() { run.mean_loss(M::LOSSES) } else { M::Scalar::from_f64(0.0) };
        let passed = Passed {
            loss: descent.and_then(Descent::loss).unwrap_or_else(mean),
            failed: descent.and_then(Descent::failed),
            natural: run.natural.into_inner(),
        };
        ws.timed(flops, begun);
        passed
    }
}
