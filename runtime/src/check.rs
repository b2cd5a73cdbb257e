//! What a user hands to a step, checked once before it runs: sizes, ranges and kinds, each with a typed error.

use crate::batch::{Batch, IGNORED, Inputs, Targets};
use crate::error::{Error, Result};
use crate::network::{Model, TargetKind};
use crate::scalar::{Real, Scalar};

/// How far a row of soft targets may be from 1: rounding of single precision over thousands of classes.
const SUM_TOLERANCE: f64 = 1e-3;

/// The number of rows of the inputs.
pub(crate) fn inputs<M: Model>(inputs: Inputs<'_, M::Scalar>, room: usize) -> Result<usize> {
    if let Inputs::Tokens(_) = inputs {
        return Err(Error::WrongInputs { expected: "numbers", found: "tokens" });
    }
    if inputs.is_empty() {
        return Err(Error::EmptyBatch);
    }
    if !inputs.len().is_multiple_of(M::INPUTS) {
        return Err(Error::Multiple { argument: "the inputs", found: inputs.len(), width: M::INPUTS });
    }
    let rows = inputs.len() / M::INPUTS;
    if rows > room {
        return Err(Error::BatchTooLarge { batch: rows, workspace: room });
    }
    Ok(rows)
}

/// The number of rows of a batch, and how many of them count in the loss.
pub(crate) fn batch<M: Model>(batch: &Batch<'_, M::Scalar>, room: usize) -> Result<(usize, usize)> {
    let rows = inputs::<M>(batch.inputs, room)?;
    let length = |found: usize, width: usize| {
        let expected = rows * width;
        if found == expected {
            return Ok(());
        }
        Err(Error::Length { argument: "the targets", found, expected, rows, width })
    };
    match (batch.targets, M::TARGETS) {
        (Targets::Classes(classes), TargetKind::Classes(count) | TargetKind::Labels(count)) => {
            length(classes.len(), 1)?;
            let mut counted = 0;
            for (row, &label) in classes.iter().enumerate() {
                if label == IGNORED {
                    continue;
                }
                if label as usize >= count {
                    return Err(Error::Label { row, label, classes: count });
                }
                counted += 1;
            }
            Ok((rows, counted))
        }
        (Targets::Values(values), TargetKind::Classes(count)) => {
            length(values.len(), count)?;
            distributions::<M::Scalar>(values, count)?;
            Ok((rows, rows))
        }
        (Targets::Values(values), TargetKind::Binary(width) | TargetKind::Values(width)) => {
            length(values.len(), width)?;
            Ok((rows, rows))
        }
        (Targets::Inputs, TargetKind::Binary(_) | TargetKind::Values(_))
            if matches!(batch.inputs, Inputs::Lifted(_)) =>
        {
            Err(Error::WrongTargets { expected: "plain values", found: "inputs that are not plain" })
        }
        (Targets::Inputs, TargetKind::Binary(width) | TargetKind::Values(width)) => {
            length(batch.inputs.len(), width)?;
            Ok((rows, rows))
        }
        (Targets::Classes(_), TargetKind::Binary(_) | TargetKind::Values(_)) => {
            Err(Error::WrongTargets { expected: "values", found: "classes" })
        }
        (Targets::Values(_), TargetKind::Labels(_)) => {
            Err(Error::WrongTargets { expected: "classes", found: "values" })
        }
        (Targets::Inputs, TargetKind::Labels(_)) => {
            Err(Error::WrongTargets { expected: "classes", found: "the inputs" })
        }
        (Targets::Inputs, TargetKind::Classes(_)) => {
            Err(Error::WrongTargets { expected: "classes, or a distribution over them", found: "the inputs" })
        }
    }
}

/// Soft targets are distributions: no value outside 0 and 1, each row adds up to 1.
pub(crate) fn distributions<T: Scalar>(values: &[T::Real], classes: usize) -> Result<()> {
    for (row, target) in values.chunks_exact(classes).enumerate() {
        let mut sum = 0.0;
        for (column, value) in target.iter().enumerate() {
            let value = value.to_f64();
            if !(0.0..=1.0 + SUM_TOLERANCE).contains(&value) {
                return Err(Error::SoftRange { row, column, value });
            }
            sum += value;
        }
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(Error::SoftSum { row, sum });
        }
    }
    Ok(())
}
