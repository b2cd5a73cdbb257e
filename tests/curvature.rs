//! Curvature of real networks: operators known by products alone against dense Hessians, and methods that go by them.

use quipu::analysis::{
    Lbfgs, NaturalGradient, NetworkLoss, NewtonCg, Objective, PointKind, critical_point, hessian_of, lanczos,
    objective, power_iteration, spectral_density, trace,
};
use quipu::linalg::{Matrix, l2_norm};
use quipu::prelude::*;

network! { Small < fc(5, 12); tanh; fc(10); gelu; softmax_ce(4) > }
network! { Line < fc(3, 1); mse(1) > }
network! { Logistic < fc(2, 3); softmax_ce(3) > }
network! { Normed < fc(4, 6); batch_norm; tanh; mse(2) > }

/// Rows that show no pattern, and classes of them.
fn rows(count: usize, width: usize, classes: u32) -> (Vec<f64>, Vec<u32>) {
    let inputs: Vec<f64> = (0..count * width).map(|i| ((i * i) as f64 * 0.37 + 4.0).sin() * 1.7).collect();
    let labels =
        inputs.chunks(width).map(|row| (row.iter().sum::<f64>().abs() * 3.0) as u32 % classes).collect();
    (inputs, labels)
}

/// The Hessian, column by column by differences of gradients, and made symmetric.
fn dense(loss: &mut impl Objective, at: &[f64]) -> Matrix {
    let len = at.len();
    let (mut columns, mut unit) = (vec![0.0; len * len], vec![0.0; len]);
    for (i, column) in columns.chunks_mut(len).enumerate() {
        unit[i] = 1.0;
        loss.hessian_product(at, &unit, column).unwrap();
        unit[i] = 0.0;
    }
    Matrix::from_fn(len, len, |i, j| 0.5 * (columns[i * len + j] + columns[j * len + i]))
}

#[test]
fn lanczos_trace_and_density_of_a_networks_hessian() {
    const { assert!(Small::PARAMS <= 300) };
    let (inputs, labels) = rows(24, 5, 4);
    let mut net = SmallOf::<f64>::init(2);
    let batch = Batch::new(&inputs, &labels);
    // Some way down, where curvatures of both signs are left.
    Lbfgs::new().limit(8).fit(&mut net, batch).unwrap();
    let mut loss = NetworkLoss::new(&net, batch).unwrap();
    let at = loss.point();
    let exact = dense(&mut loss, &at).eigen_symmetric().unwrap().values;
    let (low, high) = (exact[0], exact[exact.len() - 1]);
    assert!(low < -1e-3 && high > 0.1, "{low} to {high}");

    let mut hessian = hessian_of(&mut loss, &at).unwrap();
    let found = lanczos(&mut hessian, 60, 1).unwrap();
    assert!((found.largest().value - high).abs() < 1e-7 * high, "{:?} for {high}", found.largest());
    assert!((found.smallest().value - low).abs() < 1e-7 * high, "{:?} for {low}", found.smallest());
    // No more negative directions than there are, and a good part of them.
    let negative = exact.iter().filter(|&&value| value < -1e-6 * high).count();
    assert!((1..=negative).contains(&found.negative(1e-6)), "{} of {negative}", found.negative(1e-6));
    let power = power_iteration(&mut hessian, 1e-4, 5_000, 1).unwrap();
    assert!(power.converged && (power.value - high).abs() < 1e-6 * high, "{} for {high}", power.value);

    let sum: f64 = exact.iter().sum();
    let found = trace(&mut hessian, 200, 1).unwrap();
    assert!((found.value - sum).abs() < 3.0 * found.standard_error, "{found:?} for {sum}");
    assert!(found.standard_error < 0.1 * sum.abs());

    let spectrum = spectral_density(&mut hessian, 60, 20, 1).unwrap();
    let width = 0.02 * (high - low);
    let density = spectrum.density(400, Some(width)).unwrap();
    let step = density.grid[1] - density.grid[0];
    let bell = |x: f64| (-0.5 * (x / width).powi(2)).exp() / (width * std::f64::consts::TAU.sqrt());
    let count = exact.len() as f64;
    let distance: f64 = density
        .grid
        .iter()
        .zip(&density.density)
        .map(|(&x, y)| (exact.iter().map(|value| bell(x - value) / count).sum::<f64>() - y).abs() * step)
        .sum();
    assert!(distance < 0.06, "{distance} of 2");
    let share = exact.iter().filter(|&&value| value < -width).count() as f64 / count;
    assert!(
        (spectrum.share_below(-width) - share).abs() < 0.03,
        "{} for {share}",
        spectrum.share_below(-width)
    );
}

#[test]
fn products_by_differences_agree_with_the_dense_hessian_and_cost_two_gradients() {
    let (inputs, labels) = rows(6, 2, 3);
    let net = LogisticOf::<f64>::init(5);
    let mut loss = NetworkLoss::new(&net, Batch::new(&inputs, &labels)).unwrap();
    let at = loss.point();
    // One layer with softmax: H = mean of (x, 1)(x, 1)ᵀ ⊗ (diag(p) − p pᵀ), in the order (in, out).
    let mut ws = LogisticOf::infer_workspace(6);
    let p = net.predict(&inputs, &mut ws).unwrap().to_vec();
    let exact = Matrix::from_fn(9, 9, |a, b| {
        let ((i, j), (k, l)) = ((a / 3, a % 3), (b / 3, b % 3));
        let sample = |row: usize| {
            let x = |i: usize| if i == 2 { 1.0 } else { inputs[2 * row + i] };
            let (pj, pl) = (p[3 * row + j], p[3 * row + l]);
            x(i) * x(k) * (if j == l { pj } else { 0.0 } - pj * pl)
        };
        (0..6).map(sample).sum::<f64>() / 6.0
    });
    let found = dense(&mut loss, &at);
    let off = found.data().iter().zip(exact.data()).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    assert!(off < 1e-9, "{off:e}");
    let flops = Logistic::COST.forward_flops(6) + Logistic::COST.backward_flops(6);
    assert_eq!(loss.gradient_flops(), flops);
    assert_eq!(loss.product_flops(), 2 * flops + 90);
    // In f32 about three digits are left.
    let mut single = Logistic::init(5);
    single.params_mut().iter_mut().zip(&at).for_each(|(x, y)| *x = *y as f32);
    let inputs: Vec<f32> = inputs.iter().map(|&x| x as f32).collect();
    let mut loss = NetworkLoss::new(&single, Batch::new(&inputs, &labels)).unwrap();
    let found = dense(&mut loss, &at);
    let off = found.data().iter().zip(exact.data()).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    assert!(off < 2e-3, "{off:e}");

    // Softmax over classes has one direction a weight that changes nothing: the Hessian is convex and singular.
    let mut hessian = hessian_of(&mut loss, &at).unwrap();
    let spectrum = lanczos(&mut hessian, 9, 1).unwrap();
    assert_eq!(critical_point(0.0, 1e-3, &spectrum, 1e-2).unwrap().kind, PointKind::Flat);
    assert_eq!(critical_point(1.0, 1e-3, &spectrum, 1e-2).unwrap().kind, PointKind::Slope);
}

#[test]
fn a_linear_network_comes_to_the_solution_of_its_normal_equations() {
    let (inputs, _) = rows(20, 3, 2);
    let targets: Vec<f64> = inputs.chunks(3).map(|x| 2.0 * x[0] - x[1] + 0.5 * (7.0 * x[2]).sin()).collect();
    let extended = |row: usize, i: usize| if i == 3 { 1.0 } else { inputs[3 * row + i] };
    let gram = Matrix::from_fn(4, 4, |i, j| (0..20).map(|row| extended(row, i) * extended(row, j)).sum());
    let right: Vec<f64> = (0..4).map(|i| (0..20).map(|row| extended(row, i) * targets[row]).sum()).collect();
    let exact = gram.solve(&right).unwrap();
    let batch = Batch::new(&inputs, &targets);

    let mut net = LineOf::<f64>::init(1);
    let descent = Lbfgs::new().tolerance(1e-10).fit(&mut net, batch).unwrap();
    assert!(net.params().iter().zip(&exact).all(|(x, y)| (x - y).abs() < 1e-8), "{descent}");
    // Four dimensions: some steps more than four.
    assert!(descent.count() < 16, "{descent}");

    // Newton's method needs one step on a quadratic, when its products are exact enough.
    let mut loss = NetworkLoss::new(&LineOf::<f64>::init(1), batch).unwrap();
    let mut x = loss.point();
    let descent = NewtonCg::new().tolerance(1e-7).minimise(&mut loss, &mut x).unwrap();
    assert!(x.iter().zip(&exact).all(|(x, y)| (x - y).abs() < 1e-5) && descent.count() <= 8, "{descent}");
    // Its condition is the gram matrix's.
    let spectrum = lanczos(&mut hessian_of(&mut loss, &x).unwrap(), 4, 1).unwrap();
    let kappa = gram.condition_number().unwrap();
    assert!((spectrum.condition(0.0).unwrap().kappa() / kappa - 1.0).abs() < 1e-6);
    let mut gradient = vec![0.0; 4];
    loss.loss_and_grad(&x, &mut gradient).unwrap();
    let point = critical_point(l2_norm(&gradient).unwrap(), 1e-6, &spectrum, 1e-9).unwrap();
    assert_eq!((point.kind, point.positive), (PointKind::Minimum, 4));
}

#[test]
fn lbfgs_on_a_small_network_needs_fewer_gradients_than_adam() {
    let (inputs, labels) = rows(24, 5, 4);
    let batch = Batch::new(&inputs, &labels);
    let mut net = SmallOf::<f64>::init(2);
    let descent = Lbfgs::new().limit(60).fit(&mut net, batch).unwrap();
    let mut ws = SmallOf::workspace(24);
    let reached = net.loss(&batch, &mut ws).unwrap();
    assert!(reached < 1e-3 && (reached - descent.last().loss).abs() < 1e-12, "{descent}");
    let (mut other, mut grad) = (SmallOf::<f64>::init(2), SmallOf::<f64>::zeros());
    let mut adam = Adam::new(0.02);
    for _ in 0..descent.gradients() {
        other.loss_and_grad(&batch, &mut ws, &mut grad).unwrap();
        adam.step(&mut other, &grad);
    }
    let slow = other.loss(&batch, &mut ws).unwrap();
    assert!(slow > 10.0 * reached, "Adam {slow}, L-BFGS {reached}");
    // A network over f32 is trained, too, as far as its numbers go; a batch norm takes the batch's own mean.
    let inputs: Vec<f32> = (0..40).map(|i| (i as f32 * 0.7).sin()).collect();
    let targets: Vec<f32> = (0..20).map(|i| (i as f32 * 0.3).cos()).collect();
    let mut net = Normed::init(1);
    let descent = Lbfgs::new().limit(40).fit(&mut net, Batch::new(&inputs, &targets)).unwrap();
    assert!(descent.last().loss < 0.2 * descent.steps[0].loss, "{descent}");
}

#[test]
fn the_natural_gradient_of_a_softmax_layer_is_newtons() {
    // F is the Hessian here, whatever the labels are.
    let (inputs, mut labels) = rows(12, 2, 3);
    labels[0] = 0;
    labels[1] = 1;
    labels[2] = 2;
    let net = LogisticOf::<f64>::init(5);
    let batch = Batch::new(&inputs, &labels);
    let mut products = NetworkLoss::new(&net, batch).unwrap();
    let mut gradients = NetworkLoss::new(&net, batch).unwrap();
    let mut x = products.point();
    let flops = (gradients.gradient_flops(), products.product_flops());
    let mut loss = objective(9, flops.0, |at, gradient| gradients.loss_and_grad(at, gradient))
        .with_product(flops.1, |at: &[f64], v: &[f64], out: &mut [f64]| products.hessian_product(at, v, out));
    let mut natural = x.clone();
    let by_nature = NaturalGradient::new()
        .damping(1e-6)
        .tolerance(1e-5)
        .limit(50)
        .minimise(&mut loss, &mut natural)
        .unwrap();
    let by_newton = NewtonCg::new().tolerance(1e-5).limit(50).minimise(&mut loss, &mut x).unwrap();
    assert!((by_nature.last().loss - by_newton.last().loss).abs() < 1e-4, "{by_nature}; {by_newton}");
    assert!(by_nature.count() <= 30 && by_nature.products() > by_nature.count(), "{by_nature}");
}

#[test]
fn batches_that_do_not_fit_are_told() {
    let net = Small::init(1);
    let text = NetworkLoss::new(&net, Batch::new(&[0.0; 7], &[0])).unwrap_err().to_string();
    assert_eq!(
        text,
        "the inputs has 7 elements, which is not a whole number of rows of 5; expected rows x 5"
    );
    let text = Lbfgs::new().fit(&mut Small::init(1), Batch::new(&[0.0; 5], &[9])).unwrap_err().to_string();
    assert!(text.starts_with("row 0: label 9 is out of range for 4 classes"), "{text}");
    let mut loss = NetworkLoss::new(&net, Batch::new(&[0.0; 5], &[1])).unwrap();
    let text = loss.network_at(&[0.0; 3]).unwrap_err().to_string();
    assert_eq!(text, format!("the point's length = 3: expected {} as the loss has", Small::PARAMS));
    assert!(format!("{loss:?}").starts_with("NetworkLoss (Small, "));
}
