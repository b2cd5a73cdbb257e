//! A small network learns from the answers of a large one, and keeps nearly all it knows at a fifth of the work.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::prob::distil;
use quipu::report::grouped;

mod common;

use common::{Failure, can_be_written};

network! {
    /// The network of `digits`.
    pub Teacher < fc(784, 256); relu; softmax_ce(10) >
}

network! {
    /// The same with fewer neurons.
    #[budget(params <= 40_000)]
    pub Student < fc(784, 48); relu; softmax_ce(10) >
}

// At most 20 % of the teacher's work, at any batch: the counts have no part that a batch pays once.
const _: () = assert!(5 * Student::COST.infer_flops(1) <= Teacher::COST.infer_flops(1));

const HELP: &str = "\
Trains a network of 784-256-10 neurons on handwritten digits, and then one of 784-48-10 on its answers: distributions over
the digits, softened by a temperature, instead of the digits alone.

Usage: cargo run --release --example distill -- [options]

  --temperature X  how soft the teacher's answers are [3]
  --hard X         share of the digit itself in a target, 0 to 1 [0.1]
  --epochs N       passes through the training data of each network [12]
  --batch N        images in a step [128]
  --lr X           the highest learning rate, from which a cosine falls to nothing [0.005]
  --seed N         what the first weights and the order of the images are drawn from [1]
  --save FILE      where to write the distilled student, as safetensors
  --help           this text
";

/// Share of the steps in which the learning rate climbs: 1 in 20.
const WARMUP: usize = 20;

/// What the command line asks for.
struct Options {
    temperature: f64,
    hard: f64,
    epochs: usize,
    batch: usize,
    lr: f64,
    seed: u64,
    save: Option<PathBuf>,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            temperature: 3.0,
            hard: 0.1,
            epochs: 12,
            batch: 128,
            lr: 5e-3,
            seed: 1,
            save: None,
            help: false,
        };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("temperature") => options.temperature = parser.value()?.parse()?,
                Long("hard") => options.hard = parser.value()?.parse()?,
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("batch") => options.batch = parser.value()?.parse()?,
                Long("lr") => options.lr = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("save") => options.save = Some(parser.value()?.into()),
                Short('h') | Long("help") => options.help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    /// The training that every network here gets.
    fn trainer(&self, rows: usize) -> Trainer<'static, Adam<f32>> {
        let batch = self.batch.min(rows);
        let steps = rows.div_ceil(batch.max(1)).saturating_mul(self.epochs);
        Trainer::new(Adam::new(self.lr))
            .schedule(Schedule::cosine(steps / WARMUP))
            .batch(batch)
            .epochs(self.epochs)
            .seed(self.seed)
            .progress(true)
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
    if let Some(file) = &options.save {
        can_be_written("--save", file)?;
    }
    let (train, test) = quipu::data::digits()?;
    writeln!(out, "{}\n\n{}\n", Teacher::summary(), Student::summary())?;

    let mut teacher = Teacher::init(options.seed);
    let taught = options.trainer(train.len()).fit(&mut teacher, &train, Some(&test))?;
    let soft = distil(&*teacher, &train, options.temperature, options.hard)?;
    let mut student = Student::init(options.seed);
    let distilled = options.trainer(train.len()).fit(&mut student, &soft, Some(&test))?;
    let mut alone = Student::init(options.seed);
    let untaught = options.trainer(train.len()).fit(&mut alone, &train, Some(&test))?;

    let [accuracy, small, unaided] = [taught, distilled, untaught].map(|history| history.last().accuracy);
    let (large_flops, small_flops) = (Teacher::COST.infer_flops(1), Student::COST.infer_flops(1));
    writeln!(out, "{:<24}{:>12}{:>24}", "", "accuracy", "FLOPs of a prediction")?;
    for (what, accuracy, flops) in [
        ("teacher", accuracy, large_flops),
        ("student, distilled", small, small_flops),
        ("student, without teacher", unaided, small_flops),
    ] {
        writeln!(out, "{what:<24}{:>10.2} %{:>24}", 100.0 * accuracy, grouped(flops))?;
    }
    writeln!(
        out,
        "the student keeps {:.1} % of the teacher's accuracy at {:.1} % of its FLOPs",
        100.0 * small / accuracy,
        100.0 * small_flops as f64 / large_flops as f64
    )?;
    if let Some(file) = &options.save {
        student.save(file)?;
        writeln!(out, "saved to {}", file.display())?;
    }
    Ok(())
}
