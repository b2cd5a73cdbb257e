//! The schedule as a table: what each step does, reads and writes, in which phase, and where its tensors lie.

use std::fmt::{self, Display};

use super::{grouped, table};
use crate::network::Model;

/// The steps of one unit: the network itself, a block, or a repeated body.
#[derive(Clone, Copy, Debug)]
pub struct UnitSchedule {
    /// Its name.
    pub name: &'static str,
    /// Training: forward and backward.
    pub training: &'static [Step],
    /// Evaluation.
    pub inference: &'static [Step],
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its phase: the chunks of one phase run side by side, phases one after another.
    pub phase: usize,
    /// What it does: `fc1 forward`.
    pub what: &'static str,
    /// What it computes with and why, where its kind has several kernels: `loops: 384 weights <= 1024`; or the step that it is done in
    /// one go with: `with fc1 forward`; else empty.
    pub by: &'static str,
    /// Whether it only runs where the gradient of the input is wanted.
    pub only_for_input: bool,
    /// What it reads.
    pub reads: &'static [Tensor],
    /// What it writes.
    pub writes: &'static [Tensor],
}

impl Step {
    /// A step of every pass.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        phase: usize,
        what: &'static str,
        reads: &'static [Tensor],
        writes: &'static [Tensor],
    ) -> Self {
        Step { phase, what, by: "", only_for_input: false, reads, writes }
    }

    /// The same step, by a kernel that was chosen.
    #[doc(hidden)]
    #[must_use]
    pub const fn by(mut self, choice: &'static str) -> Self {
        self.by = choice;
        self
    }

    /// The same step, where the gradient of the input is wanted.
    #[doc(hidden)]
    #[must_use]
    pub const fn only_for_input(mut self) -> Self {
        self.only_for_input = true;
        self
    }
}

/// A tensor of the schedule.
#[derive(Clone, Copy, Debug)]
pub struct Tensor {
    /// Its name.
    pub name: &'static str,
    /// Elements a sample.
    pub width: usize,
    /// Where it lies: an offset in elements a sample, from the start of the workspace, or from the unit's tape or
    /// scratch; `chunk a+b` for scratch of a chunk of rows.
    pub at: &'static str,
}

impl Tensor {
    /// A tensor of that name, as many elements a sample, in that place.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, width: usize, at: &'static str) -> Self {
        Tensor { name, width, at }
    }
}

/// A network's schedule, printed as a table.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleTable {
    units: &'static [UnitSchedule],
    scalar_bytes: usize,
}

impl ScheduleTable {
    /// The schedule of a network.
    #[must_use]
    pub fn of<M: Model>() -> Self {
        ScheduleTable { units: M::SCHEDULE, scalar_bytes: size_of::<M::Scalar>() }
    }

    /// The units, the network itself last.
    #[must_use]
    pub fn units(&self) -> &'static [UnitSchedule] {
        self.units
    }
}

impl Display for ScheduleTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for unit in self.units.iter().rev() {
            for (pass, steps) in [("training", unit.training), ("evaluation", unit.inference)] {
                writeln!(f, "{}, {pass}", unit.name)?;
                let header = ["phase", "step", "by", "reads", "writes", "bytes a sample"];
                let mut rows = vec![header.map(str::to_owned).to_vec()];
                rows.extend(steps.iter().map(|step| self.row(step)));
                table(f, &rows, 5, false)?;
                writeln!(f)?;
            }
        }
        write!(f, "tensors as name(elements a sample)@offset; bytes a sample without parameters")
    }
}

impl ScheduleTable {
    fn row(&self, step: &Step) -> Vec<String> {
        let list = |tensors: &[Tensor]| {
            let names: Vec<String> = tensors
                .iter()
                .map(|tensor| format!("{}({})@{}", tensor.name.replace(' ', "_"), tensor.width, tensor.at))
                .collect();
            names.join(" ")
        };
        let moved: usize = step.reads.iter().chain(step.writes).map(|tensor| tensor.width).sum();
        let condition = if step.only_for_input { " (input_grad)" } else { "" };
        vec![
            step.phase.to_string(),
            format!("{}{condition}", step.what),
            step.by.to_owned(),
            list(step.reads),
            list(step.writes),
            grouped((moved * self.scalar_bytes) as u64),
        ]
    }
}
