//! The roofline of a network: what each layer could reach on a machine, forward and backward, and what holds it back.

use std::fmt::{self, Display};

use quipu_cost::arithmetic_intensity;

use super::{grouped, table};
use crate::network::Model;

/// A machine, by what it can do at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// 10^9 FLOP/s.
    pub gflops: f64,
    /// 10^9 bytes/s to and from memory.
    pub gbps: f64,
}

impl Machine {
    /// FLOPs a byte above which computing takes longer than moving: where the roof has its ridge.
    #[must_use]
    pub fn ridge(&self) -> f64 {
        self.gflops / self.gbps
    }

    /// 10^9 FLOP/s that work of this intensity (FLOPs a byte) reaches at most.
    #[must_use]
    pub fn attainable(&self, intensity: f64) -> f64 {
        self.gflops.min(intensity * self.gbps)
    }
}

/// One pass of one layer under the roof.
#[derive(Clone, Debug, PartialEq)]
pub struct RooflineRow {
    /// The layer's name.
    pub layer: &'static str,
    /// Whether it is the backward pass.
    pub backward: bool,
    /// FLOPs for the batch.
    pub flops: u64,
    /// Bytes moved for the batch: every operand read once, every result written once.
    pub bytes: u64,
    /// FLOPs a byte.
    pub intensity: f64,
    /// 10^9 FLOP/s at most.
    pub attainable: f64,
    /// Microseconds at least.
    pub microseconds: f64,
    /// Whether moving takes longer than computing.
    pub memory_bound: bool,
}

/// The roofline of a network at one batch on one machine; prints as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Roofline {
    /// The network's name.
    pub name: &'static str,
    /// Samples in a step.
    pub batch: u64,
    /// The machine.
    pub machine: Machine,
    /// The layers in order, forward and then backward; those that neither compute nor move anything are left out.
    pub rows: Vec<RooflineRow>,
}

impl Roofline {
    /// The roofline of the network `M`. Layers are taken for themselves: what is still in a cache from the layer before
    /// is counted as moved.
    #[must_use]
    pub fn of<M: Model>(batch: usize, machine: Machine) -> Self {
        let (b, scalar) = (batch as u64, size_of::<M::Scalar>() as u64);
        let passes = M::COST
            .layers
            .iter()
            .flat_map(|layer| [(layer.name, false, layer.forward(b)), (layer.name, true, layer.backward(b))]);
        let rows =
            passes.filter(|(_, _, work)| work.flops > 0 && work.moved > 0).map(|(layer, backward, work)| {
                let bytes = work.moved * scalar;
                let intensity = arithmetic_intensity(work.flops, bytes);
                RooflineRow {
                    layer,
                    backward,
                    flops: work.flops,
                    bytes,
                    intensity,
                    attainable: machine.attainable(intensity),
                    microseconds: 1e6 * work.seconds(scalar, machine.gflops, machine.gbps),
                    memory_bound: intensity < machine.ridge(),
                }
            });
        Roofline { name: M::COST.name, batch: b, machine, rows: rows.collect() }
    }

    /// FLOPs of all rows.
    #[must_use]
    pub fn flops(&self) -> u64 {
        self.rows.iter().map(|row| row.flops).sum()
    }

    /// Bytes of all rows.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.rows.iter().map(|row| row.bytes).sum()
    }

    /// Microseconds at least, one row after another.
    #[must_use]
    pub fn microseconds(&self) -> f64 {
        self.rows.iter().map(|row| row.microseconds).sum()
    }
}

impl Display for Roofline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { gflops, gbps } = self.machine;
        writeln!(
            f,
            "{} at batch {} on {gflops:.1} GFLOP/s and {gbps:.1} GB/s: the ridge is at {:.2} FLOPs a byte",
            self.name,
            self.batch,
            self.machine.ridge()
        )?;
        let header = ["layer", "pass", "bound by", "FLOPs", "bytes", "FLOPs a byte", "GFLOP/s", "µs"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(|row| {
            vec![
                row.layer.to_owned(),
                if row.backward { "backward" } else { "forward" }.to_owned(),
                if row.memory_bound { "memory" } else { "computing" }.to_owned(),
                grouped(row.flops),
                grouped(row.bytes),
                format!("{:.2}", row.intensity),
                format!("{:.1}", row.attainable),
                format!("{:.2}", row.microseconds),
            ]
        }));
        rows.push(vec![
            "total".to_owned(),
            String::new(),
            String::new(),
            grouped(self.flops()),
            grouped(self.bytes()),
            format!("{:.2}", arithmetic_intensity(self.flops(), self.bytes().max(1))),
            format!("{:.1}", self.flops() as f64 / self.microseconds().max(f64::MIN_POSITIVE) / 1e3),
            format!("{:.2}", self.microseconds()),
        ]);
        table(f, &rows, 3, true)
    }
}
