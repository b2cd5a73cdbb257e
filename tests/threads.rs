//! Results do not depend on how many threads share a step: every network, every entry, bit by bit.

#[macro_use]
mod networks;

use networks::{Data, fill, fill_params, forms, is_batchwise};
use quipu::network;
use quipu::prelude::*;
use quipu::{Inputs, Model, Scalar, Targets};

/// One is what the others are compared with.
const THREADS: [usize; 4] = [1, 2, 3, 8];

/// Everything that a batch gives, as text that shows every bit.
fn results<M: Model>(net: &M, batch: &Batch<'_, M::Scalar>, rows: usize, threads: usize) -> Vec<String> {
    let (mut ws, mut grad) = (Workspace::<M>::new(rows + 1), network::zeros::<M>());
    ws.set_threads(threads);
    let loss = network::loss_and_grad(net, batch, &mut ws, &mut *grad).unwrap();
    let mut input_grad = vec![M::Scalar::from_f64(0.0); rows * M::INPUTS];
    let same = network::input_grad(net, batch, &mut ws, &mut input_grad).unwrap();
    let evaluated = network::loss(net, batch, &mut ws).unwrap();
    let prediction = network::predict(net, batch.inputs, &mut ws).unwrap().to_vec();
    let mut narrow = Workspace::<M>::inference(rows);
    narrow.set_threads(threads);
    let logits = network::logits(net, batch.inputs, &mut narrow).unwrap().to_vec();
    // `Debug` of a float tells it from every other one, but for the bits of a NaN.
    [vec![loss, same, evaluated], grad.flat_all().to_vec(), input_grad, prediction, logits]
        .concat()
        .iter()
        .map(|value| format!("{value:?}"))
        .collect()
}

fn same_bits<M: Model>(net: &M, batch: &Batch<'_, M::Scalar>, rows: usize, at: &str) {
    let [alone, shared @ ..] = THREADS.map(|threads| results(net, batch, rows, threads));
    for (found, threads) in shared.iter().zip(&THREADS[1..]) {
        let differs = found.iter().zip(&alone).position(|(found, alone)| found != alone);
        assert_eq!(differs, None, "{at}: {rows} rows on {threads} threads");
    }
}

fn check<M: Model<Scalar = f64>>(name: &str) {
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    for rows in [1, 2, 3, 5, 33] {
        if rows == 1 && is_batchwise::<M>() {
            continue;
        }
        for form in forms::<M>() {
            let data = Data::new::<M>(rows, form);
            same_bits(&*net, &data.batch(), rows, &format!("{name}, {form}"));
        }
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

network! {
    /** Large enough for products of every sort. */
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
network! {
    /** Odd widths, a norm, a branch. */
    pub Odd <
        fc(301, 67);
        gelu;
        layer_norm;
        residual { fc(131); tanh; fc(67) }
        fc(35, rank = 3);
        tanh;
        softmax_ce(5)
    >
}

network! {
    /** A first layer whose product is made in three parts, without a bias. */
    pub Wide < fc(1101, 100, bias = false); relu; fc(288); relu; softmax_ce(7) >
}

/// Inputs and classes for so many rows.
fn rows_of<M: Model>(rows: usize) -> (Vec<f32>, Vec<u32>) {
    let inputs = (0..rows * M::INPUTS).map(|i| fill(i, 3) as f32).collect();
    (inputs, (0..rows).map(|row| (row * row % M::OUTPUTS) as u32).collect())
}

fn check_f32<M: Model<Scalar = f32>>(name: &str) {
    let net = network::init::<M>(5);
    for rows in [1, 2, 3, 7, 16, 33, 128, 259, 300] {
        let (inputs, classes) = rows_of::<M>(rows);
        let batch = Batch { inputs: Inputs::Values(&inputs), targets: Targets::Classes(&classes) };
        same_bits(&*net, &batch, rows, name);
    }
}

#[test]
fn single_precision() {
    check_f32::<Mlp>("mlp");
    check_f32::<Odd>("odd");
}

/// Plain descent goes right into the parameters, and the first product is made in parts.
#[test]
fn plain_descent() {
    fn trained<M: Model<Scalar = f32>>(rows: usize, threads: usize) -> Vec<u32> {
        let (inputs, classes) = rows_of::<M>(rows);
        let batch = Batch { inputs: Inputs::Values(&inputs), targets: Targets::Classes(&classes) };
        let (mut net, mut ws, mut rule) = (network::init::<M>(9), Workspace::<M>::new(rows), Sgd::new(0.1));
        ws.set_threads(threads);
        let losses: Vec<f32> =
            (0..3).map(|_| network::train_step(&mut *net, &batch, &mut ws, &mut rule).unwrap()).collect();
        assert!(losses[2] < losses[0], "{losses:?}");
        net.flat().iter().chain(&losses).map(|value| value.to_bits()).collect()
    }
    fn check<M: Model<Scalar = f32>>(name: &str) {
        for rows in [2, 33, 130, 400] {
            let [alone, shared @ ..] = THREADS.map(|threads| trained::<M>(rows, threads));
            for (found, threads) in shared.iter().zip(&THREADS[1..]) {
                assert!(*found == alone, "{name}: {rows} rows on {threads} threads");
            }
        }
    }
    check::<Mlp>("mlp");
    check::<Wide>("wide");
    check::<Odd>("odd");
}

#[test]
fn whole_trainings() {
    fn trained(threads: usize) -> Vec<u32> {
        let (inputs, classes) = rows_of::<Odd>(500);
        let data = Dataset::classes(inputs, 301, classes).unwrap();
        let mut net = Odd::init(7);
        let mut trainer = Trainer::new(Adam::new(1e-3).clip(1.0)).batch(64).epochs(3).threads(threads);
        let history = trainer.fit(&mut net, &data, Some(&data)).unwrap();
        let last = history.last();
        let losses = [last.train_loss.to_bits(), last.loss.to_bits()];
        let halves = losses.iter().flat_map(|bits| [*bits as u32, (bits >> 32) as u32]);
        net.params().iter().map(|w| w.to_bits()).chain(halves).collect()
    }
    let [alone, shared @ ..] = THREADS.map(trained);
    for (found, threads) in shared.iter().zip(&THREADS[1..]) {
        assert!(*found == alone, "{threads} threads");
    }
}
