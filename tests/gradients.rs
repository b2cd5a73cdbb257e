//! Every gradient against central differences in f64: one function checks any network.
//!
//! The differences are of fourth order, (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, which leaves an error near 1e-12.
//! The numbers of the tests keep every relu further than 2h from its kink: a network that crosses one fails by far.

#[macro_use]
mod networks;

use networks::{Data, fill, fill_params, forms, is_batchwise, is_random};
use quipu::network::{self, Init, Node};
use quipu::prelude::network;
use quipu::{Batch, Model, Targets, Workspace};

/// How far a number is moved.
const H: f64 = 2e-4;
/// Where random masks start from, in every evaluation alike.
const SEED: u64 = 3;
const ROWS: usize = 4;
/// Every parameter is checked up to here; beyond, a sample and one random direction.
const ALL: usize = 2_000;

/// The derivative of `f` at 0.
fn derivative(mut f: impl FnMut(f64) -> f64) -> f64 {
    let mut across = |h: f64| f(h) - f(-h);
    (8.0 * across(H) - across(2.0 * H)) / (12.0 * H)
}

#[track_caller]
fn close(found: f64, expected: f64, at: &str) {
    // What differences cannot resolve: 1e-6 of numbers below 1e-5.
    let room = 1e-6 * expected.abs().max(1e-5);
    assert!((found - expected).abs() <= room, "{at}: {found}, but differences say {expected}");
}

/// The training loss with the masks of [`SEED`].
fn loss<M: Model<Scalar = f64>>(net: &M, batch: &Batch<'_, f64>, ws: &mut Workspace<M>, grad: &mut M) -> f64 {
    ws.reseed(SEED);
    network::loss_and_grad(net, batch, ws, grad).unwrap()
}

/// Checks a network as it stands on one batch.
fn check_at<M: Model<Scalar = f64>>(net: &mut M, data: &Data, at: &str) {
    // Room for more rows than there are, and nothing that a step could mistake for its own zeros.
    let mut ws = Workspace::<M>::new(ROWS + 3);
    let (mut grad, mut scratch) = (network::zeros::<M>(), network::zeros::<M>());
    grad.flat_mut().fill(f64::NAN);
    let batch = data.batch();
    let base = loss(net, &batch, &mut ws, &mut grad);
    // A density may be above 1, and its loss below 0.
    assert!(base.is_finite() && base != 0.0, "{at}: the loss is {base}");
    if !is_random::<M>() && !is_batchwise::<M>() {
        let found = network::loss(net, &batch, &mut ws).unwrap();
        assert!(
            (found - base).abs() < 1e-14 * base.abs().max(1.0),
            "{at}: {found} in evaluation, {base} in training"
        );
    }
    assert_eq!(loss(net, &batch, &mut ws, &mut scratch), base, "{at}: the same step again");
    assert_eq!(scratch.flat(), grad.flat(), "{at}: the same step again");

    let stride = M::PARAMS.div_ceil(ALL);
    for index in (0..M::PARAMS).step_by(stride) {
        let start = net.flat()[index];
        let expected = derivative(|h| {
            net.flat_mut()[index] = start + h;
            loss(net, &batch, &mut ws, &mut scratch)
        });
        net.flat_mut()[index] = start;
        close(grad.flat()[index], expected, &format!("{at}, parameter {index}"));
    }
    if stride > 1 {
        let start = net.flat().to_vec();
        let way: Vec<f64> = (0..M::PARAMS).map(|i| fill(i, 9) / (M::PARAMS as f64).sqrt()).collect();
        let expected = derivative(|h| {
            for ((param, start), way) in net.flat_mut().iter_mut().zip(&start).zip(&way) {
                *param = start + h * way;
            }
            loss(net, &batch, &mut ws, &mut scratch)
        });
        net.flat_mut().copy_from_slice(&start);
        let found = grad.flat().iter().zip(&way).map(|(grad, way)| grad * way).sum();
        close(found, expected, &format!("{at}, a random direction"));
    }

    let mut input_grad = vec![f64::NAN; data.inputs.len()];
    ws.reseed(SEED);
    let found = network::input_grad(net, &batch, &mut ws, &mut input_grad).unwrap();
    assert_eq!(found, base, "{at}: input_grad returns the training loss");
    // The targets stay where they are, also where they are the inputs.
    let mut moved = data.clone();
    for (index, &found) in input_grad.iter().enumerate() {
        let expected = derivative(|h| {
            moved.inputs[index] = data.inputs[index] + h;
            let targets = if matches!(batch.targets, Targets::Inputs) {
                Targets::Values(&data.inputs)
            } else {
                batch.targets
            };
            loss(net, &Batch { inputs: moved.batch().inputs, targets }, &mut ws, &mut scratch)
        });
        moved.inputs[index] = data.inputs[index];
        close(found, expected, &format!("{at}, input {index}"));
    }
}

/// What a row of a class counts in the mean: as the networks of these tests say it.
fn class_weight<M: Model>(class: u32) -> f64 {
    if M::COST.name == "Weighted" { [1.0, 2.5, 0.5, 3.0][class as usize] } else { 1.0 }
}

/// A batch of several chunks has the gradient of its parts: the mean over the rows that count, each as much as its
/// class does.
fn check_chunks<M: Model<Scalar = f64>>(net: &M, form: &'static str, at: &str) {
    const MANY: usize = 131;
    let all = Data::new::<M>(MANY, form);
    let mut ws = Workspace::<M>::new(MANY);
    let (mut whole, mut part) = (network::zeros::<M>(), network::zeros::<M>());
    let mut dx = vec![f64::NAN; all.inputs.len()];
    let loss = network::loss_and_grad(net, &all.batch(), &mut ws, &mut whole).unwrap();
    network::input_grad(net, &all.batch(), &mut ws, &mut dx).unwrap();
    let predicted = network::predict(net, all.batch().inputs, &mut ws).unwrap().to_vec();

    let counted = |data: &Data| match data.batch::<f64>().targets {
        Targets::Classes(classes) => {
            let counted = classes.iter().filter(|&&class| class != quipu::batch::IGNORED);
            counted.map(|&class| class_weight::<M>(class)).sum()
        }
        _ => (data.inputs.len() / M::INPUTS) as f64,
    };
    let (mut sum, mut mean) = (vec![0.0; M::PARAMS], 0.0);
    for rows in [0..40, 40..47, 47..MANY] {
        let some = all.rows(rows.clone(), MANY);
        let share = counted(&some) / counted(&all);
        mean += share * network::loss_and_grad(net, &some.batch(), &mut ws, &mut part).unwrap();
        sum.iter_mut().zip(part.flat()).for_each(|(sum, part)| *sum += share * part);
        let mut some_dx = vec![f64::NAN; some.inputs.len()];
        network::input_grad(net, &some.batch(), &mut ws, &mut some_dx).unwrap();
        let whole_dx = &dx[rows.start * M::INPUTS..rows.end * M::INPUTS];
        for (found, expected) in whole_dx.iter().zip(&some_dx) {
            assert!((found - share * expected).abs() < 1e-13, "{at}: inputs of rows {rows:?}");
        }
        let found = network::predict(net, some.batch().inputs, &mut ws).unwrap();
        for (found, expected) in found.iter().zip(&predicted[rows.start * M::OUTPUTS..]) {
            assert!((found - expected).abs() < 1e-13, "{at}: prediction of rows {rows:?}");
        }
    }
    assert!((loss - mean).abs() < 1e-12, "{at}: loss {loss}, of the parts {mean}");
    for (found, expected) in whole.flat().iter().zip(&sum) {
        assert!((found - expected).abs() < 1e-12, "{at}: {found}, of the parts {expected}");
    }
}

/// Checks a network with filled and with initial parameters, on every form of targets.
fn check<M: Model<Scalar = f64>>(name: &str) {
    for &form in forms::<M>() {
        let data = Data::new::<M>(ROWS, form);
        let mut net = network::zeros::<M>();
        fill_params(&mut *net);
        check_at(&mut *net, &data, &format!("{name}, {form}"));
        if !is_random::<M>() && !is_batchwise::<M>() {
            check_chunks(&*net, form, &format!("{name}, {form}"));
        }
        check_at(&mut *network::init::<M>(5), &data, &format!("{name}, {form}, as initialised"));
    }
}

macro_rules! gradients {
    ($($name:ident: $net:ident,)*) => {
        mod of {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<f64>>(stringify!($name));
                }
            )*
        }
    };
}
every_network!(gradients);

network! {
    /** More parameters than are checked one by one. */
    pub Wide < fc(40, 70); tanh; fc(30); gelu; softmax_ce(10) >
}

#[test]
fn a_larger_network_in_a_random_direction() {
    const { assert!(Wide::PARAMS > ALL) };
    check::<WideOf<f64>>("wide");
}

#[test]
fn masks_differ_between_layers_and_copies_and_steps() {
    network! {
        /** Two masks, and two copies of one. */
        pub Masks <
            input(64);
            a: dropout(0.5);
            b: dropout(0.5);
            repeat(2) { dropout(0.5) }
            fc(1);
            mse(1)
        >
    }
    type Net = MasksOf<f64>;
    let mut net = Net::zeros();
    net.fc1.weight = [[1.0]; 64];
    let (inputs, targets) = ([1.0; 64], [0.0]);
    let batch = Batch::new(&inputs, &targets);
    let (mut ws, mut grad) = (Net::workspace(1), Net::zeros());
    let mut kept = |seed: Option<u64>| {
        if let Some(seed) = seed {
            ws.reseed(seed);
        }
        net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap();
        grad.fc1.weight.iter().map(|dw| dw[0] != 0.0).collect::<Vec<_>>()
    };
    let first = kept(Some(1));
    // Four masks of a half leave a sixteenth; equal masks would leave a half.
    let left = first.iter().filter(|&&kept| kept).count();
    assert!((1..=12).contains(&left), "{left} of 64 left by four masks");
    let second = kept(None);
    assert_ne!(second, first, "the next step");
    assert_eq!(kept(Some(1)), first, "the same seed");
    assert_eq!(kept(None), second, "the same seed, the next step");
    assert_ne!(kept(Some(2)), first, "another seed");
}

#[test]
fn parameters_start_as_their_layers_say() {
    let net = network::init::<networks::InitsOf<f64>>(1);
    let zero = |values: &[f64]| values.iter().all(|&value| value == 0.0);
    assert!(zero(&net.fc1.bias) && zero(&net.fc2.bias) && zero(net.fc4.weight.as_flattened()));
    let inits: Vec<Init> = networks::InitsOf::<f64>::TREE.iter().filter_map(first_init).collect();
    let normal = |variance: f64| Init::Normal(variance.sqrt());
    assert_eq!(
        inits,
        [normal(2.0 / 3.0), Init::Uniform((6.0_f64 / 9.0).sqrt()), normal(1.0 / 4.0), Init::Zeros]
    );
    let limit = (6.0_f64 / 9.0).sqrt();
    assert!(net.fc2.weight.as_flattened().iter().all(|value| value.abs() <= limit));

    // Enough draws to see the deviations.
    network! {
        /** Wide enough for statistics. */
        pub Draws <
            he: fc(50, 200);
            tanh;
            xavier: fc(50, init = xavier);
            tanh;
            lecun: fc(200, init = lecun);
            relu;
            mse(20)
        >
    }
    let net = DrawsOf::<f64>::init(2);
    for (found, expected) in [
        (deviation(net.he.weight.as_flattened().iter().copied()), (2.0_f64 / 50.0).sqrt()),
        (deviation(net.xavier.weight.as_flattened().iter().copied()), (2.0_f64 / 250.0).sqrt()),
        (deviation(net.lecun.weight.as_flattened().iter().copied()), (1.0_f64 / 50.0).sqrt()),
        (deviation(net.fc1.weight.as_flattened().iter().copied()), (2.0_f64 / 220.0).sqrt()),
    ] {
        assert!((found / expected - 1.0).abs() < 0.03, "{found} for {expected}");
    }
    assert_eq!(DrawsOf::<f64>::init(2).params(), net.params());
    assert_ne!(DrawsOf::<f64>::init(3).params(), net.params());
}

#[test]
fn orthogonal_weights_are_so_in_the_network_and_the_same_for_the_same_seed() {
    let net = networks::Orthogonal::init(4);
    let (tall, wide) = (&net.fc1.weight, &net.fc2.weight);
    for i in 0..3 {
        for j in 0..3 {
            let expected = if i == j { 1.0 } else { 0.0 };
            let columns: f32 = tall.iter().map(|row| row[i] * row[j]).sum();
            let rows: f32 = wide[i].iter().zip(&wide[j]).map(|(a, b)| a * b).sum();
            assert!((columns - expected).abs() < 1e-6 && (rows - expected).abs() < 1e-6, "{columns}, {rows}");
        }
    }
    assert_eq!(networks::Orthogonal::init(4).params(), net.params());
    assert_ne!(networks::Orthogonal::init(5).params(), net.params());
}

/// The standard deviation of numbers around 0.
fn deviation(values: impl Iterator<Item = f64>) -> f64 {
    let (count, squares) = values.fold((0, 0.0), |(count, squares), x| (count + 1, squares + x * x));
    (squares / f64::from(count)).sqrt()
}

#[test]
fn a_low_rank_product_starts_with_the_variance_of_a_full_layer_and_is_named_as_two() {
    // Wide enough for statistics; layers of like numbers, so that x A keeps the variance of x, too.
    network! {
        /** A product each. */
        pub Draws <
            he: fc(200, 300, rank = 60);
            xavier: fc(200, rank = 60, init = xavier);
            tanh;
            lecun: fc(300, rank = 60, init = lecun, bias = false);
            tanh;
            turned: fc(200, rank = 60, init = orthogonal);
            mse(200)
        >
    }
    let net = DrawsOf::<f64>::init(2);
    fn product<const M: usize, const R: usize, const N: usize>(
        down: &[[f64; R]; M],
        up: &[[f64; N]; R],
    ) -> impl Iterator<Item = f64> {
        (0..M).flat_map(move |i| (0..N).map(move |j| (0..R).map(|k| down[i][k] * up[k][j]).sum()))
    }
    for (found, expected) in [
        (deviation(product(&net.he.down.weight, &net.he.up.weight)), (2.0_f64 / 200.0).sqrt()),
        (deviation(product(&net.xavier.down.weight, &net.xavier.up.weight)), (2.0_f64 / 500.0).sqrt()),
        (deviation(product(&net.lecun.down.weight, &net.lecun.up.weight)), (1.0_f64 / 200.0).sqrt()),
        (deviation(net.he.down.weight.as_flattened().iter().copied()), (1.0_f64 / 200.0).sqrt()),
        // Both factors turned: as many singular values of 1 as the rank, and no other.
        (
            deviation(product(&net.turned.down.weight, &net.turned.up.weight)),
            (60.0_f64 / (300.0 * 200.0)).sqrt(),
        ),
    ] {
        assert!((found / expected - 1.0).abs() < 0.03, "{found} for {expected}");
    }
    let names: Vec<_> =
        networks::file_order::<DrawsOf<f64>>().into_iter().map(|tensor| tensor.name).collect();
    assert_eq!(names[..3], ["he.down.weight", "he.up.weight", "he.up.bias"]);
    assert_eq!(names[6..8], ["lecun.down.weight", "lecun.up.weight"]);
    // From a product of zeros alone no gradient would ever come.
    let zeros = networks::LowRankZeros::init(1);
    assert!(zeros.fc1.up.weight.as_flattened().iter().all(|&x| x == 0.0));
    assert!(zeros.fc1.down.weight.as_flattened().iter().all(|&x| x != 0.0));
}

/// How the first array of a layer starts.
fn first_init(node: &Node) -> Option<Init> {
    match *node {
        Node::Group { children, .. } => children.first().and_then(first_init),
        Node::Param { init, .. } => Some(init),
    }
}
