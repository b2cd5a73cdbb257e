//! What derivatives of the digits' network take beside its gradient, in FLOPs and in time.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::*;
use quipu::analysis::{self, GaussNewton, Hvp, Jvp, Vjp};
use quipu::prelude::*;

#[allow(dead_code, reason = "this example writes no file")]
mod common;

use common::Failure;

network! {
    /// Grey images of 28 x 28 in, ten classes out.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

const HELP: &str = "\
Times products with the Hessian, the Gauss-Newton matrix and the Jacobian of a network of 784-256-10 neurons on a batch of
digits, and prints a table: FLOPs and milliseconds (the median of calls in turn), each also in gradients of that batch.

Usage: cargo run --release --example derivatives -- [options]

  --batch N      samples in a batch, up to 8,000 [128]
  --threads N    threads that share a pass, 1 to 64 [1]
  --calls N      calls of each, of which the median is taken [201]
  --help         this text
";

fn main() -> ExitCode {
    Failure::end(run())
}

fn run() -> Result<(), Failure> {
    let (mut rows, mut threads, mut calls) = (128, 1, 201);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("batch") => rows = between("--batch", parser.value()?, 8_000)?,
            Long("threads") => threads = between("--threads", parser.value()?, 64)?,
            Long("calls") => calls = between("--calls", parser.value()?, 1_000_000)?,
            Long("help") => {
                return Ok(write!(stdout(), "{HELP}")?);
            }
            _ => return Err(argument.unexpected().into()),
        }
    }

    quipu::warm_up();
    let (train, _) = quipu::data::digits()?;
    let (batch, net) = (train.batch(0..rows), Mlp::init(7));
    let direction =
        |count: usize| (0..count).map(|i| (i * i % 13) as f32 / 1300.0 - 0.005).collect::<Vec<_>>();
    let (v, mut curved) = (direction(Mlp::PARAMS), vec![0.0; Mlp::PARAMS]);
    let mut bent = curved.clone();
    let (u, mut logits) = (direction(rows * Mlp::OUTPUTS), vec![0.0; rows * Mlp::OUTPUTS]);
    let (dx, mut to_inputs) = (direction(rows * Mlp::INPUTS), vec![0.0; rows * Mlp::INPUTS]);
    let (mut ws, mut gradient, mut pulled) = (Mlp::workspace(rows), Mlp::zeros(), Mlp::zeros());
    ws.set_threads(threads);
    let (mut hvp, mut matrix) = (Hvp::new(rows).threads(threads), GaussNewton::new(rows).threads(threads));
    let (mut jvp, mut vjp) = (Jvp::new(rows).threads(threads), Vjp::new(rows).threads(threads));
    let mut vjp_input = Vjp::new(rows).threads(threads);
    let mut jvp_input = Jvp::new(rows).threads(threads);
    let mut input_logits = logits.clone();

    let b = rows as u64;
    let mut all: [(&str, u64, Call<'_>); 7] = [
        (
            "gradient",
            Mlp::COST.forward_flops(b) + Mlp::COST.backward_flops(b),
            Box::new(|| net.loss_and_grad(&batch, &mut ws, &mut gradient).map(drop)),
        ),
        (
            "H v",
            analysis::hvp_flops::<Mlp>(b),
            Box::new(|| hvp.product(&*net, &batch, &v, &mut curved).map(drop)),
        ),
        (
            "Gauss-Newton, Fisher",
            analysis::gauss_newton_flops::<Mlp>(b),
            Box::new(|| matrix.product(&*net, &batch, &v, &mut bent).map(drop)),
        ),
        ("J v", analysis::jvp_flops::<Mlp>(b), Box::new(|| jvp.params(&*net, batch.inputs, &v, &mut logits))),
        (
            "J v, inputs",
            analysis::jvp_input_flops::<Mlp>(b),
            Box::new(|| jvp_input.inputs(&*net, batch.inputs, &dx, &mut input_logits)),
        ),
        (
            "u J",
            analysis::vjp_flops::<Mlp>(b),
            Box::new(|| vjp.params(&*net, batch.inputs, &u, &mut *pulled)),
        ),
        (
            "u J, inputs",
            analysis::vjp_input_flops::<Mlp>(b),
            Box::new(|| vjp_input.inputs(&*net, batch.inputs, &u, &mut to_inputs)),
        ),
    ];
    // One of each in turn, so that whatever else the machine does disturbs all alike.
    let mut times = [(); 7].map(|()| Vec::with_capacity(calls));
    for _ in 0..calls {
        for ((_, _, call), times) in all.iter_mut().zip(&mut times) {
            let start = Instant::now();
            call()?;
            times.push(1e3 * start.elapsed().as_secs_f64());
        }
    }
    let medians = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let mut lines = stdout().lock();
    writeln!(lines, "batch {rows}, {threads} thread(s)")?;
    writeln!(lines, "{:22}{:>15}{:>11}{:>10}{:>11}", "", "FLOPs", "gradients", "ms", "gradients")?;
    for ((name, flops, _), time) in all.iter().zip(medians) {
        let (in_flops, in_time) = (*flops as f64 / all[0].1 as f64, time / medians[0]);
        writeln!(lines, "{name:22}{flops:>15}{in_flops:>11.3}{time:>10.3}{in_time:>11.3}")?;
    }
    Ok(())
}

/// One product, or the gradient.
type Call<'c> = Box<dyn FnMut() -> quipu::Result<()> + 'c>;

fn between(option: &str, value: OsString, most: usize) -> Result<usize, lexopt::Error> {
    match value.parse::<usize>()? {
        number if (1..=most).contains(&number) => Ok(number),
        number => Err(format!("{option} {number}: expected 1 to {most}").into()),
    }
}
