//! How few numbers a trained layer can be kept in: the network of `digits` cut down to one rank after another.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::Model;
use quipu::linalg::{Truncation, singular_values, truncate};
use quipu::network::zeros;
use quipu::prelude::*;
use quipu::report::grouped;
use quipu::train::evaluate;

mod common;

use common::{Failure, can_be_written};

network! {
    /// The network of `digits`.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

/// The rank is part of a network's type, as every size is: each rank of the table has a network of its own, made by this
/// list. Another rank is one more number in it; from 193 on a rank would save nothing, and does not compile.
macro_rules! ranks {
    ($($name:ident $rank:tt),* $(,)?) => {
        $(mod $name {
            quipu::network!(pub(crate) Net < fc(784, 256, rank = $rank); relu; softmax_ce(10) >);
        })*

        /// A row of the table for each rank.
        fn rows(study: &Study<'_>) -> Result<Vec<Row>, Failure> {
            Ok(vec![$(study.row::<$name::Net>()?),*])
        }
    };
}

ranks! { r1 1, r2 2, r4 4, r6 6, r8 8, r10 10, r12 12, r14 14, r16 16, r18 18, r20 20, r22 22, r24 24, r32 32, r64 64, r128 128 }

const HELP: &str = "\
Trains a network of 784-256-10 neurons on handwritten digits (or loads it), cuts its first layer down to one rank after
another, and says what is left: parameters, FLOPs of a prediction, the error of the weights and the accuracy on digits that
it has not seen, as cut and after fine-tuning.

Usage: cargo run --release --example low_rank -- [options]

  --load FILE    a network that `digits --save FILE` has written (without it: one is trained)
  --epochs N     passes through the training data before the cut [10]
  --tune N       passes through the training data at each rank [1]
  --keep X       the share of the accuracy that is to be kept [0.99]
  --seed N       what the first weights and the order of the images are drawn from [1]
  --csv FILE     where to write the table, too
  --help         this text
";

/// Images in a step.
const BATCH: usize = 128;
/// The highest learning rates, before the cut and after it.
const RATES: [f64; 2] = [5e-3, 2e-3];

/// What the command line asks for.
struct Options {
    load: Option<PathBuf>,
    epochs: usize,
    tune: usize,
    keep: f64,
    seed: u64,
    csv: Option<PathBuf>,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options =
            Options { load: None, epochs: 10, tune: 1, keep: 0.99, seed: 1, csv: None, help: false };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("load") => options.load = Some(parser.value()?.into()),
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("tune") => options.tune = parser.value()?.parse()?,
                Long("keep") => options.keep = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("csv") => options.csv = Some(parser.value()?.into()),
                Short('h') | Long("help") => options.help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    /// A training of some epochs, with a cosine from its highest learning rate.
    fn trainer(&self, epochs: usize, rate: f64) -> Trainer<'static, Adam<f32>> {
        let schedule = Schedule::cosine(if epochs > 1 { 30 } else { 0 });
        Trainer::new(Adam::new(rate)).schedule(schedule).batch(BATCH).epochs(epochs).seed(self.seed)
    }
}

/// One rank.
struct Row {
    cut: Truncation,
    params: usize,
    flops: u64,
    /// As cut.
    accuracy: f64,
    /// After fine-tuning at that rank.
    tuned: f64,
}

/// What every rank is measured with.
struct Study<'s> {
    net: &'s Mlp,
    train: &'s Dataset,
    test: &'s Dataset,
    options: &'s Options,
}

impl Study<'_> {
    /// The network cut down to the rank of `L`, and fine-tuned.
    fn row<L: Model<Scalar = f32>>(&self) -> Result<Row, Failure> {
        let mut low = zeros::<L>();
        let cut = truncate(self.net, &mut low)?.swap_remove(0);
        let accuracy = evaluate(&low, self.test, BATCH)?.accuracy;
        let tuned = if self.options.tune == 0 {
            accuracy
        } else {
            let mut trainer = self.options.trainer(self.options.tune, RATES[1]);
            trainer.fit(&mut low, self.train, Some(self.test))?.last().accuracy
        };
        Ok(Row { cut, params: L::PARAMS, flops: L::COST.infer_flops(1), accuracy, tuned })
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
    if let Some(file) = &options.csv {
        can_be_written("--csv", file)?;
    }
    let (train, test) = quipu::data::digits()?;
    writeln!(out, "{}\n", Mlp::summary())?;
    let net = match &options.load {
        Some(file) => Mlp::load(file)?,
        None => {
            let mut net = Mlp::init(options.seed);
            options.trainer(options.epochs, RATES[0]).progress(true).fit(&mut net, &train, None)?;
            net
        }
    };
    let whole = evaluate(&net, &test, BATCH)?.accuracy;
    for layer in singular_values(&net)? {
        writeln!(
            out,
            "{}: {} singular values from {:.3} to {:.3}, κ = {:.0}; {} above a tenth of the largest",
            layer.layer,
            layer.values.len(),
            layer.values[0],
            layer.values[layer.values.len() - 1],
            layer.condition_number(),
            layer.rank(0.1),
        )?;
    }

    let rows = rows(&Study { net: &net, train: &train, test: &test, options: &options })?;
    let tuned = format!("after {} epoch{}", options.tune, if options.tune == 1 { "" } else { "s" });
    writeln!(
        out,
        "\n{:>5}{:>12}{:>12}{:>22}{:>12}{:>16}",
        "rank", "parameters", "FLOPs", "error of the weights", "accuracy", tuned
    )?;
    for Row { cut, params, flops, accuracy, tuned } in &rows {
        writeln!(
            out,
            "{:>5}{:>12}{:>12}{:>13.4} ({:>4.1} %){:>10.2} %{:>14.2} %",
            cut.rank,
            grouped(*params as u64),
            grouped(*flops),
            cut.error(),
            100.0 * cut.relative_error(),
            100.0 * accuracy,
            100.0 * tuned,
        )?;
    }
    let (params, flops) = (grouped(Mlp::PARAMS as u64), grouped(Mlp::COST.infer_flops(1)));
    writeln!(out, "{:>5}{params:>12}{flops:>12}{:>22}{:>10.2} %", "whole", "0", 100.0 * whole)?;
    writeln!(
        out,
        "the error is the first singular value that is dropped: ‖W − A B‖₂, and its share of ‖W‖₂\n"
    )?;
    let enough = options.keep * whole;
    let says = |found: Option<&Row>| match found {
        Some(row) => format!(
            "rank {}, {:.1} % of the parameters and {:.1} % of the FLOPs",
            row.cut.rank,
            100.0 * row.params as f64 / Mlp::PARAMS as f64,
            100.0 * row.flops as f64 / Mlp::COST.infer_flops(1) as f64,
        ),
        None => "none of these ranks".into(),
    };
    writeln!(out, "{:.0} % of the accuracy, {:.2} %, are kept", 100.0 * options.keep, 100.0 * enough)?;
    writeln!(out, "  as cut, by {}", says(rows.iter().find(|row| row.accuracy >= enough)))?;
    writeln!(out, "  {tuned} of fine-tuning, by {}", says(rows.iter().find(|row| row.tuned >= enough)))?;
    match &options.csv {
        Some(file) => Ok(std::fs::write(file, table(&rows))?),
        None => Ok(()),
    }
}

/// The rows for programs.
fn table(rows: &[Row]) -> String {
    let mut table = String::from("rank,parameters,flops,error,accuracy,tuned\n");
    for Row { cut, params, flops, accuracy, tuned } in rows {
        table += &format!("{},{params},{flops},{},{accuracy},{tuned}\n", cut.rank, cut.error());
    }
    table
}
