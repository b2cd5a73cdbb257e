//! Predicts a number from a table of real measurements, beside the best straight line through them.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::data::{CsvOptions, Standardizer, csv};
use quipu::linalg::Matrix;
use quipu::prelude::*;
use quipu::report::grouped;

mod common;

use common::{Failure, can_be_written};

network! {
    /// Ten measurements in, one number out.
    #[budget(params <= 200)]
    pub Progression < fc(10, 16); tanh; mse(1) >
}

const HELP: &str = "\
Trains a network of 10-16-1 neurons on a table of measurements, and compares it with least squares on rows that neither
has seen.

Usage: cargo run --release --example regression -- [options]

  --data FILE    a CSV file with a header and ten columns beside the target's
                 (without it: 442 patients with diabetes, examples/data/diabetes)
  --target NAME  the column to predict [progression]
  --epochs N     passes through the training data [60]
  --batch N      rows in a step [16]
  --lr X         the highest learning rate, from which a cosine falls to nothing [0.003]
  --decay X      share of the weights that a step takes away, times the learning rate [0.3]
  --seed N       what the parts, the first weights and the order of the rows are drawn from [1]
  --plot FILE    where to draw the loss, as SVG
  --history FILE where to write the epochs, as CSV
  --help         this text
";

/// The rows that are measured with and never trained on.
const TEST: f64 = 0.25;

/// What the command line asks for.
struct Options {
    data: PathBuf,
    target: String,
    epochs: usize,
    batch: usize,
    lr: f64,
    decay: f64,
    seed: u64,
    plot: Option<PathBuf>,
    history: Option<PathBuf>,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            data: concat!(env!("CARGO_MANIFEST_DIR"), "/data/diabetes/diabetes.csv").into(),
            target: "progression".into(),
            epochs: 60,
            batch: 16,
            lr: 3e-3,
            decay: 0.3,
            seed: 1,
            plot: None,
            history: None,
            help: false,
        };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("data") => options.data = parser.value()?.into(),
                Long("target") => options.target = parser.value()?.string()?,
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("batch") => options.batch = parser.value()?.parse()?,
                Long("lr") => options.lr = parser.value()?.parse()?,
                Long("decay") => options.decay = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("plot") => options.plot = Some(parser.value()?.into()),
                Long("history") => options.history = Some(parser.value()?.into()),
                Short('h') | Long("help") => options.help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    Failure::end(run())
}

fn run() -> Result<(), Failure> {
    let options = Options::read(std::env::args_os().skip(1))?;
    let mut out = stdout();
    if options.help {
        return Ok(write!(out, "{HELP}")?);
    }
    for (option, file) in [("--plot", &options.plot), ("--history", &options.history)] {
        file.as_deref().map_or(Ok(()), |file| can_be_written(option, file))?;
    }
    let data = csv(&options.data, CsvOptions::values([options.target.as_str()]))?;
    let (train, test) = data.split_random(TEST, options.seed)?;
    // Means and deviations are the training rows', also for the rows to test with: those must not be looked at.
    let (inputs, targets) = (Standardizer::inputs(&train)?, Standardizer::targets(&train)?);
    let scaled = |part| targets.apply_targets(&inputs.apply_inputs(part)?);
    let (train, test) = (scaled(&train)?, scaled(&test)?);

    let adam = AdamW::new(options.lr).decay(options.decay);
    let kind = Optimizer::<f32>::kind(&adam);
    writeln!(out, "{}\n", Progression::summary())?;
    let steps = train.len().div_ceil(options.batch.max(1)).saturating_mul(options.epochs);
    let flops = (steps as u64).saturating_mul(Progression::COST.step_flops(options.batch as u64, kind));
    let [rows, tests, flops] = [train.len() as u64, test.len() as u64, flops].map(grouped);
    writeln!(out, "{rows} rows to train on, {tests} to test with; {flops} FLOPs of training with {kind}\n")?;

    let mut net = Progression::init(options.seed);
    let history = Trainer::new(adam)
        .schedule(Schedule::cosine(steps / 20))
        .batch(options.batch)
        .epochs(options.epochs)
        .seed(options.seed)
        .fit(&mut net, &train, Some(&test))?;
    if let Some(file) = &options.plot {
        history.plot(file)?;
        writeln!(out, "loss drawn to {}", file.display())?;
    }
    if let Some(file) = &options.history {
        history.save_csv(file)?;
        writeln!(out, "epochs written to {}", file.display())?;
    }

    // A loss is in squared deviations of the target: its root is in deviations, and those are known.
    let deviation = targets.deviations()[0];
    let line = Line::fit(&train)?;
    let baseline = mean_square(&test, |_| 0.0);
    writeln!(
        out,
        "root mean squared error of `{}` in its own unit, and the share explained:",
        options.target
    )?;
    for (what, loss) in [
        ("the mean alone", baseline),
        ("least squares", mean_square(&test, |row| line.at(row))),
        ("the network", history.last().loss),
    ] {
        writeln!(
            out,
            "  {what:<16}{:>8.2}{:>8.1} %",
            deviation * loss.sqrt(),
            100.0 * (1.0 - loss / baseline)
        )?;
    }
    writeln!(out, "condition number of the least squares: {:.1}", line.condition)?;
    Ok(())
}

/// The straight line of least squares, y = w x + b.
struct Line {
    /// w, and b at the end.
    weights: Vec<f64>,
    /// Of the matrix that it was solved with.
    condition: f64,
}

impl Line {
    /// Solves (XᵀX) w = Xᵀy, with a column of ones in X for b.
    fn fit(data: &Dataset) -> quipu::Result<Self> {
        let width = data.width();
        let x = Matrix::from_fn(data.len(), width + 1, |row, column| match column {
            one if one == width => 1.0,
            column => f64::from(data.inputs()[row * width + column]),
        });
        let y = Matrix::new(data.len(), 1, values(data).map(f64::from).collect())?;
        let transposed = x.transposed();
        let normal = transposed.product(&x)?;
        let weights = normal.solve_matrix(&transposed.product(&y)?)?.into_data();
        Ok(Line { weights, condition: normal.condition_number()? })
    }

    fn at(&self, row: &[f32]) -> f64 {
        let with_one = row.iter().map(|&x| f64::from(x)).chain([1.0]);
        with_one.zip(&self.weights).map(|(x, w)| x * w).sum()
    }
}

/// Mean of the squared differences between the targets and a prediction.
fn mean_square(data: &Dataset, predict: impl Fn(&[f32]) -> f64) -> f64 {
    let rows = data.inputs().chunks_exact(data.width()).zip(values(data));
    rows.map(|(row, y)| (predict(row) - f64::from(y)).powi(2)).sum::<f64>() / data.len() as f64
}

/// The targets: one value a row, as the options for the file say.
fn values(data: &Dataset) -> impl Iterator<Item = f32> {
    match data.targets() {
        Targets::Values(values) => values.iter().copied(),
        _ => [].iter().copied(),
    }
}
