//! Batch norm against ten steps of PyTorch, over chunks, in files, in a trainer, and folded into the layers before it.

#[macro_use]
mod networks;

use networks::{Data, file_order, fill, fill_params};
use quipu::fold::Foldable;
use quipu::network::{self, Node, Plain};
use quipu::prelude::*;
use quipu::{Counted, Error, Inputs, Model, Targets, count};

network! {
    /// The network of tests/reference/batch_norm.py.
    pub Steps <
        input(5);
        batch_norm;
        fc(7, bias = false);
        batch_norm;
        tanh;
        residual { fc(7); batch_norm(eps = 1e-3, momentum = 0.3); tanh }
        fc(3);
        mse(3)
    >
}

const FIXTURE: &str = include_str!("fixtures/batch_norm.txt");

fn numbers(count: usize, seed: usize, times: f64) -> Vec<f64> {
    (0..count).map(|i| times * fill(i, seed)).collect()
}

/// The names of a network's buffers in the order in which they lie, and how long each is.
fn buffers(nodes: &[Node], prefix: &str, out: &mut Vec<(String, usize)>) {
    for node in nodes {
        match *node {
            Node::Param { name, shape, .. } => out.push((format!("{prefix}{name}"), shape.iter().product())),
            Node::Group { name, times: None, children } => {
                buffers(children, &format!("{prefix}{name}."), out)
            }
            Node::Group { name, times: Some(times), children } => {
                (0..times).for_each(|i| buffers(children, &format!("{prefix}{name}.{i}."), out));
            }
        }
    }
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], at: &str) {
    assert_eq!(found.len(), expected.len(), "{at}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        // Gradients behind a batch norm that cannot see them are zero but for rounding.
        let room = 1e-10 * expected.abs().max(1e-4);
        assert!((found - expected).abs() <= room, "{at}, number {index}: {found} for PyTorch's {expected}");
    }
}

#[test]
fn ten_steps_are_pytorch_s_in_training_and_in_evaluation() {
    type Net = StepsOf<f64>;
    let (mut net, mut grad, mut ws) = (Net::init(1), Net::zeros(), Net::workspace(300));
    // The running statistics start as PyTorch's do, the parameters as the fixture says.
    let start = net.flat_buffers().to_vec();
    assert_eq!(net.buffers.batch_norm2.running_mean, [0.0; 7]);
    assert_eq!(net.buffers.residual1.batch_norm1.running_var, [1.0; 7]);
    fill_params(&mut *net);
    net.flat_parts_mut().1.copy_from_slice(&start);

    let mut names = Vec::new();
    buffers(Net::BUFFER_TREE, "", &mut names);
    let probe = numbers(4 * Net::INPUTS, 2, 1.5);
    let mut momentum = Momentum::new(0.1, 0.9);
    let mut lines = FIXTURE.lines().filter(|line| !line.starts_with('#'));
    let mut steps = 0;
    while let Some(heading) = lines.next() {
        let rows: usize = heading.trim_end_matches(']').rsplit(' ').next().unwrap().parse().unwrap();
        let mut next = |name: &str| -> Vec<f64> {
            let (found, numbers) = lines.next().unwrap().split_once(' ').unwrap();
            assert_eq!(found, name, "{heading}");
            numbers.split(' ').map(|number| number.parse().unwrap()).collect()
        };
        let (x, t) =
            (numbers(rows * Net::INPUTS, 10 + steps, 1.5), numbers(rows * Net::OUTPUTS, 40 + steps, 1.0));
        let loss = net.loss_and_grad(&Batch::new(&x, &t), &mut ws, &mut grad).unwrap();
        close(&[loss], &next("loss"), heading);
        for tensor in file_order::<Net>() {
            let found: Vec<f64> = tensor.places.iter().map(|&place| grad.flat()[place]).collect();
            let at = format!("{heading}, {}", tensor.name);
            close(&found, &next(&tensor.name), &at);
        }
        momentum.step(&mut net, &grad);
        let mut from = 0;
        for (name, len) in &names {
            close(&net.flat_buffers()[from..from + len], &next(name), &format!("{heading}, {name}"));
            from += len;
        }
        close(net.logits(&probe, &mut ws).unwrap(), &next("probe"), &format!("{heading}, probe"));
        steps += 1;
    }
    assert_eq!(steps, 10);
}

/// Several chunks of rows: the gradient is still that of the loss, which now depends on all rows at once.
#[test]
fn a_batch_of_several_chunks_has_the_gradient_of_its_loss() {
    type Net = networks::BatchNormInsideOf<f64>;
    const ROWS: usize = 300;
    let mut net = Net::zeros();
    fill_params(&mut *net);
    let mut data = Data::new::<Net>(ROWS, "values");
    let (mut ws, mut grad, mut scratch) = (Net::workspace(ROWS), Net::zeros(), Net::zeros());
    net.loss_and_grad(&data.batch(), &mut ws, &mut grad).unwrap();
    let mut dx = vec![f64::NAN; data.inputs.len()];
    net.input_grad(&data.batch(), &mut ws, &mut dx).unwrap();

    let (params, inputs) = (net.flat().to_vec(), data.inputs.clone());
    let way = |i: usize, seed: usize| 0.05 * fill(i, seed);
    let mut at = |h: f64| {
        for (i, (param, start)) in net.flat_mut().iter_mut().zip(&params).enumerate() {
            *param = start + h * way(i, 9);
        }
        for (i, (input, start)) in data.inputs.iter_mut().zip(&inputs).enumerate() {
            *input = start + h * way(i, 10);
        }
        net.loss_and_grad(&data.batch(), &mut ws, &mut scratch).unwrap()
    };
    let h = 1e-3;
    let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
    let along = |gradient: &[f64], seed| -> f64 {
        gradient.iter().enumerate().map(|(i, gradient)| gradient * way(i, seed)).sum()
    };
    let found = along(grad.flat(), 9) + along(&dx, 10);
    assert!(
        (found - difference).abs() < 1e-8 * difference.abs(),
        "{found}, but differences say {difference}"
    );
}

#[test]
fn one_row_is_refused_in_training_and_not_in_evaluation() {
    let (net, mut grad, mut ws) = (Steps::init(1), Steps::zeros(), Steps::workspace(4));
    let (x, t) = ([0.5; 5], [0.0; 3]);
    let batch = Batch::new(&x, &t);
    let refused = |error: Error| {
        assert!(matches!(error, Error::SingleRow { layer: "batch_norm1" }), "{error}");
        assert!(error.to_string().contains("give at least 2 rows"), "{error}");
    };
    refused(net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap_err());
    refused(net.input_grad(&batch, &mut ws, &mut [0.0; 5]).unwrap_err());
    assert!(net.loss(&batch, &mut ws).unwrap().is_finite());
    assert_eq!(net.predict(&x, &mut ws).unwrap().len(), 3);

    // A trainer says so before any work, also of what is left over in the last step of an epoch.
    let data = Dataset::values(vec![0.25; 9 * 5], 5, vec![0.5; 9 * 3]).unwrap();
    for (batch, fits) in [(1, false), (4, false), (8, false), (2, false), (3, true), (5, true), (100, true)] {
        let mut net = Steps::init(1);
        let fitted = Trainer::new(Sgd::new(0.01)).batch(batch).epochs(1).fit(&mut net, &data, None);
        assert_eq!(fitted.is_ok(), fits, "{batch}: {fitted:?}");
        if let Err(error) = fitted {
            assert!(error.to_string().contains("`batch_norm1`"), "{error}");
            assert_eq!(net.params(), Steps::init(1).params());
        }
    }
}

#[test]
fn running_statistics_follow_the_batches_and_are_no_parameters() {
    let mut net = Steps::init(1);
    assert_eq!(net.params().len(), Steps::PARAMS);
    assert_eq!(StepsOf::<f32>::BUFFERS, 2 * (5 + 7 + 7));
    // Features of the data themselves: means 1 and 4, unbiased variances 2 and 8, of two rows.
    let x = [0.0, 2.0, 0.0, 0.0, 0.0, 2.0, 6.0, 0.0, 0.0, 0.0];
    let (mut grad, mut ws) = (Steps::zeros(), Steps::workspace(2));
    net.loss_and_grad(&Batch::new(&x, &[0.0; 6]), &mut ws, &mut grad).unwrap();
    // A gradient says by how much they change: a tenth of the way from 0 and 1.
    let close = |found: &[f32], expected: [f32; 2]| {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}, {expected:?}");
    };
    close(&grad.buffers.batch_norm1.running_mean[..2], [0.1, 0.4]);
    close(&grad.buffers.batch_norm1.running_var[..2], [0.1, 0.7]);
    assert_eq!(net.buffers.batch_norm1.running_mean, [0.0; 5]);
    Sgd::new(0.1).step(&mut net, &grad);
    close(&net.buffers.batch_norm1.running_mean[..2], [0.1, 0.4]);
    close(&net.buffers.batch_norm1.running_var[..2], [1.1, 1.7]);
    assert_eq!(net.clone().flat_buffers(), net.flat_buffers());
    // A gradient that saw no batch changes nothing.
    let before = net.flat_all().to_vec();
    Sgd::new(0.1).step(&mut net, &Steps::zeros());
    assert_eq!(net.flat_all(), before);
}

#[test]
fn files_carry_the_running_statistics_under_pytorch_s_names() {
    let directory = std::env::temp_dir().join(format!("quipu-batch-norm-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("steps.safetensors");
    let mut net = StepsOf::<f64>::init(1);
    fill_params(&mut *net);
    net.save(&path).unwrap();
    let read = StepsOf::<f64>::load(&path).unwrap();
    assert_eq!(read.flat_all(), net.flat_all());
    assert_eq!(Steps::load(&path).unwrap().flat_buffers().len(), net.flat_buffers().len());

    std::fs::remove_dir_all(directory).unwrap();
}

network! {
    /// What can be folded, and what cannot: first of all, behind another, behind an activation.
    pub Foldings <
        block ff(n, m) { fc(n, m); batch_norm(eps = 1e-3); silu; fc(m, n) }
        input(6);
        batch_norm;
        fc(8);
        batch_norm;
        batch_norm;
        tanh;
        batch_norm;
        { fc(8, bias = false) }
        { batch_norm; relu }
        fc(8, rank = 2);
        batch_norm;
        repeat(3) { fc(8); batch_norm; tanh; residual { ff(8, 5); batch_norm } }
        concat { fc(4); batch_norm } { batch_norm } { }
        ff(20, 3);
        ff(20, 3);
        batch_norm;
        fc(2);
        batch_norm;
        mse(2)
    >
}

/// The inputs, and a network whose running statistics are those of a short training.
fn trained<M: Model>(rows: usize) -> (Box<M>, Vec<<M::Scalar as quipu::Scalar>::Real>) {
    use quipu::scalar::Scalar;
    let real = <M::Scalar as Scalar>::Real::from_f64;
    let (mut net, mut grad, mut ws) =
        (network::init::<M>(3), network::zeros::<M>(), Workspace::<M>::new(rows));
    let mut adam = Adam::new(0.01);
    let x: Vec<_> = numbers(rows * M::INPUTS, 7, 2.0).into_iter().map(real).collect();
    let t: Vec<_> = numbers(rows * M::OUTPUTS, 8, 1.0).into_iter().map(real).collect();
    for _ in 0..40 {
        let batch = Batch { inputs: Inputs::Values(&x), targets: Targets::Values(&t) };
        network::loss_and_grad(&*net, &batch, &mut ws, &mut *grad).unwrap();
        adam.step(&mut *net, &*grad);
    }
    (net, x)
}

/// How far a folded network's outputs are from the network's at most, and the largest of them.
fn far<M: Foldable>(rows: usize) -> (f64, f64) {
    use quipu::scalar::{Real as _, Scalar as _};
    let (net, x) = trained::<M>(rows);
    let folded = quipu::fold::fold(&*net);
    let (mut ws, mut folded_ws) = (Workspace::<M>::inference(rows), Workspace::<M::Folded>::inference(rows));
    let found = network::predict(&*folded, Inputs::Values(&x), &mut folded_ws).unwrap();
    let expected = network::predict(&*net, Inputs::Values(&x), &mut ws).unwrap();
    let number = |x: &M::Scalar| x.real().to_f64();
    found
        .iter()
        .zip(expected)
        .map(|(a, b)| ((number(a) - number(b)).abs(), number(b).abs()))
        .fold((0.0, 0.0), |far, one| (f64::max(far.0, one.0), f64::max(far.1, one.1)))
}

#[test]
fn a_folded_network_computes_the_same() {
    for (far, most) in [far::<Single>(50), far::<Steps>(50), far::<Digits>(50)] {
        assert!(far < 1e-6 && most > 0.1, "f32: {far:e} of {most}");
    }
    // Dozens of layers, over which the rounding of single precision grows.
    let (far_deep, most) = far::<Foldings>(50);
    assert!(far_deep < 1e-5 && most > 0.1, "f32: {far_deep:e} of {most}");
    for (far, most) in [far::<FoldingsOf<f64>>(50), far::<StepsOf<f64>>(50), far::<DigitsOf<f64>>(50)] {
        assert!(far < 1e-13 && most > 0.1, "f64: {far:e} of {most}");
    }
}

network! {
    /// A classifier as one writes it, with values as targets.
    pub Digits < fc(784, 256, bias = false); batch_norm; relu; fc(64); batch_norm; relu; mse(10) >
}

network! {
    /// Digits, small enough for a build without optimisation.
    pub Classifier <
        fc(784, 48, bias = false);
        batch_norm;
        relu;
        fc(32);
        batch_norm;
        relu;
        softmax_ce(10)
    >
}

#[test]
fn a_classifier_of_digits_is_learnt_and_folded() {
    let (train, test) = quipu::data::digits().unwrap();
    let (train, test) = (train.split(2_000).unwrap().0, test.split(500).unwrap().0);
    let mut net = Classifier::init(1);
    let mut trainer = Trainer::new(Adam::new(1e-2)).batch(100).epochs(2).seed(7);
    let history = trainer.fit(&mut net, &train, Some(&test)).unwrap();
    assert!(history.last().accuracy > 0.85, "{}", history.last());
    // A second training of the same seed gives the same numbers, running statistics included.
    let mut again = Classifier::init(1);
    trainer.fit(&mut again, &train, None).unwrap();
    assert_eq!(again.flat_all(), net.flat_all());

    let (mut ws, mut folded_ws) = (Classifier::infer_workspace(500), ClassifierFolded::infer_workspace(500));
    let inputs = test.batch(..500).inputs;
    let folded = net.fold();
    let (found, expected) =
        (folded.predict(inputs, &mut folded_ws).unwrap(), net.predict(inputs, &mut ws).unwrap());
    let far =
        found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max);
    assert!(far < 1e-6, "{far:e}");
    assert_eq!(quipu::train::evaluate(&folded, &test, 100).unwrap().accuracy, history.last().accuracy);
}

// What folding saves of these two layers: three operations a feature in each sample and each pass, and the parameters
// and running statistics of the layers that go; a bias where there was none costs one operation a feature.
const _: () = {
    assert!(DigitsFolded::COST.layers.len() == Digits::COST.layers.len() - 2);
    assert!(DigitsFolded::PARAMS == Digits::PARAMS - 2 * 256 - 2 * 64 + 256);
    assert!(
        Digits::COST.infer_flops(100) - DigitsFolded::COST.infer_flops(100)
            == 101 * 3 * (256 + 64) - 100 * 256
    );
    // 2 * 64 parameters and 2 * 320 running statistics, 256 parameters by now a bias, 2 * 320 scalars of the workspace.
    assert!(Digits::infer_bytes(1) - DigitsFolded::infer_bytes(1) == 4 * (2 * 64 + 256 + 2 * 320 + 2 * 320));
    assert!(DigitsFolded::COST.macs(7) == Digits::COST.macs(7));
};

#[test]
fn what_is_folded_is_counted_and_what_is_not_stays() {
    let kinds = |cost: quipu::NetworkCost| {
        cost.layers
            .iter()
            .filter(|layer| layer.kind == "batch_norm")
            .map(|layer| layer.name)
            .collect::<Vec<_>>()
    };
    let stay = ["batch_norm1", "batch_norm3", "batch_norm4", "concat1.branch2.batch_norm1", "batch_norm6"];
    let mut found = kinds(FoldingsFolded::COST);
    // Behind a block the layer before it stands in other braces.
    found.retain(|name| !name.contains("residual1"));
    assert_eq!(found, stay);
    assert!(kinds(DigitsFolded::COST).is_empty());

    type Net = FoldingsFoldedOf<Counted<f64>>;
    let net = Net::init(1);
    let mut ws = Net::infer_workspace(9);
    for rows in [1, 2, 9] {
        let x = numbers(rows * Net::INPUTS, 7, 2.0);
        let found = count(|| net.predict(&x, &mut ws).unwrap());
        assert_eq!(found, FoldingsFolded::COST.infer_flops(rows as u64));
    }

    // Folding itself is paid once.
    type Single = SingleOf<Counted<f64>>;
    let net = Single::init(1);
    assert_eq!(count(|| net.fold()), quipu::cost::batch_norm_fold(5, 3));
    let folded = Single::init(1).fold();
    assert_eq!(folded.fc1.bias.len(), 3);
}

network! {
    /// One to fold, with budgets that the macro computes by itself.
    #[budget(
        forward_flops(batch = 7) == FORWARD,
        backward_flops(batch = 7) == BACKWARD,
        infer_flops(batch = 7) == INFER,
        step_flops(batch = 7, optimizer = adam) == STEP,
        train_bytes(batch = 7, optimizer = adam) == TRAIN_BYTES,
        infer_bytes(batch = 7) == INFER_BYTES
    )]
    pub Single < fc(5, 3); batch_norm; mse(3) >
}

const FORWARD: u64 = Single::COST.forward_flops(7);
const BACKWARD: u64 = Single::COST.backward_flops(7);
const INFER: u64 = Single::COST.infer_flops(7);
const STEP: u64 = Single::COST.step_flops(7, OptimizerKind::Adam);
const TRAIN_BYTES: usize = Single::train_bytes(7, OptimizerKind::Adam);
const INFER_BYTES: usize = Single::infer_bytes(7);
