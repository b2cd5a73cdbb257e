//! Training as a user sees it: what a fit reports, repeats, refuses and allocates.

mod allocations;

use std::ops::ControlFlow;

use quipu::prelude::*;
use quipu::train::{Stop, evaluate};
use quipu::{Model, network};

network! {
    /// Two classes of points.
    pub Points < fc(2, 8); relu; softmax_ce(2) >
}

network! {
    /// The same with random masks.
    pub Masked < fc(2, 8); relu; dropout(0.5); softmax_ce(2) >
}

network! {
    /// The same over features of the batch.
    pub Normed < fc(2, 8); batch_norm; relu; dropout(0.5); softmax_ce(2) >
}

network! {
    /// One probability.
    pub Xor < fc(2, 8); tanh; bce(1) >
}

network! {
    /// Two values.
    pub Line < fc(2, 2); mse(2) >
}

network! {
    /// Three layers to go wrong in.
    pub Deep < first: fc(2, 4); relu; second: fc(4); relu; third: fc(2); softmax_ce(2) >
}

network! {
    /// Digits, small enough for a build without optimisation.
    pub Digits < fc(784, 32); relu; softmax_ce(10) >
}

/// Allocations and bytes while `run` runs.
fn asked(run: impl FnOnce()) -> (usize, usize) {
    let (asked, ()) = allocations::asked(run);
    (asked.allocations, asked.bytes)
}

/// Points of the square, and whether they lie above its diagonal.
fn points(rows: usize) -> Dataset {
    let coordinate =
        |i: usize, step: usize, modulus: usize| (i * step % modulus) as f32 * 2.0 / modulus as f32 - 1.0;
    let rows = (0..rows).map(|i| [coordinate(i, 37, 101), coordinate(i, 53, 97)]);
    let labels = rows.clone().map(|[x, y]| u32::from(x < y)).collect();
    Dataset::classes(rows.flatten().collect(), 2, labels).unwrap()
}

/// The four cases of exclusive or.
fn xor() -> Dataset {
    Dataset::values(vec![0., 0., 0., 1., 1., 0., 1., 1.], 2, vec![0., 1., 1., 0.]).unwrap()
}

#[test]
fn a_fit_learns_and_reports_every_epoch() {
    let (train, test) = (points(1_000), points(90));
    let mut net = Points::init(1);
    let mut seen = Vec::new();
    let history = Trainer::new(Adam::new(1e-2))
        .batch(64)
        .epochs(12)
        .seed(7)
        .on_epoch(|epoch| {
            seen.push(epoch.clone());
            ControlFlow::Continue(())
        })
        .fit(&mut net, &train, Some(&test))
        .unwrap();
    assert_eq!(history.epochs, seen);
    assert_eq!(history.stop, Stop::Finished);
    // 15 batches of 64, and 40 rows that are left.
    assert!(history.epochs.iter().enumerate().all(|(i, e)| (e.epoch, e.steps) == (i + 1, 16)));
    let last = history.last();
    assert!(
        last.accuracy > 0.95 && last.loss < 0.2 && last.train_loss < history.epochs[0].train_loss,
        "{last}"
    );
    let measured = evaluate(&net, &test, 7).unwrap();
    assert_eq!(measured.accuracy, last.accuracy);
    assert!((measured.loss - last.loss).abs() < 1e-6);
}

#[test]
fn real_digits_are_learnt_in_two_epochs() {
    let (train, test) = quipu::data::digits().unwrap();
    let (train, test) = (train.split(4_000).unwrap().0, test.split(500).unwrap().0);
    let mut net = Digits::init(1);
    let mut trainer = Trainer::new(Adam::new(1e-2)).batch(64).epochs(2).schedule(Schedule::cosine(6));
    let history = trainer.fit(&mut net, &train, Some(&test)).unwrap();
    // 62 batches of 64, and 32 rows that are left.
    assert_eq!(history.last().steps, 63);
    assert!(history.last().accuracy > 0.85, "{}", history.last());
}

#[test]
fn files_bring_a_trained_network_back_and_no_other() {
    let directory = std::env::temp_dir().join(format!("quipu-train-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("points.safetensors");
    let train = points(200);
    let mut net = PointsOf::<f64>::init(1);
    let mut trainer = Trainer::new(AdamW::new(1e-2)).epochs(20);
    assert!(trainer.fit(&mut net, &train, None).unwrap().last().accuracy > 0.9);
    net.save(&path).unwrap();

    let loaded = PointsOf::<f64>::load(&path).unwrap();
    let (inputs, mut ws) = ([0.25, -0.5, 0.75, 1.0], PointsOf::<f64>::infer_workspace(2));
    let before = net.predict(&inputs, &mut ws).unwrap().to_vec();
    assert_eq!(loaded.predict(&inputs, &mut ws).unwrap(), before);
    assert_eq!(loaded.params(), net.params());
    // Trained in f64, used in f32.
    let rounded: Vec<f32> = net.params().iter().map(|&w| w as f32).collect();
    assert_eq!(Points::load(&path).unwrap().params(), rounded);

    let named = |problem: &str| format!("{}: {problem}", path.display());
    let refused = [
        (
            Deep::load(&path).unwrap_err(),
            named("there is no tensor `first.weight` (expected with shape (4, 2))"),
        ),
        (Line::load(&path).unwrap_err(), named("tensor `fc1.weight`: expected shape (2, 2), found (8, 2)")),
    ];
    std::fs::write(&path, &std::fs::read(&path).unwrap()[..100]).unwrap();
    let damaged = (Points::load(&path).unwrap_err(), named("not a whole safetensors file"));
    for (error, expected) in refused.into_iter().chain([damaged]) {
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn equal_seeds_give_equal_networks_and_every_fit_starts_anew() {
    let train = points(300);
    let fitted = |seed| {
        let mut net = Masked::init(1);
        Trainer::new(Momentum::new(0.1, 0.9)).seed(seed).epochs(3).fit(&mut net, &train, None).unwrap();
        net.params().to_vec()
    };
    let first = fitted(5);
    assert_eq!(fitted(5), first);
    assert_ne!(fitted(6), first);

    let mut trainer = Trainer::new(Momentum::new(0.1, 0.9)).seed(5).epochs(3);
    for _ in 0..2 {
        let mut net = Masked::init(1);
        trainer.fit(&mut net, &train, None).unwrap();
        assert_eq!(net.params(), first);
    }
}

#[test]
fn networks_and_boxes_of_them_over_any_float() {
    let train = points(50);
    let mut boxed = Points::init(1);
    let net: &mut Points = &mut boxed;
    Trainer::new(AdamW::new(1e-2)).epochs(1).fit(net, &train, None).unwrap();
    let mut double = PointsOf::<f64>::init(1);
    let mut trainer = Trainer::new(Sgd::new(0.1).clip(1.0)).epochs(1);
    trainer.fit(&mut double, &train, None).unwrap();

    let mut grad = PointsOf::<f64>::zeros();
    let mut ws = PointsOf::<f64>::workspace(1);
    let mut adam = Adam::new(2e-3);
    adam.prepare(&double);
    for _ in 0..3 {
        double.loss_and_grad(&Batch::new(&[0.5, 0.25], &[1]), &mut ws, &mut grad).unwrap();
        adam.step(&mut double, &grad);
    }
    let mut sgd = Sgd::new(0.5);
    let before = boxed.params()[0];
    let mut grad = Points::zeros();
    grad.params_mut()[0] = 1.0;
    sgd.step(&mut boxed, &grad);
    assert_eq!(boxed.params()[0], before - 0.5);
}

#[test]
fn schedules_act_and_leave_the_optimizer_as_it_was() {
    let train = points(100);
    let mut net = Points::init(1);
    let mut trainer =
        Trainer::new(Sgd::new(0.1)).batch(10).epochs(2).schedule(Schedule::cosine(4).floor(0.5));
    let rates = |history: History| history.epochs.iter().map(|e| e.learning_rate).collect::<Vec<_>>();
    let first = rates(trainer.fit(&mut net, &train, None).unwrap());
    let expected = [9, 19].map(|step| 0.1 * Schedule::cosine(4).floor(0.5).factor(step, 20));
    assert_eq!(first, expected);
    assert_eq!(rates(trainer.fit(&mut net, &train, None).unwrap()), first);
}

#[test]
fn trainings_end_early_by_patience_or_by_a_callback() {
    let train = points(64);
    // A step too small for f32 to see: nothing ever improves on the first epoch.
    let stuck = || Trainer::new(Sgd::new(1e-30)).epochs(50);
    let history = stuck().early_stopping(3).fit(&mut Points::init(1), &train, None).unwrap();
    assert_eq!((history.epochs.len(), history.stop), (4, Stop::Patience));

    let stop = |at| {
        move |epoch: &quipu::train::Epoch| {
            if epoch.epoch == at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    };
    let history =
        stuck().on_epoch(stop(5)).on_epoch(stop(2)).fit(&mut Points::init(1), &train, None).unwrap();
    assert_eq!((history.epochs.len(), history.stop), (2, Stop::Callback));
}

#[test]
fn accuracy_is_what_the_head_makes_it() {
    let mut net = Xor::init(3);
    let history = Trainer::new(Adam::new(0.05)).batch(4).epochs(300).fit(&mut net, &xor(), None).unwrap();
    assert_eq!(history.last().accuracy, 1.0);
    assert!(history.last().loss < 0.1);

    let values = Dataset::values(vec![1.0, 2.0], 2, vec![3.0, 4.0]).unwrap();
    let history = Trainer::new(Sgd::new(0.01)).epochs(1).fit(&mut Line::init(1), &values, None).unwrap();
    assert!(history.last().accuracy.is_nan());

    // Soft targets, and a test set of classes beside them.
    let soft = Dataset::values(vec![1.0, 0.0, 0.0, 1.0], 2, vec![0.9, 0.1, 0.2, 0.8]).unwrap();
    let hard = Dataset::classes(vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0], 2, vec![0, 1, u32::MAX]).unwrap();
    let mut net = Points::init(1);
    let mut trainer = Trainer::new(Adam::new(0.05)).epochs(100);
    assert_eq!(trainer.fit(&mut net, &soft, Some(&hard)).unwrap().last().accuracy, 1.0);
    assert_eq!(evaluate(&net, &soft, 1).unwrap().accuracy, 1.0);
}

#[test]
fn numbers_that_end_name_the_epoch_the_step_and_the_layer() {
    let train = points(40);
    let message = |net: &mut Deep, rate| {
        Trainer::new(Sgd::new(rate)).batch(10).fit(net, &train, None).unwrap_err().to_string()
    };
    let mut net = Deep::init(1);
    net.second.weight[0][0] = f32::NAN;
    let found = message(&mut net, 0.1);
    assert!(
        found.starts_with("epoch 1, step 1: the loss became NaN or infinite, first in `second`"),
        "{found}"
    );

    let found = message(&mut Deep::init(1), 1e30);
    assert!(found.starts_with("epoch 1, step 2: the loss became NaN or infinite, first in `"), "{found}");

    // A finite loss of 1e38, and a gradient that overflows only where it meets the inputs.
    let huge = Dataset::values(vec![1e20, 0.0], 2, vec![0.0, 0.0]).unwrap();
    let mut net = Line::zeros();
    net.fc1.weight = [[0.05; 2]; 2];
    let before = net.params().to_vec();
    let error = Trainer::new(Sgd::new(0.1)).fit(&mut net, &huge, None).unwrap_err().to_string();
    assert!(
        error.starts_with("epoch 1, step 1: the gradient became NaN or infinite, first in `fc1`"),
        "{error}"
    );
    assert_eq!(net.params(), before);

    // The test set alone is too much for the network.
    let far = Dataset::values(vec![3e38, 3e38], 2, vec![0.0, 0.0]).unwrap();
    let near = Dataset::values(vec![1.0, 1.0], 2, vec![0.0, 0.0]).unwrap();
    let error = Trainer::new(Sgd::new(1e-3)).fit(&mut net, &near, Some(&far)).unwrap_err().to_string();
    assert!(error.starts_with("epoch 1, step 1: the loss in evaluation became NaN or infinite"), "{error}");
}

#[test]
fn settings_and_data_that_do_not_fit_are_refused_before_any_work() {
    let (train, empty) = (points(20), points(20).split(0).unwrap().0);
    let start = Points::init(1);
    let refused = |mut trainer: Trainer<'_, Adam>, train: &Dataset, test: Option<&Dataset>| {
        let mut net = start.clone();
        let message = trainer.fit(&mut net, train, test).unwrap_err().to_string();
        assert_eq!(net.params(), start.params(), "{message}");
        message
    };
    let adam = || Trainer::new(Adam::new(1e-3));
    let nan = Trainer::new(Adam::new(f64::NAN));
    let wide = Dataset::classes(vec![0.0; 6], 3, vec![0, 1]).unwrap();
    let labels = Dataset::classes(vec![0.0; 6], 2, vec![0, u32::MAX, 2]).unwrap();
    let values = Dataset::values(vec![0.0; 4], 2, vec![0.0; 6]).unwrap();
    let soft = Dataset::values(vec![0.0; 4], 2, vec![0.5, 0.5, 0.5, 0.75]).unwrap();
    let table = [
        (refused(adam().batch(0), &train, None), "batch = 0: expected at least 1"),
        (refused(adam().epochs(0), &train, None), "epochs = 0: expected at least 1"),
        (refused(adam().threads(0), &train, None), "threads = 0: expected at least 1"),
        (refused(adam().early_stopping(0), &train, None), "patience = 0: expected at least 1"),
        (refused(nan, &train, None), "learning rate = NaN: expected a finite number above 0"),
        (refused(adam().schedule(Schedule::cosine(10)), &train, None), "warm-up steps = 10: expected fewer"),
        (refused(adam(), &empty, None), "training rows = 0: expected 1 to"),
        (refused(adam(), &train, Some(&empty)), "test rows = 0: expected 1 to"),
        (refused(adam(), &wide, None), "the data set has rows of 3 values, but the network takes 2"),
        (refused(adam(), &train, Some(&wide)), "the data set has rows of 3 values, but the network takes 2"),
        (refused(adam(), &labels, None), "row 2: label 2 is out of range for 2 classes"),
        (refused(adam(), &values, None), "targets a row = 3: expected 2"),
        (refused(adam(), &soft, None), "row 1: the soft targets add up to 1.25"),
    ];
    for (found, expected) in table {
        assert!(found.starts_with(expected), "{found}");
    }
    let error = adam().fit(&mut Line::init(1), &train, None).unwrap_err().to_string();
    assert!(error.starts_with("the targets are classes, but the network's head takes values"), "{error}");
    assert!(evaluate(&start, &train, 0).is_err() && evaluate(&start, &empty, 1).is_err());
}

#[test]
fn a_fit_allocates_what_the_constants_say_and_a_step_nothing() {
    quipu::warm_up();
    /// `extras`: whether gradients are accumulated, weights averaged, the best ones kept, and some frozen.
    fn fits<M: Model<Scalar = f32>>(extras: bool) {
        let trainer = || {
            let trainer = Trainer::new(Adam::new(1e-3).l1(1e-3)).batch(16).epochs(2);
            if extras {
                trainer.accumulate(2).ema(0.9).restore_best(true).freeze("fc1.bias")
            } else {
                trainer
            }
        };
        let fit = |rows| {
            let train = points(rows);
            let mut net = network::init::<M>(1);
            let mut trainer = trainer();
            asked(|| drop(trainer.fit(&mut *net, &train, Some(&train)).unwrap()))
        };
        let (few, many) = (fit(32), fit(1_600));
        // Two steps an epoch or a hundred: only the permutation grows, 4 bytes a row.
        assert_eq!(many.0, few.0);
        assert_eq!(many.1 - few.1, 4 * (1_600 - 32));

        // A stream's epochs allocate nothing at all beyond that.
        let data = points(16);
        let stream = |steps| {
            let mut net = network::init::<M>(1);
            let mut trainer = trainer();
            let batches = |_| (0..steps).map(|_| Ok(data.batch(..)));
            asked(|| drop(trainer.fit_batches(&mut *net, batches, Some(&data)).unwrap()))
        };
        assert_eq!(stream(2), stream(100));

        // The network itself is there already; each of the extras holds one more.
        let adam = OptimizerKind::Adam;
        let parts = if extras {
            network::train_bytes::<M>(16, adam) + 2 * size_of::<M>()
        } else {
            network::train_bytes_fused::<M>(16, adam) - size_of::<M>()
        };
        let history = few.1 - parts - 4 * 32;
        assert!(history <= 1024, "{history} bytes beside the parts of train_bytes and the permutation");
    }
    for extras in [false, true] {
        fits::<Masked>(extras);
        fits::<Normed>(extras);
    }
    // Exactly, without a trainer: a gradient, a workspace, and no allocation in a step.
    let net = Normed::init(1);
    let (mut grad, mut ws) = (None, None);
    let (count, bytes) = asked(|| (grad, ws) = (Some(Normed::zeros()), Some(Normed::workspace(16))));
    let data = points(16);
    let staged = 16 * (2 * 4 + 4);
    assert_eq!(
        (count, bytes),
        (2, Normed::train_bytes(16, OptimizerKind::Sgd) - size_of::<Normed>() - staged)
    );
    let (mut grad, mut ws) = (grad.unwrap(), ws.unwrap());
    let batch = data.batch(..);
    let step = || assert!(net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap().is_finite());
    assert_eq!(asked(step), (0, 0));
    let memory = Normed::memory(16, OptimizerKind::Adam);
    let parts = memory.parameters + memory.gradients + memory.buffers + memory.optimizer_state;
    assert_eq!(parts + memory.workspace + memory.staged_batch, memory.total);
    assert_eq!((memory.buffers, memory.total), (2 * 16 * 4, Normed::train_bytes(16, OptimizerKind::Adam)));
    assert!(memory.to_string().contains("buffers"));
    let memory = Normed::infer_memory(16);
    assert_eq!(memory.parameters + memory.buffers + memory.workspace + memory.staged_batch, memory.total);
}

/// Trains `Deep` in steps of one batch with clipping, each layer by an optimizer of its own rate; frozen ones by none.
fn by_hand(rates: [Option<f64>; 3], data: &Dataset, steps: usize) -> Box<DeepOf<f64>> {
    let mut net = DeepOf::<f64>::init(1);
    let (mut grad, mut ws) = (DeepOf::<f64>::zeros(), DeepOf::<f64>::workspace(data.len()));
    let inputs: Vec<f64> = data.inputs().iter().map(|&x| f64::from(x)).collect();
    let Targets::Classes(classes) = data.targets() else { panic!("classes") };
    let sizes = [2 * 4 + 4, 4 * 4 + 4, 4 * 2 + 2];
    let mut optimizers = rates.map(|rate| rate.map(|rate| AdamW::new(0.01 * rate).decay(0.1)));
    for _ in 0..steps {
        net.loss_and_grad(&Batch::new(&inputs, classes), &mut ws, &mut grad).unwrap();
        // What is frozen takes no part in the norm.
        let mut at = 0;
        for (size, rate) in sizes.iter().zip(&rates) {
            if rate.is_none() {
                grad.params_mut()[at..at + size].fill(0.0);
            }
            at += size;
        }
        let norm = grad.params().iter().map(|g| g * g).sum::<f64>().sqrt();
        let factor = (0.05 / (norm + 1e-6)).min(1.0);
        let mut at = 0;
        for (size, optimizer) in sizes.iter().zip(&mut optimizers) {
            let clipped: Vec<f64> = grad.params()[at..at + size].iter().map(|g| factor * g).collect();
            if let Some(optimizer) = optimizer {
                optimizer.step_flat(&mut net.params_mut()[at..at + size], &clipped).unwrap();
            }
            at += size;
        }
    }
    net
}

#[test]
fn rates_of_layers_are_those_of_optimizers_of_their_own() {
    let data = points(64);
    let adamw = || Trainer::new(AdamW::new(0.01).decay(0.1).clip(0.05)).batch(64).epochs(12);
    let trained = |mut trainer: Trainer<'_, AdamW<f64>>| {
        let mut net = DeepOf::<f64>::init(1);
        trainer.fit(&mut net, &data, None).unwrap();
        net
    };
    let table = [
        (trained(adamw()), [Some(1.0), Some(1.0), Some(1.0)]),
        (trained(adamw().lr("third", 10.0)), [Some(1.0), Some(1.0), Some(10.0)]),
        (trained(adamw().freeze("first").lr("second", 0.1)), [None, Some(0.1), Some(1.0)]),
        (trained(adamw().lr("first", 3.0).freeze("first").freeze("third")), [None, Some(1.0), None]),
    ];
    for (net, rates) in table {
        // Rows come in another order there, by which sums are rounded otherwise.
        for (index, (found, expected)) in
            net.params().iter().zip(by_hand(rates, &data, 12).params()).enumerate()
        {
            assert!((found - expected).abs() < 1e-9, "{rates:?}, parameter {index}: {found}, {expected}");
        }
        let start = DeepOf::<f64>::init(1);
        if rates[0].is_none() {
            assert_eq!((&net.first, net.second == start.second), (&start.first, false));
        }
    }

    let refused = |mut trainer: Trainer<'_, AdamW<f64>>| {
        trainer.fit(&mut DeepOf::<f64>::init(1), &data, None).unwrap_err().to_string()
    };
    assert_eq!(
        refused(adamw().freeze("firt")),
        "`firt` is no layer of this network; did you mean `first`?; layers with parameters: `first`, `second`, `third`"
    );
    assert!(refused(adamw().lr("first", f64::NAN)).starts_with("learning rate factor = NaN: expected"));
}

#[test]
fn a_history_has_the_penalty_of_the_network_after_each_epoch() {
    let data = points(64);
    let adam = || Adam::new(0.01).l1(1e-3).l2(0.05);
    let seen = |net: &DeepOf<f64>| {
        let (sum, squares) = net.params().iter().fold((0.0, 0.0), |(a, b), w| (a + w.abs(), b + w * w));
        1e-3 * sum + 0.025 * squares
    };
    let mut net = DeepOf::<f64>::init(1);
    let history = Trainer::new(adam()).batch(16).epochs(3).fit(&mut net, &data, None).unwrap();
    let penalties: Vec<f64> = history.epochs.iter().map(|epoch| epoch.penalty).collect();
    assert!((penalties[2] - seen(&net)).abs() < 1e-12 && penalties[0] != penalties[2], "{penalties:?}");
    assert_eq!(adam().penalty(&net), penalties[2]);

    // Of the averaged network, where that is what is measured; without penalties nothing.
    let mut net = DeepOf::<f64>::init(1);
    let history = Trainer::new(adam()).batch(16).epochs(2).ema(0.9).fit(&mut net, &data, None).unwrap();
    assert!((history.last().penalty - seen(&net)).abs() < 1e-12);
    let mut trainer = Trainer::new(AdamW::new(0.01).decay(0.1)).batch(16).epochs(1);
    assert_eq!(trainer.fit(&mut net, &data, None).unwrap().last().penalty, 0.0);
}
