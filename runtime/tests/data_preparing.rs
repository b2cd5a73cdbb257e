//! Data on their way to a network: names, missing cells, parts, standardized columns, ones and zeros.

use quipu::batch::Targets;
use quipu::data::{Column, CsvOptions, Missing, Standardizer, csv, one_hot, standardize};
use quipu::dataset::Dataset;
use quipu::error::{Error, Result};

#[macro_use]
mod common;

use common::Room;

/// Reads a table.
fn table(text: &str, options: CsvOptions) -> Result<Dataset> {
    let room = Room::new();
    csv(room.file("table.csv", text.as_bytes()), options)
}

const FLOWERS: &str =
    "length,width,species\n5.1,3.5,setosa\n6.3,3.3,virginica\n7.0,3.2,versicolor\n4.9,3.0,setosa\n";

fn labels(data: &Dataset) -> Vec<u32> {
    let Targets::Classes(labels) = data.targets() else { panic!("classes") };
    labels.to_vec()
}

#[test]
fn classes_have_the_names_of_the_file() {
    let flowers = table(FLOWERS, CsvOptions::named_classes("species")).unwrap();
    assert_eq!(flowers.class_names(), ["setosa", "versicolor", "virginica"]);
    assert_eq!((labels(&flowers), flowers.class_count()), (vec![0, 2, 1, 0], 3));
    assert_eq!(flowers.inputs()[..2], [5.1, 3.5]);
    // Parts keep the names, also of classes that they do not have.
    let first = flowers.subset([0]).unwrap();
    assert_eq!((first.class_names().len(), first.class_count()), (3, 3));
    assert_eq!(flowers.clone().split(1).unwrap().1.class_names(), flowers.class_names());

    let names = ["virginica", "setosa", "versicolor", "other"];
    let ordered = table(FLOWERS, CsvOptions::named_classes(Column::Last).names(names)).unwrap();
    assert_eq!((labels(&ordered), ordered.class_count()), (vec![1, 0, 2, 1], 4));
    assert_eq!(ordered.class_names(), names);
    fails!(
        table(FLOWERS, CsvOptions::named_classes("species").names(["setosa", "versicolor"])),
        CsvLabel,
        "table.csv: line 3, column 3",
        "\"virginica\"",
        "expected one of setosa, versicolor"
    );
    fails!(table(FLOWERS, CsvOptions::named_classes(2).names(["a", "a"])), Argument, "names = \"a\" twice");
    fails!(
        table("1,cat\n2,\n", CsvOptions::named_classes(1)),
        CsvCell,
        "line 2, column 2",
        "the name of a class"
    );
    fails!(table(FLOWERS, CsvOptions::classes("species")), CsvCell, "line 2", "named_classes", "\"setosa\"");
}

#[test]
fn names_are_given_by_hand_too() {
    let data = || Dataset::classes(vec![0.0; 3], 1, vec![0, 2, u32::MAX]).unwrap();
    let named = data().with_class_names(["a", "b", "c"]).unwrap();
    assert_eq!(named.class_names(), ["a", "b", "c"]);
    // Other names replace them, also fewer than there were.
    let wide = data().with_class_names(["a", "b", "c", "d"]).unwrap();
    assert_eq!((wide.class_count(), wide.with_class_names(["x", "y", "z"]).unwrap().class_count()), (4, 3));
    fails!(data().with_class_names(["a", "b"]), Argument, "names", "each of the 3 classes");
    fails!(data().with_class_names(["a", "b", "a"]), Argument, "\"a\" twice");
    let values = Dataset::values(vec![0.0; 3], 1, vec![0.0; 3]).unwrap();
    fails!(values.with_class_names(["a"]), Argument, "the targets are values");
}

#[test]
fn columns_can_be_left_out() {
    let text = "id,x,remark,y\nA-1,1,fine,10\nA-2,2,\"so, so\",20\n";
    let data = table(text, CsvOptions::values(["y"]).without(["id", "remark"])).unwrap();
    assert_eq!((data.inputs(), data.width()), (&[1.0, 2.0][..], 1));
    fails!(table(text, CsvOptions::values(["y"]).without(["none"])), CsvColumn, "`none`", "id, x, remark, y");
    fails!(table(text, CsvOptions::values(["y"]).without(["y"])), Argument, "without = column 3");
    fails!(table(text, CsvOptions::values(["y"]).without([0, 1, 2])), Argument, "left for the inputs");
}

const GAPS: &str = "a,b,y\n1,10,0\n,20,1\n3,NA,1\n5,40,0\n";

#[test]
fn missing_cells_are_refused_dropped_or_filled() {
    let options = || CsvOptions::classes("y");
    fails!(table(GAPS, options()), CsvCell, "line 3, column 1", "CsvOptions::missing", "\"\"");
    let dropped = table(GAPS, options().missing(Missing::DropRow)).unwrap();
    assert_eq!((dropped.inputs(), labels(&dropped)), (&[1.0, 10.0, 5.0, 40.0][..], vec![0, 0]));
    let filled = table(GAPS, options().missing(Missing::Mean)).unwrap();
    assert_eq!(filled.inputs(), [1.0, 10.0, 3.0, 20.0, 3.0, 70.0 / 3.0, 5.0, 40.0]);
    assert_eq!(labels(&filled), [0, 1, 1, 0]);

    // Only what looks like it is missing, and only where it is looked at.
    fails!(table("1,x,0\n", options_last().missing(Missing::Mean)), CsvCell, "line 1, column 2", "\"x\"");
    let marks = options_last().missing(Missing::DropRow).missing_marks(["-9"]);
    assert_eq!(table("1,2,0\n-9,3,0\n", marks.clone()).unwrap().len(), 1);
    fails!(table("1,2,0\n?,3,0\n", marks), CsvCell, "line 2, column 1", "\"?\"");
    let aside = options_last().missing(Missing::DropRow).without([1]);
    assert_eq!(table("1,,0\n2,5,1\n", aside).unwrap().len(), 2);
}

fn options_last() -> CsvOptions {
    CsvOptions::classes(Column::Last)
}

#[test]
fn what_cannot_be_filled_is_told() {
    let mean = |options: CsvOptions| options.missing(Missing::Mean);
    fails!(table("1,2,0\n1,2,\n", mean(options_last())), CsvCell, "line 2, column 3", "a class");
    fails!(
        table("1,2\n1,?\n", mean(CsvOptions::values([1]))),
        CsvCell,
        "line 2, column 2",
        "a finite number"
    );
    fails!(table("1,a\n1,NA\n", mean(CsvOptions::named_classes(1))), CsvCell, "line 2, column 2");
    fails!(
        table("1,,0\n2,NA,1\n", mean(options_last())),
        CsvEmptyColumn,
        "table.csv: column 2 has no number",
        "CsvOptions::without"
    );
    fails!(table("1,,0\n,2,1\n", options_last().missing(Missing::DropRow)), NoData, "table.csv");
}

/// `rows` rows that know their number, a quarter of them of class 1 and the others of class 0.
fn numbered(rows: u16) -> Dataset {
    let inputs = (0..rows).map(f32::from).collect();
    Dataset::classes(inputs, 1, (0..rows).map(|row| u32::from(row % 4 == 0)).collect()).unwrap()
}

fn sorted(parts: [&Dataset; 2]) -> Vec<u32> {
    let mut rows: Vec<u32> = parts.iter().flat_map(|part| part.inputs()).map(|&row| row as u32).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn parts_by_chance_hold_every_row_once() {
    let data = numbered(103);
    let shuffled = data.shuffled(3);
    assert_ne!(shuffled, data);
    assert_eq!(shuffled, data.shuffled(3));
    for split in [Dataset::split_random, Dataset::split_stratified] {
        let (train, test) = split(&data, 0.2, 7).unwrap();
        assert_eq!((train.len(), test.len()), (82, 21));
        assert!(sorted([&train, &test]).into_iter().eq(0..103));
        // A row keeps its class.
        for part in [&train, &test] {
            assert!(
                part.inputs()
                    .iter()
                    .zip(labels(part))
                    .all(|(&x, label)| (x as u32).is_multiple_of(4) == (label == 1))
            );
        }
        assert_eq!(split(&data, 0.2, 7).unwrap(), (train.clone(), test));
        assert_ne!(split(&data, 0.2, 8).unwrap().0, train);
        assert_ne!(labels(&train)[..20], [0; 20], "class after class");
        for share in [0.0, 1.0, 0.001, 0.999, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            fails!(split(&data, share, 1), Argument, "test = ", "a row of the 103 in both parts");
        }
    }
    assert!(numbered(0).split_random(0.5, 1).is_err() && numbered(1).split_random(0.5, 1).is_err());
}

#[test]
fn strata_have_their_share_in_both_parts() {
    let count = |part: &Dataset, class| labels(part).iter().filter(|&&label| label == class).count();
    let (train, test) = numbered(400).split_stratified(0.25, 1).unwrap();
    assert_eq!((count(&train, 1), count(&test, 1), count(&test, 0)), (75, 25, 75));
    // Three classes of 5, 3 and 2 rows, and two rows that are ignored: exactly 1.67, 1, 0.67 and 0.67 for a third.
    let data = Dataset::classes(
        (0..12_u8).map(f32::from).collect(),
        1,
        vec![0, 0, 0, 0, 0, 1, 1, 1, 2, 2, u32::MAX, u32::MAX],
    );
    let (train, test) = data.unwrap().split_stratified(1.0 / 3.0, 5).unwrap();
    assert_eq!([0, 1, 2, u32::MAX].map(|class| count(&test, class)), [2, 1, 1, 0]);
    assert_eq!([0, 1, 2, u32::MAX].map(|class| count(&train, class)), [3, 2, 1, 2]);
    let values = Dataset::values(vec![0.0; 4], 1, vec![0.0; 4]).unwrap();
    assert!(values.split_random(0.5, 1).is_ok());
    fails!(values.split_stratified(0.5, 1), Argument, "targets = values", "split_random");
    let named = numbered(8).with_class_names(["no", "yes"]).unwrap();
    assert_eq!(named.split_stratified(0.5, 1).unwrap().1.class_names(), ["no", "yes"]);
}

#[test]
fn columns_are_standardized_as_the_training_rows_have_them() {
    let train =
        Dataset::values(vec![1.0, 0.1, 100.0, 3.0, 0.1, 300.0, 5.0, 0.1, 500.0], 3, vec![2.0, 4.0, 6.0]);
    let train = train.unwrap();
    let test = Dataset::values(vec![3.0, 0.2, -100.0], 3, vec![4.0]).unwrap();
    let (scaled, far) = standardize(&train, &test).unwrap();
    let deviation = (8.0_f32 / 3.0).sqrt();
    let expected =
        [-2.0 / deviation, 0.0, -2.0 / deviation, 0.0, 0.0, 0.0, 2.0 / deviation, 0.0, 2.0 / deviation];
    assert!(scaled.inputs().iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-6), "{:?}", scaled.inputs());
    // The constant column is shifted alone.
    assert!((far.inputs()[1] - 0.1).abs() < 1e-7 && (far.inputs()[2] + 4.0 / deviation).abs() < 1e-6);
    assert!(matches!(far.targets(), Targets::Values(&[4.0])));

    let scale = Standardizer::inputs(&train).unwrap();
    assert_eq!(scale.deviations()[1], 1.0);
    assert!((scale.means()[2] - 300.0).abs() < 1e-9);
    let mut rows = scaled.inputs().to_vec();
    scale.undo(&mut rows).unwrap();
    assert!(rows.iter().zip(train.inputs()).all(|(x, y)| (x - y).abs() < 1e-4));
    let targets = Standardizer::targets(&train).unwrap();
    let scaled = targets.apply_targets(&train).unwrap();
    let Targets::Values(values) = scaled.targets() else { panic!("values") };
    assert!((values[0] + 2.0 / deviation).abs() < 1e-6 && scaled.inputs() == train.inputs());

    let flowers = table(FLOWERS, CsvOptions::named_classes("species")).unwrap();
    assert_eq!(standardize(&flowers, &flowers).unwrap().0.class_names(), flowers.class_names());
    fails!(scale.apply_inputs(&flowers), Argument, "width = 2", "3, the columns learnt from");
    fails!(targets.apply_targets(&flowers), Argument, "targets = classes");
    fails!(Standardizer::targets(&flowers), Argument, "targets = classes");
    fails!(scale.apply(&mut [0.0; 4]), Multiple, "rows has 4", "rows of 3");
    fails!(Standardizer::inputs(&train.subset([]).unwrap()), Argument, "rows = 0");
    let tiny = Dataset::classes(vec![0.0, 1e-30], 1, vec![0, 1]).unwrap();
    let huge = Dataset::classes(vec![1e20], 1, vec![0]).unwrap();
    fails!(standardize(&tiny, &huge), NotFinite, "inputs, row 0, column 0", "inf");
}

#[test]
fn classes_become_ones_and_zeros() {
    let data = Dataset::classes(vec![0.5, 1.5], 1, vec![2, 0]).unwrap();
    let hot = data.one_hot().unwrap();
    assert!(matches!(hot.targets(), Targets::Values(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0])));
    assert_eq!((hot.inputs(), hot.target_width()), (data.inputs(), 3));
    fails!(hot.one_hot(), Argument, "targets = values");
    fails!(one_hot(&[0, 3], 3), Label, "row 1: label 3", "3 classes");
    fails!(one_hot(&[u32::MAX], usize::MAX), Label, "row 0: label 4294967295");
    assert!(one_hot(&[], 3).unwrap().is_empty());
}
