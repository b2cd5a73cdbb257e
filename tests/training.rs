//! What a trainer does beyond plain steps: accumulated gradients, averaged and restored weights, plateaus, streams.

use std::ops::ControlFlow;

use quipu::cost::{gradient_accumulation, weight_average};
use quipu::network::{self as run, Plain};
use quipu::optim::Plateau;
use quipu::prelude::*;
use quipu::train::{OwnedBatch, Stop, evaluate};
use quipu::{Counted, Error, Model, count};

network! {
    /// Two classes of points.
    pub Points < fc(2, 8); tanh; softmax_ce(2) >
}

network! {
    /// The same over features of the batch.
    pub Normed < fc(2, 8); batch_norm; relu; softmax_ce(2) >
}

/// Points of the square, and whether they lie above its diagonal; every seventh row does not count.
fn points(rows: usize) -> Dataset {
    let coordinate =
        |i: usize, step: usize, modulus: usize| (i * step % modulus) as f32 * 2.0 / modulus as f32 - 1.0;
    let rows = (0..rows).map(|i| [coordinate(i, 37, 101), coordinate(i, 53, 97)]);
    let label = |(i, [x, y]): (usize, [f32; 2])| if i % 7 == 3 { u32::MAX } else { u32::from(x < y) };
    let labels = rows.clone().enumerate().map(label).collect();
    Dataset::classes(rows.flatten().collect(), 2, labels).unwrap()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{found} != {expected}");
    }
}

#[test]
fn accumulated_batches_are_one_large_batch() {
    // 5 of 4 rows make a step of 20; of 90 rows the last step has 10, in batches of 4, 4 and 2.
    let data = points(90);
    let fitted = |batch, accumulate| {
        let mut net = PointsOf::<f64>::init(1);
        let trainer = Trainer::new(Adam::new(0.01)).batch(batch).accumulate(accumulate).seed(3).epochs(4);
        let history = trainer.schedule(Schedule::cosine(3)).fit(&mut net, &data, None).unwrap();
        (net, history)
    };
    let ((small, one), (large, other)) = (fitted(4, 5), fitted(20, 1));
    close(small.params(), large.params(), 1e-12);
    for (one, other) in one.epochs.iter().zip(&other.epochs) {
        assert_eq!((one.steps, one.learning_rate), (5, other.learning_rate));
        assert!((one.train_loss - other.train_loss).abs() < 1e-12);
    }
    // Once more, bit for bit.
    assert_eq!(fitted(4, 5).0.params(), small.params());
    assert_ne!(fitted(4, 1).0.params(), small.params());
}

#[test]
fn a_group_in_which_no_row_counts_changes_nothing() {
    let ignored = Dataset::classes(vec![0.5; 8], 2, vec![u32::MAX; 4]).unwrap();
    let mut net = Points::init(1);
    let before = net.params().to_vec();
    Trainer::new(Sgd::new(0.1)).batch(1).accumulate(3).epochs(1).fit(&mut net, &ignored, None).unwrap();
    assert_eq!(net.params(), before);
}

#[test]
fn buffers_follow_every_batch_of_a_group() {
    let data = points(24);
    // A step too small to see: what is left is what the buffers do.
    let fitted = |accumulate| {
        let mut net = NormedOf::<f64>::init(1);
        let mut trainer = Trainer::new(Sgd::new(1e-300)).batch(6).accumulate(accumulate).epochs(2);
        trainer.fit(&mut net, &data, None).unwrap();
        net.flat_buffers().to_vec()
    };
    close(&fitted(4), &fitted(1), 1e-15);
    assert!(fitted(4).iter().any(|mean| mean.abs() > 1e-3));
}

/// FLOPs of training a network for one epoch.
fn flops<M: Model<Scalar = Counted<f64>>>(
    data: &Dataset,
    change: impl FnOnce(Trainer<'static, Sgd<Counted<f64>>>) -> Trainer<'static, Sgd<Counted<f64>>>,
) -> u64 {
    let mut net = run::init::<M>(1);
    let mut trainer = change(Trainer::new(Sgd::new(0.1)).batch(6).epochs(1));
    count(|| drop(trainer.fit(&mut *net, data, None).unwrap()))
}

/// What the trainer adds is what the constants say.
fn counts<M: Model<Scalar = Counted<f64>>>() {
    let data = points(30);
    let (params, buffers) = (M::PARAMS as u64, M::BUFFERS as u64);
    let plain = flops::<M>(&data, |trainer| trainer);
    assert_eq!(flops::<M>(&data, |trainer| trainer.accumulate(1).restore_best(true)), plain);
    assert_eq!(flops::<M>(&data, |trainer| trainer.ema(0.5)) - plain, 5 * weight_average(params + buffers));
    // Groups of 3 and of 2 batches instead of 5 steps.
    let sgd = OptimizerKind::Sgd.flops(params);
    let added = gradient_accumulation(params, 3) + gradient_accumulation(params, 2);
    assert_eq!(flops::<M>(&data, |trainer| trainer.accumulate(3)) + 3 * sgd, plain + added);
}

#[test]
fn accumulation_and_averages_cost_what_the_constants_say() {
    counts::<PointsOf<Counted<f64>>>();
    counts::<NormedOf<Counted<f64>>>();
}

#[test]
fn averages_are_pytorch_s() {
    let text = include_str!("fixtures/schedules.txt");
    let section = |name: &str| -> Vec<f64> {
        let (_, rest) = text.split_once(&format!("[{name}]\n")).unwrap();
        rest.lines().take_while(|line| !line.starts_with('[')).map(|line| line.parse().unwrap()).collect()
    };
    let (weights, averages) = (section("weights"), section("averages"));
    network! { pub One < fc(1, 1, bias = false); mse(1) > }
    // With input 1, the gradient of (w - t)² is 2 (w - t): a step of 1/2 lands on the target.
    let batches = |steps: usize| {
        let weights = weights.clone();
        move |_| weights.clone().into_iter().take(steps).map(|w| Ok(OwnedBatch::values(vec![1.0], vec![w])))
    };
    for (steps, &expected) in averages.iter().enumerate() {
        let mut net = OneOf::<f64>::init(1);
        let mut trainer = Trainer::new(Sgd::new(0.5)).batch(1).epochs(1).ema(0.9);
        trainer.fit_batches(&mut net, batches(steps + 1), None).unwrap();
        close(net.params(), &[expected], 1e-14);
    }
}

#[test]
fn what_is_measured_and_kept_is_the_average_and_what_is_trained_is_not() {
    let (data, test) = (points(60), points(30));
    let trained = |epochs, ema: Option<f64>, best| {
        let mut net = Normed::init(1);
        let mut trainer = Trainer::new(Momentum::new(0.1, 0.9)).batch(10).epochs(epochs).restore_best(best);
        if let Some(decay) = ema {
            trainer = trainer.ema(decay);
        }
        let history = trainer.fit(&mut net, &data, Some(&test)).unwrap();
        (net, history)
    };
    let (plain, plain_history) = trained(5, None, false);
    let (average, history) = trained(5, Some(0.8), false);
    assert_ne!(plain.params(), average.params());
    assert_ne!(plain.flat_buffers(), average.flat_buffers());
    let rates = |history: &History| history.epochs.iter().map(|e| e.train_loss).collect::<Vec<_>>();
    assert_eq!(rates(&plain_history), rates(&history));
    assert_eq!(evaluate(&average, &test, 10).unwrap().loss, history.last().loss);
    // An average without memory is the network.
    let (memoryless, _) = trained(5, Some(0.0), false);
    let (found, expected): (Vec<f64>, Vec<f64>) =
        memoryless.params().iter().zip(plain.params()).map(|(&a, &b)| (f64::from(a), f64::from(b))).unzip();
    close(&found, &expected, 1e-6);

    let (kept, history) = trained(5, Some(0.8), true);
    assert_eq!(history.restored, Some(history.best().epoch));
    assert_eq!(evaluate(&kept, &test, 10).unwrap().loss, history.best().loss);
}

#[test]
fn the_best_weights_come_back_however_the_training_ends() {
    let data = points(60);
    // A rate that grows until the steps are far too long.
    let trainer = || Trainer::new(Sgd::new(0.5)).batch(10).schedule(Schedule::step_epochs(1, 3.0)).epochs(8);
    let mut last = Normed::init(1);
    let history = trainer().fit(&mut last, &data, None).unwrap();
    assert_eq!(history.restored, None);
    let best = history.best().epoch;
    assert!(best < 8 && history.epochs.iter().all(|e| e.loss >= history.best().loss), "{history:?}");

    let mut reference = Normed::init(1);
    trainer().epochs(best).fit(&mut reference, &data, None).unwrap();
    let stop = move |epoch: &quipu::train::Epoch| {
        if epoch.epoch > best { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let table = [
        (trainer(), Stop::Finished),
        (trainer().early_stopping(1), Stop::Patience),
        (trainer().on_epoch(stop), Stop::Callback),
    ];
    for (trainer, expected) in table {
        let mut net = Normed::init(1);
        let history = trainer.restore_best(true).fit(&mut net, &data, None).unwrap();
        assert_eq!((history.stop, history.restored), (expected, Some(history.best().epoch)));
        if history.best().epoch == best {
            assert_eq!(net.flat_all(), reference.flat_all());
        }
        assert_eq!(evaluate(&net, &data, 10).unwrap().loss, history.best().loss);
    }
}

#[test]
fn plateaus_and_steps_by_epochs_act_on_the_epoch_after() {
    let data = points(30);
    let rates = |schedule| {
        // Steps too small to see: no epoch is better than the first.
        let mut trainer = Trainer::new(Sgd::new(1e-30)).batch(10).epochs(7).schedule(schedule);
        let history = trainer.fit(&mut Points::init(1), &data, None).unwrap();
        history.epochs.iter().map(|e| e.learning_rate / 1e-30).collect::<Vec<_>>()
    };
    let plateau = Plateau { factor: 0.5, patience: 1, floor: 0.3, threshold: 0.0 };
    close(&rates(Schedule::Plateau(plateau)), &[1.0, 1.0, 1.0, 0.5, 0.5, 0.3, 0.3], 1e-12);
    close(&rates(Schedule::step_epochs(3, 0.5)), &[1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25], 1e-12);
    // Three steps an epoch: the last of them has done 2, 5, 8, … steps before.
    close(&rates(Schedule::step(6, 0.5)), &[1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125], 1e-12);
}

#[test]
fn a_stream_of_batches_trains_as_the_same_batches_of_a_data_set() {
    let data = points(50);
    let run = |owned: bool| {
        let mut net = Points::init(1);
        let mut trainer = Trainer::new(Adam::new(0.01)).batch(16).epochs(3).ema(0.5).restore_best(true);
        let history = if owned {
            let parts = |_| (0..4).map(|i| data.subset(16 * i..50.min(16 * (i + 1))));
            trainer.fit_batches(&mut net, parts, Some(&data))
        } else {
            let parts = |_| (0..4).map(|i| Ok(data.batch(16 * i..50.min(16 * (i + 1)))));
            trainer.fit_batches(&mut net, parts, Some(&data))
        };
        (net.params().to_vec(), history.unwrap())
    };
    let ((one, history), (other, _)) = (run(false), run(true));
    assert_eq!(one, other);
    assert!(history.epochs.iter().all(|epoch| epoch.steps == 4));

    // By hand.
    let (mut net, mut adam) = (Points::init(1), Adam::new(0.01));
    let (mut ws, mut grad) = (Points::workspace(16), Points::zeros());
    for _ in 0..3 {
        for i in 0..4 {
            net.loss_and_grad(&data.batch(16 * i..50.min(16 * (i + 1))), &mut ws, &mut grad).unwrap();
            adam.step(&mut net, &grad);
        }
    }
    let mut streamed = Points::init(1);
    let parts = |_| (0..4).map(|i| Ok(data.batch(16 * i..50.min(16 * (i + 1)))));
    let mut trainer = Trainer::new(Adam::new(0.01)).batch(16).epochs(3);
    let history = trainer.fit_batches(&mut streamed, parts, None).unwrap();
    assert_eq!(streamed.params(), net.params());
    assert_eq!(history.last().loss, history.last().train_loss);
    assert!(history.last().accuracy.is_nan());

    // Epochs of different lengths, and a schedule over the steps that were told.
    let parts = |epoch| (0..epoch).map(|_| Ok(data.batch(..8)));
    let mut trainer = Trainer::new(Sgd::new(1.0)).epochs(3).total_steps(12).schedule(Schedule::cosine(0));
    let history = trainer.fit_batches(&mut streamed, parts, None).unwrap();
    let rates: Vec<f64> = history.epochs.iter().map(|e| e.learning_rate).collect();
    assert_eq!(rates, [0, 2, 5].map(|step| Schedule::cosine(0).factor(step, 12)));
}

#[test]
fn settings_and_streams_that_do_not_fit_are_refused() {
    let data = points(20);
    let adam = || Trainer::new(Adam::new(1e-3)).batch(8).epochs(2);
    let fit = |mut trainer: Trainer<'_, Adam>| {
        trainer.fit(&mut Points::init(1), &data, None).unwrap_err().to_string()
    };
    let wide = Dataset::classes(vec![0.0; 6], 3, vec![0, 1]).unwrap();
    let stream = |mut trainer: Trainer<'_, Adam>, batches: &dyn Fn(usize) -> Vec<quipu::Result<Dataset>>| {
        trainer.fit_batches(&mut Points::init(1), batches, None).unwrap_err().to_string()
    };
    let good = |_| vec![data.subset(0..8)];
    let table = [
        (fit(adam().accumulate(0)), "batches in a step = 0: expected at least 1"),
        (fit(adam().ema(1.0)), "decay of the average = 1: expected a number from 0 to below 1"),
        (fit(adam().ema(f64::NAN)), "decay of the average = NaN: expected a number from 0 to below 1"),
        (stream(adam().batch(0), &good), "batch = 0: expected at least 1"),
        (stream(adam().threads(0), &good), "threads = 0: expected at least 1"),
        (
            stream(adam().schedule(Schedule::one_cycle()), &good),
            "total steps = unknown: expected a number by `Trainer::total_steps`",
        ),
        (
            stream(adam(), &|_| Vec::new()),
            "epoch 1, batch 1 of the stream: batches = 0: expected at least one",
        ),
        (
            stream(adam(), &|epoch| vec![data.subset(0..8), data.subset(0..7 + epoch)]),
            "epoch 2, batch 2 of the stream: rows = 9: expected at most 8, as the trainer's `batch` says",
        ),
        (stream(adam(), &|_| vec![Ok(wide.clone())]), "epoch 1, batch 1 of the stream: "),
        (
            stream(adam(), &|_| vec![data.subset(0..8), Err(Error::EmptyBatch)]),
            "epoch 1, batch 2 of the stream: the batch is empty",
        ),
        (
            stream(adam().accumulate(2), &|_| vec![data.subset(0..8), data.subset([])]),
            "epoch 1, batch 2 of the stream: the batch is empty",
        ),
    ];
    for (found, expected) in table {
        assert!(found.starts_with(expected), "{found}");
    }
}
