//! The cost table that a person reads.

use std::fmt::{self, Display};

use quipu_cost::{LayerCost, NetworkCost};

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
        const HEADER: [&str; 7] =
            ["layer", "kind", "shape", "parameters", "MACs", "forward FLOPs", "backward FLOPs"];
        let mut rows = vec![HEADER.map(str::to_owned)];
        rows.extend(self.cost.layers.iter().map(|layer| self.row(layer)));
        let total = [
            "total".to_owned(),
            String::new(),
            String::new(),
            grouped(self.cost.params()),
            grouped(self.cost.macs(self.batch)),
            grouped(self.cost.forward_flops(self.batch)),
            grouped(self.cost.backward_flops(self.batch)),
        ];
        rows.push(total);
        let widths: [usize; 7] =
            std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
        let line = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
        writeln!(f, "{} at batch {}", self.cost.name, self.batch)?;
        let last = rows.len() - 1;
        for (index, row) in rows.iter().enumerate() {
            if index == 1 || index == last {
                writeln!(f, "{}", "─".repeat(line))?;
            }
            for (column, cell) in row.iter().enumerate() {
                let (gap, width) = (if column == 0 { "" } else { "  " }, widths[column]);
                // Words to the left, numbers to the right.
                if column < 3 {
                    write!(f, "{gap}{cell:<width$}")?;
                } else {
                    write!(f, "{gap}{cell:>width$}")?;
                }
            }
            writeln!(f)?;
        }
        let (forward, backward) =
            (self.cost.forward_flops(self.batch), self.cost.backward_flops(self.batch));
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
    fn row(&self, layer: &LayerCost) -> [String; 7] {
        let shape = |axes: &[usize]| {
            let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
            format!("({})", axes.join(", "))
        };
        let name = if layer.times > 1 { format!("{} × {}", layer.name, layer.times) } else { layer.name.to_owned() };
        [
            name,
            layer.kind.to_owned(),
            format!("{} → {}", shape(layer.input), shape(layer.output)),
            grouped(layer.params),
            grouped(layer.macs * self.batch),
            grouped(layer.forward_flops * self.batch + layer.per_step.forward),
            grouped(layer.backward_flops * self.batch + layer.per_step.backward),
        ]
    }
}

/// A number with its thousands apart: 203,530.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
