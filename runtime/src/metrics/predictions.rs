//! What a network predicts for a data set, and the metrics of that.

use std::borrow::Cow;

use super::{ConfusionMatrix, mean_absolute_error, r2, roc_auc, roc_auc_one_vs_rest, top_k_accuracy};
use crate::batch::Targets;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::network::{Model, TargetKind};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};
use crate::train;

/// A network's predictions for all rows of a data set, beside what they should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// rows × outputs: probabilities, or values, behind which a head may have more to say of each row
    outputs: Vec<f64>,
    kind: TargetKind,
    targets: Wanted,
    names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Classes(Vec<u32>),
    /// rows × outputs
    Values(Vec<f64>),
}

impl Predictions {
    /// Runs `net` over the data set in evaluation mode, in batches of `batch` rows.
    ///
    /// # Errors
    /// As [`evaluate`](train::evaluate).
    pub fn of<K, N: AsModel<K>>(net: &N, data: &Dataset, batch: usize) -> Result<Self> {
        let mut outputs = Vec::with_capacity(data.len() * N::Model::OUTPUTS);
        train::predict_all(net.model(), data, batch, |rows| {
            outputs.extend(rows.iter().map(|output| output.real().to_f64()));
        })?;
        let targets = match data.targets() {
            Targets::Classes(labels) => Wanted::Classes(labels.to_vec()),
            Targets::Values(values) => Wanted::Values(values.iter().copied().map(f64::from).collect()),
            Targets::Inputs => Wanted::Values(data.numbers().iter().copied().map(f64::from).collect()),
        };
        Ok(Predictions { outputs, kind: N::Model::TARGETS, targets, names: data.class_names().to_vec() })
    }

    /// The predictions, row after row: probabilities for `softmax_ce` and `bce`, scores for `hinge`, values for the
    /// others.
    #[must_use]
    pub fn outputs(&self) -> &[f64] {
        &self.outputs
    }

    /// [`top_k_accuracy`] of a network over classes.
    ///
    /// # Errors
    /// As there, and [`Error::Argument`] unless the targets are classes.
    pub fn top_k_accuracy(&self, k: usize) -> Result<f64> {
        let (labels, classes) = self.classes()?;
        top_k_accuracy(&self.outputs, classes, labels, k)
    }

    /// The [`ConfusionMatrix`] of a network over classes, or of `bce(1)` (yes from 0.5 on), with the data set's names.
    ///
    /// # Errors
    /// As [`ConfusionMatrix::new`], and [`Error::Argument`] unless the targets are classes.
    pub fn confusion(&self) -> Result<ConfusionMatrix> {
        let matrix = if let Some(labels) = self.yes_or_no() {
            let found: Vec<u32> = self.outputs.iter().map(|&output| u32::from(output >= 0.5)).collect();
            ConfusionMatrix::new(&found, &labels, 2)?
        } else {
            let (labels, classes) = self.classes()?;
            let rows = self.outputs.chunks_exact(classes);
            let found: Vec<u32> = rows.map(|row| train::largest(row.iter().copied()) as u32).collect();
            ConfusionMatrix::new(&found, labels, classes)?
        };
        // A data set may name fewer classes than the network has.
        if self.names.len() == matrix.classes() { matrix.with_class_names(&self.names) } else { Ok(matrix) }
    }

    /// [`roc_auc`] of `bce(1)`, and of two classes (the score is the probability of class 1, or by how
    /// much `hinge` has it before class 0);
    /// [`roc_auc_one_vs_rest`] of more.
    ///
    /// # Errors
    /// As there, and [`Error::Argument`] unless the targets are classes.
    pub fn roc_auc(&self) -> Result<f64> {
        if let Some(labels) = self.yes_or_no() {
            return roc_auc(&self.outputs, &labels);
        }
        let (labels, classes) = self.classes()?;
        if classes == 2 {
            // A probability of class 1 says all; a score only beside that of class 0.
            let lead = |row: &[f64]| match self.kind {
                TargetKind::Labels(_) => row[1] - row[0],
                _ => row[1],
            };
            let scores: Vec<f64> = self.outputs.chunks_exact(2).map(lead).collect();
            roc_auc(&scores, labels)
        } else {
            roc_auc_one_vs_rest(&self.outputs, classes, labels)
        }
    }

    /// [`r2`] of a network over values; of `gaussian_nll` the means count.
    ///
    /// # Errors
    /// As there, and [`Error::Argument`] unless the targets are values.
    pub fn r2(&self) -> Result<f64> {
        let (targets, width) = self.values()?;
        r2(&self.means(targets, width), targets, width)
    }

    /// [`mean_absolute_error`] of a network over values; of `gaussian_nll` the means count.
    ///
    /// # Errors
    /// As there, and [`Error::Argument`] unless the targets are values.
    pub fn mean_absolute_error(&self) -> Result<f64> {
        let (targets, width) = self.values()?;
        mean_absolute_error(&self.means(targets, width), targets)
    }

    fn classes(&self) -> Result<(&[u32], usize)> {
        match (&self.targets, self.kind) {
            (Wanted::Classes(labels), TargetKind::Classes(classes) | TargetKind::Labels(classes)) => {
                Ok((labels, classes))
            }
            _ => Err(Error::argument("targets", "values", "classes: this metric is one of classes")),
        }
    }

    /// The targets of a network over values, and how many of them are in a row.
    fn values(&self) -> Result<(&[f64], usize)> {
        match (&self.targets, self.kind) {
            (Wanted::Values(targets), TargetKind::Values(width)) => Ok((targets, width)),
            _ => Err(Error::argument("targets", "classes", "values: this metric is one of values")),
        }
    }

    /// The predicted values alone: a head that predicts more than them, such as their variances, says them first.
    fn means(&self, targets: &[f64], width: usize) -> Cow<'_, [f64]> {
        let in_a_row = self.outputs.len() * width / targets.len().max(1);
        if in_a_row == width {
            return Cow::Borrowed(&self.outputs);
        }
        self.outputs.chunks_exact(in_a_row).flat_map(|row| &row[..width]).copied().collect()
    }

    /// The classes 0 and 1 of a network with a single probability.
    fn yes_or_no(&self) -> Option<Vec<u32>> {
        match (&self.targets, self.kind) {
            (Wanted::Values(values), TargetKind::Binary(1)) => {
                Some(values.iter().map(|&value| u32::from(value >= 0.5)).collect())
            }
            _ => None,
        }
    }
}
