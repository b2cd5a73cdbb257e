//! Passes of training that begin or end at the logits: derivatives of the network by itself, whatever its loss.

use super::Model;
use super::steps::{Pass, fits, trains};
use crate::batch::{Batch, Inputs};
use crate::check;
use crate::error::{Error, Result};
use crate::pool::Shared;
use crate::run::{Goal, Weights};
use crate::workspace::Workspace;

/// That a caller's buffer has as many numbers a row as it should.
pub(crate) fn length(argument: &'static str, found: usize, rows: usize, width: usize) -> Result<()> {
    let expected = rows * width;
    if found == expected { Ok(()) } else { Err(Error::Length { argument, found, expected, rows, width }) }
}

/// The logits of a batch in training mode, batch × [`Model::OUTPUTS`].
pub(crate) fn push<M: Model>(
    net: &M,
    inputs: Inputs<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    logits: &mut [M::Scalar],
) -> Result<()> {
    let rows = trains(check::inputs::<M>(inputs, ws.batch())?, ws)?;
    length("the logits", logits.len(), rows, M::OUTPUTS)?;
    let pass = Pass { goal: Goal::Push, logits: Some(Shared::new(logits)), ..Pass::default() };
    pass.over((rows, rows), &mut Weights::Read(net), inputs, None, ws);
    Ok(())
}

/// The batch's mean loss in training mode, whether it [is natural](crate::heads::Head::is_natural), and its gradient in the
/// logits, batch × [`Model::OUTPUTS`].
pub(crate) fn slope<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    gradient: &mut [M::Scalar],
) -> Result<(M::Scalar, bool)> {
    let (rows, counted) = fits(batch, ws)?;
    length("the gradient of the logits", gradient.len(), rows, M::OUTPUTS)?;
    let pass = Pass { goal: Goal::Slope, logits: Some(Shared::new(gradient)), ..Pass::default() };
    let passed = pass.over((rows, counted), &mut Weights::Read(net), batch.inputs, Some(batch.targets), ws);
    Ok((passed.loss, passed.natural))
}

/// What becomes of `cotangent`, a gradient in the logits (batch × [`Model::OUTPUTS`]), in the parameters and in the inputs.
pub(crate) fn pull<M: Model>(
    net: &M,
    inputs: Inputs<'_, M::Scalar>,
    cotangent: &mut [M::Scalar],
    ws: &mut Workspace<M>,
    gradient: Option<&mut M>,
    input_gradient: Option<&mut [M::Scalar]>,
) -> Result<()> {
    let rows = trains(check::inputs::<M>(inputs, ws.batch())?, ws)?;
    length("the cotangent", cotangent.len(), rows, M::OUTPUTS)?;
    if let Some(gradient) = &input_gradient {
        length("the gradient of the inputs", gradient.len(), rows, M::INPUTS)?;
    }
    let logits = Some(Shared::new(cotangent));
    let pass = Pass { goal: Goal::Pull, logits, gradient, input_gradient, ..Pass::default() };
    pass.over((rows, rows), &mut Weights::Read(net), inputs, None, ws);
    Ok(())
}
