//! What curvature says where everything can be known: all eigenvalues of a small network, and quadratics of a given κ.

use std::io::Write;

use quipu::analysis::{
    Condition, Lbfgs, NetworkLoss, Objective, conjugate_gradient, critical_point, gradient_descent,
    hessian_of, lanczos, objective, operator,
};
use quipu::linalg::{Matrix, l2_norm};
use quipu::prelude::*;
use quipu::report::grouped;

use super::common::Failure;
use super::{Options, doubles};

network! {
    /// Small enough for all of its eigenvalues, on digits of 7 x 7.
    #[budget(params <= 300)]
    pub Small < fc(49, 4); tanh; softmax_ce(10) >
}

/// What the squares of the parameters are multiplied with, twice.
const PENALTY: f64 = 1e-3;

/// All eigenvalues of a small network along its training: how many are negative?
pub(crate) fn signs(out: &mut impl Write, options: &Options, train: &Dataset) -> Result<(), Failure> {
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
    // On to where the gradient is 0: with a penalty, since classes that can be told apart have no end otherwise.
    let mut loss = NetworkLoss::new(&net, batch)?;
    let mut at = loss.point();
    let mut penalised = objective(count, loss.gradient_flops(), |at: &[f64], gradient: &mut [f64]| {
        let value = loss.loss_and_grad(at, gradient)?;
        gradient.iter_mut().zip(at).for_each(|(g, x)| *g += PENALTY * x);
        Ok(value + 0.5 * PENALTY * at.iter().map(|x| x * x).sum::<f64>())
    });
    let descent = Lbfgs::new().tolerance(1e-7).limit(2_000).minimise(&mut penalised, &mut at)?;
    let mut hessian = operator(count, loss.product_flops(), |v: &[f64], out: &mut [f64]| {
        loss.hessian_product(&at, v, out)?;
        out.iter_mut().zip(v).for_each(|(out, v)| *out += PENALTY * v);
        Ok(())
    });
    let ends = lanczos(&mut hessian, count, options.seed)?;
    let point = critical_point(descent.last().gradient_norm, 1e-7, &ends, 1e-6)?;
    writeln!(out, "from there, with {PENALTY}/2 ‖θ‖² added, L-BFGS: {descent}\n{point}")?;
    let power = (count as f64) * 2.0_f64.log10();
    writeln!(
        out,
        "were each sign a coin's, all {count} would be positive once in 2^P = 1e{power:.0} times; but the share of negative \
         ones falls with the loss, to {:.1} %\n",
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
        loss.hessian_product(&at, &unit, &mut column)?;
        unit[i] = 0.0;
        columns.extend_from_slice(&column);
    }
    let mean = Matrix::from_fn(len, len, |i, j| 0.5 * (columns[i * len + j] + columns[j * len + i]));
    Ok(mean.eigen_symmetric()?.values)
}

/// What κ predicts, and what it comes to on a quadratic of 100 parameters.
pub(crate) fn descents(out: &mut impl Write) -> Result<(), Failure> {
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
