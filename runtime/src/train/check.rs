//! Whether data sets and settings fit a network and each other, asked before any work is done.

use crate::batch::{IGNORED, Targets};
use crate::check::distributions;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::network::{Model, TargetKind};

/// Reports a number that must be 1 or more.
pub(super) fn at_least_one(name: &'static str, value: usize) -> Result<()> {
    if value == 0 { Err(Error::argument(name, value, "at least 1")) } else { Ok(()) }
}

/// Reports steps of `batch` rows that leave a single one, for a network that needs several in each.
pub(super) fn steps<M: Model>(batch: usize, rows: usize) -> Result<()> {
    let batch = batch.min(rows);
    match M::BATCHWISE {
        Some(layer) if batch == 1 || rows % batch == 1 => {
            let allowed = format!(
                "a number that leaves no row of {rows} alone in a step: `{layer}` scales by the variance over the batch"
            );
            Err(Error::argument("batch", batch, allowed))
        }
        _ => Ok(()),
    }
}

/// Reports a data set that the network cannot take; `name` is what its number of rows is called.
pub(super) fn data<M: Model>(name: &'static str, data: &Dataset) -> Result<()> {
    let rows = data.len();
    if rows == 0 || u32::try_from(rows).is_err() {
        return Err(Error::argument(name, rows, "1 to 4,294,967,295 rows"));
    }
    if data.width() != M::INPUTS {
        return Err(Error::DatasetWidth { dataset: data.width(), network: M::INPUTS });
    }
    match (M::TARGETS, data.targets()) {
        (TargetKind::Classes(classes) | TargetKind::Labels(classes), Targets::Classes(labels)) => {
            let outside = |&label: &u32| label as usize >= classes && label != IGNORED;
            match labels.iter().position(outside) {
                Some(row) => Err(Error::Label { row, label: labels[row], classes }),
                None => Ok(()),
            }
        }
        (TargetKind::Labels(_), Targets::Values(_)) => {
            Err(Error::WrongTargets { expected: "classes", found: "values" })
        }
        (
            TargetKind::Classes(width) | TargetKind::Binary(width) | TargetKind::Values(width),
            Targets::Values(values),
        ) => {
            let found = data.target_width();
            if found == width {
                return match M::TARGETS {
                    TargetKind::Classes(_) => distributions::<f32>(values, width),
                    _ => Ok(()),
                };
            }
            Err(Error::argument(
                "targets a row",
                found,
                format!("{width}, as many as the network's head takes"),
            ))
        }
        (TargetKind::Binary(_) | TargetKind::Values(_), Targets::Classes(_)) => {
            Err(Error::WrongTargets { expected: "values", found: "classes" })
        }
        // The inputs are as wide as the network's input; whether its head takes that many, the head checks.
        (_, Targets::Inputs) => Ok(()),
    }
}
