//! The totals of a whole network, 784 -> 256 -> relu -> 10 with softmax and cross-entropy, and of optimizers.

use quipu_cost::*;

const INPUT: u64 = 784;
const HIDDEN: u64 = 256;
const CLASSES: u64 = 10;

/// The head carries its own projection and asks for the gradient of its input; the first layer does not.
const MLP: NetworkCost = NetworkCost {
    name: "Mlp",
    layers: &[
        LayerCost {
            name: "fc1",
            kind: "fc",
            input: &[INPUT as usize],
            output: &[HIDDEN as usize],
            times: 1,
            params: INPUT * HIDDEN + HIDDEN,
            buffers: 0,
            macs: matmul_macs(1, INPUT, HIDDEN),
            forward_flops: fc(INPUT, HIDDEN),
            backward_flops: fc_param_gradient(INPUT, HIDDEN),
            infer_flops: fc(INPUT, HIDDEN),
            input_grad_flops: fc_input_gradient(INPUT, HIDDEN),
            saved: 0,
            per_step: PerStep::NONE,
            moved: quipu_cost::Moved::NONE,
        },
        LayerCost {
            name: "relu1",
            kind: "relu",
            input: &[HIDDEN as usize],
            output: &[HIDDEN as usize],
            times: 1,
            params: 0,
            buffers: 0,
            macs: 0,
            forward_flops: relu(HIDDEN),
            backward_flops: relu_backward(HIDDEN),
            infer_flops: relu(HIDDEN),
            input_grad_flops: relu_backward(HIDDEN),
            saved: HIDDEN,
            per_step: PerStep::NONE,
            moved: quipu_cost::Moved::NONE,
        },
        LayerCost {
            name: "softmax_ce1",
            kind: "softmax_ce",
            input: &[HIDDEN as usize],
            output: &[CLASSES as usize],
            times: 1,
            params: HIDDEN * CLASSES + CLASSES,
            buffers: 0,
            macs: matmul_macs(1, HIDDEN, CLASSES),
            forward_flops: fc(HIDDEN, CLASSES) + softmax(CLASSES) + cross_entropy() + batch_mean_per_sample(),
            backward_flops: cross_entropy_gradient(CLASSES)
                + batch_scale(CLASSES)
                + fc_backward(HIDDEN, CLASSES),
            infer_flops: fc(HIDDEN, CLASSES) + softmax(CLASSES),
            input_grad_flops: cross_entropy_gradient(CLASSES)
                + batch_scale(CLASSES)
                + fc_input_gradient(HIDDEN, CLASSES),
            saved: CLASSES,
            per_step: PerStep { forward: batch_mean_per_step(), ..PerStep::NONE },
            moved: quipu_cost::Moved::NONE,
        },
    ],
};

const _: () = assert!(MLP.params() == 203_530);
const _: () = assert!(MLP.macs(1) == 203_264);
const _: () = assert!(MLP.forward_flops(32) < 14_000_000);
const _: () = assert!(MLP.step_flops(1, OptimizerKind::Sgd) == 819_292 + 2 * 203_530);

#[test]
fn sums_worked_out_by_hand() {
    let forward = 2 * 784 * 256 + 256 + 256 + 2 * 256 * 10 + 10 + 48 + 2;
    assert_eq!(forward, 407_100);
    for batch in [1, 2, 5, 32, 128] {
        assert_eq!(MLP.forward_flops(batch), forward * batch + batch + 1);
        assert_eq!(MLP.backward_flops(batch), 412_190 * batch);
        assert_eq!(MLP.infer_flops(batch), (forward - 2) * batch);
        assert_eq!(MLP.macs(batch), 203_264 * batch);
        let input_grad = 10 + 10 + 2 * 256 * 10 + 256 + 2 * 784 * 256;
        assert_eq!(MLP.input_grad_flops(batch), MLP.forward_flops(batch) + input_grad * batch);
    }
    for (batch, both) in [(1, 819_292), (2, 1_638_583), (5, 4_096_456)] {
        assert_eq!(MLP.forward_flops(batch) + MLP.backward_flops(batch), both);
    }
}

#[test]
fn nothing_is_charged_for_no_samples_but_the_step_itself() {
    assert_eq!(MLP.forward_flops(0), 1);
    assert_eq!(MLP.backward_flops(0), 0);
    assert_eq!(NetworkCost { name: "Empty", layers: &[] }.step_flops(7, OptimizerKind::Adam), 0);
}

#[test]
fn what_is_spent_once_a_step_is_in_the_total_of_its_pass_alone() {
    let per_step = PerStep { forward: 1, backward: 20, infer: 300, input_grad: 4_000, update: 50_000 };
    let layers = [LayerCost { per_step, ..MLP.layers[0] }, LayerCost { per_step, ..MLP.layers[1] }];
    let net = |layers| NetworkCost { name: "Net", layers };
    let (with, without) = (net(layers.to_vec().leak()), net(&MLP.layers[..2]));
    for batch in [0, 1, 9] {
        let more = |of: fn(&NetworkCost, u64) -> u64| of(&with, batch) - of(&without, batch);
        assert_eq!(more(NetworkCost::forward_flops), 2);
        assert_eq!(more(NetworkCost::backward_flops), 40);
        assert_eq!(more(NetworkCost::infer_flops), 600);
        assert_eq!(more(NetworkCost::input_grad_flops), 2 + 8_000);
        assert_eq!(more(|net, batch| net.step_flops(batch, OptimizerKind::Adam)), 2 + 40 + 100_000);
        assert_eq!(more(NetworkCost::macs), 0);
    }
}

#[test]
fn moved_elements_and_bytes_worked_out_by_hand() {
    let moved = Moved { forward: 3, backward: 50, forward_per_step: 700, backward_per_step: 11_000 };
    assert_eq!([0, 1, 10].map(|batch| moved.training(batch)), [11_700, 11_753, 12_230]);
    let layers: &[LayerCost] =
        vec![LayerCost { moved, ..MLP.layers[0] }, LayerCost { moved, ..MLP.layers[1] }].leak();
    let net = NetworkCost { name: "Net", layers };
    assert_eq!((net.bytes_moved(10, 4), net.bytes_moved(1, 8)), (2 * 4 * 12_230, 2 * 8 * 11_753));
    assert_eq!(net.bytes_moved(10, 0), 0);
}

#[test]
fn optimizer_steps_and_state() {
    type Kind = OptimizerKind;
    let p = 1_000;
    let rows = [
        (Kind::Sgd, 2_000, 0, "sgd"),
        (Kind::Sgd.decay(), 4_000, 0, "sgd + l2"),
        (Kind::Sgd.nesterov(), 2_000, 0, "sgd"),
        (Kind::Sgd.clip(), 5_003, 0, "sgd + clip"),
        (Kind::Momentum, 4_000, 1_000, "momentum"),
        (Kind::Momentum.nesterov(), 6_000, 1_000, "momentum + nesterov"),
        (Kind::Momentum.nesterov().decay().clip(), 11_003, 1_000, "momentum + nesterov + l2 + clip"),
        (Kind::Adam, 14_000, 2_000, "adam"),
        (Kind::Adam.decay(), 16_000, 2_000, "adam + l2"),
        (Kind::Adam.clip(), 17_003, 2_000, "adam + clip"),
        (Kind::AdamW, 16_000, 2_000, "adamw"),
        (Kind::AdamW.decay(), 16_000, 2_000, "adamw"),
        (Kind::AdamW.l2(), 18_000, 2_000, "adamw + l2"),
        (Kind::Sgd.l1().l2(), 7_000, 0, "sgd + l1 + l2"),
        (Kind::Adam.l1().clip(), 20_003, 2_000, "adam + l1 + clip"),
        (Kind::Adam.momentum().centered(), 14_000, 2_000, "adam"),
        (Kind::RmsProp, 9_000, 1_000, "rmsprop"),
        (Kind::RmsProp.momentum(), 11_000, 2_000, "rmsprop + momentum"),
        (Kind::RmsProp.centered(), 15_000, 2_000, "rmsprop + centered"),
        (Kind::RmsProp.momentum().centered().decay(), 19_000, 3_000, "rmsprop + momentum + centered + l2"),
        (Kind::RmsProp.nesterov(), 9_000, 1_000, "rmsprop"),
        (Kind::Adagrad, 7_000, 1_000, "adagrad"),
        (Kind::Adagrad.l2().clip(), 12_003, 1_000, "adagrad + l2 + clip"),
        (Kind::Lion, 9_000, 1_000, "lion"),
        (Kind::Lion.decay(), 11_000, 1_000, "lion + decay"),
        (Kind::Lion.decay().l2().l1(), 16_000, 1_000, "lion + decay + l1 + l2"),
    ];
    for (kind, flops, state, text) in rows {
        assert_eq!(kind.flops(p), flops, "{kind}");
        assert_eq!(kind.state_elements(p), state, "{kind}");
        assert_eq!(kind.to_string(), text);
        assert_eq!(
            kind.flops(p) - kind.flops(0),
            1_000 * (kind.flops(1) - kind.flops(0)),
            "{kind} is affine"
        );
    }
    assert_eq!(Kind::Adam.clip().clip(), Kind::Adam.clip());
    assert_ne!(Kind::Adam, Kind::AdamW);
    assert_eq!((Kind::Adam.decay(), Kind::Lion.decay() == Kind::Lion.l2()), (Kind::Adam.l2(), false));
    let penalties = [Kind::Adam, Kind::Adam.l1(), Kind::AdamW.l2(), Kind::Sgd.l1().l2(), Kind::AdamW.decay()];
    assert_eq!(penalties.map(|kind| kind.penalty_flops(p)), [0, 2_000, 2_000, 4_001, 0]);
    assert_eq!((rmsprop(p), centering(p), adagrad(p), lion(p)), (9_000, 6_000, 7_000, 9_000));
    assert_eq!((sgd(p), momentum(p), adam(p), weight_decay(p)), (2_000, 4_000, 14_000, 2_000));
}

#[test]
fn parameters_of_layers_and_of_blocks() {
    let [first, _, second] = MLP.layers else { panic!("three layers") };
    assert_eq!(MLP.params_of(first.name), Some(784 * 256 + 256));
    let inner = [
        LayerCost { name: "block.fc1", params: 3, ..*first },
        LayerCost { name: "block.fc2", params: 4, ..*first },
        LayerCost { name: "blocks", params: 5, ..*second },
    ];
    let layers: &'static [LayerCost] = Box::leak(Box::new(inner));
    let net = NetworkCost { name: "Blocks", layers };
    let found = ["block", "block.fc2", "blocks", "block.fc", "block.fc1.weight", "", "bloc"]
        .map(|n| net.params_of(n));
    assert_eq!(found, [Some(7), Some(4), Some(5), None, None, None, None]);
}

#[test]
fn prices_before_one_pays() {
    // A prediction is 407,098 FLOPs, the loss's gradient in the input takes 406,804 after the forward pass.
    assert_eq!((MLP.infer_flops(1), MLP.input_grad_flops(1) - MLP.forward_flops(1)), (407_098, 406_804));
    // 784 inputs and 10 outputs: ten adjoint passes beat 784 tangents of three predictions each.
    assert_eq!(MLP.jacobian_forward_flops(784), 784 * 3 * 407_098);
    assert_eq!(MLP.jacobian_reverse_flops(10), 407_098 + 10 * 406_804);
    assert_eq!(MLP.jacobian_mode(10, 784), quipu_cost::Mode::Reverse);
    assert_eq!(MLP.jacobian_flops(10, 784), 4_475_138);
    // One input and many outputs: a single tangent.
    assert_eq!(MLP.jacobian_mode(784, 1), quipu_cost::Mode::Forward);
    assert_eq!(MLP.jacobian_flops(784, 1), 3 * 407_098);
    assert_eq!(MLP.hessian_bytes(quipu_cost::Dtype::F32), 203_530 * 203_530 * 4);
    assert_eq!(MLP.hvp_flops(1), 3 * 819_292);
    // One Lanczos step: a product, a dot, an axpy and two norms (2P each), a scaling (P), and twice a dot and an axpy (4P).
    assert_eq!(MLP.lanczos_flops(1, 1), 3 * 819_292 + 17 * 203_530);
    // The second is made orthogonal to two vectors: 9P + 2 · 8P more, beside its product.
    assert_eq!(MLP.lanczos_flops(1, 2), 2 * (3 * 819_292) + (17 + 25) * 203_530);
    assert_eq!(MLP.landscape_flops(2, 5), 25 * (MLP.forward_flops(2) + 4 * 203_530));
    assert_eq!(MLP.finite_difference_flops(1), 2 * 203_530 * 407_102);
    // The seed's claim: forward mode pays a pass of the loss, three times as dear, for every parameter.
    assert_eq!(MLP.gradient_forward_mode_flops(1), 203_530 * 3 * 407_102);
    assert!(MLP.gradient_forward_mode_flops(1) / (MLP.forward_flops(1) + MLP.backward_flops(1)) > 300_000);
    // To a thousandth: ln 1000 / ln 3 = 6.3 steps of SGD at κ = 2, ln 1000 / ln(101/99) = 345.4 at the seed's κ = 100.
    let step = 819_292 + 2 * 203_530;
    assert_eq!(MLP.descent_flops(1, 2.0, 1e-3), 7 * step);
    assert_eq!(MLP.descent_flops(1, 100.0, 1e-3), 346 * step);
}

/// A layer with buffers and no more parameters than another takes more memory.
#[test]
fn the_heaviest_layer_counts_buffers_where_memory_is_meant() {
    use quipu_cost::Quantity::{Held, Params, Trained};
    const NORM: LayerCost = LayerCost { name: "batch_norm1", params: 2_570, buffers: 2_570, ..MLP.layers[1] };
    const NET: NetworkCost = NetworkCost { name: "Net", layers: &[MLP.layers[2], NORM] };
    assert_eq!(NET.buffers(), 2_570);
    assert_eq!(NET.heaviest(Params, 1, 1), ("softmax_ce1", 2_570));
    assert_eq!(NET.heaviest(Held, 1, 4), ("batch_norm1", 4 * 5_140));
    // Both twice, and two moments of the parameters.
    assert_eq!(
        NET.heaviest(Trained(OptimizerKind::Adam), 1, 4),
        ("batch_norm1", 4 * (2 * 5_140 + 2 * 2_570))
    );
}
