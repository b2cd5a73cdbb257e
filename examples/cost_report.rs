//! What three networks cost, before any of them is built: operations layer by layer, steps, bytes, the schedule; and
//! what a change to a network costs.

#[allow(dead_code, reason = "nothing is written to a file here")]
mod common;

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use common::Failure;
use lexopt::prelude::*;
use quipu::cost::{Dtype, seed, tensor_bytes};
use quipu::prelude::*;
use quipu::report::{Memory, Report, ScheduleTable, Summary, grouped};
use quipu::{Model, OptimizerKind};

network! {
    /// The network of `digits`: one hidden layer.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

network! {
    /// Twelve residual blocks of equal shape: one function, called in a loop.
    pub Deep <
        let d = 256;
        fc(784, d);
        repeat(12) {
            residual { layer_norm; fc(4 * d); gelu; dropout(0.1); fc(d) }
        }
        layer_norm;
        fc(10);
        softmax_ce(10)
    >
}

network! {
    /// Through a narrow code and back; its targets are its inputs.
    pub Autoencoder <
        encoder: { fc(784, 128); relu; fc(16) }
        decoder: { fc(128); relu; fc(784) }
        mse(784)
    >
}

const HELP: &str = "\
Prints what three networks cost: FLOPs layer by layer, whole steps, and bytes of memory.

Usage: cargo run --release --example cost_report -- [options]

  --network NAME        one of mlp, deep and autoencoder (without it: all three)
  --batch N             samples in a step, 1 to 1,000,000 [32]
  --schedule            every step of every pass instead: what it reads and writes, and where that lies
  --json                reports for other programs, training with Adam: an object for one network, an array for all
  --diff A.json B.json  what a change costs, from two reports of one network each (--network NAME --json > A.json)
  --help                this text
";

/// Far above any batch, far below what the totals of these networks can hold.
const MOST: usize = 1_000_000;

/// The networks by their names on the command line.
const NETWORKS: [(&str, Costs); 3] =
    [("mlp", Costs::of::<Mlp>()), ("deep", Costs::of::<Deep>()), ("autoencoder", Costs::of::<Autoencoder>())];

/// What can be printed of a network.
#[derive(Clone, Copy)]
struct Costs {
    json: fn(usize) -> String,
    schedule: fn() -> ScheduleTable,
    report: fn(&mut dyn Write, usize) -> std::io::Result<()>,
}

impl Costs {
    const fn of<M: Model>() -> Self {
        Costs {
            json: |batch| Report::of::<M>(batch, OptimizerKind::Adam).to_json(),
            schedule: ScheduleTable::of::<M>,
            report: report::<M>,
        }
    }
}

fn main() -> ExitCode {
    Failure::end(run())
}

fn run() -> Result<(), Failure> {
    let mut out = stdout().lock();
    match task(std::env::args_os().skip(1))? {
        Task::Help => write!(out, "{HELP}")?,
        Task::Diff(before, after) => {
            writeln!(out, "{}", Report::read(before)?.diff(&Report::read(after)?))?;
        }
        Task::Json(Networks::One(costs), batch) => writeln!(out, "{}", (costs.json)(batch))?,
        Task::Json(Networks::All, batch) => {
            let reports = NETWORKS.map(|(_, costs)| (costs.json)(batch));
            writeln!(out, "[{}]", reports.join(",\n"))?;
        }
        Task::Schedule(networks) => {
            for costs in networks.list() {
                writeln!(out, "{}\n", (costs.schedule)())?;
            }
        }
        Task::Report(networks, batch) => {
            for costs in networks.list() {
                (costs.report)(&mut out, batch)?;
            }
        }
    }
    Ok(())
}

/// Which of the networks.
enum Networks {
    One(Costs),
    All,
}

impl Networks {
    fn list(&self) -> Vec<Costs> {
        match self {
            Networks::One(costs) => vec![*costs],
            Networks::All => NETWORKS.map(|(_, costs)| costs).to_vec(),
        }
    }
}

/// What the command line asks for.
enum Task {
    Help,
    Report(Networks, usize),
    Schedule(Networks),
    Json(Networks, usize),
    Diff(PathBuf, PathBuf),
}

fn task(args: impl IntoIterator<Item = OsString>) -> Result<Task, lexopt::Error> {
    let (mut networks, mut batch, mut json, mut schedule) = (Networks::All, 32, false, false);
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("network") => {
                let name = parser.value()?.string()?;
                let Some((_, costs)) = NETWORKS.iter().find(|(known, _)| *known == name) else {
                    return Err(format!("--network {name}: expected mlp, deep or autoencoder").into());
                };
                networks = Networks::One(*costs);
            }
            Long("batch") => batch = parser.value()?.parse()?,
            Long("json") => json = true,
            Long("schedule") => schedule = true,
            Long("diff") => return Ok(Task::Diff(parser.value()?.into(), parser.value()?.into())),
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    match (schedule, json) {
        _ if !(1..=MOST).contains(&batch) => Err(format!("--batch {batch}: expected 1 to {MOST}").into()),
        (true, true) => Err("--schedule is text; leave out --json".into()),
        (true, false) => Ok(Task::Schedule(networks)),
        (false, true) => Ok(Task::Json(networks, batch)),
        (false, false) => Ok(Task::Report(networks, batch)),
    }
}

fn report<M: Model>(out: &mut dyn Write, batch: usize) -> std::io::Result<()> {
    writeln!(out, "{}\n", Summary::at::<M>(batch))?;
    passes::<M>(out, batch as u64)?;
    steps::<M>(out, batch as u64)?;
    memory::<M>(out, batch)
}

/// The passes as they are counted, beside the rule of thumb that takes the backward pass for twice the forward pass.
fn passes<M: Model>(out: &mut dyn Write, batch: u64) -> std::io::Result<()> {
    let (forward, backward) = (M::COST.forward_flops(batch), M::COST.backward_flops(batch));
    let rows = [
        ("forward, F", forward, None),
        ("backward", backward, Some((seed::backward_pass(forward), "2 F"))),
        ("forward + backward", forward + backward, Some((seed::training_iteration(forward), "3 F"))),
        ("input gradient", M::COST.input_grad_flops(batch), None),
        ("inference", M::COST.infer_flops(batch), None),
    ];
    writeln!(out, "{:<28}{:>18}  {:>18}", "FLOPs of a pass", "exact, counted", "rounded, a rule")?;
    for (what, exact, rule) in rows {
        write!(out, "{what:<28}{:>18}", grouped(exact))?;
        match rule {
            Some((rounded, text)) => writeln!(out, "  {:>18} = {text}", grouped(rounded))?,
            None => writeln!(out)?,
        }
    }
    writeln!(out)
}

/// Whole steps: forward, backward and optimizer.
fn steps<M: Model>(out: &mut dyn Write, batch: u64) -> std::io::Result<()> {
    let kinds = [
        OptimizerKind::Sgd,
        OptimizerKind::Momentum,
        OptimizerKind::Momentum.nesterov(),
        OptimizerKind::Adam,
        OptimizerKind::AdamW,
        OptimizerKind::AdamW.clip(),
    ];
    writeln!(out, "{:<28}{:>18}  {:>18}", "FLOPs of a step", "in all", "of the optimizer")?;
    for kind in kinds {
        let (step, optimizer) = (M::COST.step_flops(batch, kind), kind.flops(M::COST.params()));
        writeln!(out, "{:<28}{:>18}  {:>18}", kind.to_string(), grouped(step), grouped(optimizer))?;
    }
    writeln!(out)
}

/// Bytes by part, for training with Adam and for inference, and the parameters in other precisions.
fn memory<M: Model>(out: &mut dyn Write, batch: usize) -> std::io::Result<()> {
    writeln!(out, "{}\noptimizer: adam\n", Memory::training::<M>(batch, OptimizerKind::Adam))?;
    writeln!(out, "{}\n", Memory::inference::<M>(batch))?;
    write!(out, "bytes of the parameters by precision:")?;
    for dtype in [Dtype::F64, Dtype::F32, Dtype::F16, Dtype::Bf16, Dtype::I8] {
        write!(out, "  {dtype} {}", grouped(tensor_bytes(&[M::PARAMS], dtype)))?;
    }
    writeln!(out, "\n\n")
}
