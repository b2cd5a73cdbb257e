//! The staged batch: the rows of one step, copied together into buffers that are made once.

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
