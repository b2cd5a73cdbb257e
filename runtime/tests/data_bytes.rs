//! Data sets that keep their inputs as bytes: the same as data sets of the numbers, whatever is done with them.

use quipu::Dataset;
use quipu::batch::{IGNORED, Inputs, Targets};
use quipu::data::{Standardizer, digits, npy, standardize};
use quipu::error::{Error, Result};

#[macro_use]
mod common;

use common::Room;

const WIDTH: usize = 7;
const ROWS: usize = 40;

fn bytes() -> Vec<u8> {
    (0..ROWS * WIDTH).map(|i| (i * i * 31 % 256) as u8).collect()
}

fn labels() -> Vec<u32> {
    (0..ROWS as u32).map(|row| if row % 9 == 8 { IGNORED } else { row % 3 }).collect()
}

/// The same examples kept both ways, with classes and with values: (bytes, numbers).
fn pairs() -> [(Dataset, Dataset); 2] {
    let numbers: Vec<f32> = bytes().iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let values: Vec<f32> = (0..2 * ROWS).map(|i| i as f32).collect();
    [
        (
            Dataset::byte_classes(bytes(), WIDTH, labels()).unwrap(),
            Dataset::classes(numbers.clone(), WIDTH, labels()).unwrap(),
        ),
        (
            Dataset::byte_values(bytes(), WIDTH, values.clone()).unwrap(),
            Dataset::values(numbers, WIDTH, values).unwrap(),
        ),
    ]
}

/// Equal, and still kept as bytes.
fn same(found: &Dataset, expected: &Dataset) {
    assert!(found.input_bytes().is_some() && expected.input_bytes().is_none());
    assert!(found == expected);
    assert!(expected == found);
    let bits = |data: &Dataset| data.inputs().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(found), bits(expected));
}

fn same_two((a, b): (Dataset, Dataset), (c, d): (Dataset, Dataset)) {
    same(&a, &c);
    same(&b, &d);
}

#[test]
fn all_256_levels_are_the_nearest_numbers() {
    let all = Dataset::byte_classes((0..=255).collect(), 256, vec![0]).unwrap();
    for (level, &number) in all.inputs().iter().enumerate() {
        assert_eq!(number, (level as f64 / 255.0) as f32);
    }
}

#[test]
fn parts_copies_and_orders_are_the_same() {
    for (bytes, numbers) in pairs() {
        same(&bytes, &numbers);
        assert_eq!(bytes.input_bytes().unwrap(), self::bytes());
        assert_eq!((bytes.len(), bytes.width()), (ROWS, WIDTH));
        // Also after the numbers of all have been asked for.
        assert_eq!(bytes.inputs().len(), ROWS * WIDTH);
        same_two(bytes.clone().split(13).unwrap(), numbers.clone().split(13).unwrap());
        same(&bytes.subset([3, 0, 3]).unwrap(), &numbers.subset([3, 0, 3]).unwrap());
        same(&bytes.shuffled(5), &numbers.shuffled(5));
        same_two(bytes.split_random(0.3, 5).unwrap(), numbers.split_random(0.3, 5).unwrap());
        for (bytes, numbers) in bytes.k_fold(3, 5).unwrap().zip(numbers.k_fold(3, 5).unwrap()) {
            same_two(bytes, numbers);
        }
        let (Inputs::Values(found), Inputs::Values(expected)) =
            (bytes.batch(2..5).inputs, numbers.batch(2..5).inputs)
        else {
            unreachable!("data sets have numbers")
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn classes_are_the_same() {
    let [(bytes, numbers), _] = pairs();
    same_two(bytes.split_stratified(0.3, 5).unwrap(), numbers.split_stratified(0.3, 5).unwrap());
    let folds = |data: &Dataset| data.k_fold_stratified(4, 5).unwrap().collect::<Vec<_>>();
    for (bytes, numbers) in folds(&bytes).into_iter().zip(folds(&numbers)) {
        same_two(bytes, numbers);
    }
    let named = |data: &Dataset| data.clone().with_class_names(["a", "b", "c"]).unwrap();
    same(&named(&bytes), &named(&numbers));
    assert!(named(&bytes) != numbers);
    let counted =
        |data: &Dataset| data.subset((0..ROWS).filter(|row| row % 9 != 8)).unwrap().one_hot().unwrap();
    same(&counted(&bytes), &counted(&numbers));
}

#[test]
fn standardized_columns_are_the_same_numbers_and_no_bytes() {
    let [classes, values] = pairs();
    let ((bytes, byte_test), (numbers, number_test)) =
        (classes.0.split(30).unwrap(), classes.1.split(30).unwrap());
    assert_eq!(Standardizer::inputs(&bytes).unwrap(), Standardizer::inputs(&numbers).unwrap());
    let found = standardize(&bytes, &byte_test).unwrap();
    assert!(found.0.input_bytes().is_none());
    assert_eq!(found, standardize(&numbers, &number_test).unwrap());
    // Targets leave the inputs as they are.
    let scale = Standardizer::targets(&values.0).unwrap();
    same(&scale.apply_targets(&values.0).unwrap(), &scale.apply_targets(&values.1).unwrap());
}

#[test]
fn levels_say_what_the_bytes_stand_for() {
    let [(bytes, numbers), _] = pairs();
    let (zero, unit) = (33.3, -78.6);
    let moved = bytes.clone().with_levels(zero, unit).unwrap();
    assert!(moved != numbers && moved != bytes && moved.input_bytes() == bytes.input_bytes());
    let by_hand = self::bytes().iter().map(|&byte| (f32::from(byte) - zero) / unit).collect();
    same(&moved, &Dataset::classes(by_hand, WIDTH, labels()).unwrap());
    // Parts keep them; the last ones count.
    assert_eq!(moved.clone().split(1).unwrap().1.inputs(), &moved.inputs()[WIDTH..]);
    same(&moved.with_levels(0.0, 255.0).unwrap(), &numbers);
    // Equal are equal numbers, not equal bytes.
    let set =
        |byte, unit| Dataset::byte_classes(vec![byte], 1, vec![0]).unwrap().with_levels(0.0, unit).unwrap();
    assert!(set(2, 4.0) == set(1, 2.0) && set(2, 4.0) != set(2, 2.0));
}

#[test]
fn what_makes_no_data_set_is_told() {
    let text = |result: Result<Dataset>| result.unwrap_err().to_string();
    assert!(text(Dataset::byte_classes(vec![1], 0, vec![])).starts_with("width = 0: expected at least one"));
    let odd = Dataset::byte_classes(vec![1, 2, 3], 2, vec![0]);
    assert!(matches!(odd, Err(Error::Multiple { argument: "inputs", found: 3, width: 2 })));
    let few = Dataset::byte_classes(vec![1, 2, 3, 4], 2, vec![0]);
    assert!(matches!(few, Err(Error::Length { argument: "labels", found: 1, expected: 2, .. })));
    assert!(text(Dataset::byte_values(vec![1, 2], 1, vec![1.0])).starts_with("targets.len() = 1"));
    assert!(matches!(
        Dataset::byte_values(vec![1, 2], 1, vec![1.0, f32::NAN]),
        Err(Error::NotFinite { argument: "targets", row: 1, column: 0, .. })
    ));

    let [(bytes, numbers), _] = pairs();
    let levels = |zero, unit| text(bytes.clone().with_levels(zero, unit));
    assert_eq!(
        levels(0.0, 0.0),
        "levels = zero 0.0, unit 0.0: expected such that (byte - zero) / unit is finite in f32, also for byte 0"
    );
    assert!(levels(1e38, 1e-3).starts_with("levels = zero 1e38, unit 0.001"));
    assert!(levels(0.0, 1e-37).ends_with("also for byte 35"), "{}", levels(0.0, 1e-37));
    assert!(levels(f32::NAN, 1.0).starts_with("levels = zero NaN"));
    assert!(levels(0.0, f32::NAN).starts_with("levels = zero 0.0, unit NaN"));
    fails!(numbers.with_levels(0.0, 1.0), Argument, "inputs = f32: expected bytes", "data::Standardizer");
    assert!(text(bytes.subset([ROWS])).starts_with("row = 40: expected a row below 40"));
}

#[test]
fn files_of_bytes_stay_bytes() {
    let (train, test) = digits().unwrap();
    for half in [train, test] {
        assert_eq!(half.input_bytes().map(<[u8]>::len), Some(half.len() * 784));
        assert_eq!(half.input_bytes().unwrap().iter().max(), Some(&255));
    }
    // An NPY file of unsigned bytes: nothing is scaled until somebody says so.
    let room = Room::new();
    let file = |shape: &str, elements: &[u8]| {
        let dictionary = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}\n");
        let length = (dictionary.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], dictionary.as_bytes(), elements].concat()
    };
    let (x, y) =
        (room.file("x.npy", &file("(2, 2)", &[0, 51, 255, 7])), room.file("y.npy", &file("(2,)", &[1, 0])));
    let data = npy(x, y).unwrap();
    assert_eq!(
        (data.inputs(), data.input_bytes()),
        (&[0.0, 51.0, 255.0, 7.0][..], Some(&[0, 51, 255, 7][..]))
    );
    assert!(matches!(data.targets(), Targets::Classes([1, 0])));
    assert_eq!(data.with_levels(0.0, 255.0).unwrap().inputs()[1], 0.2);
}
