//! What curvature says of a loss on real data: the network of `digits` before and after training, with and without
//! `layer_norm`.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use quipu::Model;
use quipu::analysis::{
    Condition, Density, GradientFlow, Lanczos, Landscape, Lbfgs, NetworkLoss, Objective, Spectrum, Trace,
    conjugate_gradient, critical_point, gradient_descent, gradient_flow, hessian_of, lanczos, objective,
    operator, plot_densities, plot_singular_values, spectral_density, trace, with_progress,
};
use quipu::linalg::{LayerValues, Matrix, l2_norm, singular_values};
use quipu::network::init;
use quipu::prelude::*;
use quipu::report::grouped;
use quipu::train::evaluate;

mod common;

use common::{Failure, can_be_written};

network! {
    /// The network of `digits`.
    Bare < fc(784, 256); relu; softmax_ce(10) >
}

network! {
    /// The same with each row of activations brought to mean 0 and variance 1.
    Normed < fc(784, 256); layer_norm; relu; softmax_ce(10) >
}

network! {
    /// Small enough for all of its eigenvalues, on digits of 7 x 7.
    #[budget(params <= 300)]
    Small < fc(49, 4); tanh; softmax_ce(10) >
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

/// A product of the Hessian at `at` with `v`: the one place that says how.
fn hvp<M: Model<Scalar = f64>>(
    loss: &mut NetworkLoss<'_, M>,
    at: &[f64],
    v: &[f64],
    out: &mut [f64],
) -> quipu::Result<()> {
    loss.hessian_product(at, v, out)
}

/// FLOPs of one [`hvp`].
fn hvp_flops<M: Model<Scalar = f64>>(loss: &NetworkLoss<'_, M>) -> u64 {
    loss.product_flops()
}

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

    fn trainer(&self, epochs: usize) -> Trainer<'static, Adam<f64>> {
        Trainer::new(Adam::new(5e-3)).schedule(Schedule::cosine(30)).batch(128).epochs(epochs).seed(self.seed)
    }
}

/// What was found of a network at one time.
struct Look {
    density: Density,
    values: Vec<LayerValues>,
    flow: GradientFlow,
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
    pictures(&options, [("bare", &bare), ("layer_norm", &normed)])?;
    signs(&mut out, &options, &train)?;
    descents(&mut out)
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
    let product = hvp_flops(&loss);
    let view = Landscape::new().points(options.points).seed(options.seed).progress(true);
    let prices = [
        ("a gradient", loss.gradient_flops()),
        ("a Hessian product", product),
        ("the ends of the spectrum", Lanczos::price(M::PARAMS, options.steps, product)),
        ("its density", Spectrum::price(M::PARAMS, options.steps, options.probes, product)),
        ("its trace", Trace::price(M::PARAMS, options.probes.max(2), product)),
        ("the landscape", view.flops::<M>(rows)),
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
    if let Some(path) = options.file(&format!("{}-landscape-contour", short(name))) {
        let surface = view.measure(&net, &batch)?;
        surface.plot_contour(&path, &format!("Loss around {name}, trained"))?;
        let path = path.with_file_name(format!("{}-landscape-surface.{}", short(name), options.format));
        surface.plot_surface(&path, &format!("Loss around {name}, trained"))?;
    }
    Ok([before, after])
}

fn short(name: &str) -> &str {
    if name.ends_with("layer_norm") { "layer_norm" } else { "bare" }
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
    let (step, flops) = (loss.gradient_flops() + 2 * at.len() as u64, hvp_flops(&loss));
    let mut hessian = operator(at.len(), flops, |v, out: &mut [f64]| hvp(&mut loss, &at, v, out));
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
    Ok(Look { density: spectrum.density(600, None)?, values, flow, condition, largest: high.value })
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

/// All pictures but the landscapes.
fn pictures(options: &Options, looks: [(&str, &[Look; 2]); 2]) -> Result<(), Failure> {
    for (name, [before, after]) in looks {
        let title = if name == "bare" { "digits" } else { "digits with layer_norm" };
        if let Some(path) = options.file(&format!("{name}-density")) {
            let densities = [("before training", &before.density), ("after training", &after.density)];
            plot_densities(path, &format!("Spectrum of the Hessian: {title}"), &densities)?;
        }
        if let Some(path) = options.file(&format!("{name}-singular-values")) {
            let both = [("before", before), ("after", after)];
            let curves: Vec<(String, &[f64])> = both
                .iter()
                .flat_map(|(when, look)| {
                    look.values.iter().map(move |layer| (format!("{} {when}", layer.layer), &*layer.values))
                })
                .collect();
            let curves: Vec<(&str, &[f64])> =
                curves.iter().map(|(name, values)| (&**name, *values)).collect();
            plot_singular_values(path, &format!("Singular values of the weights: {title}"), &curves)?;
        }
        if let Some(path) = options.file(&format!("{name}-gradients")) {
            after.flow.plot_layers(&path, &format!("Gradients by layer: {title}, trained"))?;
            let chain = path.with_file_name(format!("{name}-chain.{}", options.format));
            after.flow.plot_chain(chain, &format!("Gradient on its way back: {title}, trained"))?;
        }
    }
    Ok(())
}

/// All eigenvalues of a small network along its training: how many are negative?
fn signs(out: &mut impl Write, options: &Options, train: &Dataset) -> Result<(), Failure> {
    let (images, labels) = doubles(train, options.rows.clamp(2, train.len()))?;
    // 4 x 4 grey levels become one.
    let small: Vec<f64> = images
        .chunks(784)
        .flat_map(|image| {
            (0..49).map(move |k| {
                let (row, column) = (k / 7 * 4, k % 7 * 4);
                (0..16).map(|p| image[28 * (row + p / 4) + column + p % 4]).sum::<f64>() / 16.0
            })
        })
        .collect();
    let batch = Batch::new(&small, &labels);
    let mut net = SmallOf::<f64>::init(options.seed);
    let (mut ws, mut grad) = (SmallOf::workspace(labels.len()), SmallOf::zeros());
    let mut adam = Adam::new(0.02);
    let count = SmallOf::<f64>::PARAMS;
    writeln!(out, "all {count} eigenvalues of a network of 49-4-10 neurons along its training")?;
    writeln!(
        out,
        "{:>6}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "step", "loss", "gradient", "smallest", "largest", "negative"
    )?;
    let mut share = 0.0;
    for step in 0..=2_000 {
        let value = net.loss_and_grad(&batch, &mut ws, &mut grad)?;
        if [0, 10, 30, 100, 300, 1_000, 2_000].contains(&step) {
            let values = dense(&net, batch)?;
            let (low, high) = (values[0], values[values.len() - 1]);
            let negative = values.iter().filter(|&&value| value < -1e-6 * high).count();
            share = negative as f64 / count as f64;
            writeln!(
                out,
                "{step:>6}{value:>12.5}{:>12.2e}{low:>12.4}{high:>12.4}{:>10.1} %",
                l2_norm(grad.params())?,
                100.0 * share
            )?;
        }
        adam.step(&mut net, &grad);
    }
    let power = -(count as f64) * 2.0_f64.log10();
    writeln!(
        out,
        "were each sign a coin's, no minimum would ever be seen: 2^−P is 1e{power:.0}. They are not: {:.1} % of them are \
         negative in the end, and few of these are large\n",
        100.0 * share
    )?;
    Ok(())
}

/// All eigenvalues of a small network's Hessian, from the smallest up.
fn dense(net: &SmallOf<f64>, batch: Batch<'_, f64>) -> Result<Vec<f64>, Failure> {
    let mut loss = NetworkLoss::new::<quipu::optim::Itself>(net, batch)?;
    let at = loss.point();
    let len = at.len();
    let mut columns = Vec::with_capacity(len * len);
    let (mut unit, mut column) = (vec![0.0; len], vec![0.0; len]);
    for i in 0..len {
        unit[i] = 1.0;
        hvp(&mut loss, &at, &unit, &mut column)?;
        unit[i] = 0.0;
        columns.extend_from_slice(&column);
    }
    let mean = Matrix::from_fn(len, len, |i, j| 0.5 * (columns[i * len + j] + columns[j * len + i]));
    Ok(mean.eigen_symmetric()?.values)
}

/// What κ predicts, and what it comes to on a quadratic of 100 parameters.
fn descents(out: &mut impl Write) -> Result<(), Failure> {
    const N: usize = 100;
    writeln!(
        out,
        "steps to a thousandth of the error on a quadratic of {N} parameters, from the worst start"
    )?;
    writeln!(
        out,
        "{:>8}{:>12}{:>12}{:>16}{:>22}{:>10}",
        "κ", "predicted", "needed", "FLOPs", "conjugate gradients", "L-BFGS"
    )?;
    for kappa in [1.0, 10.0, 100.0, 1_000.0, 10_000.0] {
        let curvature = |i: usize| 1.0 + (kappa - 1.0) * i as f64 / (N - 1) as f64;
        let quadratic = || {
            objective(N, 4 * N as u64, move |x: &[f64], gradient: &mut [f64]| {
                let pairs = gradient.iter_mut().zip(x).enumerate();
                Ok(pairs
                    .map(|(i, (g, x))| {
                        *g = curvature(i) * x;
                        0.5 * *g * x
                    })
                    .sum())
            })
        };
        let condition = Condition::new(1.0, kappa)?;
        // Both ends alike in the gradient: each shrinks by the rate in every step, and nothing faster.
        let start: Vec<f64> =
            (0..N).map(|i| if i % (N - 1) == 0 { 1.0 / curvature(i) } else { 0.0 }).collect();
        let gradient = 2.0_f64.sqrt();
        let mut x = start.clone();
        let rate = condition.learning_rate();
        let descent = gradient_descent(&mut quadratic(), &mut x, rate, 1e-3 * gradient, 1_000_000)?;
        // The same for the others, from a start with a part along every direction.
        let even = vec![1.0; N];
        let far = l2_norm(&(0..N).map(curvature).collect::<Vec<_>>())?;
        let mut x = even.clone();
        let quick = Lbfgs::new().tolerance(1e-3 * far).minimise(&mut quadratic(), &mut x)?;
        let origin = vec![0.0; N];
        let mut loss = quadratic();
        let mut hessian = hessian_of(&mut loss, &origin)?;
        let right: Vec<f64> = (0..N).map(curvature).collect();
        let solved = conjugate_gradient(&mut hessian, &right, 1e-3, 10 * N)?;
        writeln!(
            out,
            "{kappa:>8}{:>12}{:>12}{:>16}{:>22}{:>10}",
            condition.steps(1e-3)?,
            descent.count(),
            grouped(descent.last().flops),
            solved.applications,
            quick.count()
        )?;
    }
    Ok(())
}
