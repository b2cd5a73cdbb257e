//! What curvature says of a loss on real data: the network of `digits` before and after training, with and without
//! `layer_norm`.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::Model;
use quipu::analysis::{
    Condition, Density, GradientFlow, Lanczos, Landscape, NetworkLoss, Objective, Spectrum, Surface, Trace,
    critical_point, gradient_flow, lanczos, operator, plot_densities, plot_singular_values, spectral_density,
    trace, with_progress,
};
use quipu::linalg::{LayerValues, l2_norm, singular_values};
use quipu::network::init;
use quipu::prelude::*;
use quipu::report::grouped;
use quipu::train::evaluate;

mod common;
#[path = "curvature_small.rs"]
mod small;

use common::{Failure, can_be_written};

network! {
    /// The network of `digits`.
    pub Bare < fc(784, 256); relu; softmax_ce(10) >
}

network! {
    /// The same with each row of activations brought to mean 0 and variance 1.
    pub Normed < fc(784, 256); layer_norm; relu; softmax_ce(10) >
}

const HELP: &str = "\
Trains the network of `digits`, with and without layer_norm, and says before and after what curves its loss: the ends and
the density of the Hessian's spectrum, its trace, condition and what that promises gradient descent, the kind of point, the
singular values of the weights, the gradients' way back, and the loss around it; with pictures.

Usage: cargo run --release --example curvature -- [options]

  --out DIR      where to put the pictures (without it: none)
  --format F     what they are, svg or png [png]
  --rows N       images that the loss is taken over [500]
  --steps N      steps of Lanczos' method, products each [40]
  --probes N     random vectors for trace and density [6]
  --points N     points of the landscape along each direction [25]
  --epochs N     passes through the training data [10]
  --seed N       what all that is random is drawn from [1]
  --help         this text
";

/// Of the largest eigenvalue: what is smaller counts as 0.
const FLOOR: f64 = 1e-4;

/// What the command line asks for.
struct Options {
    out: Option<PathBuf>,
    format: String,
    rows: usize,
    steps: usize,
    probes: usize,
    points: usize,
    epochs: usize,
    seed: u64,
    help: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            out: None,
            format: "png".into(),
            rows: 500,
            steps: 40,
            probes: 6,
            points: 25,
            epochs: 10,
            seed: 1,
            help: false,
        };
        let mut parser = lexopt::Parser::from_args(args);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") => options.out = Some(parser.value()?.into()),
                Long("format") => {
                    options.format = parser.value()?.parse_with(|format| match format {
                        "svg" | "png" => Ok(format.to_owned()),
                        _ => Err("expected svg or png"),
                    })?
                }
                Long("rows") => options.rows = parser.value()?.parse()?,
                Long("steps") => options.steps = parser.value()?.parse()?,
                Long("probes") => options.probes = parser.value()?.parse()?,
                Long("points") => options.points = parser.value()?.parse()?,
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Short('h') | Long("help") => options.help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    /// The file of a picture, if there are to be any.
    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.out.as_ref()?.join(format!("{name}.{}", self.format)))
    }

    fn view(&self) -> Landscape {
        Landscape::new().points(self.points).seed(self.seed).progress(true)
    }

    fn trainer(&self, epochs: usize) -> Trainer<'static, Adam<f64>> {
        Trainer::new(Adam::new(5e-3)).schedule(Schedule::cosine(30)).batch(128).epochs(epochs).seed(self.seed)
    }
}

/// What was found of a network at one time.
struct Look {
    density: Density,
    values: Vec<LayerValues>,
    flow: GradientFlow,
    /// Where pictures are wanted.
    surface: Option<Surface>,
    condition: Option<Condition>,
    largest: f64,
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
    if let Some(file) = options.file("density") {
        can_be_written("--out", &file)?;
    }
    let (train, test) = quipu::data::digits()?;
    let rows = options.rows.clamp(2, train.len());
    let bare = study::<Bare64>(&mut out, &options, &train, &test, rows, "digits")?;
    let normed = study::<Normed64>(&mut out, &options, &train, &test, rows, "digits with layer_norm")?;
    compare(&mut out, [&bare, &normed])?;
    let names = ["digits", "digits with layer_norm"];
    pictures(&options, [("bare", names[0], &bare), ("layer_norm", names[1], &normed)])?;
    small::signs(&mut out, &options, &train)?;
    small::descents(&mut out)
}

type Bare64 = BareOf<f64>;
type Normed64 = NormedOf<f64>;

/// A network before and after training: its prices first, then what they buy.
fn study<M: Model<Scalar = f64>>(
    out: &mut impl Write,
    options: &Options,
    train: &Dataset,
    test: &Dataset,
    rows: usize,
    name: &str,
) -> Result<[Look; 2], Failure> {
    let (images, labels) = doubles(train, rows)?;
    let batch = Batch::new(&images, &labels);
    let mut net = init::<M>(options.seed);
    let loss = NetworkLoss::new(&net, batch)?;
    let product = loss.product_flops();
    let prices = [
        ("a gradient", loss.gradient_flops()),
        ("a Hessian product", product),
        ("the ends of the spectrum", Lanczos::price(M::PARAMS, options.steps, product)),
        ("its density", Spectrum::price(M::PARAMS, options.steps, options.probes, product)),
        ("its trace", Trace::price(M::PARAMS, options.probes.max(2), product)),
        ("the landscape", options.view().flops::<M>(rows)),
    ];
    writeln!(out, "{name}: {} parameters, the loss of {rows} images", grouped(M::PARAMS as u64))?;
    for (what, flops) in prices {
        writeln!(out, "  {what:<26}{:>22} FLOPs", grouped(flops))?;
    }
    let before = look(out, options, &*net, batch, "before training")?;
    options.trainer(options.epochs).fit(&mut net, train, None)?;
    let accuracy = evaluate(&net, test, 128)?.accuracy;
    let after =
        look(out, options, &*net, batch, &format!("after training ({:.2} % right)", 100.0 * accuracy))?;
    Ok([before, after])
}

/// The first rows of a data set as f64: its images, and its classes.
fn doubles(data: &Dataset, rows: usize) -> Result<(Vec<f64>, Vec<u32>), Failure> {
    let images = data.inputs()[..rows * data.width()].iter().map(|&x| f64::from(x)).collect();
    let Targets::Classes(labels) = data.targets() else {
        return Err(Failure::Place("digits have classes".into()));
    };
    Ok((images, labels[..rows].to_vec()))
}

/// Everything that curvature says of a network, printed.
fn look<M: Model<Scalar = f64>>(
    out: &mut impl Write,
    options: &Options,
    net: &M,
    batch: Batch<'_, f64>,
    when: &str,
) -> Result<Look, Failure> {
    let mut loss = NetworkLoss::new(net, batch)?;
    let at = loss.point();
    let mut gradient = vec![0.0; at.len()];
    let value = loss.loss_and_grad(&at, &mut gradient)?;
    let norm = l2_norm(&gradient)?;
    let (step, flops) = (loss.gradient_flops() + 2 * at.len() as u64, loss.product_flops());
    let mut hessian = operator(at.len(), flops, |v, out: &mut [f64]| loss.hessian_product(&at, v, out));
    let ends =
        lanczos(&mut with_progress(&mut hessian, "spectrum", options.steps), options.steps, options.seed)?;
    let probes = options.probes.max(2);
    let trace = trace(&mut with_progress(&mut hessian, "trace", probes), probes, options.seed)?;
    let total = options.steps * options.probes;
    let spectrum = spectral_density(
        &mut with_progress(&mut hessian, "density", total),
        options.steps,
        options.probes,
        options.seed,
    )?;
    let point = critical_point(norm, 1e-3, &ends, FLOOR)?;
    let (low, high) = (ends.smallest(), ends.largest());
    writeln!(out, "{when}: loss {value:.5}")?;
    writeln!(out, "  {point}")?;
    writeln!(out, "  largest eigenvalue  {:>11.4} ± {:.1e}", high.value, high.bound)?;
    writeln!(out, "  smallest eigenvalue {:>11.4} ± {:.1e}", low.value, low.bound)?;
    writeln!(out, "  trace               {:>11.4} ± {:.2}", trace.value, trace.standard_error)?;
    let below = 100.0 * spectrum.share_below(-FLOOR * high.value);
    writeln!(out, "  eigenvalues below 0 {below:>11.2} % (below −{FLOOR:e} of the largest)")?;
    let condition = ends.condition(FLOOR).ok();
    if let Some(condition) = condition {
        writeln!(out, "  {condition}, of what is above {FLOOR:e} of the largest")?;
        writeln!(
            out,
            "  gradient descent would take {} steps to a thousandth of the error on that quadratic, {} FLOPs",
            grouped(condition.steps(1e-3)?),
            grouped(condition.flops(1e-3, step)?),
        )?;
    }
    let values = singular_values::<quipu::optim::Itself, _>(net)?;
    for layer in &values {
        writeln!(
            out,
            "  {}: singular values {:.4} to {:.4}, κ = {:.1}",
            layer.layer,
            layer.values[0],
            layer.values[layer.values.len() - 1],
            layer.condition_number()
        )?;
    }
    let flow = gradient_flow::<quipu::optim::Itself, _>(net, &batch)?;
    for line in flow.to_string().lines() {
        writeln!(out, "  {line}")?;
    }
    writeln!(out)?;
    let surface = match options.out {
        Some(_) => Some(options.view().measure::<quipu::optim::Itself, _>(net, &batch)?),
        None => None,
    };
    Ok(Look { density: spectrum.density(600, None)?, values, flow, surface, condition, largest: high.value })
}

/// Whether a norm makes the condition better, as is often said.
fn compare(out: &mut impl Write, looks: [&[Look; 2]; 2]) -> Result<(), Failure> {
    writeln!(out, "{:<26}{:>16}{:>16}{:>16}{:>16}", "", "before", "after", "λ before", "λ after")?;
    for (name, [before, after]) in ["κ without layer_norm", "κ with layer_norm"].into_iter().zip(looks) {
        let kappa = |look: &Look| {
            look.condition.map_or("–".into(), |condition| format!("{:.1}", condition.kappa()))
        };
        writeln!(
            out,
            "{name:<26}{:>16}{:>16}{:>16.4}{:>16.4}",
            kappa(before),
            kappa(after),
            before.largest,
            after.largest
        )?;
    }
    writeln!(out, "κ is that of the Ritz values above {FLOOR:e} of the largest, λ the largest eigenvalue\n")?;
    Ok(())
}

/// All pictures: of the network before and after training together, then of each.
fn pictures(options: &Options, looks: [(&str, &str, &[Look; 2]); 2]) -> Result<(), Failure> {
    for (name, title, [before, after]) in looks {
        if let Some(path) = options.file(&format!("{name}-density")) {
            let densities = [("before training", &before.density), ("after training", &after.density)];
            plot_densities(path, &format!("Spectrum of the Hessian: {title}"), &densities)?;
        }
        if let Some(path) = options.file(&format!("{name}-singular-values")) {
            let named = |when: &str, look: &'_ Look| {
                let names = look.values.iter().map(|layer| format!("{} {when}", layer.layer));
                names.collect::<Vec<_>>()
            };
            let names = [named("before", before), named("after", after)].concat();
            let values = before.values.iter().chain(&after.values).map(|layer| &*layer.values);
            let curves: Vec<(&str, &[f64])> = names.iter().map(String::as_str).zip(values).collect();
            plot_singular_values(path, &format!("Singular values of the weights: {title}"), &curves)?;
        }
        for (when, look) in [("before", before), ("after", after)] {
            let file = |what: &str| options.file(&format!("{name}-{when}-{what}"));
            if let (Some(layers), Some(chain)) = (file("gradients"), file("chain")) {
                look.flow.plot_layers(layers, &format!("Gradients by layer, {when} training: {title}"))?;
                look.flow
                    .plot_chain(chain, &format!("Gradient on its way back, {when} training: {title}"))?;
            }
            if let (Some(contour), Some(side), Some(surface)) =
                (file("contour"), file("surface"), &look.surface)
            {
                let title = format!("Loss {when} training: {title}");
                surface.plot_contour(contour, &title)?;
                surface.plot_surface(side, &title)?;
            }
        }
    }
    Ok(())
}
