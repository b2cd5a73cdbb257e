//! Networks cannot tell whether a data set keeps bytes or the numbers of them: trainings, evaluations and predictions are
//! the same bits, on any number of threads; and nobody makes the numbers of all.

mod allocations;

use quipu::metrics::Predictions;
use quipu::prelude::*;
use quipu::prob::distil;
use quipu::scalar::Real;
use quipu::train::evaluate;
use quipu::{Model, Scalar, network};

network! { /** Large enough to be shared. */ pub Mlp < fc(784, 64); relu; softmax_ce(10) > }
network! { /** Odd widths, and values as targets. */ pub Values < fc(301, 33); tanh; mse(2) > }

/// 300 rows: two batches of 128 and a rest.
const ROWS: usize = 300;

/// The same examples, as bytes and as numbers.
fn sets(width: usize, values: bool) -> [Dataset; 2] {
    let bytes: Vec<u8> = (0..ROWS * width).map(|i| (i * i % 1009 % 256) as u8).collect();
    let (zero, unit) = (33.3, 78.6);
    let numbers: Vec<f32> = bytes.iter().map(|&byte| (f32::from(byte) - zero) / unit).collect();
    let labels: Vec<u32> = (0..ROWS as u32).map(|row| row * row % 10).collect();
    let targets: Vec<f32> = (0..2 * ROWS).map(|i| (i * i % 101) as f32 / 101.0).collect();
    let [of_bytes, of_numbers] = if values {
        [Dataset::byte_values(bytes, width, targets.clone()), Dataset::values(numbers, width, targets)]
    } else {
        [Dataset::byte_classes(bytes, width, labels.clone()), Dataset::classes(numbers, width, labels)]
    };
    [of_bytes.unwrap().with_levels(zero, unit).unwrap(), of_numbers.unwrap()]
}

/// All that comes of a training, bit by bit.
fn results<M: Model>(data: &Dataset, threads: usize) -> Vec<u64> {
    let mut net = network::init::<M>(3);
    let mut trainer = Trainer::new(Adam::new(1e-3)).batch(128).epochs(3).seed(5).threads(threads);
    let history = trainer.fit(&mut *net, data, Some(data)).unwrap();
    let last = history.last();
    let measured = evaluate(&*net, data, 100).unwrap();
    let predictions = Predictions::of(&*net, data, 100).unwrap();
    let params = net.flat().iter().map(|w| w.real().to_f64());
    let numbers = [last.train_loss, last.loss, measured.loss, measured.accuracy];
    params.chain(numbers).chain(predictions.outputs().iter().copied()).map(f64::to_bits).collect()
}

fn same_results<M: Model>(values: bool) {
    let [bytes, numbers] = sets(M::INPUTS, values);
    let expected = results::<M>(&numbers, 1);
    for threads in [1, 2, 3] {
        assert!(results::<M>(&bytes, threads) == expected, "bytes on {threads} threads");
        assert!(results::<M>(&numbers, threads) == expected, "numbers on {threads} threads");
    }
}

#[test]
fn a_training_is_the_same_bits() {
    same_results::<MlpOf<f32>>(false);
    same_results::<MlpOf<f64>>(false);
    same_results::<ValuesOf<f32>>(true);
    same_results::<ValuesOf<f64>>(true);
}

#[test]
fn a_student_is_taught_the_same() {
    let ([bytes, numbers], teacher) = (sets(784, false), Mlp::init(1));
    let [found, expected] = [&bytes, &numbers].map(|data| distil(&teacher, data, 2.0, 0.1).unwrap());
    assert!(found == expected && found.input_bytes().is_some());
}

#[test]
fn a_data_set_is_as_large_as_its_bytes_and_stays_so() {
    quipu::warm_up();
    let [data, numbers] = sets(784, false);
    // What a copy asks for is what there is: the inputs and a class a row.
    let size = |data: &Dataset| allocations::asked(|| data.clone()).0.bytes;
    let [bytes, floats] = [784, 4 * 784].map(|inputs| ROWS * (inputs + 4));
    assert_eq!((size(&data), size(&numbers)), (bytes, floats));

    // Nothing that goes over all rows makes the numbers of all at once: no more than three batches of ten are asked for.
    let some = 3 * 10 * 784 * 4;
    let plan = Mlp::train_bytes(10, OptimizerKind::Adam) + some;
    let mut net = Mlp::init(1);
    let (asked, _) = allocations::asked(|| {
        Trainer::new(Adam::new(1e-3)).batch(10).epochs(2).threads(1).fit(&mut net, &data, None).unwrap()
    });
    assert!(asked.bytes < plan, "{} bytes in a training", asked.bytes);
    let (asked, _) = allocations::asked(|| evaluate(&net, &data, 10).unwrap());
    assert!(asked.bytes < Mlp::infer_bytes(10) + some, "{} bytes in an evaluation", asked.bytes);
    assert!(Mlp::infer_bytes(10) + some < floats && plan < 2 * floats);
    let (asked, halves) = allocations::asked(|| data.split_random(0.5, 1).unwrap());
    assert!(asked.bytes < 2 * bytes, "{} bytes in two parts", asked.bytes);
    assert_eq!(halves.0.len() + halves.1.len(), ROWS);

    // The one that does, once, and keeps them to itself.
    let (asked, _) = allocations::asked(|| assert_eq!(data.inputs(), numbers.inputs()));
    assert_eq!(asked.bytes, 4 * 784 * ROWS);
    let (asked, _) = allocations::asked(|| data.batch(..10).inputs.len() + data.inputs().len());
    assert_eq!((asked.bytes, size(&data)), (0, bytes));
}
