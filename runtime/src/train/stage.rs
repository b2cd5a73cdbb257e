//! The staged batch: the rows of one step, copied together into buffers that are made once.
//!
//! It is staged between two steps, by the threads of the step, and not during the step before by whichever of them waits
//! for the others. What that could save at most is what staging costs, which `cargo bench --bench input` prints: beside a
//! step of 784-256-10 with Adam on 128 rows that are there (540 µs on one thread, 292 on two of an AMD Zen 5), rows of bytes
//! take 3.7 and 3.4 % more and rows of `f32`s 6.5 and 6.4 %; beside one of 784-128-10 (272 and 150 µs) bytes take 7 %. On one
//! thread nobody waits, and there is nothing to save. On two, the threads that waited had time to bring some 60 % of the next
//! rows into the cache: with that, a step of 784-256-10 took 0.6 % less, one of 784-128-10 1.4 %, and of `f32`s, which are
//! four times as much, none.
//! To write the next batch as well would take a second staged batch, 401,920 bytes that `train_bytes` does not have: a
//! training would no longer be what its constants say, nor the digits example's inside its budget of 4 MiB.

use crate::batch::{Batch, Inputs, Targets};
use crate::dataset::{Dataset, TargetsMut};
use crate::scalar::{Real, Scalar};

/// Room for a batch: inputs, and the targets of each kind that the data sets have.
#[derive(Debug)]
pub(super) struct Stage<R> {
    /// batch × width
    inputs: Vec<R>,
    /// batch
    classes: Vec<u32>,
    /// batch × target width
    values: Vec<R>,
}

impl<R: Real> Stage<R> {
    /// Room for `batch` rows of any of these data sets, which have one width.
    pub(super) fn new<'d>(batch: usize, sets: impl IntoIterator<Item = &'d Dataset>) -> Self {
        let (mut inputs, mut classes, mut values) = (0, 0, 0);
        for set in sets {
            inputs = inputs.max(batch * set.width());
            match set.targets() {
                Targets::Classes(_) => classes = batch,
                _ => values = values.max(batch * set.target_width()),
            }
        }
        Stage { inputs: vec![R::zero(); inputs], classes: vec![0; classes], values: vec![R::zero(); values] }
    }

    /// Copies these rows together, as the batch of a network over `T`, on up to as many threads as the step that is to
    /// come has. Allocates nothing.
    pub(super) fn gather<T: Scalar<Real = R>>(
        &mut self,
        set: &Dataset,
        rows: &[u32],
        threads: usize,
    ) -> Batch<'_, T> {
        let inputs = &mut self.inputs[..rows.len() * set.width()];
        let targets = match set.targets() {
            Targets::Classes(_) => {
                let classes = &mut self.classes[..rows.len()];
                set.gather_into(rows, inputs, TargetsMut::Classes(classes), threads);
                Targets::Classes(classes)
            }
            _ => {
                let values = &mut self.values[..rows.len() * set.target_width()];
                set.gather_into(rows, inputs, TargetsMut::Values(values), threads);
                Targets::Values(values)
            }
        };
        Batch { inputs: Inputs::Values(inputs), targets }
    }
}
