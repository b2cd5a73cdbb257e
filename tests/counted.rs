//! The cost constants against runs that count themselves: every network, every entry, every optimizer, exactly.

#[macro_use]
mod networks;

use networks::{Data, fill_params, forms, is_batchwise};
use quipu::network::{self, TargetKind};
use quipu::prelude::network;
use quipu::{
    Adagrad, Adam, AdamW, Batch, Counted, Inputs, Lion, Model, Momentum, Optimizer, OptimizerKind, RmsProp,
    Sgd, Workspace, count,
};

type C = Counted<f64>;

network! { /** The network of the README. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
network! {
    /** The same, spelled out. */
    pub MlpLong < fc(784, 256); relu; fc(256, 10); softmax_ce(10) >
}

// A network of a hundred million parameters is costed without being built.
network! {
    /// 100 M parameters.
    pub Large <
        fc(8192, 10_000);
        gelu;
        repeat(6) { residual { layer_norm; fc(1_600); gelu; fc(10_000) } }
        relu;
        softmax_ce(10)
    >
}

const _: () = {
    assert!(Mlp::PARAMS == 203_530 && MlpLong::PARAMS == 203_530);
    assert!(
        Mlp::COST.params() == 203_530 && Mlp::COST.macs(1) == 203_264 && Mlp::COST.macs(32) == 32 * 203_264
    );
    // 407,100 a sample by hand, and the mean over the batch: B additions and a division.
    assert!(Mlp::COST.forward_flops(1) == 407_102 && Mlp::COST.backward_flops(1) == 412_190);
    assert!(Mlp::COST.forward_flops(32) < 14_000_000);
    assert!(OptimizerKind::Sgd.flops(203_530) == 2 * 203_530);
    assert!(OptimizerKind::Adam.flops(203_530) == 14 * 203_530);
    assert!(Mlp::COST.step_flops(5, OptimizerKind::Adam) == 4_096_456 + 14 * 203_530);
    assert!(Mlp::train_bytes(128, OptimizerKind::Adam) <= 4 << 20);
    // 8192 * 10000 + 10000, six times (20000 + 2 * 1600 * 10000 + 1600 + 10000), 10000 * 10 + 10.
    assert!(Large::PARAMS == 274_219_610 && Large::COST.params() == 274_219_610);
    assert!(Large::COST.macs(1) == 8_192 * 10_000 + 6 * 2 * 1_600 * 10_000 + 100_000);
    assert!(Large::COST.step_flops(1, OptimizerKind::Sgd) > 3 * Large::COST.forward_flops(1) - (1 << 30));
    assert!(Large::train_bytes(1, OptimizerKind::Adam) > 16 * Large::PARAMS);
};

/// Every optimizer with every extra that changes its cost.
fn optimizers() -> Vec<(Box<dyn Optimizer<C>>, OptimizerKind)> {
    use OptimizerKind as Kind;
    fn of<O: Optimizer<C> + 'static>(optimizer: O, kind: Kind) -> (Box<dyn Optimizer<C>>, Kind) {
        (Box::new(optimizer), kind)
    }
    let momentum = || Momentum::new(0.1, 0.9);
    vec![
        of(Sgd::new(0.1), Kind::Sgd),
        of(Sgd::new(0.1).decay(0.01), Kind::Sgd.decay()),
        of(Sgd::new(0.1).clip(1.0), Kind::Sgd.clip()),
        of(Sgd::new(0.1).decay(0.01).clip(1.0), Kind::Sgd.decay().clip()),
        of(momentum(), Kind::Momentum),
        of(momentum().decay(0.01).clip(1.0), Kind::Momentum.decay().clip()),
        of(momentum().nesterov(), Kind::Momentum.nesterov()),
        of(momentum().nesterov().decay(0.01), Kind::Momentum.nesterov().decay()),
        of(momentum().nesterov().decay(0.01).clip(1.0), Kind::Momentum.nesterov().decay().clip()),
        of(Adam::new(0.1), Kind::Adam),
        of(Adam::new(0.1).decay(0.01), Kind::Adam.decay()),
        of(Adam::new(0.1).clip(1.0), Kind::Adam.clip()),
        of(Adam::new(0.1).decay(0.01).clip(1.0), Kind::Adam.decay().clip()),
        of(AdamW::new(0.1), Kind::AdamW),
        of(AdamW::new(0.1).decay(0.3), Kind::AdamW.decay()),
        of(AdamW::new(0.1).clip(1.0), Kind::AdamW.clip()),
        of(AdamW::new(0.1).l1(0.01).l2(0.01), Kind::AdamW.l1().l2()),
        of(Sgd::new(0.1).l1(0.01), Kind::Sgd.l1()),
        of(momentum().l1(0.01).l2(0.01).clip(1.0), Kind::Momentum.l1().l2().clip()),
        of(Adam::new(0.1).l1(0.01).clip(1.0), Kind::Adam.l1().clip()),
        of(RmsProp::new(0.1), Kind::RmsProp),
        of(RmsProp::new(0.1).momentum(0.9), Kind::RmsProp.momentum()),
        of(RmsProp::new(0.1).centered().decay(0.01), Kind::RmsProp.centered().decay()),
        of(
            RmsProp::new(0.1).momentum(0.9).centered().l1(0.01).clip(1.0),
            Kind::RmsProp.momentum().centered().l1().clip(),
        ),
        of(Adagrad::new(0.1), Kind::Adagrad),
        of(Adagrad::new(0.1).lr_decay(0.1).initial(0.5), Kind::Adagrad),
        of(Adagrad::new(0.1).decay(0.01).l1(0.01).clip(1.0), Kind::Adagrad.decay().l1().clip()),
        of(Lion::new(0.1), Kind::Lion),
        of(Lion::new(0.1).decay(0.3).clip(1.0), Kind::Lion.decay().clip()),
        of(Lion::new(0.1).l1(0.01).l2(0.01), Kind::Lion.l1().l2()),
    ]
}

/// What soft targets cost a sample beyond the constants, which are those of class targets: (loss, gradient) FLOPs.
///
/// The loss takes a dot product with the target, 2C - 1, where a class is looked up for nothing. The gradient of a
/// smoothed distribution mixes the target itself first, 2C; a smoothed class has two values only, known beforehand.
/// The head's table (`quipu::heads::softmax_ce`) says the same: 2C + 1 for 2, 3C + 3 for C + 4, 4C for 2C.
fn soft_extra(classes: usize, smoothed: bool) -> (u64, u64) {
    let c = classes as u64;
    (2 * c - 1, if smoothed { 2 * c } else { 0 })
}

/// Counts every entry of a network and compares.
fn check<M: Model<Scalar = C>>(name: &str) {
    // One row has no variance: what is scaled by one refuses it in training.
    let batches = if is_batchwise::<M>() { [3, 2, 5] } else { [1, 2, 5] };
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let mut grad = network::zeros::<M>();
    let head = M::COST.layers.last().unwrap();
    // Beside the softmax: a logarithm, a subtraction and the share of the mean; a smoothed class takes C + 2 more.
    let smoothed = head.forward_flops > head.infer_flops + 3;
    for &form in forms::<M>() {
        let (soft_loss, soft_gradient) = match (form, M::TARGETS) {
            ("soft", TargetKind::Classes(n)) => soft_extra(n, smoothed),
            _ => (0, 0),
        };
        for batch in batches {
            let b = batch as u64;
            let data = Data::new::<M>(batch, form);
            let batch: Batch<'_, C> = data.batch();
            let (mut ws, mut inference) = (Workspace::<M>::new(5), Workspace::<M>::inference(5));
            let at = format!("{name}, {form}, batch {b}");

            let step = count(|| network::loss_and_grad(&*net, &batch, &mut ws, &mut grad).unwrap());
            let constant = M::COST.forward_flops(b) + M::COST.backward_flops(b);
            assert_eq!(step, constant + (soft_loss + soft_gradient) * b, "{at}: loss_and_grad");

            let mut dx = vec![C::default(); data.inputs.len()];
            let found = count(|| network::input_grad(&*net, &batch, &mut ws, &mut dx).unwrap());
            assert_eq!(
                found,
                M::COST.input_grad_flops(b) + (soft_loss + soft_gradient) * b,
                "{at}: input_grad"
            );

            let inputs = || Inputs::Values(&data.inputs);
            let body = M::COST.infer_flops(b) - head.infer_flops * b;
            for ws in [&mut ws, &mut inference] {
                let found = count(|| network::predict(&*net, inputs(), ws).unwrap());
                assert_eq!(found, M::COST.infer_flops(b), "{at}: predict");
                let found = count(|| network::logits(&*net, inputs(), ws).unwrap());
                assert_eq!(found, body, "{at}: logits");
                // A loss in evaluation: the layers as in inference, the head as in training.
                let found = count(|| network::loss(&*net, &batch, ws).unwrap());
                let constant = body + head.forward_flops * b + head.per_step.forward;
                assert_eq!(found, constant + soft_loss * b, "{at}: loss");
            }
            if form == "soft" || b == 2 {
                continue;
            }
            for (mut optimizer, kind) in optimizers() {
                let found = count(|| {
                    network::loss_and_grad(&*net, &batch, &mut ws, &mut grad).unwrap();
                    optimizer.step_flat(net.flat_mut(), grad.flat()).unwrap();
                    network::follow(&mut *net, &*grad);
                });
                assert_eq!(found, M::COST.step_flops(b, kind), "{at}: a step of {kind}");
            }
        }
    }
}

/// What holds of the constants alone.
fn consistent<M: Model>(name: &str) {
    let cost = M::COST;
    let sum = |of: fn(&quipu::LayerCost) -> u64| cost.layers.iter().map(of).sum::<u64>();
    assert_eq!(cost.params(), M::PARAMS as u64, "{name}");
    assert_eq!(sum(|layer| layer.params), M::PARAMS as u64, "{name}");
    for b in [1, 3, 1_000] {
        assert_eq!(cost.macs(b), b * sum(|layer| layer.macs), "{name}");
        let forward = b * sum(|layer| layer.forward_flops) + sum(|layer| layer.per_step.forward);
        let backward = b * sum(|layer| layer.backward_flops) + sum(|layer| layer.per_step.backward);
        assert_eq!((cost.forward_flops(b), cost.backward_flops(b)), (forward, backward), "{name}");
        let infer = b * sum(|layer| layer.infer_flops) + sum(|layer| layer.per_step.infer);
        assert_eq!(cost.infer_flops(b), infer, "{name}");
        let input = b * sum(|layer| layer.input_grad_flops) + sum(|layer| layer.per_step.input_grad);
        assert_eq!(cost.input_grad_flops(b), forward + input, "{name}");
        let optimizer = OptimizerKind::Adam.flops(cost.params()) + sum(|layer| layer.per_step.update);
        assert_eq!(cost.step_flops(b, OptimizerKind::Adam), forward + backward + optimizer, "{name}");
    }
    let elements = |shape: &[usize]| shape.iter().product::<usize>();
    assert_eq!(elements(cost.layers[0].input), M::INPUTS, "{name}");
    assert_eq!(elements(cost.layers.last().unwrap().output), M::OUTPUTS, "{name}");
    let mut names: Vec<_> = cost.layers.iter().map(|layer| layer.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), cost.layers.len(), "{name}: names of layers are distinct");
}

macro_rules! counted {
    ($($name:ident: $net:ident,)*) => {
        mod counts {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<quipu::Counted<f64>>>(stringify!($name));
                    super::consistent::<super::networks::$net<quipu::Counted<f64>>>(stringify!($name));
                }
            )*
        }
    };
}
every_network!(counted);

#[test]
fn the_readme_s_network_counts_what_is_said_of_it() {
    fn steps<M: Model<Scalar = C>>() {
        let (net, mut grad) = (network::init::<M>(7), network::zeros::<M>());
        let mut ws = Workspace::<M>::new(5);
        for (batch, flops) in [(1, 819_292), (2, 1_638_583), (5, 4_096_456)] {
            let data = Data::new::<M>(batch, "classes");
            let found = count(|| network::loss_and_grad(&*net, &data.batch(), &mut ws, &mut grad).unwrap());
            let b = batch as u64;
            assert_eq!(found, flops, "batch {batch}");
            assert_eq!(M::COST.forward_flops(b) + M::COST.backward_flops(b), flops, "batch {batch}");
            assert_eq!(M::COST.step_flops(b, OptimizerKind::Sgd), flops + 2 * 203_530);
            assert_eq!(M::COST.step_flops(b, OptimizerKind::Adam), flops + 14 * 203_530);
        }
        let found = count(|| {
            Sgd::new(0.1).update(network::copied(&*net).flat_mut(), grad.flat());
        });
        assert_eq!(found, 2 * 203_530);
    }
    steps::<MlpOf<C>>();
    steps::<MlpLongOf<C>>();
    consistent::<Mlp>("mlp");
    consistent::<Large>("large");
}

#[test]
fn backward_is_counted_and_not_assumed() {
    // 1.0125 times the forward pass, since the data's gradient is not computed; 2.0 with it.
    let (forward, backward) = (407_100.0, Mlp::COST.backward_flops(1) as f64);
    assert!((backward / forward - 1.0125).abs() < 1e-4);
    let with_input = (backward + (2 * 784 * 256) as f64) / forward;
    assert!((with_input - 2.0).abs() < 2e-3, "{with_input}");
}
