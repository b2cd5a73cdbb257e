//! Whether predictions and targets fit each other.

use crate::batch::IGNORED;
use crate::error::{Error, Result};
use crate::scalar::Real;

/// As many elements as expected, and at least one row.
pub(super) fn length(argument: &'static str, found: usize, rows: usize, width: usize) -> Result<()> {
    if rows == 0 {
        return Err(Error::argument("rows", 0, "at least one row that counts"));
    }
    let expected = rows * width;
    if found == expected { Ok(()) } else { Err(Error::Length { argument, found, expected, rows, width }) }
}

/// Classes below `classes`, or ignored; at least one that counts.
pub(super) fn labels(labels: &[u32], classes: usize) -> Result<()> {
    if let Some(row) = labels.iter().position(|&label| label != IGNORED && label as usize >= classes) {
        return Err(Error::Label { row, label: labels[row], classes });
    }
    if labels.iter().all(|&label| label == IGNORED) {
        return Err(Error::argument("rows", 0, "at least one row that counts"));
    }
    Ok(())
}

/// No NaN and no infinity among rows of `width`.
pub(super) fn finite<R: Real>(argument: &'static str, values: &[R], width: usize) -> Result<()> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let (row, column, value) = (at / width, at % width, values[at].to_f64());
            Err(Error::NotFinite { argument, row, column, value })
        }
    }
}
