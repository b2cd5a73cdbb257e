//! Memory by part, exact to the byte, for training and for inference.

use std::fmt::{self, Display};

use quipu_cost::OptimizerKind;
use serde::{Deserialize, Serialize};

use super::{grouped, table};
use crate::network::{Model, infer_bytes, staged_bytes, train_bytes};
use crate::scalar::Scalar;

/// What the memory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Forward, backward and the optimizer.
    Training,
    /// Predictions.
    Inference,
}

/// What a network needs in memory, part by part, in bytes.
///
/// The total is `parameters + gradients + buffers + optimizer_state + workspace + staged_batch`. Not in it: the buffer in which
/// the matrix product packs its operands (one a thread, its size the machine's; made by [`warm_up`](crate::warm_up)),
/// the data set, a trainer's permutation and history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What it is for.
    pub phase: Phase,
    /// Samples in a batch.
    pub batch: usize,
    /// The parameters.
    pub parameters: usize,
    /// Their gradients.
    pub gradients: usize,
    /// What is not trained but follows the batches (running means, say): the network's, and in training by how much
    /// they change, too.
    #[serde(default)]
    pub buffers: usize,
    /// The optimizer's state.
    pub optimizer_state: usize,
    /// The planned workspace: its one allocation.
    pub workspace: usize,
    /// Of the workspace: activations that live from the forward into the backward pass, masks and indices and what
    /// layers make of a whole batch included.
    pub kept: usize,
    /// Of the workspace: the rest, used again and again within a step.
    pub scratch: usize,
    /// What the workspace would be if every tensor had a buffer of its own.
    pub naive: usize,
    /// What lives at one time at most: no plan can do with less.
    pub lower_bound: usize,
    /// One batch of inputs and targets.
    pub staged_batch: usize,
    /// All parts together.
    pub total: usize,
}

impl Memory {
    /// The memory of training with batches of `batch` samples.
    #[must_use]
    pub const fn training<M: Model>(batch: usize, optimizer: OptimizerKind) -> Self {
        let scalar = size_of::<M::Scalar>();
        let side = batch * (4 * M::TRAIN.indices + M::TRAIN.bytes) + M::TRAIN.statistics * scalar;
        let workspace = M::TRAIN.total_bytes(batch, scalar);
        let kept = batch * M::TRAIN_QUALITY.kept * scalar + side;
        Memory {
            phase: Phase::Training,
            batch,
            parameters: M::PARAMS * scalar,
            gradients: M::PARAMS * scalar,
            buffers: 2 * M::BUFFERS * scalar,
            optimizer_state: optimizer.state_elements(M::PARAMS as u64) as usize * scalar,
            workspace,
            kept,
            scratch: workspace - kept,
            naive: batch * M::TRAIN_QUALITY.naive * scalar + side,
            lower_bound: batch * M::TRAIN_QUALITY.live * scalar + side,
            staged_batch: staged_bytes(
                batch,
                M::INPUTS,
                M::TARGETS,
                size_of::<<M::Scalar as Scalar>::Real>(),
            ),
            total: train_bytes::<M>(batch, optimizer),
        }
    }

    /// The memory of predictions for batches of `batch` samples.
    #[must_use]
    pub const fn inference<M: Model>(batch: usize) -> Self {
        let scalar = size_of::<M::Scalar>();
        let (workspace, side) = (M::INFER.total_bytes(batch, scalar), M::INFER.statistics * scalar);
        Memory {
            phase: Phase::Inference,
            batch,
            parameters: M::PARAMS * scalar,
            gradients: 0,
            buffers: M::BUFFERS * scalar,
            optimizer_state: 0,
            workspace,
            kept: 0,
            scratch: workspace,
            naive: batch * M::INFER_QUALITY.naive * scalar + side,
            lower_bound: batch * M::INFER_QUALITY.live * scalar + side,
            staged_batch: batch * M::INPUTS * size_of::<<M::Scalar as Scalar>::Real>(),
            total: infer_bytes::<M>(batch),
        }
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.phase {
            Phase::Training => "training",
            Phase::Inference => "inference",
        };
        let part = |name: &str, bytes: usize, each: bool| {
            let sample = if each { grouped((bytes / self.batch.max(1)) as u64) } else { String::new() };
            vec![name.to_owned(), grouped(bytes as u64), sample]
        };
        let mut rows = vec![
            vec![
                format!("memory of {what} at batch {}", self.batch),
                "bytes".to_owned(),
                "a sample".to_owned(),
            ],
            part("parameters", self.parameters, false),
        ];
        if self.phase == Phase::Training {
            rows.push(part("gradients", self.gradients, false));
        }
        if self.buffers > 0 {
            rows.push(part("buffers", self.buffers, false));
        }
        if self.phase == Phase::Training {
            rows.push(part("optimizer state", self.optimizer_state, false));
            rows.push(part("workspace: kept for backward", self.kept, true));
            rows.push(part("workspace: scratch", self.scratch, true));
        } else {
            rows.push(part("workspace", self.workspace, true));
        }
        rows.push(part("staged batch", self.staged_batch, true));
        rows.push(part("total", self.total, false));
        table(f, &rows, 1, true)?;
        write!(
            f,
            "workspace: {} planned, {} live at most, {} with a buffer for every tensor",
            grouped(self.workspace as u64),
            grouped(self.lower_bound as u64),
            grouped(self.naive as u64),
        )
    }
}
