//! A step without a gradient to look at takes a network where the two calls would have: every network, every rule.

#[macro_use]
mod networks;

use networks::{Data, fill_params, forms};
use quipu::Model;
use quipu::network;
use quipu::prelude::*;

/// Steps with both ways, and how far apart the networks are, of their largest number.
fn apart<M, O>(net: &M, data: &Data, rows: usize, optimizer: O) -> f64
where
    M: Model<Scalar = f64>,
    O: Optimizer<f64> + Clone,
{
    let batch = data.batch();
    let (mut one, mut other) = (network::copied(net), network::copied(net));
    let (mut ws, mut grad, mut rule) = (Workspace::<M>::new(rows), network::zeros::<M>(), optimizer.clone());
    let (mut other_ws, mut other_rule) = (Workspace::<M>::new(rows), optimizer);
    let mut furthest = 0.0_f64;
    for _ in 0..3 {
        let loss = network::loss_and_grad(&*one, &batch, &mut ws, &mut *grad).unwrap();
        rule.step(&mut *one, &*grad);
        let same = network::train_step(&mut *other, &batch, &mut other_ws, &mut other_rule).unwrap();
        let largest = one.flat_all().iter().fold(1.0_f64, |largest, w| largest.max(w.abs()));
        let differences = one.flat_all().iter().zip(other.flat_all()).map(|(a, b)| (a - b).abs() / largest);
        furthest = differences.fold(furthest.max((loss - same).abs() / loss.abs().max(1.0)), f64::max);
    }
    furthest
}

/// Up to here rounding may lead.
const ROOM: f64 = 1e-12;

fn check<M: Model<Scalar = f64>>(name: &str) {
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let rows = 5;
    for form in forms::<M>() {
        let data = Data::new::<M>(rows, form);
        let found = apart(&*net, &data, rows, Sgd::new(0.02));
        assert!(found <= ROOM, "{name}, {form}, sgd: {found}");
        let found = apart(&*net, &data, rows, Momentum::new(0.02, 0.9));
        assert!(found <= ROOM, "{name}, {form}, momentum: {found}");
    }
}

macro_rules! checks {
    ($($name:ident: $network:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            check::<networks::$network<f64>>(stringify!($name));
        })*
    };
}
every_network!(checks);

#[test]
fn every_rule() {
    fn of(what: &str, optimizer: impl Optimizer<f64> + Clone) {
        let mut net = network::zeros::<networks::OddOf<f64>>();
        fill_params(&mut *net);
        let data = Data::new::<networks::OddOf<f64>>(7, "values");
        let found = apart(&*net, &data, 7, optimizer);
        assert!(found <= ROOM, "{what}: {found}");
    }
    of("sgd with penalties", Sgd::new(0.1).l1(0.01).l2(0.1));
    of("clipping sees the whole gradient", Sgd::new(0.1).clip(0.1));
    of("nesterov", Momentum::new(0.1, 0.9).nesterov());
    // Where a mean square is all but zero, a rule's step magnifies the rounding of its gradient.
    of("adam", Adam::new(0.01).eps(1e-3));
    of("adamw", AdamW::new(0.01).eps(1e-3));
    of("rmsprop", RmsProp::new(0.01).centered().momentum(0.9).eps(1e-2));
    of("adagrad", Adagrad::new(0.01).eps(1e-3));
    of("lion", Lion::new(0.01));
}

network! { /** The network of `digits`. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

/// Rows of a picture-like sort, in f32.
fn pictures(rows: usize) -> (Vec<f32>, Vec<u32>) {
    let inputs = (0..rows * 784).map(|i| networks::fill(i, 4).abs() as f32).collect();
    (inputs, (0..rows as u32).map(|row| row * 7 % 10).collect())
}

#[test]
fn single_precision() {
    let (inputs, classes) = pictures(64);
    let batch = Batch::new(&inputs, &classes);
    let (mut one, mut grad, mut ws) = (Mlp::init(1), Mlp::zeros(), Mlp::workspace(64));
    let (mut other, mut sgd) = (one.clone(), Sgd::new(0.05));
    for _ in 0..20 {
        one.loss_and_grad(&batch, &mut ws, &mut grad).unwrap();
        sgd.step(&mut one, &grad);
        other.train_step(&batch, &mut ws, &mut sgd).unwrap();
    }
    let furthest =
        one.params().iter().zip(other.params()).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(furthest < 1e-5, "{furthest}");
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    fn trained<O: Optimizer<f32>>(threads: usize, mut optimizer: O) -> Vec<u32> {
        let (inputs, classes) = pictures(70);
        let batch = Batch::new(&inputs, &classes);
        let (mut net, mut ws) = (Mlp::init(1), Mlp::workspace(70));
        ws.set_threads(threads);
        for _ in 0..5 {
            net.train_step(&batch, &mut ws, &mut optimizer).unwrap();
        }
        net.params().iter().map(|w| w.to_bits()).collect()
    }
    for threads in [2, 3, 8] {
        assert!(trained(1, Sgd::new(0.1)) == trained(threads, Sgd::new(0.1)), "sgd, {threads} threads");
        assert!(trained(1, Adam::new(1e-3)) == trained(threads, Adam::new(1e-3)), "adam, {threads} threads");
    }
}

#[test]
fn what_is_not_finite_is_not_stepped() {
    let (mut inputs, classes) = pictures(8);
    let (mut net, mut ws, mut sgd) = (Mlp::init(1), Mlp::workspace(8), Sgd::new(0.1));
    inputs[0] = f32::NAN;
    let before = net.clone();
    let loss = net.train_step(&Batch::new(&inputs, &classes), &mut ws, &mut sgd).unwrap();
    assert!(loss.is_nan() && net.params() == before.params());

    // A finite loss, and a weight gradient of the first layer that is not.
    inputs[0] = 0.0;
    inputs[5] = 3e38;
    net.fc1.weight[5].fill(0.0);
    net.fc1.bias.fill(1.0);
    net.fc2.weight.iter_mut().flatten().for_each(|w| *w *= 1e3);
    let before = net.clone();
    let batch = Batch::new(&inputs, &classes);
    let (mut grad, mut rule) = (Mlp::zeros(), Adam::new(0.1));
    assert!(net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap().is_finite());
    assert!(grad.params().iter().any(|g| !g.is_finite()));
    assert!(net.train_step(&batch, &mut ws, &mut rule).unwrap().is_nan());
    assert!(net.params().iter().all(|w| w.is_finite()));
    assert!(net.fc1.weight[5] == before.fc1.weight[5] && net.fc2.bias != before.fc2.bias);
}

#[test]
fn a_batch_that_does_not_fit_changes_nothing() {
    let (inputs, classes) = pictures(8);
    let (mut net, mut ws, mut adam) = (Mlp::init(1), Mlp::workspace(4), Adam::new(0.1));
    let before = net.clone();
    assert!(net.train_step(&Batch::new(&inputs, &classes), &mut ws, &mut adam).is_err());
    assert!(net.params() == before.params());
}
