//! The batches of a training that come one by one.

use super::epochs::{Each, Source};
use super::evaluate::Evaluation;
use super::finite::At;
use super::rows::measure;
use super::stage::Stage;
use crate::batch::{Batch, Inputs, Targets};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::network::Model;
use crate::scalar::Scalar;
use crate::workspace::Workspace;

/// What a stream of batches consists of.
pub trait AsBatch<T: Scalar> {
    /// The batch, borrowed.
    fn as_batch(&self) -> Batch<'_, T>;
}

impl<T: Scalar> AsBatch<T> for Batch<'_, T> {
    fn as_batch(&self) -> Batch<'_, T> {
        *self
    }
}

impl<T: Scalar, B: AsBatch<T>> AsBatch<T> for &B {
    fn as_batch(&self) -> Batch<'_, T> {
        (**self).as_batch()
    }
}

/// All rows of it, as [`Dataset::batch`] has them.
impl<T: Scalar<Real = f32>> AsBatch<T> for Dataset {
    fn as_batch(&self) -> Batch<'_, T> {
        let targets = match self.targets() {
            Targets::Classes(classes) => Targets::Classes(classes),
            Targets::Values(values) => Targets::Values(values),
            Targets::Inputs => Targets::Inputs,
        };
        Batch { inputs: Inputs::Values(self.inputs()), targets }
    }
}

/// A batch that owns its numbers, of the network's own precision.
///
/// Nothing is checked here: a training looks at every batch it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedBatch<R> {
    inputs: Vec<R>,
    targets: Owned<R>,
}

#[derive(Clone, Debug, PartialEq)]
enum Owned<R> {
    Classes(Vec<u32>),
    Values(Vec<R>),
}

impl<R> OwnedBatch<R> {
    /// Rows of inputs one after another, and the class of each row.
    #[must_use]
    pub fn classes(inputs: Vec<R>, labels: Vec<u32>) -> Self {
        OwnedBatch { inputs, targets: Owned::Classes(labels) }
    }

    /// Rows of inputs and rows of values, one after another.
    #[must_use]
    pub fn values(inputs: Vec<R>, targets: Vec<R>) -> Self {
        OwnedBatch { inputs, targets: Owned::Values(targets) }
    }
}

impl<T: Scalar> AsBatch<T> for OwnedBatch<T::Real> {
    fn as_batch(&self) -> Batch<'_, T> {
        let targets = match &self.targets {
            Owned::Classes(classes) => Targets::Classes(classes),
            Owned::Values(values) => Targets::Values(values),
        };
        Batch { inputs: Inputs::Values(&self.inputs), targets }
    }
}

/// A stream to train on, and a data set to measure on.
pub(super) struct Stream<'d, M: Model, F> {
    batches: F,
    test: Option<&'d Dataset>,
    stage: Stage<<M::Scalar as Scalar>::Real>,
    /// Of an evaluation.
    rows: Vec<u32>,
    batch: usize,
}

impl<'d, M: Model, F> Stream<'d, M, F> {
    pub(super) fn new(batches: F, test: Option<&'d Dataset>, batch: usize) -> Self {
        let rows = test.map_or(0, |test| batch.min(test.len()));
        Stream { batches, test, stage: Stage::new(rows, test), rows: vec![0; rows], batch }
    }
}

impl<M, F, I, B> Source<M> for Stream<'_, M, F>
where
    M: Model,
    F: FnMut(usize) -> I,
    I: IntoIterator<Item = Result<B>>,
    B: AsBatch<M::Scalar>,
{
    fn batch(&self) -> usize {
        self.batch
    }

    fn batches(&self) -> Option<usize> {
        None
    }

    fn pass(&mut self, epoch: usize, _threads: usize, each: &mut Each<'_, M>) -> Result<()> {
        let mut count = 0;
        for item in (self.batches)(epoch) {
            count += 1;
            let done = item.and_then(|item| {
                let batch = item.as_batch();
                let rows = batch.inputs.len() / M::INPUTS;
                if rows > self.batch {
                    let allowed = format!("at most {}, as the trainer's `batch` says", self.batch);
                    return Err(Error::argument("rows", rows, allowed));
                }
                each(&batch)
            });
            done.map_err(|error| match error {
                Error::Diverged { .. } => error,
                source => Error::Stream { epoch, batch: count, source: Box::new(source) },
            })?;
        }
        if count == 0 {
            let source = Box::new(Error::argument("batches", 0, "at least one in every epoch"));
            return Err(Error::Stream { epoch, batch: 1, source });
        }
        Ok(())
    }

    fn measure(&mut self, net: &M, ws: &mut Workspace<M>, at: At) -> Result<Option<Evaluation>> {
        let Some(test) = self.test else { return Ok(None) };
        measure(net, test, &mut self.stage, ws, &mut self.rows, at).map(Some)
    }
}
