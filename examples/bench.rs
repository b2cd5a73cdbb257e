//! Times the training step of a network on made-up data and prints one line of JSON: the clock's numbers and the constants'.

use std::ffi::OsString;
use std::fs;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::{Model, Targets};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;

#[allow(dead_code, reason = "this example writes no file")]
mod common;
#[path = "common/peak.rs"]
mod peak;

use common::Failure;

network! {
    /// Handwritten digits: 203,530 parameters.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

network! {
    /// One layer more, and wider: 669,706 parameters.
    pub Mlp3 < fc(784, 512); relu; fc(512); relu; softmax_ce(10) >
}

network! {
    /// A network of 1,004 parameters, where every nanosecond beside the arithmetic shows.
    pub Tiny < fc(6, 64); relu; fc(8); relu; softmax_ce(4) >
}

const HELP: &str = "\
Times steps of training on random numbers of the network's shape (16 batches in turn) and prints one line of JSON: the
median, least and most milliseconds of the samples, the time from the start of the process to the end of the first step,
the most memory it held, the first and the last loss, and, by the network's constants, 10^9 FLOP/s and their share of
the multiply-adds that as many cores do in registers.

Usage: cargo run --release --example bench -- [options]

  --model NAME   mlp (784-256-10, SGD), mlp3 (784-512-512-10, Adam) or tiny (6-64-8-4, SGD) [mlp]
  --batch N      samples in a step [128]
  --threads N    threads that share a step, 1 to 64 [as many as it is worth]
  --steps N      steps in a sample, after a second of warming up [200]
  --samples N    samples of which the median is taken [7]
  --predict      time predictions instead of steps
  --help         this text
";

struct Options {
    model: String,
    batch: usize,
    threads: Option<usize>,
    steps: usize,
    samples: usize,
    predict: bool,
}

fn main() -> ExitCode {
    Failure::end(run())
}

fn run() -> Result<(), Failure> {
    let Some(options) = options(std::env::args_os().skip(1))? else {
        return Ok(write!(stdout(), "{HELP}")?);
    };
    match options.model.as_str() {
        "mlp3" => bench::<Mlp3>(&options, Adam::new(1e-3)),
        "tiny" => bench::<Tiny>(&options, Sgd::new(0.01)),
        _ => bench::<Mlp>(&options, Sgd::new(0.01)),
    }
}

/// What the command line asks for; `None` is `--help`.
fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, lexopt::Error> {
    let mut options =
        Options { model: "mlp".into(), batch: 128, threads: None, steps: 200, samples: 7, predict: false };
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("model") => options.model = parser.value()?.string()?,
            Long("batch") => options.batch = at_least_one("--batch", parser.value()?)?,
            Long("threads") => options.threads = Some(at_least_one("--threads", parser.value()?)?),
            Long("steps") => options.steps = at_least_one("--steps", parser.value()?)?,
            Long("samples") => options.samples = at_least_one("--samples", parser.value()?)?,
            Long("predict") => options.predict = true,
            Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    match options.model.as_str() {
        "mlp" | "mlp3" | "tiny" => Ok(Some(options)),
        other => Err(format!("--model {other}: expected `mlp`, `mlp3` or `tiny`").into()),
    }
}

fn at_least_one(option: &str, value: OsString) -> Result<usize, lexopt::Error> {
    match value.parse::<usize>()? {
        0 => Err(format!("{option} 0: expected 1 or more").into()),
        number => Ok(number),
    }
}

/// Batches, taken in turn: so many that a network does not know them by heart at once.
const BATCHES: usize = 16;

/// Times the network and prints its line.
fn bench<M: Model<Scalar = f32>>(
    options: &Options,
    mut optimizer: impl Optimizer<f32>,
) -> Result<(), Failure> {
    let Options { batch, steps, samples, predict, .. } = *options;
    // Made when it is first its turn, so that the first step need not wait for all.
    let (mut maker, mut batches) = (Maker::new::<M>(), Vec::with_capacity(BATCHES));
    let (mut net, mut ws) = (quipu::network::init::<M>(1), Workspace::<M>::new(batch));
    if let Some(threads) = options.threads {
        ws.set_threads(threads);
    }
    let mut done = 0;
    let mut step = || {
        let turn = done % BATCHES;
        if turn == batches.len() {
            batches.push(maker.rows(batch));
        }
        let (x, y): &(Vec<f32>, Vec<u32>) = &batches[turn];
        done += 1;
        if predict {
            return quipu::network::predict(&*net, Inputs::Values(x), &mut ws).map(|p| p[0]);
        }
        let batch = Batch { inputs: Inputs::Values(x), targets: Targets::Classes(y) };
        quipu::network::train_step(&mut *net, &batch, &mut ws, &mut optimizer)
    };

    let first = step()?;
    let cold_start = since_start();
    let warm = Instant::now();
    while warm.elapsed() < Duration::from_secs(1) {
        step()?;
    }
    let mut last = first;
    let mut milliseconds = Vec::with_capacity(samples);
    for _ in 0..samples {
        let start = Instant::now();
        for _ in 0..steps {
            last = step()?;
        }
        milliseconds.push(start.elapsed().as_secs_f64() * 1e3 / steps as f64);
    }
    milliseconds.sort_by(f64::total_cmp);
    let median = milliseconds[samples / 2];

    let cost = M::COST;
    let size = batch as u64;
    let (pass, flops) = if predict {
        (cost.infer_flops(size), cost.infer_flops(size))
    } else {
        (cost.forward_flops(size) + cost.backward_flops(size), cost.step_flops(size, optimizer.kind()))
    };
    let (threads, gflops) = (ws.threads_for(pass), flops as f64 / median / 1e6);
    let line = Line {
        peer: "quipu",
        model: &options.model,
        work: if predict { "predict" } else { "step" },
        batch,
        threads,
        ms_per_step_median: rounded(median, 5),
        samples_per_s: rounded(batch as f64 / median * 1e3, 1),
        ms_min: rounded(milliseconds[0], 5),
        ms_max: rounded(milliseconds[samples - 1], 5),
        cold_start_s: cold_start.map(|seconds| rounded(seconds, 3)),
        peak_rss_mib: peak_mib().map(|mib| rounded(mib, 1)),
        loss_first: first,
        loss_last: last,
        flops_per_step: flops,
        gflops: rounded(gflops, 1),
        share_of_peak: rounded(gflops / peak::fma_gflops(threads), 3),
    };
    let line = serde_json::to_string(&line).map_err(std::io::Error::from)?;
    Ok(writeln!(stdout(), "{line}")?)
}

/// What is printed.
#[derive(Serialize)]
struct Line<'m> {
    peer: &'m str,
    model: &'m str,
    work: &'m str,
    batch: usize,
    threads: usize,
    ms_per_step_median: f64,
    samples_per_s: f64,
    ms_min: f64,
    ms_max: f64,
    cold_start_s: Option<f64>,
    peak_rss_mib: Option<f64>,
    loss_first: f32,
    loss_last: f32,
    flops_per_step: u64,
    gflops: f64,
    share_of_peak: f64,
}

/// A number with so many digits behind the point.
fn rounded(number: f64, digits: i32) -> f64 {
    let unit = 10.0_f64.powi(digits);
    (number * unit).round() / unit
}

/// Makes rows of standard normal numbers, each of the class whose random direction it goes furthest along, so that there is
/// something to learn.
struct Maker {
    random: Pcg64Mcg,
    width: usize,
    /// One for each class, side by side.
    directions: Vec<f32>,
}

impl Maker {
    fn new<M: Model>() -> Self {
        let mut random = Pcg64Mcg::seed_from_u64(1);
        let directions = normal(M::INPUTS * M::OUTPUTS, &mut random);
        Maker { random, width: M::INPUTS, directions }
    }

    /// Inputs and classes.
    fn rows(&mut self, rows: usize) -> (Vec<f32>, Vec<u32>) {
        let inputs = normal(rows * self.width, &mut self.random);
        let class = |row: &[f32]| {
            let along = |direction: &[f32]| -> f32 { row.iter().zip(direction).map(|(x, d)| x * d).sum() };
            let scores = self.directions.chunks_exact(self.width).map(along).enumerate();
            scores.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(class, _)| class as u32)
        };
        let classes = inputs.chunks_exact(self.width).map(class).collect();
        (inputs, classes)
    }
}

fn normal(count: usize, random: &mut Pcg64Mcg) -> Vec<f32> {
    StandardNormal.sample_iter(random).take(count).collect()
}

/// Seconds since the process was started, to 1/100, where the system says so in /proc.
fn since_start() -> Option<f64> {
    let field = |file: &str, index: usize| -> Option<f64> {
        let text = fs::read_to_string(file).ok()?;
        // A process's name may hold spaces; it ends at the last bracket.
        let fields = text.rsplit_once(')').map_or(text.as_str(), |(_, fields)| fields);
        fields.split_whitespace().nth(index)?.parse().ok()
    };
    // The kernel counts in hundredths of a second for programs, whatever it counts in for itself.
    Some(field("/proc/uptime", 0)? - field("/proc/self/stat", 19)? / 100.0)
}

/// The most memory that the process has held, in MiB, where the system says so in /proc.
fn peak_mib() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}
