//! Squeezes digits through sixteen numbers and back, and shows what comes out beside what went in.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::prelude::*;
use quipu::report::grouped;

mod common;

use common::{Failure, can_be_written};

network! {
    /// Through a narrow code and back: a grey level is taken for the probability of ink.
    pub Autoencoder <
        let code = 16;
        encoder: { fc(784, 128); relu; fc(code) }
        decoder: { fc(128); relu; fc(784) }
        bce(784)
    >
}

const HELP: &str = "\
Trains an autoencoder of 784-128-16-128-784 neurons on handwritten digits, and writes a picture of digits that it has not
seen: originals, and below each what the network makes of its code of 16 numbers.

Usage: cargo run --release --example autoencoder -- [options]

  --epochs N     passes through the training data [20]
  --batch N      images in a step [64]
  --lr X         the highest learning rate, from which a cosine falls to nothing [0.004]
  --seed N       what the first weights and the order of the images are drawn from [1]
  --out FILE     where to write the picture, as PNG [autoencoder.png]
  --help         this text
";

/// Share of the steps in which the learning rate climbs: 1 in 20.
const WARMUP: usize = 20;

/// What the command line asks for.
struct Options {
    epochs: usize,
    batch: usize,
    lr: f64,
    seed: u64,
    out: PathBuf,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options =
            Options { epochs: 20, batch: 64, lr: 4e-3, seed: 1, out: "autoencoder.png".into(), help: false };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("batch") => options.batch = parser.value()?.parse()?,
                Long("lr") => options.lr = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("out") => options.out = parser.value()?.into(),
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
    can_be_written("--out", &options.out)?;
    let (digits, tests) = quipu::data::digits()?;
    // The targets are the inputs themselves.
    let itself =
        |data: &Dataset| Dataset::values(data.inputs().to_vec(), data.width(), data.inputs().to_vec());
    let (train, test) = (itself(&digits)?, itself(&tests)?);
    let batch = options.batch.min(train.len());

    writeln!(out, "{}\n", Autoencoder::summary())?;
    let adam = Adam::new(options.lr);
    let kind = Optimizer::<f32>::kind(&adam);
    writeln!(out, "{}\n", Autoencoder::memory(batch, kind))?;
    let [images, tests_count] = [train.len(), test.len()].map(|rows| grouped(rows as u64));
    writeln!(out, "{images} images to train on, {tests_count} to test with; optimizer: {kind}")?;

    let steps = train.len().div_ceil(batch.max(1)).saturating_mul(options.epochs);
    let mut net = Autoencoder::init(options.seed);
    Trainer::new(adam)
        .schedule(Schedule::cosine(steps / WARMUP))
        .batch(batch)
        .epochs(options.epochs)
        .seed(options.seed)
        .progress(true)
        .fit(&mut net, &train, Some(&test))?;

    // The first digits of each class, none of them trained on.
    let Targets::Classes(labels) = tests.targets() else { unreachable!("digits are classes") };
    let nth = |nth: usize, class: u32| {
        labels.iter().enumerate().filter(|&(_, &label)| label == class).map(|(row, _)| row).nth(nth)
    };
    let chosen: Vec<usize> =
        (0..SHEET_ROWS).flat_map(|row| (0..10).filter_map(move |class| nth(row, class))).collect();
    let shown = tests.subset(chosen)?;
    let mut ws = Autoencoder::infer_workspace(shown.len());
    let made = net.predict(shown.inputs(), &mut ws)?;
    let squares = made.iter().zip(shown.inputs()).map(|(made, image)| (made - image).powi(2)).sum::<f32>();
    let error = (squares / made.len() as f32).sqrt();
    writeln!(
        out,
        "784 grey levels through {} numbers; root mean squared error {error:.3}",
        Autoencoder::CODE
    )?;

    let sheet = Sheet::of(shown.inputs(), made);
    sheet
        .write(&options.out)
        .map_err(|error| Failure::Place(format!("{}: {error}", options.out.display())))?;
    writeln!(out, "originals, and below each its reconstruction: {}", options.out.display())?;
    Ok(())
}

/// Rows of ten digits, each with its row of reconstructions.
const SHEET_ROWS: usize = 4;
/// Pixels of an image's side.
const SIDE: usize = 28;
/// Times that a pixel is repeated.
const ZOOM: usize = 2;
/// Empty pixels around an image, and between a row and the next digits.
const GAP: usize = 6;

/// A picture in grey levels.
struct Sheet {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Sheet {
    /// Ten images in a row, below them what was made of them, and so on.
    fn of(originals: &[f32], made: &[f32]) -> Self {
        let cell = SIDE * ZOOM + GAP;
        let rows = originals.len().div_ceil(10 * SIDE * SIDE);
        let (width, height) = (10 * cell + GAP, rows * (2 * cell + GAP));
        let mut sheet = Sheet { width, height, pixels: vec![PAPER; width * height] };
        let images = originals.chunks_exact(SIDE * SIDE).zip(made.chunks_exact(SIDE * SIDE));
        for (index, (original, made)) in images.enumerate() {
            let (x, y) = (GAP + index % 10 * cell, GAP + index / 10 * (2 * cell + GAP));
            sheet.put(original, x, y);
            sheet.put(made, x, y + cell);
        }
        sheet
    }

    /// An image with its upper left corner at (x, y).
    fn put(&mut self, image: &[f32], x: usize, y: usize) {
        for row in 0..SIDE * ZOOM {
            for column in 0..SIDE * ZOOM {
                let level = image[row / ZOOM * SIDE + column / ZOOM].clamp(0.0, 1.0);
                // Ink is dark on paper.
                self.pixels[(y + row) * self.width + x + column] = 255 - (255.0 * level).round() as u8;
            }
        }
    }

    fn write(&self, path: &Path) -> Result<(), png::EncodingError> {
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()
    }
}

/// The grey of what is around the images.
const PAPER: u8 = 222;
