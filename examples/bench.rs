//! Times the training step of a network on made-up data and prints one line of JSON: the clock's numbers and the constants'.

use std::ffi::OsString;
use std::fs;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::{Model, Targets};

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

    let flops = if predict {
        M::COST.infer_flops(batch as u64)
    } else {
        M::COST.step_flops(batch as u64, optimizer.kind())
    };
    let gflops = flops as f64 / median / 1e6;
    let threads = options.threads.unwrap_or(1);
    let line = [
        ("peer", "\"quipu\"".into()),
        ("model", format!("{:?}", options.model)),
        ("work", format!("{:?}", if predict { "predict" } else { "step" })),
        ("batch", batch.to_string()),
        ("threads", threads.to_string()),
        ("ms_per_step_median", format!("{median:.5}")),
        ("samples_per_s", format!("{:.1}", batch as f64 / median * 1e3)),
        ("ms_min", format!("{:.5}", milliseconds[0])),
        ("ms_max", format!("{:.5}", milliseconds[samples - 1])),
        ("cold_start_s", cold_start.map_or("null".into(), |seconds| format!("{seconds:.3}"))),
        ("peak_rss_mib", peak_mib().map_or("null".into(), |mib| format!("{mib:.1}"))),
        ("loss_first", first.to_string()),
        ("loss_last", last.to_string()),
        ("flops_per_step", flops.to_string()),
        ("gflops", format!("{gflops:.1}")),
        ("share_of_peak", format!("{:.3}", gflops / peak::fma_gflops(threads))),
    ];
    let line = line.map(|(name, value)| format!("\"{name}\": {value}")).join(", ");
    Ok(writeln!(stdout(), "{{{line}}}")?)
}

/// Makes rows of standard normal numbers, each of the class whose random direction it goes furthest along, so that there is
/// something to learn.
struct Maker {
    state: u64,
    width: usize,
    /// One for each class, side by side.
    directions: Vec<f32>,
}

impl Maker {
    fn new<M: Model>() -> Self {
        let mut maker = Maker { state: 0x9E37_79B9_7F4A_7C15, width: M::INPUTS, directions: Vec::new() };
        maker.directions = (0..M::INPUTS * M::OUTPUTS).map(|_| maker.number()).collect();
        maker
    }

    /// The sum of four uniform numbers, as good as a normal one here.
    fn number(&mut self) -> f32 {
        let sum: f32 = (0..4)
            .map(|_| {
                self.state ^= self.state << 13;
                self.state ^= self.state >> 7;
                self.state ^= self.state << 17;
                (self.state >> 40) as f32 / (1 << 24) as f32 - 0.5
            })
            .sum();
        sum * 3.0_f32.sqrt()
    }

    /// Inputs and classes.
    fn rows(&mut self, rows: usize) -> (Vec<f32>, Vec<u32>) {
        let inputs: Vec<f32> = (0..rows * self.width).map(|_| self.number()).collect();
        let class = |row: &[f32]| {
            let along = |direction: &[f32]| -> f32 { row.iter().zip(direction).map(|(x, d)| x * d).sum() };
            let scores = self.directions.chunks_exact(self.width).map(along).enumerate();
            scores.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(class, _)| class as u32)
        };
        let classes = inputs.chunks_exact(self.width).map(class).collect();
        (inputs, classes)
    }
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
