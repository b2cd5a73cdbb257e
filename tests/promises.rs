//! What users may rely on beside the numbers: strict lints hold in their crates, stacks stay small, costs are free.

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use quipu::prelude::*;

network! {
    /// One bit of two.
    pub Xor < fc(2, 8); tanh; bce(1) >
}

network! {
    /// Every form of the grammar under the strictest lints.
    pub Strict <
        let d = 12;
        block ff(n) {
            /// Wider.
            wide: fc(n);
            gelu
        }
        input(3, 4);
        flatten;
        encoder: { fc(d); relu; ff(2 * d) }
        repeat(2) { residual { layer_norm; fc(2 * d) } shortcut { fc(2 * d, bias = false) } }
        dropout(0.1);
        thin: fc(d, rank = 2);
        batch_norm;
        repeat(2) { fc(d); batch_norm; tanh; batch_norm }
        rms_norm;
        tanh;
        softmax_ce(5, smoothing = 0.1)
    >
}

network! {
    /// 100 million parameters, 400 MB: costed here, and built nowhere.
    pub Large < fc(10_000, 9_000); relu; fc(1_110); relu; softmax_ce(10) >
}

const _: () = assert!(Large::PARAMS == 10_000 * 9_000 + 9_000 + 9_000 * 1_110 + 1_110 + 1_110 * 10 + 10);
const _: () = assert!(Large::PARAMS > 100_000_000 - 100_000);
const _: () = assert!(Large::COST.macs(1) == 10_000 * 9_000 + 9_000 * 1_110 + 1_110 * 10);
const _: () = assert!(Large::train_bytes(1, OptimizerKind::Adam) > 16 * Large::PARAMS);

/// Runs on a thread with the smallest stack that programs usually have.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    thread.join().expect("no overflow and no panic");
}

#[test]
fn exclusive_or_is_learnt_on_a_stack_of_2_mib() {
    on_a_small_stack(|| {
        let (inputs, targets) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]);
        let batch = Batch::new(&inputs, &targets);
        let (mut net, mut grad, mut ws) = (Xor::init(1), Xor::zeros(), Xor::workspace(4));
        let mut adam = Adam::new(0.05);
        for _ in 0..500 {
            net.loss_and_grad(&batch, &mut ws, &mut grad).expect("a batch that fits");
            adam.step(&mut net, &grad);
        }
        let right = net.predict(&inputs, &mut ws).expect("inputs that fit");
        assert!(right.iter().zip(targets).all(|(p, t)| (p - t).abs() < 0.1), "{right:?}");
    });
}

#[test]
fn parameters_larger_than_the_stack_never_stand_on_it() {
    mod large {
        quipu::network! {
            /// 16 MB of parameters.
            pub(crate) Net < fc(2_000, 2_000); relu; softmax_ce(2) >
        }
    }
    use large::Net;
    on_a_small_stack(|| {
        let net = Net::init(1);
        let copy = net.clone();
        let mut grad = Net::zeros();
        let mut ws = Net::workspace(2);
        let inputs = vec![0.5; 2 * Net::INPUTS];
        net.loss_and_grad(&Batch::new(&inputs, &[0_u32, 1]), &mut ws, &mut grad).expect("a batch that fits");
        assert_eq!(copy.params(), net.params());
        assert!(grad.params().iter().any(|&g| g != 0.0));
    });
}

#[test]
fn every_form_of_the_grammar_trains_under_strict_lints() {
    let (net, mut grad, mut ws) = (Strict::init(1), Strict::zeros(), Strict::workspace(2));
    let inputs = vec![0.25; 2 * Strict::INPUTS];
    let loss =
        net.loss_and_grad(&Batch::new(&inputs, &[0_u32, 4]), &mut ws, &mut grad).expect("a batch that fits");
    assert!(loss.is_finite());
    assert_eq!(Strict::D, 12);
    assert!(net.fold().repeat2[1].batch_norm2.weight.iter().all(|&weight| weight == 1.0));
    assert_eq!(grad.encoder.ff1.wide.bias.len(), 24);
}

#[test]
fn a_network_without_a_name_is_called_network_and_trains() {
    quipu::network! {< fc(784, 256); relu; softmax_ce(10) >}
    const _: () = assert!(Network::PARAMS == 203_530);
    let (train, _) = quipu::data::digits().expect("the digits that the crate carries");
    let (mut net, mut grad, mut ws) = (Network::init(1), Network::zeros(), Network::workspace(8));
    let batch = train.batch(..8);
    let mut sgd = Sgd::new(0.1);
    let before = net.loss(&batch, &mut ws).expect("a batch that fits");
    for _ in 0..3 {
        net.loss_and_grad(&batch, &mut ws, &mut grad).expect("a batch that fits");
        sgd.step(&mut net, &grad);
    }
    assert!(net.loss(&batch, &mut ws).expect("a batch that fits") < before);
}

/// The macro's code stands on absolute paths alone: names of the user's own do not reach it.
mod core {
    /// Not `core::option::Option`.
    #[allow(dead_code)]
    pub(crate) struct Option;
    /// Not `std::result::Result`.
    #[allow(dead_code)]
    pub(crate) struct Result;
    /// Not `std::boxed::Box`.
    #[allow(dead_code)]
    pub(crate) struct Box;
    /// Not `Some`.
    #[allow(dead_code, non_snake_case)]
    pub(crate) fn Some() {}

    quipu::network! {
        /// In a module of a name that generated code uses.
        pub(crate) Hidden < fc(2, 3); relu; mse(1) >
    }
}

#[test]
fn networks_stand_in_functions_and_beside_names_of_the_prelude() {
    quipu::network! { Local < fc(2, 3); relu; mse(1) > }
    assert_eq!(Local::PARAMS, core::Hidden::PARAMS);
    assert_eq!(core::Hidden::init(1).params(), Local::init(1).params());
}
