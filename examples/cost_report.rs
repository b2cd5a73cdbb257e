//! What three networks cost, before any of them is built: operations layer by layer, steps, and bytes.

use std::ffi::OsString;
use std::io::{ErrorKind, Write, stdout};
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::cost::{Dtype, seed, tensor_bytes};
use quipu::prelude::*;
use quipu::report::{Memory, Report, Summary, grouped};
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

  --batch N      samples in a step, 1 to 1,000,000 [32]
  --json         a JSON array with a report of each, training with Adam, for other programs to read
  --help         this text
";

/// Far above any batch, far below what the totals of these networks can hold.
const MOST: usize = 1_000_000;

fn main() -> ExitCode {
    let options = match options(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}; `--help` lists the options");
            return ExitCode::FAILURE;
        }
    };
    let mut out = stdout().lock();
    let written = match options {
        None => write!(out, "{HELP}"),
        Some(Options { batch, json: true }) => json(&mut out, batch),
        Some(Options { batch, json: false }) => report::<Mlp>(&mut out, batch)
            .and_then(|()| report::<Deep>(&mut out, batch))
            .and_then(|()| report::<Autoencoder>(&mut out, batch)),
    };
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write to standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

struct Options {
    batch: usize,
    json: bool,
}

/// What the command line asks for; none if it asks for help.
fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, lexopt::Error> {
    let (mut batch, mut json) = (32, false);
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("batch") => batch = parser.value()?.parse()?,
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if (1..=MOST).contains(&batch) {
        Ok(Some(Options { batch, json }))
    } else {
        Err(format!("--batch {batch}: expected 1 to {MOST}").into())
    }
}

fn json(out: &mut impl Write, batch: usize) -> std::io::Result<()> {
    let adam = OptimizerKind::Adam;
    let reports = [
        Report::of::<Mlp>(batch, adam),
        Report::of::<Deep>(batch, adam),
        Report::of::<Autoencoder>(batch, adam),
    ];
    writeln!(out, "[{}]", reports.map(|report| report.to_json()).join(",\n"))
}

fn report<M: Model>(out: &mut impl Write, batch: usize) -> std::io::Result<()> {
    writeln!(out, "{}\n", Summary::at::<M>(batch))?;
    passes::<M>(out, batch as u64)?;
    steps::<M>(out, batch as u64)?;
    memory::<M>(out, batch)
}

/// The passes as they are counted, beside the rule of thumb that takes the backward pass for twice the forward pass.
fn passes<M: Model>(out: &mut impl Write, batch: u64) -> std::io::Result<()> {
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
fn steps<M: Model>(out: &mut impl Write, batch: u64) -> std::io::Result<()> {
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
fn memory<M: Model>(out: &mut impl Write, batch: usize) -> std::io::Result<()> {
    writeln!(out, "{}\noptimizer: adam\n", Memory::training::<M>(batch, OptimizerKind::Adam))?;
    writeln!(out, "{}\n", Memory::inference::<M>(batch))?;
    write!(out, "bytes of the parameters by precision:")?;
    for dtype in [Dtype::F64, Dtype::F32, Dtype::F16, Dtype::Bf16, Dtype::I8] {
        write!(out, "  {dtype} {}", grouped(tensor_bytes(&[M::PARAMS], dtype)))?;
    }
    writeln!(out, "\n\n")
}
