//! The batches of a training on a data set: its rows in a new order each epoch, staged together.

use super::epochs::{Each, Source};
use super::evaluate::{Evaluation, consecutive, evaluate_in};
use super::finite::{At, diverged};
use super::shuffle::Order;
use super::stage::Stage;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::network::Model;
use crate::scalar::Scalar;
use crate::workspace::Workspace;

/// A data set to train on, and one to measure on.
pub(super) struct Rows<'d, M: Model> {
    train: &'d Dataset,
    test: Option<&'d Dataset>,
    stage: Stage<<M::Scalar as Scalar>::Real>,
    order: Order,
    /// Rows in a batch: never more than there are.
    batch: usize,
}

impl<'d, M: Model> Rows<'d, M> {
    pub(super) fn new(train: &'d Dataset, test: Option<&'d Dataset>, batch: usize, seed: u64) -> Self {
        let batch = batch.min(train.len());
        let stage = Stage::new(batch, [Some(train), test].into_iter().flatten());
        Rows { train, test, stage, order: Order::new(train.len() as u32, seed), batch }
    }
}

impl<M: Model> Source<M> for Rows<'_, M> {
    fn batch(&self) -> usize {
        self.batch
    }

    fn batches(&self) -> Option<usize> {
        Some(self.train.len().div_ceil(self.batch))
    }

    fn pass(&mut self, epoch: usize, threads: usize, each: &mut Each<'_, M>) -> Result<()> {
        for rows in self.order.shuffle(epoch).chunks(self.batch) {
            each(&self.stage.gather(self.train, rows, threads))?;
        }
        Ok(())
    }

    fn measure(&mut self, net: &M, ws: &mut Workspace<M>, at: At) -> Result<Option<Evaluation>> {
        let data = self.test.unwrap_or(self.train);
        measure(net, data, &mut self.stage, ws, &mut self.order.buffer()[..self.batch], at).map(Some)
    }
}

/// Loss and accuracy after an epoch; `at` is its last step.
pub(super) fn measure<M: Model>(
    net: &M,
    data: &Dataset,
    stage: &mut Stage<<M::Scalar as Scalar>::Real>,
    ws: &mut Workspace<M>,
    rows: &mut [u32],
    at: At,
) -> Result<Evaluation> {
    let sums = evaluate_in(net, data, stage, ws, rows)?;
    if let Some(start) = sums.first_bad {
        let batch = stage.gather(data, consecutive(rows, start, data.len()), 1);
        return Err(diverged(at, "the loss in evaluation", net, &batch, ws, None));
    }
    Ok(sums.evaluation())
}
