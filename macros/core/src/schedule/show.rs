//! A schedule as a table: phase, pass, step, what it reads and writes.

use std::fmt::{self, Display};

use super::{Op, Program, Schedule, Step, Unit};

impl Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for unit in &self.units {
            let name = if unit.name.is_empty() { "the network" } else { &unit.name };
            writeln!(f, "{name}, training")?;
            table(f, self, unit, &unit.train)?;
            writeln!(f, "{name}, evaluation")?;
            table(f, self, unit, &unit.infer)?;
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, program: &Program, unit: &Unit, schedule: &Schedule) -> fmt::Result {
    for step in &schedule.steps {
        let list = |ids: &[usize]| {
            let names: Vec<String> = ids
                .iter()
                .map(|&id| format!("{} {}", schedule.tensors[id].name, schedule.tensors[id].width))
                .collect();
            names.join(", ")
        };
        let condition = if step.only_for_input { " (input gradient)" } else { "" };
        writeln!(
            f,
            "  {:>3}  {:<28} {} -> {}{condition}",
            step.phase,
            label(program, unit, step),
            list(&step.reads),
            list(&step.writes)
        )?;
    }
    Ok(())
}

/// What a step of a layer computes with, and why, where its kind has several kernels.
#[must_use]
pub fn choice<'u>(unit: &'u Unit, step: &Step) -> Option<&'u str> {
    match step.op {
        Op::Forward { leaf, .. } | Op::Backward { leaf, .. } | Op::Gradient { leaf, .. } => {
            unit.leaves[leaf].facts.kernel.as_ref()?.choice.as_deref()
        }
        _ => None,
    }
}

/// What a step does, in words: `fc1 forward`.
#[must_use]
pub fn label(program: &Program, unit: &Unit, step: &Step) -> String {
    let call = |call: usize| {
        let site = &unit.calls[call];
        let times = site.times.map_or(String::new(), |times| format!(" x {times}"));
        format!("{}{times}", program.units[site.unit].name)
    };
    match step.op {
        Op::Lift => "lift".to_owned(),
        Op::Copy => "copy".to_owned(),
        Op::Join { .. } => "add".to_owned(),
        Op::Concat { .. } => "concatenate".to_owned(),
        Op::Slice { .. } => "slice".to_owned(),
        Op::Measure { leaf, .. } => format!("{} statistics", unit.leaves[leaf].site),
        Op::Prepare { leaf, .. } => format!("{} from its buffers", unit.leaves[leaf].site),
        Op::Reduce { leaf, .. } => format!("{} sums and gradient", unit.leaves[leaf].site),
        Op::Forward { leaf, .. } => format!("{} forward", unit.leaves[leaf].site),
        Op::Backward { leaf, .. } => format!("{} backward", unit.leaves[leaf].site),
        Op::Gradient { leaf, .. } => format!("{} gradient", unit.leaves[leaf].site),
        Op::Call { call: index, .. } => format!("{} forward", call(index)),
        Op::CallBackward { call: index, .. } => format!("{} backward", call(index)),
        Op::Head { .. } => "head".to_owned(),
    }
}
