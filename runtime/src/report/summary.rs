//! The cost table that a person reads.

use std::fmt::{self, Display};

use quipu_cost::{LayerCost, NetworkCost};

use super::{grouped, table};
use crate::network::Model;

/// A network's costs as a table: a row a layer, then totals. FLOPs and MACs are exact and for `batch` samples.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    cost: NetworkCost,
    batch: u64,
    scalar_bytes: u64,
    workspace_bytes: u64,
}

impl Summary {
    /// The table of a network for one sample.
    #[must_use]
    pub fn of<M: Model>() -> Self {
        Self::at::<M>(1)
    }

    /// The table of a network for a batch.
    #[must_use]
    pub fn at<M: Model>(batch: usize) -> Self {
        let scalar = size_of::<M::Scalar>();
        Summary {
            cost: M::COST,
            batch: batch as u64,
            scalar_bytes: scalar as u64,
            workspace_bytes: M::TRAIN.total_bytes(batch, scalar) as u64,
        }
    }
}

impl Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEADER: [&str; 9] = [
            "layer",
            "kind",
            "shape",
            "parameters",
            "MACs",
            "forward FLOPs",
            "backward FLOPs",
            "kept bytes",
            "share",
        ];
        let (forward, backward) = (self.cost.forward_flops(self.batch), self.cost.backward_flops(self.batch));
        let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
        rows.extend(self.cost.layers.iter().map(|layer| self.row(layer, forward + backward)));
        let kept: u64 = self.cost.layers.iter().map(|layer| layer.saved).sum();
        let mut total = vec!["total".to_owned(), String::new(), String::new()];
        let numbers = [
            self.cost.params(),
            self.cost.macs(self.batch),
            forward,
            backward,
            kept * self.batch * self.scalar_bytes,
        ];
        total.extend(numbers.map(grouped));
        rows.push(total);
        writeln!(f, "{} at batch {}", self.cost.name, self.batch)?;
        table(f, &rows, 3, true)?;
        writeln!(
            f,
            "backward is {:.4} × forward, counted and not assumed: training needs no gradient of the network's input",
            backward as f64 / forward as f64,
        )?;
        write!(
            f,
            "{} parameter bytes, {} workspace bytes for training; one multiply-add is 2 FLOPs",
            grouped(self.cost.params() * self.scalar_bytes),
            grouped(self.workspace_bytes),
        )
    }
}

impl Summary {
    fn row(&self, layer: &LayerCost, all: u64) -> Vec<String> {
        let shape = |axes: &[usize]| {
            let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
            format!("({})", axes.join(", "))
        };
        let name = if layer.times > 1 {
            format!("{} × {}", layer.name, layer.times)
        } else {
            layer.name.to_owned()
        };
        let forward = layer.forward(self.batch).flops;
        let backward = layer.backward(self.batch).flops;
        vec![
            name,
            layer.kind.to_owned(),
            format!("{} → {}", shape(layer.input), shape(layer.output)),
            grouped(layer.params),
            grouped(layer.macs * self.batch),
            grouped(forward),
            grouped(backward),
            grouped(layer.saved * self.batch * self.scalar_bytes),
            format!("{:.1} %", 100.0 * (forward + backward) as f64 / all as f64),
        ]
    }
}
