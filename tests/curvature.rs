//! Curvature of real networks: operators known by products alone against dense Hessians, and methods that go by them.

use quipu::analysis::{
    Descent, Fisher, Lanczos, Lbfgs, NaturalGradient, NetworkLoss, NewtonCg, Objective, PointKind,
    critical_point, gauss_newton_flops, hessian_flops, hessian_of, hvp_flops, lanczos, power_iteration,
    spectral_density, trace,
};
use quipu::linalg::{Matrix, l2_norm};
use quipu::prelude::*;

network! { Small < fc(5, 12); tanh; fc(10); gelu; softmax_ce(4) > }
network! { Line < fc(3, 1); mse(1) > }
network! { Logistic < fc(2, 3); softmax_ce(3) > }
network! { Normed < fc(4, 6); batch_norm; tanh; mse(2) > }
network! { Dropped < fc(5, 12); tanh; dropout(0.3); softmax_ce(4) > }

/// Rows that show no pattern, and classes of them.
fn rows(count: usize, width: usize, classes: u32) -> (Vec<f64>, Vec<u32>) {
    let inputs: Vec<f64> = (0..count * width).map(|i| ((i * i) as f64 * 0.37 + 4.0).sin() * 1.7).collect();
    let labels =
        inputs.chunks(width).map(|row| (row.iter().sum::<f64>().abs() * 3.0) as u32 % classes).collect();
    (inputs, labels)
}

/// The Hessian, column by column, and made symmetric to the last bit.
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
fn products_are_those_of_the_dense_hessian_and_cost_what_is_said() {
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
    assert!(off < 1e-14, "{off:e}");
    let flops = Logistic::COST.forward_flops(6) + Logistic::COST.backward_flops(6);
    assert_eq!(loss.gradient_flops(), flops);
    assert_eq!(loss.product_flops(), hvp_flops::<Logistic>(6));
    assert_eq!(loss.fisher_flops(), gauss_newton_flops::<Logistic>(6));
    // The Fisher matrix is the Hessian here.
    let (v, mut product) = ([1.0, -0.5, 0.2, 0.0, 2.0, 0.1, -1.0, 0.3, 0.7], [0.0; 9]);
    loss.fisher_product(&at, &v, &mut product).unwrap();
    for (row, found) in product.iter().enumerate() {
        let expected: f64 = (0..9).map(|column| exact.data()[9 * row + column] * v[column]).sum();
        assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
    }
    let mut single = Logistic::init(5);
    single.params_mut().iter_mut().zip(&at).for_each(|(x, y)| *x = *y as f32);
    let inputs: Vec<f32> = inputs.iter().map(|&x| x as f32).collect();
    let mut loss = NetworkLoss::new(&single, Batch::new(&inputs, &labels)).unwrap();
    let found = dense(&mut loss, &at);
    let off = found.data().iter().zip(exact.data()).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    assert!(off < 1e-6, "in f32: {off:e}");

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

    // Newton's steps on a quadratic leave what conjugate gradients do: a tenth of the gradient at first, then less and less.
    let mut loss = NetworkLoss::new(&LineOf::<f64>::init(1), batch).unwrap();
    let mut x = loss.point();
    let descent = NewtonCg::new().tolerance(1e-12).minimise(&mut loss, &mut x).unwrap();
    assert!(x.iter().zip(&exact).all(|(x, y)| (x - y).abs() < 1e-11) && descent.count() <= 6, "{descent}");
    // Its condition is the gram matrix's.
    let spectrum = lanczos(&mut hessian_of(&mut loss, &x).unwrap(), 4, 1).unwrap();
    let kappa = gram.condition_number().unwrap();
    assert!((spectrum.condition(0.0).unwrap().kappa() / kappa - 1.0).abs() < 1e-11);
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
}

#[test]
fn newtons_method_takes_fewer_steps_than_lbfgs_to_the_same_loss() {
    let (inputs, labels) = rows(24, 5, 4);
    let batch = Batch::new(&inputs, &labels);
    let descent = Lbfgs::new().limit(60).fit(&mut SmallOf::<f64>::init(2), batch).unwrap();
    let steps = |descent: &Descent| descent.steps.iter().position(|step| step.loss < 1e-3);
    let by_lbfgs = steps(&descent).unwrap();
    let mut newton = SmallOf::<f64>::init(2);
    let descent = NewtonCg::new().limit(60).fit(&mut newton, batch).unwrap();
    assert!(newton.loss(&batch, &mut SmallOf::workspace(24)).unwrap() < 1e-3, "{descent}");
    let by_newton = steps(&descent).unwrap();
    assert!(by_newton < by_lbfgs, "{by_newton} steps, {by_lbfgs} of L-BFGS");
}

#[test]
fn networks_in_single_precision_with_a_batch_norm_are_trained_too() {
    // As far as their numbers go; a batch norm takes the batch's own mean.
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
    let batch = Batch::new(&inputs, &labels);
    let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let (mut natural, mut newton) = (LogisticOf::<f64>::init(5), LogisticOf::<f64>::init(5));
    let start = natural.params().to_vec();
    NaturalGradient::new().damping(0.0).limit(1).fit(&mut natural, batch).unwrap();
    NewtonCg::new().limit(1).fit(&mut newton, batch).unwrap();
    assert!(distance(natural.params(), &start) > 0.1);
    let off = distance(natural.params(), newton.params());
    assert!(off < 1e-12, "the first steps are {off:e} apart");
    // With a hidden layer it is not: the network's own curvature is left out.
    let (deep_inputs, deep_labels) = rows(24, 5, 4);
    let deep = Batch::new(&deep_inputs, &deep_labels);
    let (mut one, mut other) = (SmallOf::<f64>::init(2), SmallOf::<f64>::init(2));
    NaturalGradient::new().damping(0.0).limit(1).fit(&mut one, deep).unwrap();
    NewtonCg::new().limit(1).fit(&mut other, deep).unwrap();
    assert!(distance(one.params(), other.params()) > 1e-3);

    (natural, newton) = (LogisticOf::<f64>::init(5), LogisticOf::<f64>::init(5));
    let by_nature =
        NaturalGradient::new().damping(1e-6).tolerance(1e-5).limit(50).fit(&mut natural, batch).unwrap();
    let by_newton = NewtonCg::new().tolerance(1e-5).limit(50).fit(&mut newton, batch).unwrap();
    assert!((by_nature.last().loss - by_newton.last().loss).abs() < 1e-4, "{by_nature}; {by_newton}");
    assert!(by_nature.count() <= 30 && by_nature.products() > by_nature.count(), "{by_nature}");
}

#[test]
fn a_loss_with_dropout_is_one_function_with_gradients_and_products_of_its_own() {
    let (inputs, labels) = rows(10, 5, 4);
    let mut loss = NetworkLoss::new(&DroppedOf::<f64>::init(3), Batch::new(&inputs, &labels)).unwrap();
    let (at, len, h) = (loss.point(), Dropped::PARAMS, 1e-4);
    let (mut gradient, mut again) = (vec![0.0; len], vec![0.0; len]);
    let value = loss.loss_and_grad(&at, &mut gradient).unwrap();
    assert_eq!((loss.loss_and_grad(&at, &mut again).unwrap(), &again), (value, &gradient));
    let v: Vec<f64> = (0..len).map(|i| (i as f64 * 0.7).sin()).collect();
    let mut moved = |h: f64, gradient: &mut [f64]| {
        let to: Vec<f64> = at.iter().zip(&v).map(|(x, v)| x + h * v).collect();
        loss.loss_and_grad(&to, gradient).unwrap()
    };
    let (mut above, mut below) = (vec![0.0; len], vec![0.0; len]);
    let slope = (moved(h, &mut above) - moved(-h, &mut below)) / (2.0 * h);
    let expected: f64 = gradient.iter().zip(&v).map(|(g, v)| g * v).sum();
    assert!((slope - expected).abs() < 1e-6, "{slope} for {expected}");
    // The masks of a product are those of the loss.
    let mut product = vec![0.0; len];
    loss.hessian_product(&at, &v, &mut product).unwrap();
    for ((above, below), product) in above.iter().zip(&below).zip(&product) {
        let difference = (above - below) / (2.0 * h);
        assert!((difference - product).abs() < 1e-6, "{difference} for {product}");
    }
    let descent = Lbfgs::new().limit(30).minimise(&mut loss, &mut at.clone()).unwrap();
    assert!(descent.last().loss < 0.2 * value, "{descent}");
}

#[test]
fn prices_of_one_analysis_are_the_same_in_both_places() {
    let (params, flops) = (Small::PARAMS, Small::COST.hvp_flops(24));
    for steps in [1, 2, 30] {
        assert_eq!(Small::COST.lanczos_flops(24, steps as u64), Lanczos::price(params, steps, flops));
    }
    // What is beyond u64 is its end.
    assert_eq!(hessian_flops::<Small>(24), Small::PARAMS as u64 * hvp_flops::<Small>(24));
    assert_eq!(hessian_flops::<Small>(u64::MAX >> 20), u64::MAX);
    assert!(hvp_flops::<Small>(0) < hvp_flops::<Small>(1));
    assert!(hvp_flops::<Normed>(0) < hvp_flops::<Normed>(1));
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
    // Each by its own name.
    let (at, fits) = (loss.point(), vec![0.0; Small::PARAMS]);
    let short = |found: Result<(), quipu::Error>, name: &str| {
        let text = found.unwrap_err().to_string();
        let sizes = [name, "3", &Small::PARAMS.to_string()].map(|part| text.contains(part));
        assert_eq!(sizes, [true; 3], "{text}");
    };
    short(loss.loss_and_grad(&at, &mut [0.0; 3]).map(drop), "the gradient");
    short(loss.hessian_product(&at, &[0.0; 3], &mut fits.clone()), "the direction");
    short(loss.hessian_product(&at, &fits, &mut [0.0; 3]), "the product");
    short(loss.fisher_product(&at, &[0.0; 3], &mut fits.clone()), "the direction");
    short(loss.fisher_product(&at, &fits, &mut [0.0; 3]), "the product");
}

mod flow_and_landscape {
    use quipu::analysis::{FlowVerdict, Landscape, Surface, filter_direction, gradient_flow};
    use quipu::prelude::*;

    use super::{Small, SmallOf, rows};

    network! { Chain < fc(5, 4, bias = false); fc_two: { fc(3, bias = false) } mse(3) > }
    network! {
        Branches <
            fc(5, 6);
            repeat(3) { residual { layer_norm; fc(6); tanh } }
            batch_norm;
            relu;
            softmax_ce(4)
        >
    }
    network! { Sunk < fc(5, 6); sigmoid; repeat(9) { fc(6); sigmoid } softmax_ce(4) > }
    network! { Blown < fc(5, 6); relu; repeat(3) { fc(6); relu } softmax_ce(4) > }

    #[test]
    fn factors_of_linear_layers_are_their_weights() {
        let net = ChainOf::<f64>::init(1);
        let inputs = [0.3, -0.2, 0.9, 0.4, -0.7];
        let flow = gradient_flow(&net, &Batch::new(&inputs, &[0.1, 0.2, 0.3])).unwrap();
        let names: Vec<&str> = flow.factors.iter().map(|factor| factor.layer).collect();
        assert_eq!(names, ["fc1", "fc_two.fc1"]);
        // The gradient in the prediction y is 2 (y − t) / 3, and goes back by the transposed weights.
        let mut ws = ChainOf::workspace(1);
        let y = net.predict(&inputs, &mut ws).unwrap();
        let mut gradient: Vec<f64> =
            y.iter().zip([0.1, 0.2, 0.3]).map(|(y, t)| 2.0 * (y - t) / 3.0).collect();
        let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        assert!((flow.head - norm(&gradient)).abs() < 1e-14);
        let second =
            net.fc_two.fc1.weight.iter().map(|row| row.iter().zip(&gradient).map(|(w, g)| w * g).sum());
        let before = norm(&gradient);
        gradient = second.collect();
        assert!((flow.factors[1].factor() - norm(&gradient) / before).abs() < 1e-14);
        let first = net.fc1.weight.iter().map(|row| row.iter().zip(&gradient).map(|(w, g)| w * g).sum());
        let end: Vec<f64> = first.collect();
        assert!((flow.factors[0].outgoing - norm(&end)).abs() < 1e-14);
        let product: f64 = flow.factors.iter().map(|factor| factor.factor()).product();
        assert!((flow.total() - product).abs() < 1e-14);
    }

    #[test]
    fn norms_are_those_of_the_gradients_with_branches_batches_and_copies_too() {
        // More than one chunk of rows.
        let (inputs, labels) = rows(150, 5, 4);
        let (net, mut grad, mut ws) =
            (BranchesOf::<f64>::init(3), BranchesOf::<f64>::zeros(), BranchesOf::workspace(150));
        let batch = Batch::new(&inputs, &labels);
        let flow = gradient_flow(&net, &batch).unwrap();
        assert_eq!(flow.loss, net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap());
        let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let names: Vec<&str> = flow.layers.iter().map(|layer| &*layer.layer).collect();
        let expected = [
            "fc1",
            "repeat1.0.residual1.layer_norm1",
            "repeat1.0.residual1.fc1",
            "repeat1.1.residual1.layer_norm1",
            "repeat1.1.residual1.fc1",
            "repeat1.2.residual1.layer_norm1",
            "repeat1.2.residual1.fc1",
            "batch_norm1",
            "fc2",
        ];
        assert_eq!(names, expected);
        let all = flow.layers.iter().map(|layer| layer.norm * layer.norm).sum::<f64>().sqrt();
        assert!((all - norm(grad.params())).abs() < 1e-12 * all);
        assert_eq!(flow.layers.iter().map(|layer| layer.params).sum::<usize>(), Branches::PARAMS);
        let last = norm(grad.fc2.weight.as_flattened()).hypot(norm(&grad.fc2.bias));
        assert!((flow.layers[8].norm - last).abs() < 1e-12);
        let mut input = vec![0.0; inputs.len()];
        net.input_grad(&batch, &mut ws, &mut input).unwrap();
        assert!((flow.factors[0].outgoing - norm(&input)).abs() < 1e-12);
        // Each copy of a block has its own factors.
        assert_eq!(flow.factors.iter().filter(|factor| factor.layer.ends_with("tanh1")).count(), 3);
        assert!(
            flow.factors.iter().filter(|factor| factor.layer.ends_with("tanh1")).all(|f| f.factor() <= 1.0)
        );
        assert_eq!(flow.verdict(), FlowVerdict::Steady);
        assert!(flow.to_string().contains("steady: "), "{flow}");
    }

    #[test]
    fn vanishing_and_exploding_gradients_are_named() {
        let (inputs, labels) = rows(20, 5, 4);
        let flow = gradient_flow(&SunkOf::<f64>::init(1), &Batch::new(&inputs, &labels)).unwrap();
        assert!(
            matches!(flow.verdict(), FlowVerdict::Vanishing(layer) if layer.contains("repeat1.")),
            "{flow}"
        );
        let mut net = BlownOf::<f64>::init(1);
        net.params_mut().iter_mut().for_each(|x| *x *= 30.0);
        let flow = gradient_flow(&net, &Batch::new(&inputs, &labels)).unwrap();
        assert!(matches!(flow.verdict(), FlowVerdict::Exploding(_)), "{flow}");
        assert!(
            flow.to_string().ends_with(|c: char| c.is_alphanumeric())
                && flow.to_string().contains("exploding: ")
        );
    }

    #[test]
    fn directions_are_as_long_as_the_filters() {
        let net = SmallOf::<f64>::init(1);
        let direction = filter_direction(&net, 4);
        assert_eq!((direction.len(), &direction), (Small::PARAMS, &filter_direction(&net, 4)));
        assert_ne!(direction, filter_direction(&net, 5));
        let moved = &direction[..5 * 12];
        for filter in 0..12 {
            let length =
                |values: &[f64]| values.iter().skip(filter).step_by(12).map(|x| x * x).sum::<f64>().sqrt();
            assert!((length(moved) - length(net.fc1.weight.as_flattened())).abs() < 1e-12);
        }
        assert!(direction[5 * 12..5 * 12 + 12].iter().all(|&x| x == 0.0), "biases stay");
    }

    #[test]
    fn the_grid_has_the_losses_of_the_networks_on_it() {
        let (inputs, labels) = rows(20, 5, 4);
        let batch = Batch::new(&inputs, &labels);
        let net = SmallOf::<f64>::init(1);
        let view = Landscape::new().points(5).extent(0.5).seed(2);
        let surface = view.measure(&net, &batch).unwrap();
        let mut ws = SmallOf::infer_workspace(20);
        assert_eq!(surface.at(2, 2), net.loss(&batch, &mut ws).unwrap());
        assert_eq!(surface.axis(), [-0.5, -0.25, 0.0, 0.25, 0.5]);
        let mut other = SmallOf::<f64>::init(1);
        let (a, b) = (filter_direction(&net, 4), filter_direction(&net, 5));
        for ((x, a), b) in other.params_mut().iter_mut().zip(&a).zip(&b) {
            *x += 0.5 * a - 0.25 * b;
        }
        assert!((surface.at(4, 1) - other.loss(&batch, &mut ws).unwrap()).abs() < 1e-14);
        assert_eq!(view.flops::<Small>(20), 25 * (Small::COST.forward_flops(20) + 4 * Small::PARAMS as u64));
        let text = Landscape::new().points(1).measure(&net, &batch).unwrap_err().to_string();
        assert_eq!(text, "points = 1: expected at least 2");
        let text = Landscape::new().extent(0.0).measure(&net, &batch).unwrap_err().to_string();
        assert_eq!(text, "extent = 0: expected a finite number above 0");
        let text = Surface::new(vec![0.0, 1.0], vec![0.0]).unwrap_err().to_string();
        assert_eq!(text, "losses.len() = 1: expected 2 x 2");
        for (axis, bad) in [
            ([0.0, 0.0], "0"),
            ([1.0, -1.0], "-1"),
            ([f64::NAN, 1.0], "NaN"),
            ([0.0, f64::NAN], "NaN"),
            ([0.0, f64::INFINITY], "inf"),
        ] {
            let text = Surface::new(axis.to_vec(), vec![0.0; 4]).unwrap_err().to_string();
            let expected =
                format!("a place of the axis = {bad}: expected finite numbers, each above the one before");
            assert_eq!(text, expected);
        }
    }
}
