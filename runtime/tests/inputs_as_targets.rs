//! A network that is to give back its input takes it as targets without a copy: the same losses, gradients and steps as
//! from a copy, and errors where it cannot be.

use quipu::batch::{Batch, Targets};
use quipu::error::Error;
use quipu::prelude::*;

network! {
    /// Six numbers through two.
    pub Auto < input(6); fc(2); tanh; mse(6) >
}

network! {
    /// As many values as inputs, with variances.
    pub Normal < fc(3, 4); tanh; gaussian_nll(3) >
}

network! {
    /// Fewer values than inputs.
    pub Narrow < fc(6, 4); tanh; mse(3) >
}

network! {
    /// Classes.
    pub Classes < fc(6, 4); tanh; softmax_ce(6) >
}

network! {
    /// Classes alone.
    pub Margins < fc(6, 4); tanh; hinge(6) >
}

/// More rows than one chunk has.
fn inputs(width: usize) -> Vec<f32> {
    (0..150 * width).map(|i| (i * i % 97) as f32 / 97.0 - 0.3).collect()
}

#[test]
fn they_do_what_a_copy_does() {
    let data = inputs(6);
    let (mut net, mut twin) = (Auto::init(3), Auto::init(3));
    let (mut ws, mut grad, mut other) = (Auto::workspace(150), Auto::zeros(), Auto::zeros());
    let (mut adam, mut adam_of_twin) = (Adam::new(1e-2), Adam::new(1e-2));
    let (itself, copy) = (Batch::new(&data, Targets::Inputs), Batch::new(&data, &data));
    let first = net.loss(&itself, &mut ws).unwrap();
    for _ in 0..30 {
        let loss = net.loss_and_grad(&itself, &mut ws, &mut grad).unwrap();
        assert_eq!(loss, twin.loss_and_grad(&copy, &mut ws, &mut other).unwrap());
        adam.step(&mut net, &grad);
        adam_of_twin.step(&mut twin, &other);
    }
    let last = net.loss(&itself, &mut ws).unwrap();
    assert_eq!(last, twin.loss(&copy, &mut ws).unwrap());
    assert!(last < 0.9 * first, "{first} to {last}");

    // Half as many targets as predictions.
    let data = inputs(3);
    let (net, mut ws) = (Normal::init(4), Normal::workspace(150));
    let loss = net.loss(&Batch::new(&data, Targets::Inputs), &mut ws).unwrap();
    assert_eq!(loss, net.loss(&Batch::new(&data, &data), &mut ws).unwrap());
}

#[test]
fn they_are_refused_where_widths_or_kinds_differ() {
    let data = inputs(6);
    let batch = Batch::new(&data, Targets::Inputs);
    let error = Narrow::init(1).loss(&batch, &mut Narrow::workspace(150)).unwrap_err();
    assert!(matches!(error, Error::Length { expected: 450, found: 900, width: 3, .. }), "{error}");
    let error = Classes::init(1).loss(&batch, &mut Classes::workspace(150)).unwrap_err();
    assert!(matches!(error, Error::WrongTargets { found: "the inputs", .. }), "{error}");
    let error = Margins::init(1).loss(&batch, &mut Margins::workspace(150)).unwrap_err();
    assert!(matches!(error, Error::WrongTargets { expected: "classes", found: "the inputs" }), "{error}");
}
