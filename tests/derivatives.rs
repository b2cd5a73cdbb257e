//! Derivatives of every network: the two modes against each other, second order against differences of gradients, the
//! matrices of Gauss and Newton and of Fisher against what they are made of.

#[macro_use]
mod networks;

use networks::{Data, fill, fill_params, forms, is_batchwise, is_random};
use quipu::analysis::{self, GaussNewton, Hvp, Jvp, Vjp};
use quipu::cost::Mode;
use quipu::network::{self, Plain as _};
use quipu::prelude::network;
use quipu::{Batch, Dual, Inputs, Model, Scalar as _, Targets, Workspace};

const ROWS: usize = 4;
const SEED: u64 = 3;
/// How far parameters are moved, along directions of length about 1.
const H: f64 = 2e-4;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// A direction of length about 1.
fn direction(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| fill(i, seed) / (count as f64).sqrt()).collect()
}

/// The same number twice, each a sum of products of `a` and `b`; below a hundredth, where sums cancel, to 1e-14.
#[track_caller]
fn same(found: f64, expected: f64, a: &[f64], b: &[f64], at: &str) {
    // A NaN fails.
    let room = 1e-12 * (norm(a) * norm(b)).max(expected.abs()).max(1e-2);
    assert!((found - expected).abs() <= room, "{at}: {found} for {expected}, {:e}", found - expected);
}

/// ⟨u, J v⟩ = ⟨Jᵀ u, v⟩, in the parameters and in the inputs.
fn modes<M: Model<Scalar = f64>>(net: &M, data: &Data, at: &str) {
    let inputs = data.batch().inputs;
    let (u, v, dx) =
        (direction(ROWS * M::OUTPUTS, 21), direction(M::PARAMS, 22), direction(ROWS * M::INPUTS, 23));
    // Room for more rows than there are.
    let (mut jvp, mut vjp) = (Jvp::new(ROWS + 3).seed(SEED), Vjp::new(ROWS + 2).seed(SEED));
    let mut forward = vec![f64::NAN; u.len()];
    let (mut reverse, mut to_inputs) = (network::zeros::<M>(), vec![f64::NAN; dx.len()]);
    reverse.flat_mut().fill(f64::NAN);
    for _ in 0..2 {
        jvp.params(net, inputs, &v, &mut forward).unwrap();
        vjp.params(net, inputs, &u, &mut *reverse).unwrap();
        same(dot(&u, &forward), dot(reverse.flat(), &v), &u, &forward, &format!("{at}, parameters"));
        jvp.inputs(net, inputs, &dx, &mut forward).unwrap();
        vjp.inputs(net, inputs, &u, &mut to_inputs).unwrap();
        same(dot(&u, &forward), dot(&to_inputs, &dx), &u, &forward, &format!("{at}, inputs"));
    }
}

/// Inputs of the network's own scalar are the same numbers: loss, gradients and predictions to the bit.
fn lifted<M: Model<Scalar = f64>>(net: &M, data: &Data, at: &str) {
    let plain: Batch<'_, f64> = data.batch();
    let lifted = Batch { inputs: Inputs::Lifted(&data.inputs), ..plain };
    let (mut ws, mut grad) = (Workspace::<M>::new(ROWS), network::zeros::<M>());
    let mut run = |batch: &Batch<'_, f64>| {
        let loss = gradient(net, batch, &mut ws, &mut *grad);
        let mut dx = vec![f64::NAN; data.inputs.len()];
        ws.reseed(SEED);
        network::input_grad(net, batch, &mut ws, &mut dx).unwrap();
        let evaluated = network::loss(net, batch, &mut ws).unwrap();
        let predicted = network::predict(net, batch.inputs, &mut ws).unwrap().to_vec();
        (loss, grad.flat_all().to_vec(), dx, evaluated, predicted)
    };
    assert_eq!(run(&lifted), run(&plain), "{at}");
}

/// The training gradient, as [`Hvp`] has it.
fn gradient<M: Model<Scalar = f64>>(
    net: &M,
    batch: &Batch<'_, f64>,
    ws: &mut Workspace<M>,
    into: &mut M,
) -> f64 {
    ws.reseed(SEED);
    network::loss_and_grad(net, batch, ws, into).unwrap()
}

/// H v against fourth-order differences of gradients, its symmetry, and the loss and the gradient that come with it.
fn second_order<M: Model<Scalar = f64>>(net: &mut M, data: &Data, at: &str) {
    let batch = data.batch();
    let (mut ws, mut grad) = (Workspace::<M>::new(ROWS), network::zeros::<M>());
    let (u, v) = (direction(M::PARAMS, 31), direction(M::PARAMS, 32));
    let mut hvp = Hvp::new(ROWS + 1).seed(SEED);
    let (mut hu, mut hv) = (vec![f64::NAN; M::PARAMS], vec![f64::NAN; M::PARAMS]);
    hvp.product(net, &batch, &u, &mut hu).unwrap();
    let along: Dual<f64> = hvp.product(net, &batch, &v, &mut hv).unwrap();
    same(dot(&u, &hv), dot(&v, &hu), &u, &hv, &format!("{at}, symmetry"));

    let loss = gradient(net, &batch, &mut ws, &mut grad);
    assert!((along.value() - loss).abs() < 1e-14 * loss.abs().max(1.0), "{at}: loss");
    same(along.tangent(), dot(grad.flat(), &v), grad.flat(), &v, &format!("{at}, slope"));
    let mut value = vec![f64::NAN; M::PARAMS];
    hvp.gradient(&mut value).unwrap();
    for (found, expected) in value.iter().zip(grad.flat()) {
        assert!((found - expected).abs() < 1e-13 * expected.abs().max(1.0), "{at}: {found} for {expected}");
    }

    let start = net.flat().to_vec();
    let mut expected = vec![0.0; M::PARAMS];
    for (h, weight) in [(H, 8.0), (-H, -8.0), (2.0 * H, -1.0), (-2.0 * H, 1.0)] {
        for ((param, start), v) in net.flat_mut().iter_mut().zip(&start).zip(&v) {
            *param = start + h * v;
        }
        gradient(net, &batch, &mut ws, &mut grad);
        for (sum, grad) in expected.iter_mut().zip(grad.flat()) {
            *sum += weight * grad / (12.0 * H);
        }
    }
    net.flat_mut().copy_from_slice(&start);
    let largest = expected.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    for (index, (found, expected)) in hv.iter().zip(&expected).enumerate() {
        let room = 1e-8 * largest.max(1e-2);
        assert!(
            (found - expected).abs() < room,
            "{at}, parameter {index}: {found}, but differences say {expected}"
        );
    }
}

/// The Gauss-Newton matrix is symmetric, never negative where the loss is convex in the logits, and nothing where that is
/// made of straight lines; it is Fisher's for the heads that say so. Its numbers are compared with JAX's.
fn gauss_newton<M: Model<Scalar = f64>>(net: &M, data: &Data, at: &str) {
    let batch = data.batch();
    let (u, v) = (direction(M::PARAMS, 41), direction(M::PARAMS, 42));
    let mut matrix = GaussNewton::new(ROWS + 2).seed(SEED);
    let (mut gu, mut gv) = (vec![f64::NAN; M::PARAMS], vec![f64::NAN; M::PARAMS]);
    matrix.product(net, &batch, &u, &mut gu).unwrap();
    let along = matrix.product(net, &batch, &v, &mut gv).unwrap();
    same(dot(&u, &gv), dot(&v, &gu), &u, &gv, &format!("{at}, Gauss-Newton, symmetry"));
    let head = M::COST.layers.last().unwrap().kind;
    if head != "gaussian_nll" {
        assert!(dot(&v, &gv) >= -1e-15, "{at}: the loss is convex in the logits");
    }
    if head == "hinge" {
        assert!(gv.iter().all(|&x| x == 0.0), "{at}: margins are straight lines");
    }
    let (mut ws, mut grad) = (Workspace::<M>::new(ROWS), network::zeros::<M>());
    let loss = gradient(net, &batch, &mut ws, &mut grad);
    assert!((along.value() - loss).abs() < 1e-14 * loss.abs().max(1.0), "{at}: loss");
    same(along.tangent(), dot(grad.flat(), &v), grad.flat(), &v, &format!("{at}, slope"));

    let mut fisher = vec![f64::NAN; M::PARAMS];
    let found = matrix.fisher(net, &batch, &v, &mut fisher);
    let weighed = M::COST.name == "Weighted";
    if ["softmax_ce", "bce", "mse"].contains(&head) && !weighed {
        found.unwrap();
        assert_eq!(fisher, gv, "{at}: Fisher");
    } else {
        let message = found.unwrap_err().to_string();
        assert!(message.contains(head) && message.contains("gauss_newton_product"), "{message}");
    }
}

/// The mean of g gᵀ v over the rows that count, from each row's own gradient.
fn scatter<M: Model<Scalar = f64>>(net: &M, data: &Data, at: &str) {
    let v = direction(M::PARAMS, 51);
    let mut found = vec![f64::NAN; M::PARAMS];
    GaussNewton::new(ROWS).empirical_fisher(net, &data.batch(), &v, &mut found).unwrap();
    let (mut ws, mut grad) = (Workspace::<M>::new(1), network::zeros::<M>());
    let (mut expected, mut counted) = (vec![0.0; M::PARAMS], 0.0);
    for row in 0..ROWS {
        let one = data.rows(row..row + 1, ROWS);
        // In a batch of one its weight is divided out.
        let weight = match one.batch::<f64>().targets {
            Targets::Classes(&[quipu::batch::IGNORED]) => continue,
            Targets::Classes(&[class]) if M::COST.name == "Weighted" => [1.0, 2.5, 0.5, 3.0][class as usize],
            _ => 1.0,
        };
        network::loss_and_grad(net, &one.batch(), &mut ws, &mut grad).unwrap();
        counted += weight;
        let slope = weight * dot(grad.flat(), &v);
        expected.iter_mut().zip(grad.flat()).for_each(|(sum, g)| *sum += slope * weight * g);
    }
    for (found, expected) in found.iter().zip(&expected) {
        let expected = expected / counted;
        assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{at}: {found} for {expected}");
    }
}

/// The Jacobian of one row by both modes, against products with it.
fn jacobian<M: Model<Scalar = f64>>(net: &M, data: &Data, at: &str) {
    let row = &data.inputs[..M::INPUTS];
    let [forward, reverse] =
        [Mode::Forward, Mode::Reverse].map(|mode| analysis::jacobian_by(net, row, mode).unwrap());
    assert_eq!((forward.outputs, forward.inputs), (M::OUTPUTS, M::INPUTS));
    for (forward, reverse) in forward.values.iter().zip(&reverse.values) {
        assert!((forward - reverse).abs() < 1e-13 * forward.abs().max(1.0), "{at}: {forward}, {reverse}");
    }
    let cheaper = if forward.flops <= reverse.flops { Mode::Forward } else { Mode::Reverse };
    let chosen = analysis::jacobian(net, row).unwrap();
    assert_eq!((chosen.mode, analysis::jacobian_mode::<M>()), (cheaper, cheaper), "{at}");
    assert_eq!(chosen.values, if cheaper == Mode::Forward { forward } else { reverse }.values, "{at}");
    let v = direction(M::INPUTS, 61);
    let product = analysis::jvp_input(net, row, &v).unwrap();
    for (row, product) in chosen.values.chunks_exact(M::INPUTS).zip(product) {
        same(dot(row, &v), product, row, &v, at);
    }
}

/// Without biases, and inputs of 0, activations begin on their kinks: there both modes take one side.
fn nought<M: Model<Scalar = f64>>(data: &Data, at: &str) {
    let mut data = data.clone();
    data.inputs.fill(0.0);
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let biases = networks::file_order::<M>().into_iter().filter(|tensor| tensor.name.ends_with("bias"));
    biases.flat_map(|tensor| tensor.places).for_each(|place| net.flat_mut()[place] = 0.0);
    modes(&*net, &data, at);
    let (v, mut hv) = (direction(M::PARAMS, 71), vec![f64::NAN; M::PARAMS]);
    let mut hvp = Hvp::new(ROWS);
    let along = hvp.product(&*net, &data.batch(), &v, &mut hv).unwrap();
    hvp.gradient(&mut hv).unwrap();
    same(along.tangent(), dot(&hv, &v), &hv, &v, at);
}

fn check<M: Model<Scalar = f64>>(name: &str) {
    for &form in forms::<M>() {
        let data = Data::new::<M>(ROWS, form);
        // What is equal in all rows has no variance to scale by.
        if !is_batchwise::<M>() {
            nought::<M>(&data, &format!("{name}, {form}, at 0"));
        }
        let mut filled = network::zeros::<M>();
        fill_params(&mut *filled);
        for (net, at) in [(filled, "filled"), (network::init::<M>(5), "as initialised")] {
            let (mut net, at) = (net, format!("{name}, {form}, {at}"));
            modes(&*net, &data, &at);
            if form != "inputs" {
                lifted(&*net, &data, &at);
            }
            second_order(&mut *net, &data, &at);
            gauss_newton(&*net, &data, &at);
            if !is_random::<M>() && !is_batchwise::<M>() {
                scatter(&*net, &data, &at);
            }
            if is_batchwise::<M>() {
                assert!(analysis::jacobian(&*net, &data.inputs[..M::INPUTS]).is_err());
            } else {
                jacobian(&*net, &data, &at);
            }
        }
    }
}

macro_rules! derivatives {
    ($($name:ident: $net:ident,)*) => {
        mod of {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<f64>>(stringify!($name));
                }
            )*
        }
    };
}
every_network!(derivatives);

network! {
    /** Its logits are its parameters, where the input is 1. */
    pub Logits < fc(1, 5, bias = false); softmax_ce(5) >
}

#[test]
fn the_hessian_of_softmax_and_cross_entropy_is_that_of_the_textbook() {
    let mut net = LogitsOf::<f64>::zeros();
    net.params_mut().copy_from_slice(&[1.0, -2.0, 0.3, 4.0, 0.0]);
    let batch = Batch::new(&[1.0], &[2]);
    let mut ws = LogitsOf::workspace(1);
    let p = net.predict(&[1.0], &mut ws).unwrap().to_vec();
    let hessian = analysis::hessian(&*net, &batch, 200).unwrap();
    for i in 0..5 {
        for j in 0..5 {
            let expected = if i == j { p[i] } else { 0.0 } - p[i] * p[j];
            let found = hessian[5 * i + j];
            assert!((found - expected).abs() < 1e-16, "({i}, {j}): {found} for {expected}");
        }
    }
    // The logits are all there is: nothing of the curvature is the network's own.
    let v = [0.5, 1.0, -2.0, 0.1, 3.0];
    let product = analysis::gauss_newton_product(&*net, &batch, &v).unwrap();
    for (row, product) in hessian.chunks_exact(5).zip(product) {
        assert!((dot(row, &v) - product).abs() < 1e-15);
    }
}

#[test]
fn a_hessian_that_is_too_large_is_refused_with_the_bytes_that_it_would_take() {
    let net = networks::FcBiasOf::<f64>::zeros();
    let params = networks::FcBiasOf::<f64>::PARAMS as u64;
    let data = Data::new::<networks::FcBiasOf<f64>>(ROWS, "classes");
    let bytes = analysis::hessian_bytes::<networks::FcBiasOf<f64>>();
    assert_eq!(bytes, params * params * 8);
    let message = analysis::hessian(&*net, &data.batch(), bytes - 1).unwrap_err().to_string();
    for part in [&bytes.to_string(), &(bytes - 1).to_string(), "analysis::Hvp"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(analysis::hessian(&*net, &data.batch(), bytes).unwrap().len() as u64 * 8, bytes);
}

#[test]
fn a_hessian_has_the_products_as_its_rows() {
    type Net = networks::TanhOf<f64>;
    let net = Net::init(2);
    let data = Data::new::<Net>(ROWS, "values");
    let hessian = analysis::hessian(&*net, &data.batch(), u64::MAX).unwrap();
    let v = direction(Net::PARAMS, 5);
    let product = analysis::hvp(&*net, &data.batch(), &v).unwrap();
    for (index, row) in hessian.chunks_exact(Net::PARAMS).enumerate() {
        same(dot(row, &v), product[index], row, &v, "row");
        for (other, row) in hessian.chunks_exact(Net::PARAMS).zip(row) {
            assert!((other[index] - row).abs() < 1e-15);
        }
    }
}

#[test]
fn products_in_single_precision_are_those_in_double() {
    type Net = networks::MixedOf<f64>;
    let net = Net::init(3);
    let data = Data::new::<Net>(ROWS, "classes");
    let v = direction(Net::PARAMS, 7);
    let mut exact = vec![0.0; Net::PARAMS];
    let expected = Hvp::new(ROWS).product(&*net, &data.batch(), &v, &mut exact).unwrap();
    let single = network::over(&*net, |x| x as f32);
    let inputs: Vec<f32> = data.inputs.iter().map(|&x| x as f32).collect();
    let v: Vec<f32> = v.iter().map(|&x| x as f32).collect();
    let mut out = vec![0.0; Net::PARAMS];
    let batch = Batch::new(&inputs, &data.classes);
    let found = Hvp::new(ROWS).product(&*single, &batch, &v, &mut out).unwrap();
    assert!((f64::from(found.value()) - expected.value()).abs() < 1e-5);
    assert!((f64::from(found.tangent()) - expected.tangent()).abs() < 1e-5);
    let off: Vec<f64> = out.iter().zip(&exact).map(|(&found, exact)| f64::from(found) - exact).collect();
    assert!(norm(&exact) > 1e-2, "or nothing is compared");
    assert!(norm(&off) < 1e-5 * norm(&exact), "{:e} of {:e}", norm(&off), norm(&exact));
}

#[test]
fn threads_change_no_bit_of_a_product() {
    network! {
        /** Large enough to be shared. */
        pub Shared < fc(60, 70); gelu; fc(50); layer_norm; softmax_ce(50) >
    }
    type Net = Shared;
    const MANY: usize = 300;
    let net = Net::init(3);
    let inputs: Vec<f32> = (0..MANY * 60).map(|i| fill(i, 2) as f32).collect();
    let classes: Vec<u32> = (0..MANY as u32).map(|i| i % 50).collect();
    let v: Vec<f32> = direction(Net::PARAMS, 7).iter().map(|&x| 30.0 * x as f32).collect();
    let product = |threads| {
        let mut out = vec![0.0; Net::PARAMS];
        let mut hvp = Hvp::new(MANY).threads(threads);
        hvp.product(&*net, &Batch::new(&inputs, &classes), &v, &mut out).unwrap();
        out
    };
    let one = product(1);
    assert!([2, 3].map(product).iter().all(|product| *product == one));
}

#[test]
fn second_derivatives_of_the_gradient_by_duals_of_duals() {
    // The third derivative along one direction: d/dh of vᵀ H(p + h v) v.
    type Net = networks::GeluOf<f64>;
    let net = Net::init(4);
    let data = Data::new::<Net>(ROWS, "values");
    let v = direction(Net::PARAMS, 9);
    let mut moved = network::over(&*net, |x| Dual::constant(Dual::constant(x)));
    for (param, &v) in moved.flat_mut().iter_mut().zip(&v) {
        let x = param.real();
        *param = Dual::new(Dual::new(x, v), Dual::constant(v));
    }
    let mut grad = networks::GeluOf::zeros();
    let mut ws = networks::GeluOf::workspace(ROWS);
    moved.loss_and_grad(&data.batch(), &mut ws, &mut grad).unwrap();
    let found: f64 = grad.params().iter().zip(&v).map(|(g, v)| g.tangent().tangent() * v).sum();
    let curvature = |h: f64| {
        let mut net = net.clone();
        net.params_mut().iter_mut().zip(&v).for_each(|(param, v)| *param += h * v);
        dot(&analysis::hvp(&*net, &data.batch(), &v).unwrap(), &v)
    };
    let across = |h: f64| curvature(h) - curvature(-h);
    let expected = (8.0 * across(1e-3) - across(2e-3)) / 12e-3;
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} for {expected}");
}

#[test]
fn what_does_not_fit_is_said() {
    type Net = networks::FcBiasOf<f64>;
    let net = Net::init(1);
    let data = Data::new::<Net>(ROWS, "classes");
    let (batch, inputs) = (data.batch(), data.batch().inputs);
    let v = vec![0.0; Net::PARAMS];
    let says = |message: String, part: &str| assert!(message.contains(part), "{message}");
    says(analysis::hvp(&*net, &batch, &v[1..]).unwrap_err().to_string(), "the direction");
    says(analysis::jvp(&*net, inputs, &v[1..]).unwrap_err().to_string(), "the direction");
    says(analysis::jvp_input(&*net, inputs, &[0.0]).unwrap_err().to_string(), "the direction");
    says(analysis::vjp(&*net, inputs, &[0.0]).unwrap_err().to_string(), "the cotangent");
    says(analysis::vjp(&*net, inputs, &[0.0; 1000]).unwrap_err().to_string(), "the cotangent");
    says(analysis::jacobian(&*net, &[0.0]).unwrap_err().to_string(), "the inputs");
    let small = || Hvp::new(ROWS - 1).product(&*net, &batch, &v, &mut v.clone());
    says(small().unwrap_err().to_string(), "workspace");
    let small = || GaussNewton::new(ROWS - 1).product(&*net, &batch, &v, &mut v.clone());
    says(small().unwrap_err().to_string(), "workspace");
    let mut out = vec![0.0; ROWS * Net::OUTPUTS];
    let mut small = Jvp::new(ROWS - 1);
    says(small.params(&*net, inputs, &v, &mut out).unwrap_err().to_string(), "workspace");
    says(small.params(&*net, inputs, &v, &mut out[1..]).unwrap_err().to_string(), "logits");
    says(small.inputs(&*net, inputs, &data.inputs, &mut out).unwrap_err().to_string(), "workspace");
    let out_of = |out: &mut [f64]| Hvp::new(ROWS).product(&*net, &batch, &v, out).unwrap_err().to_string();
    says(out_of(&mut [0.0]), "the product");
    let bad = Batch { targets: Targets::Classes(&[900; ROWS]), ..batch };
    says(analysis::hvp(&*net, &bad, &v).unwrap_err().to_string(), "900");
    says(analysis::gauss_newton_product(&*net, &bad, &v).unwrap_err().to_string(), "900");
    let tokens = Inputs::Tokens(&[1, 2, 3]);
    says(analysis::jvp(&*net, tokens, &v).unwrap_err().to_string(), "tokens");
    says(analysis::jvp_input(&*net, tokens, &v).unwrap_err().to_string(), "tokens");
    says(analysis::vjp_input(&*net, tokens, &v).unwrap_err().to_string(), "tokens");
    let empty = Batch { inputs: Inputs::Values(&[]), targets: Targets::Classes(&[]) };
    says(analysis::hvp(&*net, &empty, &v).unwrap_err().to_string(), "empty");
    says(analysis::fisher_product(&*net, &empty, &v).unwrap_err().to_string(), "empty");
    says(analysis::jvp_input(&*net, empty.inputs, &[]).unwrap_err().to_string(), "empty");
    says(analysis::vjp(&*net, empty.inputs, &[]).unwrap_err().to_string(), "empty");
    let uneven = Inputs::Values(&data.inputs[1..]);
    says(analysis::jvp(&*net, uneven, &v).unwrap_err().to_string(), "whole number of rows");
    says(analysis::vjp_input(&*net, uneven, &[0.0; 16]).unwrap_err().to_string(), "whole number of rows");
    says(analysis::jvp_input(&*net, uneven, &data.inputs).unwrap_err().to_string(), "the direction");
    let lifted = Inputs::Lifted(&data.inputs);
    says(analysis::jvp(&*net, lifted, &v).unwrap_err().to_string(), "plain numbers");
    // Targets that are inputs which move would have to move as well.
    let auto = networks::AutoOf::<f64>::init(1);
    let data = Data::new::<networks::AutoOf<f64>>(ROWS, "inputs");
    let batch = Batch { inputs: Inputs::Lifted(&data.inputs), targets: Targets::Inputs };
    let mut ws = networks::AutoOf::workspace(ROWS);
    says(auto.loss(&batch, &mut ws).unwrap_err().to_string(), "plain");
}
