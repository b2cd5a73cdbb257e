//! Trains the network of the README on handwritten digits, or on any data set in MNIST's format.

use std::ffi::OsString;
use std::io::{ErrorKind, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::report::grouped;

network! {
    /// Grey images of 28 x 28 in, ten classes out.
    #[budget(params <= 203_530, train_bytes(batch = 128, optimizer = adam) <= 4 MiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

const HELP: &str = "\
Trains a network of 784-256-10 neurons on images of 28 x 28 and measures it on images that it has not seen.

Usage: cargo run --release --example digits -- [options]

  --data DIR     a directory with the four IDX files of MNIST, Fashion-MNIST, KMNIST, …, plain or gzip
                 (without it: the 10,000 digits that the crate carries)
  --epochs N     passes through the training data [10]
  --batch N      images in a step [128]
  --lr X         the highest learning rate, from which a cosine falls to nothing [0.005]
  --seed N       what the first weights and the order of the images are drawn from [1]
  --save FILE    where to write the trained network, as safetensors
  --help         this text
";

/// Share of the steps in which the learning rate climbs: 1 in 20.
const WARMUP: usize = 20;

/// What the command line asks for.
struct Options {
    data: Option<PathBuf>,
    epochs: usize,
    batch: usize,
    lr: f64,
    seed: u64,
    save: Option<PathBuf>,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options =
            Options { data: None, epochs: 10, batch: 128, lr: 5e-3, seed: 1, save: None, help: false };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("data") => options.data = Some(parser.value()?.into()),
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
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough: `digits | head`.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let options = Options::read(std::env::args_os().skip(1))?;
    let mut out = stdout();
    if options.help {
        return Ok(write!(out, "{HELP}")?);
    }
    if let Some(file) = &options.save {
        can_be_saved(file)?;
    }
    let (train, test) = match &options.data {
        Some(directory) => quipu::data::idx(directory)?,
        None => quipu::data::digits()?,
    };
    let batch = options.batch.min(train.len());
    let adam = Adam::new(options.lr);

    writeln!(out, "{}\n", Mlp::summary())?;
    let kind = Optimizer::<f32>::kind(&adam);
    writeln!(out, "{}\n", Mlp::memory(batch, kind))?;
    let [images, tests] = [train.len(), test.len()].map(|rows| grouped(rows as u64));
    writeln!(out, "{images} images to train on, {tests} to test with; optimizer: {kind}")?;

    let steps = train.len().div_ceil(batch.max(1)).saturating_mul(options.epochs);
    let mut net = Mlp::init(options.seed);
    let history = Trainer::new(adam)
        .schedule(Schedule::cosine(steps / WARMUP))
        .batch(batch)
        .epochs(options.epochs)
        .seed(options.seed)
        .progress(true)
        .fit(&mut net, &train, Some(&test))?;
    writeln!(out, "test accuracy {:.2} %", 100.0 * history.last().accuracy)?;

    if let Some(file) = &options.save {
        net.save(file)?;
        writeln!(out, "saved to {}", file.display())?;
    }
    Ok(())
}

/// Asks before the work whether its result will have a place.
fn can_be_saved(file: &Path) -> Result<(), Failure> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    match directory {
        Some(directory) if !directory.is_dir() => Err(Failure::Save(format!(
            "--save {}: there is no directory {}",
            file.display(),
            directory.display()
        ))),
        _ if file.is_dir() => {
            Err(Failure::Save(format!("--save {}: that is a directory; name a file in it", file.display())))
        }
        _ => Ok(()),
    }
}

/// Why the program ends early.
enum Failure {
    /// The command line cannot be understood.
    Arguments(lexopt::Error),
    /// The network would have no place to be saved.
    Save(String),
    /// Data, settings or training.
    Quipu(quipu::Error),
    /// Standard output cannot be written to.
    Output(std::io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Arguments(error) => write!(f, "{error}; `--help` lists the options"),
            Failure::Save(problem) => f.write_str(problem),
            Failure::Quipu(error) => write!(f, "{error}"),
            Failure::Output(error) => write!(f, "cannot write to standard output: {error}"),
        }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Failure::Arguments(error)
    }
}

impl From<quipu::Error> for Failure {
    fn from(error: quipu::Error) -> Self {
        Failure::Quipu(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Output(error)
    }
}
