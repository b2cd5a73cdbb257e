//! Measures what this machine can do, and draws the layers of a network against that roof.

use std::ffi::OsString;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::report::{Machine, Roofline};

mod common;
#[path = "common/peak.rs"]
mod peak;
#[path = "roofline_picture.rs"]
mod roofline_picture;

use common::{Failure, can_be_written};

network! {
    /// The network of `digits`.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

const HELP: &str = "\
Measures this machine's GFLOP/s (multiply-adds in registers) and GB/s (a sum of arrays far larger than the caches), both on
one thread, prints what each layer of 784-256-10 could reach with them, and draws it as a roofline.

Usage: cargo run --release --example roofline -- [options]

  --batch N      samples in a step, 1 to 100,000 [128]
  --gflops X     10^9 FLOP/s, instead of measuring
  --gbps X       10^9 bytes/s, instead of measuring
  --out FILE     where to draw, as SVG [roofline.svg]
  --help         this text
";

struct Options {
    batch: usize,
    gflops: Option<f64>,
    gbps: Option<f64>,
    out: PathBuf,
}

fn main() -> ExitCode {
    Failure::end(run())
}

fn run() -> Result<(), Failure> {
    let Some(options) = options(std::env::args_os().skip(1))? else {
        write!(stdout(), "{HELP}")?;
        return Ok(());
    };
    can_be_written("--out", &options.out)?;
    quipu::warm_up();
    let machine = Machine {
        gflops: options.gflops.unwrap_or_else(|| peak::fma_gflops(1)),
        gbps: options.gbps.unwrap_or_else(triad_gbps),
    };
    let roofline = Roofline::of::<Mlp>(options.batch, machine);
    let mut out = stdout().lock();
    writeln!(out, "{roofline}")?;

    let seconds = step_seconds(options.batch)?;
    let reached = roofline.flops() as f64 / seconds / 1e9;
    writeln!(
        out,
        "measured: {:.2} µs, {reached:.1} GFLOP/s: {:.0} % of the roofline's speed",
        1e6 * seconds,
        100.0 * roofline.microseconds() / (1e6 * seconds)
    )?;
    roofline_picture::draw(&roofline, reached, &options.out)
        .map_err(|problem| Failure::Place(format!("--out {}: {problem}", options.out.display())))?;
    writeln!(out, "drawn: {}", options.out.display())?;
    Ok(())
}

/// What the command line asks for; none if it asks for help.
fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options { batch: 128, gflops: None, gbps: None, out: "roofline.svg".into() };
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("batch") => options.batch = parser.value()?.parse()?,
            Long("gflops") => options.gflops = Some(rate("--gflops", &parser.value()?)?),
            Long("gbps") => options.gbps = Some(rate("--gbps", &parser.value()?)?),
            Long("out") => options.out = parser.value()?.into(),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if (1..=100_000).contains(&options.batch) {
        Ok(Some(options))
    } else {
        Err(format!("--batch {}: expected 1 to 100,000", options.batch).into())
    }
}

/// A rate: finite and above zero.
fn rate(option: &str, value: &OsString) -> Result<f64, lexopt::Error> {
    let rate: f64 = value.parse()?;
    if rate.is_finite() && rate > 0.0 {
        Ok(rate)
    } else {
        Err(format!("{option} {rate}: expected a number above 0, in 10^9 a second").into())
    }
}

/// The least seconds of several runs: what disturbs a run only makes it longer.
fn fastest(runs: usize, mut run: impl FnMut() -> quipu::Result<()>) -> quipu::Result<f64> {
    run()?;
    let mut least = f64::INFINITY;
    for _ in 0..runs {
        let start = Instant::now();
        run()?;
        least = least.min(start.elapsed().as_secs_f64());
    }
    Ok(least)
}

/// 10^9 bytes/s of a = b + s c over arrays of 64 MiB: two reads and a write.
fn triad_gbps() -> f64 {
    const LENGTH: usize = 16 << 20;
    let (b, c) = (vec![1.0f32; LENGTH], vec![2.0f32; LENGTH]);
    let mut a = vec![0.0f32; LENGTH];
    let mut least = f64::INFINITY;
    for _ in 0..8 {
        let start = Instant::now();
        let s = black_box(3.0f32);
        for ((a, b), c) in a.iter_mut().zip(&b).zip(&c) {
            *a = b + s * c;
        }
        black_box(&mut a);
        least = least.min(start.elapsed().as_secs_f64());
    }
    3.0 * size_of_val(a.as_slice()) as f64 / least / 1e9
}

/// Seconds of forward and backward of the network on real digits, as many as a batch takes.
fn step_seconds(batch: usize) -> quipu::Result<f64> {
    let (train, _) = quipu::data::digits()?;
    let rows = train.subset((0..batch).map(|row| row % train.len()))?;
    let (net, mut grad, mut ws) = (Mlp::init(1), Mlp::zeros(), Mlp::workspace(batch));
    // About two seconds of work, whatever the batch.
    fastest((100_000 / batch).clamp(5, 2_000), || {
        net.loss_and_grad(&rows.batch(..), &mut ws, &mut grad).map(|loss| {
            black_box(loss);
        })
    })
}
