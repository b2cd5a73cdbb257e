//! Planned bytes are allocated bytes, for every network of the examples; and no plan is far above what lives at once.

mod allocations;
#[macro_use]
mod networks;

use allocations::Asked;
use networks::Data;
use quipu::network::{self, TargetKind};
use quipu::report::{Memory, Phase};
use quipu::{Dataset, Inputs, Model, Optimizer, OptimizerKind, RmsProp, Sgd, Trainer, Workspace};

/// Bytes asked for while `run` runs, and what it returns.
fn asked<R>(run: impl FnOnce() -> R) -> (usize, R) {
    let (Asked { bytes, .. }, result) = allocations::asked(run);
    (bytes, result)
}

/// Networks as they stand in the examples, and a test for each.
macro_rules! examples {
    ($($module:ident of $file:literal { $($network:tt)* })*) => {
        $(mod $module { quipu::network! { $($network)* } })*

        /// Where each stands, and its text.
        const EXAMPLES: &[(&str, &str)] = &[$(($file, stringify!($($network)*))),*];

        #[test]
        fn a_training_and_a_prediction_allocate_what_is_planned() {
            $(examples!(@check $module $($network)*);)*
        }
    };
    (@check $module:ident $(#[$($attribute:tt)*])* pub $name:ident $($rest:tt)*) => {
        planned_is_allocated::<$module::$name>(concat!(stringify!($module), "::", stringify!($name)));
    };
}

examples! {
    autoencoder of "autoencoder.rs" {
        pub Autoencoder <
            let code = 16;
            encoder: { fc(784, 128); relu; fc(code) }
            decoder: { fc(128); relu; fc(784) }
            bce(784)
        >
    }
    bench_mlp of "bench.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    bench_mlp3 of "bench.rs" { pub Mlp3 < fc(784, 512); relu; fc(512); relu; softmax_ce(10) > }
    bench_tiny of "bench.rs" { pub Tiny < fc(6, 64); relu; fc(8); relu; softmax_ce(4) > }
    mlp of "cost_report.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    deep of "cost_report.rs" {
        pub Deep <
            let d = 256;
            fc(784, d);
            repeat(12) {
                residual { layer_norm; fc(4 * d); gelu; dropout(0.1); fc(d) }
            }
            layer_norm;
            fc(10);
            softmax_ce(10)
        >
    }
    squares of "cost_report.rs" {
        pub Autoencoder <
            encoder: { fc(784, 128); relu; fc(16) }
            decoder: { fc(128); relu; fc(784) }
            mse(784)
        >
    }
    curved of "curvature.rs" { pub Bare < fc(784, 256); relu; softmax_ce(10) > }
    normed of "curvature.rs" { pub Normed < fc(784, 256); layer_norm; relu; softmax_ce(10) > }
    small of "curvature_small.rs" { pub Small < fc(49, 4); tanh; softmax_ce(10) > }
    digits of "digits.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    derivatives of "derivatives.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    teacher of "distill.rs" { pub Teacher < fc(784, 256); relu; softmax_ce(10) > }
    student of "distill.rs" { pub Student < fc(784, 48); relu; softmax_ce(10) > }
    low_rank of "low_rank.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    regression of "regression.rs" { pub Progression < fc(10, 16); tanh; mse(1) > }
    roofline of "roofline.rs" { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
    xor of "xor.rs" { pub Xor < fc(2, 8); tanh; bce(1) > }
}

#[test]
fn these_are_all_the_networks_of_the_examples_as_they_stand_there() {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut found = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            found += std::fs::read_to_string(path).unwrap().matches("network! {").count();
        }
    }
    assert_eq!(found, EXAMPLES.len());
    for (file, text) in EXAMPLES {
        let source = std::fs::read_to_string(format!("{directory}/{file}")).unwrap();
        assert!(plain(&source).contains(&plain(text)), "{file}: {text}");
    }
}

/// Rows for a network, as a data set.
fn rows<M: Model>(count: usize) -> Dataset {
    let inputs = vec![0.5; count * M::INPUTS];
    match M::TARGETS {
        TargetKind::Classes(_) | TargetKind::Labels(_) => Dataset::classes(inputs, M::INPUTS, vec![1; count]),
        TargetKind::Binary(n) | TargetKind::Values(n) => {
            Dataset::values(inputs, M::INPUTS, vec![0.5; count * n])
        }
    }
    .unwrap()
}

/// Measures every part, at three batches and with the optimizers of least and most state, and compares.
fn planned_is_allocated<M: Model<Scalar = f32>>(name: &str) {
    quipu::warm_up();
    let most = OptimizerKind::RmsProp.centered().momentum();
    assert_eq!((OptimizerKind::Sgd.state_elements(1), most.state_elements(1)), (0, 3));
    let mut beside = None;
    for batch in [1, 7, 128] {
        let at = format!("{name}, batch {batch}");
        let data = rows::<M>(batch);
        for kind in [OptimizerKind::Sgd, most] {
            let memory = Memory::training::<M>(batch, kind);
            assert_eq!(memory.phase, Phase::Training);
            let (bytes, net) = asked(network::zeros::<M>);
            assert_eq!(bytes, memory.parameters, "{at}: parameters");
            let (bytes, mut grad) = asked(network::zeros::<M>);
            assert_eq!(bytes, memory.gradients, "{at}: gradients");
            let (bytes, mut ws) = asked(|| Workspace::<M>::new(batch));
            assert_eq!(bytes, memory.workspace, "{at}: workspace");
            assert_eq!(memory.kept + memory.scratch, memory.workspace, "{at}");

            // A step asks for nothing more.
            let (bytes, loss) = asked(|| network::loss_and_grad(&*net, &data.batch(..), &mut ws, &mut grad));
            assert!(loss.unwrap().is_finite() && bytes == 0, "{at}: {bytes} bytes in a step");

            // A whole training: the parts, the permutation of its rows, and what a history takes.
            let mut net = net;
            let bytes = match kind {
                OptimizerKind::Sgd => fit_bytes(Sgd::new(1e-3), batch, &mut *net, &data),
                _ => fit_bytes(RmsProp::new(1e-3).centered().momentum(0.9), batch, &mut *net, &data),
            };
            // Room for pieces of the gradient: what a first step asks for beside the optimizer's state.
            let (mut ws, mut other) = (Workspace::<M>::new(batch), network::copied(&*net));
            let mut first = |optimizer: &mut dyn FnMut(&mut M, &mut Workspace<M>)| {
                asked(|| optimizer(&mut *other, &mut ws)).0
            };
            let room = match kind {
                OptimizerKind::Sgd => first(&mut step_of(Sgd::new(1e-3), &data)),
                _ => {
                    let mut rule = RmsProp::new(1e-3).centered().momentum(0.9);
                    rule.prepare_flat(M::PARAMS);
                    first(&mut step_of(rule, &data))
                }
            };
            assert!(kind != OptimizerKind::Sgd || room <= 4 * 1024 * 8, "{at}: {room} bytes for pieces");
            let rest =
                bytes - (network::train_bytes_fused::<M>(batch, kind) - memory.parameters) - room - 4 * batch;
            assert!(rest <= 1024, "{at}: {rest} bytes beside the parts");
            assert_eq!(
                *beside.get_or_insert(rest),
                rest,
                "{at}: what is beside the parts depends on nothing"
            );
        }
        let memory = Memory::inference::<M>(batch);
        let (bytes, mut ws) = asked(|| Workspace::<M>::inference(batch));
        assert_eq!(bytes, memory.workspace, "{at}: workspace of inference");
        assert_eq!(memory.staged_batch, size_of_val(data.inputs()), "{at}: inputs");
        assert_eq!(memory.total, memory.parameters + memory.workspace + memory.staged_batch, "{at}");
        let net = network::zeros::<M>();
        let (bytes, _) =
            asked(|| network::predict(&*net, Inputs::Values(data.inputs()), &mut ws).unwrap().len());
        assert_eq!(bytes, 0, "{at}: a prediction");
    }
}

/// A step without a gradient to look at.
fn step_of<M, O>(mut optimizer: O, data: &Dataset) -> impl FnMut(&mut M, &mut Workspace<M>)
where
    M: Model<Scalar = f32>,
    O: Optimizer<f32>,
{
    move |net, ws| {
        network::train_step(net, &data.batch(..), ws, &mut optimizer).unwrap();
    }
}

fn fit_bytes<M, O>(optimizer: O, batch: usize, net: &mut M, data: &Dataset) -> usize
where
    M: Model<Scalar = f32>,
    O: Optimizer<f32>,
{
    let mut trainer = Trainer::new(optimizer).batch(batch).epochs(1);
    let (bytes, history) = asked(|| trainer.fit(net, data, None));
    assert_eq!(history.unwrap().epochs.len(), 1);
    bytes
}

/// No plan is more than a tenth above the most that lives at one time, and none above a buffer for every tensor.
fn plan_is_tight<M: Model<Scalar = f64>>(name: &str) {
    for (pass, quality) in [("training", M::TRAIN_QUALITY), ("inference", M::INFER_QUALITY)] {
        let at = format!("{name}, {pass}: {quality:?}");
        assert!(quality.live <= quality.planned && 10 * quality.planned <= 11 * quality.live, "{at}");
        assert!(quality.planned <= quality.naive && quality.kept <= quality.live, "{at}");
    }
    let memory = Memory::training::<M>(7, OptimizerKind::Sgd);
    assert_eq!(memory.workspace, Workspace::<M>::new(7).bytes(), "{name}");
    // Batches of the tests are accepted by workspaces of just their size.
    let data = Data::new::<M>(7, networks::forms::<M>()[0]);
    let (net, mut grad) = (network::zeros::<M>(), network::zeros::<M>());
    network::loss_and_grad(&*net, &data.batch(), &mut Workspace::new(7), &mut grad).unwrap();
}

macro_rules! plans {
    ($($test:ident: $network:ident,)*) => {
        $(
            #[test]
            fn $test() {
                plan_is_tight::<networks::$network<f64>>(stringify!($test));
            }
        )*
    };
}

every_network!(plans);
