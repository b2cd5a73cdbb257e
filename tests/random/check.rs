//! What must hold of any network: compiled into the crate that the test writes, and run there.

use quipu::network::{self, Model};
use quipu::{AdamW, Counted, Inputs, Optimizer, OptimizerKind, Sgd, Workspace, count};

use crate::data::{Data, fill, fill_params, forms, is_batchwise};

type C = Counted<f64>;

/// Where masks of dropout come from.
const SEED: u64 = 5;

/// Runs every check of a network; what is wrong, if anything is.
pub(crate) fn check<M: Model<Scalar = C>>() -> Result<(), String> {
    let (cost, batches) = (M::COST, if is_batchwise::<M>() { [3, 2, 5] } else { [1, 2, 5] });
    equal("COST.params()", cost.params(), M::PARAMS as u64)?;
    plan::<M>()?;
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let mut grad = network::zeros::<M>();
    // A form of targets after another; distributions cost more than the constants, by what tests/counted.rs holds.
    let in_turn = forms::<M>().iter().filter(|form| **form != "soft").cycle();
    for (rows, form) in batches.into_iter().zip(in_turn) {
        let (b, data) = (rows as u64, Data::new::<M>(rows, form));
        let at = |what: &str| format!("{what} at batch {rows}");
        let (mut ws, mut inference) = (Workspace::<M>::new(rows), Workspace::<M>::inference(rows));
        equal(&at("workspace"), ws.bytes(), M::TRAIN.total_bytes(rows, size_of::<C>()))?;
        equal(&at("workspace of inference"), inference.bytes(), M::INFER.total_bytes(rows, size_of::<C>()))?;

        let found = count(|| network::loss_and_grad(&*net, &data.batch(), &mut ws, &mut grad).unwrap());
        equal(&at("forward and backward"), found, cost.forward_flops(b) + cost.backward_flops(b))?;
        // A loss in evaluation has the head's forward pass, by which the two are told apart.
        let head = cost.layers.last().unwrap();
        let found = count(|| network::loss(&*net, &data.batch(), &mut ws).unwrap());
        let body = cost.infer_flops(b) - head.infer_flops * b;
        equal(&at("loss"), found, body + head.forward_flops * b + head.per_step.forward)?;
        let mut dx = vec![C::default(); data.inputs.len()];
        let found = count(|| network::input_grad(&*net, &data.batch(), &mut ws, &mut dx).unwrap());
        equal(&at("input_grad"), found, cost.input_grad_flops(b))?;
        for ws in [&mut ws, &mut inference] {
            let found = count(|| network::predict(&*net, Inputs::Values(&data.inputs), ws).unwrap());
            equal(&at("predict"), found, cost.infer_flops(b))?;
        }
        // On a copy: numbers stay where they are for the next batch.
        let mut moved = network::copied(&*net);
        let adamw = OptimizerKind::AdamW.decay().clip();
        let optimizers: [(Box<dyn Optimizer<C>>, OptimizerKind); 2] = [
            (Box::new(Sgd::new(0.1)), OptimizerKind::Sgd),
            (Box::new(AdamW::new(0.1).decay(0.1).clip(1.0)), adamw),
        ];
        for (mut optimizer, kind) in optimizers {
            let found = count(|| {
                network::loss_and_grad(&*moved, &data.batch(), &mut ws, &mut grad).unwrap();
                optimizer.step_flat(moved.flat_mut(), grad.flat()).unwrap();
                network::follow(&mut *moved, &*grad);
            });
            equal(&at(&format!("a step of {kind}")), found, cost.step_flops(b, kind))?;
        }
    }
    gradient(&mut *net, &Data::new::<M>(3, forms::<M>()[0]))
}

/// The plan is within a tenth of what lives at one time.
fn plan<M: Model>() -> Result<(), String> {
    for (pass, quality) in [("training", M::TRAIN_QUALITY), ("inference", M::INFER_QUALITY)] {
        let tight = quality.live <= quality.planned && 10 * quality.planned <= 11 * quality.live;
        if !tight || quality.planned > quality.naive {
            return Err(format!("the plan for {pass}: {quality:?}"));
        }
    }
    Ok(())
}

/// The gradient along one direction is the central difference of the loss, for some step: kinks and rounding spoil one
/// step or another, a wrong rule spoils all.
fn gradient<M: Model<Scalar = C>>(net: &mut M, data: &Data) -> Result<(), String> {
    let (mut ws, mut grad, mut scratch) =
        (Workspace::<M>::new(3), network::zeros::<M>(), network::zeros::<M>());
    let start: Vec<f64> = net.flat().iter().map(|x| x.0).collect();
    let way: Vec<f64> = (0..M::PARAMS).map(|i| fill(i, 9) / (M::PARAMS as f64).sqrt()).collect();
    ws.reseed(SEED);
    network::loss_and_grad(net, &data.batch(), &mut ws, &mut grad).unwrap();
    let found: f64 = grad.flat().iter().zip(&way).map(|(grad, way)| grad.0 * way).sum();
    let mut losses = |h: f64| {
        for ((param, start), way) in net.flat_mut().iter_mut().zip(&start).zip(&way) {
            *param = Counted(start + h * way);
        }
        ws.reseed(SEED);
        network::loss_and_grad(net, &data.batch(), &mut ws, &mut scratch).unwrap().0
    };
    let differences = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7].map(|h| (losses(h) - losses(-h)) / (2.0 * h));
    let near = |difference: f64| (difference - found).abs() <= 2e-6 * (1.0 + difference.abs());
    if found.is_finite() && differences.iter().any(|&difference| near(difference)) {
        Ok(())
    } else {
        Err(format!("the gradient along a direction is {found}, differences of the loss {differences:?}"))
    }
}

fn equal<N: PartialEq + std::fmt::Display>(what: &str, found: N, constant: N) -> Result<(), String> {
    if found == constant {
        Ok(())
    } else {
        Err(format!("{what}: found {found}, the constants say {constant}"))
    }
}
