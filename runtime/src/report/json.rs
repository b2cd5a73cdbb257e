//! A network's costs as data that outlives the program: written and read as JSON, and compared.

use std::fmt::{self, Display};
use std::path::Path;

use quipu_cost::OptimizerKind;
use serde::{Deserialize, Serialize};

use super::{Memory, grouped, table};
use crate::error::{Error, Result};
use crate::network::Model;

/// What a network costs at one batch, as plain data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The network's name.
    pub name: String,
    /// Samples in a batch; FLOPs, MACs and bytes are for one batch.
    pub batch: u64,
    /// The optimizer that `step_flops` and the memory are with.
    pub optimizer: String,
    /// Trainable parameters, elements.
    pub params: u64,
    /// Elements that are not trained but follow the batches, all copies together.
    #[serde(default)]
    pub buffers: u64,
    /// Multiply-adds of the forward products.
    pub macs: u64,
    /// FLOPs of the forward pass in training, its loss included.
    pub forward_flops: u64,
    /// FLOPs of the backward pass.
    pub backward_flops: u64,
    /// FLOPs of a prediction.
    pub infer_flops: u64,
    /// FLOPs of a training step, the optimizer included.
    pub step_flops: u64,
    /// Bytes moved by forward and backward.
    pub bytes_moved: u64,
    /// Memory of training, by part.
    pub training: Memory,
    /// Memory of inference, by part.
    pub inference: Memory,
    /// The layers.
    pub layers: Vec<Layer>,
}

/// One layer of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The shape of a sample going in.
    pub input: Vec<usize>,
    /// The shape of a sample coming out.
    pub output: Vec<usize>,
    /// How often it stands in the network.
    pub times: u64,
    /// Parameters, all copies together.
    pub params: u64,
    /// Elements that are not trained but follow the batches, all copies together.
    #[serde(default)]
    pub buffers: u64,
    /// Multiply-adds of the forward products.
    pub macs: u64,
    /// FLOPs of the forward pass.
    pub forward_flops: u64,
    /// FLOPs of the backward pass.
    pub backward_flops: u64,
    /// Bytes it keeps from forward to backward.
    pub kept_bytes: u64,
}

impl Report {
    /// The report of a network at one batch and with one optimizer.
    #[must_use]
    pub fn of<M: Model>(batch: usize, optimizer: OptimizerKind) -> Self {
        let (cost, b, scalar) = (M::COST, batch as u64, size_of::<M::Scalar>() as u64);
        let layers = cost.layers.iter().map(|layer| Layer {
            name: layer.name.to_owned(),
            kind: layer.kind.to_owned(),
            input: layer.input.to_vec(),
            output: layer.output.to_vec(),
            times: layer.times,
            params: layer.params,
            buffers: layer.buffers,
            macs: layer.macs * b,
            forward_flops: layer.forward(b).flops,
            backward_flops: layer.backward(b).flops,
            kept_bytes: layer.saved * b * scalar,
        });
        Report {
            name: cost.name.to_owned(),
            batch: b,
            optimizer: optimizer.to_string(),
            params: cost.params(),
            buffers: cost.buffers(),
            macs: cost.macs(b),
            forward_flops: cost.forward_flops(b),
            backward_flops: cost.backward_flops(b),
            infer_flops: cost.infer_flops(b),
            step_flops: cost.step_flops(b, optimizer),
            bytes_moved: cost.bytes_moved(b, scalar),
            training: Memory::training::<M>(batch, optimizer),
            inference: Memory::inference::<M>(batch),
            layers: layers.collect(),
        }
    }

    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Plain numbers and strings: there is nothing in it that JSON cannot hold.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a report from a JSON file.
    ///
    /// # Errors
    /// A missing file, or one that is no report.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::io(path, "read", "a report written as JSON", source))?;
        serde_json::from_str(&text)
            .map_err(|error| Error::Json { path: path.to_owned(), problem: error.to_string() })
    }

    /// What a change from this report to `after` costs, as a table.
    #[must_use]
    pub fn diff<'r>(&'r self, after: &'r Report) -> impl Display + 'r {
        Diff { before: self, after }
    }

    /// The numbers that a comparison shows.
    fn totals(&self) -> [(&'static str, u64); 9] {
        [
            ("parameters", self.params),
            ("MACs", self.macs),
            ("forward FLOPs", self.forward_flops),
            ("backward FLOPs", self.backward_flops),
            ("inference FLOPs", self.infer_flops),
            ("step FLOPs", self.step_flops),
            ("bytes moved", self.bytes_moved),
            ("training bytes", self.training.total as u64),
            ("inference bytes", self.inference.total as u64),
        ]
    }
}

struct Diff<'r> {
    before: &'r Report,
    after: &'r Report,
}

impl Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before, self.after);
        let side =
            |report: &Report| format!("{} at batch {}, {}", report.name, report.batch, report.optimizer);
        writeln!(f, "from {} to {}", side(before), side(after))?;
        let change = |name: String, from: u64, to: u64| {
            let sign = if to >= from { "+" } else { "−" };
            let ratio = if from == 0 { String::new() } else { format!("{:.3} ×", to as f64 / from as f64) };
            vec![name, grouped(from), grouped(to), format!("{sign}{}", grouped(to.abs_diff(from))), ratio]
        };
        let mut rows = vec![["", "before", "after", "change", "ratio"].map(str::to_owned).to_vec()];
        for ((name, from), (_, to)) in before.totals().into_iter().zip(after.totals()) {
            rows.push(change(name.to_owned(), from, to));
        }
        table(f, &rows, 1, false)?;
        let mut rows = vec![
            ["layer: forward + backward", "before", "after", "change", "ratio"].map(str::to_owned).to_vec(),
        ];
        let flops = |report: &Report, name: &str| {
            let layer = report.layers.iter().find(|layer| layer.name == name)?;
            Some(layer.forward_flops + layer.backward_flops)
        };
        let added =
            after.layers.iter().filter(|layer| !before.layers.iter().any(|known| known.name == layer.name));
        for layer in before.layers.iter().chain(added) {
            let (from, to) =
                (flops(before, &layer.name).unwrap_or(0), flops(after, &layer.name).unwrap_or(0));
            if from != to {
                rows.push(change(layer.name.clone(), from, to));
            }
        }
        if rows.len() == 1 {
            return write!(f, "no layer costs more or less than before");
        }
        writeln!(f)?;
        table(f, &rows, 1, false)
    }
}
