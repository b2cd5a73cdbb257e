//! The seed's three claims on real networks: what backward costs beside forward, what the fused softmax gradient saves,
//! and which mode of differentiation is cheaper. README's table is made of the same constants.

use quipu::cost::{Mode, full_jacobian_product};
use quipu::prelude::*;
use quipu::{Counted, Inputs, Model, NetworkCost, Targets, Workspace, count, network as run};

network! { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
network! { pub Mlp3 < fc(784, 512); relu; fc(512); relu; softmax_ce(10) > }
network! { pub Words < fc(64, 32); tanh; softmax_ce(1000) > }
network! {
    pub Deep <
        let d = 256;
        fc(784, d);
        repeat(12) { residual { layer_norm; fc(4 * d); gelu; fc(d) } }
        layer_norm;
        fc(10);
        softmax_ce(10)
    >
}
network! { /** From few inputs to many outputs. */ pub Decoder < fc(2, 64); tanh; mse(784) > }

const README: &str = include_str!("../README.md");

/// FLOPs a sample of the gradient in the network's own input, which training leaves out: each network here begins with
/// a layer of parameters, and only that layer's is left out.
const fn first_input_gradient(cost: &NetworkCost) -> u64 {
    cost.layers[0].input_grad_flops
}

/// Backward against forward at batch 128, as training does it and with the first input gradient.
fn backward(cost: &NetworkCost) -> (f64, f64) {
    let (forward, backward) = (cost.forward_flops(128), cost.backward_flops(128));
    let ratio = |flops: u64| flops as f64 / forward as f64;
    (ratio(backward), ratio(backward + 128 * first_input_gradient(cost)))
}

/// FLOPs a sample of the gradient of softmax and cross-entropy in the logits: fused, and by the full Jacobian.
fn softmax(cost: &NetworkCost) -> (u64, u64) {
    let classes = *cost.layers.last().unwrap().output.last().unwrap() as u64;
    // The fused gradient is scaled by 1/B, too; both ways pay for that.
    (cost.layers.last().unwrap().backward_flops - classes, full_jacobian_product(classes, classes))
}

/// How many times the FLOPs of reverse mode forward mode takes for the gradient of the loss in all parameters.
fn modes(cost: &NetworkCost) -> f64 {
    cost.gradient_forward_mode_flops(1) as f64 / (cost.forward_flops(1) + cost.backward_flops(1)) as f64
}

#[test]
fn backward_is_twice_forward_only_with_the_first_input_gradient() {
    for cost in [&Mlp::COST, &Mlp3::COST, &Deep::COST] {
        let (trained, whole) = backward(cost);
        assert!((1.97..2.03).contains(&whole), "{}: {whole}", cost.name);
        assert!(trained < whole, "{}: {trained}", cost.name);
    }
    // Where the first layer dominates the rule of thumb is off by half; in depth it is nearly right.
    assert!(backward(&Mlp::COST).0 < 1.02 && backward(&Deep::COST).0 > 1.9);
}

#[test]
fn the_first_input_gradient_is_what_input_grad_does_beyond_training() {
    /// What `input_grad` and `loss_and_grad` count at batch 3.
    fn counted<M: Model<Scalar = Counted<f64>>>(net: &M) -> (u64, u64) {
        let inputs = vec![0.5; 3 * M::INPUTS];
        let batch = Batch { inputs: Inputs::Values(&inputs), targets: Targets::Classes(&[1, 0, 2]) };
        let (mut ws, mut grad) = (Workspace::<M>::new(3), run::zeros::<M>());
        let mut dx = vec![Counted::default(); inputs.len()];
        (
            count(|| run::input_grad(net, &batch, &mut ws, &mut dx).unwrap()),
            count(|| run::loss_and_grad(net, &batch, &mut ws, &mut grad).unwrap()),
        )
    }
    let (input_grad, step) = counted(&*MlpOf::<Counted<f64>>::init(1));
    let cost = &Mlp::COST;
    assert_eq!(
        (input_grad, step),
        (cost.input_grad_flops(3), cost.forward_flops(3) + cost.backward_flops(3))
    );
    // One product, 784 x 256.
    assert_eq!(first_input_gradient(cost), 2 * 784 * 256);
}

#[test]
fn the_fused_softmax_gradient_takes_c_and_not_c_squared() {
    assert_eq!(softmax(&Mlp::COST), (10, 200));
    assert_eq!(softmax(&Words::COST), (1_000, 2_000_000));
}

#[test]
fn reverse_mode_is_cheaper_for_a_loss_and_forward_mode_for_few_inputs() {
    // P tangent passes, against one forward and one backward pass.
    for cost in [&Mlp::COST, &Mlp3::COST, &Deep::COST] {
        let ratio = modes(cost) / cost.params() as f64;
        assert!((0.9..1.6).contains(&ratio), "{}: {ratio} P", cost.name);
    }
    assert_eq!(Mlp::COST.jacobian_mode(10, 784), Mode::Reverse);
    assert_eq!(Decoder::COST.jacobian_mode(784, 2), Mode::Forward);
    assert!(100 * Decoder::COST.jacobian_forward_flops(2) < Decoder::COST.jacobian_reverse_flops(784));
}

#[test]
fn the_readme_prints_them() {
    let row = |name: &str, cost: &NetworkCost| {
        let ((trained, whole), (fused, full)) = (backward(cost), softmax(cost));
        format!(
            "| `{name}` | {trained:.3} | {whole:.3} | {fused} | {full} | {} |",
            quipu::report::grouped(modes(cost).round() as u64)
        )
    };
    for row in [row("Mlp", &Mlp::COST), row("Mlp3", &Mlp3::COST), row("Deep", &Deep::COST)] {
        assert!(README.contains(&row), "the README lacks the row\n{row}");
    }
}
