//! How good a network is on a data set: mean loss and accuracy, in evaluation mode.

use super::check;
use super::stage::Stage;
use crate::batch::{Batch, IGNORED, Targets};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::network::{self, Model, TargetKind};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

/// How good a network is on a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Mean loss of the rows that count.
    pub loss: f64,
    /// Share of right answers, 0 to 1. Heads over classes: the class of the largest prediction, the first of equals,
    /// is the target (for soft targets, their largest). `bce`: predicted and wanted value lie on the same side of
    /// 0.5, value by value. NaN where there is no right answer, as for `mse` or without a row that counts.
    pub accuracy: f64,
}

/// Mean loss and accuracy of a network on a data set, in evaluation mode, in batches of `batch` rows.
///
/// # Errors
/// [`Error::Argument`](crate::error::Error::Argument) for batch 0, no rows, or targets of another width than the
/// network's; [`Error::DatasetWidth`](crate::error::Error::DatasetWidth),
/// [`Error::Label`](crate::error::Error::Label) or [`Error::WrongTargets`](crate::error::Error::WrongTargets) for a
/// data set that does not fit the network.
pub fn evaluate<K, N: AsModel<K>>(net: &N, data: &Dataset, batch: usize) -> Result<Evaluation> {
    check::at_least_one("batch", batch)?;
    check::data::<N::Model>("rows", data)?;
    let batch = batch.min(data.len());
    let mut stage = Stage::new(batch, [data]);
    let mut ws = Workspace::inference(batch);
    let sums = evaluate_in(net.model(), data, &mut stage, &mut ws, &mut vec![0; batch])?;
    Ok(sums.evaluation())
}

/// Hands the predictions for every batch of a data set, in evaluation mode, to `take`: rows × OUTPUTS.
pub(crate) fn predict_all<M: Model>(
    net: &M,
    data: &Dataset,
    batch: usize,
    mut take: impl FnMut(&[M::Scalar]),
) -> Result<()> {
    check::at_least_one("batch", batch)?;
    check::data::<M>("rows", data)?;
    let batch = batch.min(data.len());
    let (mut stage, mut ws) = (Stage::new(batch, [data]), Workspace::inference(batch));
    let mut rows = vec![0; batch];
    let threads = ws.threads_for(M::COST.infer_flops(batch as u64));
    for start in (0..data.len()).step_by(batch) {
        let staged = stage.gather(data, consecutive(&mut rows, start, data.len()), threads);
        take(network::predict(net, staged.inputs, &mut ws)?);
    }
    Ok(())
}

/// [`evaluate`] in memory that is there already, in batches of as many rows as `rows` has room for.
pub(super) fn evaluate_in<M: Model>(
    net: &M,
    data: &Dataset,
    stage: &mut Stage<<M::Scalar as Scalar>::Real>,
    ws: &mut Workspace<M>,
    rows: &mut [u32],
) -> Result<Sums> {
    let mut sums = Sums::default();
    let threads = ws.threads_for(M::COST.infer_flops(rows.len() as u64));
    for start in (0..data.len()).step_by(rows.len()) {
        let rows = consecutive(rows, start, data.len());
        let batch = stage.gather(data, rows, threads);
        let loss = network::loss(net, &batch, ws)?.real().to_f64();
        if !loss.is_finite() {
            sums.first_bad.get_or_insert(start);
        }
        sums.loss.add(loss, counted(&batch.targets, rows.len()));
        if let Some(judge) = Judge::of::<M>() {
            let predictions = network::predict(net, batch.inputs, ws)?;
            judge.score(predictions, &batch, &mut sums);
        }
    }
    Ok(sums)
}

/// The numbers of the rows from `start` on, as many as there are and fit.
pub(super) fn consecutive(rows: &mut [u32], start: usize, len: usize) -> &[u32] {
    let count = rows.len().min(len - start);
    // A data set that the trainer takes has fewer than 2^32 rows.
    for (row, number) in rows.iter_mut().zip(start as u32..) {
        *row = number;
    }
    &rows[..count]
}

/// Rows of a batch that count in its mean loss.
pub(super) fn counted<T: Scalar>(targets: &Targets<'_, T>, rows: usize) -> usize {
    match targets {
        Targets::Classes(classes) => classes.iter().filter(|&&class| class != IGNORED).count(),
        _ => rows,
    }
}

/// A mean that is collected batch by batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    sum: f64,
    weight: usize,
}

impl Mean {
    /// Takes in a batch's mean over `weight` rows.
    pub(super) fn add(&mut self, mean: f64, weight: usize) {
        self.sum += mean * weight as f64;
        self.weight += weight;
    }

    /// The mean up to here; 0 before the first row, as a batch without a row that counts has loss 0.
    pub(super) fn value(&self) -> f64 {
        self.sum / self.weight.max(1) as f64
    }
}

/// What an evaluation adds up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    loss: Mean,
    right: usize,
    judged: usize,
    /// The first row of the first batch whose loss is not finite.
    pub(super) first_bad: Option<usize>,
}

impl Sums {
    pub(super) fn evaluation(&self) -> Evaluation {
        // 0 / 0 is the NaN that the documentation promises where nothing can be right.
        Evaluation { loss: self.loss.value(), accuracy: self.right as f64 / self.judged as f64 }
    }
}

/// What makes a prediction right.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Judge {
    /// The largest of this many predictions a row stands at the target's class.
    Class(usize),
    /// Every value by itself: on its target's side of 0.5.
    Side,
}

impl Judge {
    /// The judge for a network's head; none for values that are met more or less.
    fn of<M: Model>() -> Option<Self> {
        match M::TARGETS {
            TargetKind::Classes(classes) | TargetKind::Labels(classes) => Some(Judge::Class(classes)),
            TargetKind::Binary(_) => Some(Judge::Side),
            TargetKind::Values(_) => None,
        }
    }

    fn score<T: Scalar>(self, predictions: &[T], batch: &Batch<'_, T>, sums: &mut Sums) {
        match (self, &batch.targets) {
            (Judge::Class(classes), Targets::Classes(labels)) => {
                for (row, &label) in predictions.chunks_exact(classes).zip(*labels) {
                    if label != IGNORED {
                        sums.judged += 1;
                        sums.right += usize::from(largest(row.iter().map(|p| p.real())) == label as usize);
                    }
                }
            }
            (Judge::Class(classes), Targets::Values(soft)) => {
                for (row, soft) in predictions.chunks_exact(classes).zip(soft.chunks_exact(classes)) {
                    let (found, wanted) = (row.iter().map(|p| p.real()), soft.iter().copied());
                    sums.judged += 1;
                    sums.right += usize::from(largest(found) == largest(wanted));
                }
            }
            (Judge::Side, Targets::Values(wanted)) => {
                let half = T::Real::from_f64(0.5);
                let pairs = predictions.iter().zip(*wanted);
                sums.judged += wanted.len();
                sums.right +=
                    pairs.filter(|&(found, &wanted)| (found.real() >= half) == (wanted >= half)).count();
            }
            // A network that is to give back its input has no right answers.
            (_, Targets::Inputs) | (Judge::Side, Targets::Classes(_)) => {}
        }
    }
}

/// The place of the largest value, the first of equals.
pub(crate) fn largest<R: Real>(values: impl Iterator<Item = R>) -> usize {
    let mut best = None;
    for (place, value) in values.enumerate() {
        if best.is_none_or(|(_, largest)| value > largest) {
            best = Some((place, value));
        }
    }
    best.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Inputs;

    fn accuracy(judge: Judge, predictions: &[f64], targets: Targets<'_, f64>) -> f64 {
        let mut sums = Sums::default();
        judge.score(predictions, &Batch { inputs: Inputs::Values(&[]), targets }, &mut sums);
        sums.evaluation().accuracy
    }

    #[test]
    fn classes_are_right_at_the_first_largest() {
        let predictions = [0.2, 0.4, 0.4, 0.5, 0.3, 0.2, 0.1, 0.1, 0.8];
        assert_eq!(accuracy(Judge::Class(3), &predictions, Targets::Classes(&[1, 0, 2])), 1.0);
        assert_eq!(accuracy(Judge::Class(3), &predictions, Targets::Classes(&[2, 0, IGNORED])), 0.5);
        assert!(accuracy(Judge::Class(3), &predictions, Targets::Classes(&[IGNORED; 3])).is_nan());
        let soft = [0.0, 0.6, 0.4, 0.9, 0.1, 0.0, 1.0, 0.0, 0.0];
        assert_eq!(accuracy(Judge::Class(3), &predictions, Targets::Values(&soft)), 2.0 / 3.0);
    }

    #[test]
    fn probabilities_are_right_on_their_side() {
        assert_eq!(
            accuracy(Judge::Side, &[0.5, 0.49, 0.2, 0.9], Targets::Values(&[1.0, 0.0, 1.0, 1.0])),
            0.75
        );
    }

    #[test]
    fn the_last_batch_is_as_long_as_what_is_left() {
        let mut rows = [0; 4];
        assert_eq!(consecutive(&mut rows, 4, 10), [4, 5, 6, 7]);
        assert_eq!(consecutive(&mut rows, 8, 10), [8, 9]);
    }

    #[test]
    fn means_weigh_by_rows() {
        let mut mean = Mean::default();
        assert_eq!(mean.value(), 0.0);
        mean.add(1.0, 3);
        mean.add(2.0, 1);
        assert_eq!(mean.value(), 1.25);
    }
}
