//! Layers frozen, or trained at a rate of their own, by name: what moves, what does not, and what it costs.

use quipu::optim::Layers;
use quipu::prelude::*;
use quipu::{Counted, Optimizer, count, network};

network! {
    /// Blocks around blocks, copies, and layers without parameters.
    pub Nested <
        encoder: { fc(3, 6); tanh; inner: { fc(4); layer_norm } }
        repeat(2) { residual { fc(4); tanh } }
        neck: fc(5);
        relu;
        head: fc(2);
        mse(2)
    >
}

network! {
    /// Two plain layers.
    pub Two < fc(3, 4); tanh; head: fc(2); mse(2) >
}

network! {
    /// With running statistics.
    pub Normed < fc(3, 4); norm: batch_norm; relu; mse(2) >
}

/// What `Two` costs with each rule and its extras, by the constants.
mod costs {
    use super::{OptimizerKind as Kind, Two};

    const fn step(kind: Kind) -> u64 {
        Two::COST.step_flops(2, kind)
    }
    const fn bytes(kind: Kind) -> u64 {
        Two::train_bytes(2, kind) as u64
    }
    pub(crate) const SGD: u64 = step(Kind::Sgd.l1().l2());
    pub(crate) const ADAMW: u64 = step(Kind::AdamW.decay().l2().clip());
    pub(crate) const RMSPROP: u64 = step(Kind::RmsProp.centered().momentum().decay());
    pub(crate) const RMSPROP_BYTES: u64 = bytes(Kind::RmsProp.centered().momentum());
    pub(crate) const ADAGRAD: u64 = step(Kind::Adagrad.l1());
    pub(crate) const ADAGRAD_BYTES: u64 = bytes(Kind::Adagrad);
    pub(crate) const LION: u64 = step(Kind::Lion.decay().l1().clip());
    pub(crate) const LION_BYTES: u64 = bytes(Kind::Lion.decay());
}

network! {
    /// `Two` again: what its budget computes, and what its constants say, is one.
    #[budget(
        step_flops(batch = 2, optimizer = sgd, l1, l2) == costs::SGD,
        step_flops(batch = 2, optimizer = adamw, decay, l2, clip) == costs::ADAMW,
        step_flops(batch = 2, optimizer = rmsprop, centered, momentum, decay) == costs::RMSPROP,
        train_bytes(batch = 2, optimizer = rmsprop, centered, momentum) == costs::RMSPROP_BYTES,
        step_flops(batch = 2, optimizer = adagrad, l1) == costs::ADAGRAD,
        train_bytes(batch = 2, optimizer = adagrad) == costs::ADAGRAD_BYTES,
        step_flops(batch = 2, optimizer = lion, decay, l1, clip) == costs::LION,
        train_bytes(batch = 2, optimizer = lion, decay) == costs::LION_BYTES,
    )]
    pub Bounded < fc(3, 4); tanh; head: fc(2); mse(2) >
}

/// Rows of three numbers, and what two numbers should come of them.
fn data(rows: usize) -> Dataset {
    let number = |i: usize, step: usize| ((i * step) % 89) as f32 / 44.0 - 1.0;
    let inputs = (0..3 * rows).map(|i| number(i, 37)).collect();
    let targets = (0..2 * rows).map(|i| number(i, 53)).collect();
    Dataset::values(inputs, 3, targets).unwrap()
}

/// The places of the parameters that differ.
fn moved(before: &[f32], after: &[f32]) -> Vec<bool> {
    before.iter().zip(after).map(|(a, b)| a.to_bits() != b.to_bits()).collect()
}

#[test]
fn a_frozen_layer_stays_as_it_was_to_the_bit() {
    let start = Nested::init(3);
    let parts = |net: &Nested| {
        let flat = net.params();
        let fc1 = 3 * 6 + 6;
        let encoder = fc1 + 6 * 4 + 4 + 2 * 4;
        let copy = 4 * 4 + 4;
        let neck = encoder + 2 * copy + 4 * 5 + 5;
        let ends = [0, fc1, encoder, encoder + copy, encoder + 2 * copy, neck, flat.len()];
        ends.windows(2).map(|ends| flat[ends[0]..ends[1]].to_vec()).collect::<Vec<_>>()
    };
    // Which of fc1, inner, the two copies, neck and head may move.
    let table: [(&[&str], [bool; 6]); 6] = [
        (&[], [true; 6]),
        (&["encoder"], [false, false, true, true, true, true]),
        (&["encoder.inner", "head"], [true, false, true, true, true, false]),
        (&["repeat1"], [true, true, false, false, true, true]),
        (&["repeat1.1", "encoder.fc1"], [false, true, true, false, true, true]),
        (&["encoder", "repeat1.residual1.fc1", "neck"], [false, false, false, false, false, true]),
    ];
    for (frozen, expected) in table {
        let mut net = start.clone();
        // Decay and penalties move a weight whose gradient is zero, too.
        let mut trainer = Trainer::new(AdamW::new(1e-2).decay(0.1).l1(1e-3)).batch(8).epochs(2);
        for layer in frozen {
            trainer = trainer.freeze(*layer);
        }
        trainer.fit(&mut net, &data(20), None).unwrap();
        for ((before, after), expected) in parts(&start).iter().zip(parts(&net)).zip(expected) {
            let moved = moved(before, &after);
            assert!(moved.iter().all(|&moved| moved == expected), "{frozen:?}: {moved:?}");
        }
    }
}

#[test]
fn statistics_of_a_frozen_norm_follow_the_batches() {
    let mut net = Normed::init(1);
    let before = net.clone();
    Trainer::new(Adam::new(1e-2)).batch(10).freeze("norm").fit(&mut net, &data(20), None).unwrap();
    assert_eq!((net.norm.weight, net.norm.bias), (before.norm.weight, before.norm.bias));
    assert_ne!(net.buffers.norm.running_mean, before.buffers.norm.running_mean);
    assert_ne!(net.fc1.weight, before.fc1.weight);
}

#[test]
fn the_last_setting_of_a_layer_holds() {
    let layers = |set: fn(Layers<Nested>) -> quipu::Result<Layers<Nested>>| set(Layers::all()).unwrap();
    let thawed = layers(|all| all.freeze("encoder")?.lr("encoder", 1.0));
    assert_eq!((thawed.parts(), thawed.params()), (Layers::<Nested>::all().parts(), Nested::PARAMS));
    let found =
        layers(|all| all.lr("encoder", 0.5)?.freeze("encoder.inner")?.lr("encoder.inner.fc1.bias", 2.0));
    let (fc1, bias) = (0..24, 48..52);
    let found: Vec<_> = found.parts().iter().map(|part| (part.range.clone(), part.factor)).collect();
    assert_eq!(found, [(fc1, 0.5), (bias, 2.0), (60..Nested::PARAMS, 1.0)]);
}

#[test]
fn rates_of_layers_are_those_of_an_optimizer_for_each() {
    fn check<O: Optimizer<f32> + Clone>(name: &str, make: fn(f64) -> O) {
        let (train, batch) = (data(30), 10);
        let body = Two::COST.params_of("fc1").unwrap() as usize;
        let (mut by_hand, mut together) = (Two::init(5), Two::init(5));
        let (mut optimizers, mut one) = ([make(0.02), make(0.08)], make(0.02));
        let layers = Layers::<Two>::all().lr("head", 4.0).unwrap();
        let (mut grad, mut ws) = (Two::zeros(), Two::workspace(batch));
        for step in 0..3 {
            let rows = step * batch..(step + 1) * batch;
            by_hand.loss_and_grad(&train.batch(rows.clone()), &mut ws, &mut grad).unwrap();
            let (first, second) = by_hand.params_mut().split_at_mut(body);
            optimizers[0].update(first, &grad.params()[..body]);
            optimizers[1].update(second, &grad.params()[body..]);

            together.loss_and_grad(&train.batch(rows), &mut ws, &mut grad).unwrap();
            one.step_layers(&mut together, &grad, &layers);
        }
        assert_eq!(together.params(), by_hand.params(), "{name}");
        assert_ne!(together.params(), Two::init(5).params(), "{name}");

        // In a single step the head moves as far as all does at four times the rate.
        let whole = data(10);
        let fitted = |trainer: Trainer<'_, O>| {
            let mut net = Two::init(5);
            trainer.batch(10).epochs(1).fit(&mut net, &whole, None).unwrap();
            net
        };
        let slow = fitted(Trainer::new(make(0.02)).lr("head", 4.0));
        let fast = fitted(Trainer::new(make(0.08)));
        assert_eq!(slow.params()[body..], fast.params()[body..], "{name}");
        assert_ne!(slow.params()[..body], fast.params()[..body], "{name}");
    }
    check("sgd", |rate| Sgd::new(rate).decay(0.1));
    check("momentum", |rate| Momentum::new(rate, 0.9).nesterov());
    check("adam", |rate| Adam::new(rate).l1(0.01));
    check("adamw", |rate| AdamW::new(rate).decay(0.5));
    check("rmsprop", |rate| RmsProp::new(rate).centered());
    check("adagrad", |rate| Adagrad::new(rate).lr_decay(0.1));
    check("lion", |rate| Lion::new(rate).decay(0.5));
}

#[test]
fn clipping_looks_at_what_is_trained() {
    let train = data(10);
    let (mut grad, mut ws) = (Two::zeros(), Two::workspace(10));
    let mut net = Two::init(5);
    net.loss_and_grad(&train.batch(..), &mut ws, &mut grad).unwrap();
    let body = Two::COST.params_of("fc1").unwrap() as usize;
    let norm = |grad: &[f32]| grad.iter().map(|g| g * g).sum::<f32>().sqrt();
    let limit = norm(&grad.params()[body..]) / 2.0;
    let before = net.params().to_vec();
    let layers = Layers::<Two>::all().freeze("fc1").unwrap();
    Sgd::new(1.0).clip(f64::from(limit)).step_layers(&mut net, &grad, &layers);
    let step: Vec<f32> = net.params().iter().zip(&before).map(|(after, before)| after - before).collect();
    assert!((norm(&step) - limit).abs() < 1e-5 * limit, "{} and {limit}", norm(&step));
}

#[test]
fn a_step_counts_what_is_trained() {
    type Net = NestedOf<Counted<f64>>;
    const TRAINED: u64 = Nested::COST.params()
        - Nested::COST.params_of("encoder").unwrap()
        - Nested::COST.params_of("repeat1.residual1.fc1").unwrap();
    let layers = Layers::<Net>::all().freeze("encoder").and_then(|all| all.freeze("repeat1")).unwrap();
    assert_eq!(layers.params() as u64, TRAINED);
    let (mut net, mut grad) = (network::init::<Net>(1), network::zeros::<Net>());
    grad.params_mut().fill(Counted(0.5));
    let mut lion = Lion::new(1e-3).decay(0.1).clip(1.0).l2(0.1);
    let kind = Optimizer::<Counted<f64>>::kind(&lion);
    let flops = count(|| lion.step_layers(&mut net, &grad, &layers));
    assert_eq!(flops, kind.flops(TRAINED));
    let flops = count(|| lion.step(&mut net, &grad));
    assert_eq!(flops, kind.flops(Net::PARAMS as u64));
}

#[test]
fn names_that_lead_nowhere_are_errors_that_help() {
    let refused = |set: fn(Trainer<'static, Adam>) -> Trainer<'static, Adam>| {
        let mut net = Nested::init(1);
        let message =
            set(Trainer::new(Adam::new(0.1))).fit(&mut net, &data(4), None).unwrap_err().to_string();
        assert_eq!(net.params(), Nested::init(1).params());
        message
    };
    let known = "layers with parameters: `encoder.fc1`, `encoder.inner.fc1`, `encoder.inner.layer_norm1`, \
                 `repeat1.residual1.fc1`, `neck`, `head`";
    let table = [
        (
            refused(|trainer| trainer.freeze("encodr")),
            format!("`encodr` is no layer of this network; did you mean `encoder`?; {known}"),
        ),
        (refused(|trainer| trainer.lr("fully", 2.0)), format!("`fully` is no layer of this network; {known}")),
        (refused(|trainer| trainer.freeze("repeat1.2")), format!("`repeat1.2` is no layer of this network; did you mean `repeat1`?; {known}")),
        (refused(|trainer| trainer.freeze("relu1")), format!("`relu1` has no parameters to train; {known}")),
        (refused(|trainer| trainer.freeze("mse")), format!("`mse` has no parameters to train; {known}")),
        (
            refused(|trainer| trainer.lr("head", 0.0)),
            "learning rate factor = 0: expected a finite number above 0, or `freeze(\"head\")` to keep the layer as it is"
                .to_owned(),
        ),
        (
            refused(|trainer| trainer.freeze("encoder").freeze("repeat1").freeze("neck").freeze("head")),
            "trained layers = none: expected at least one that is not frozen".to_owned(),
        ),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
    assert!(Layers::<Two>::all().lr("fc1", f64::NAN).is_err());
}
