//! Data that is not as it should be: each slip is made once, and the error must name place, expectation and finding.

use std::io::Write;
use std::path::Path;

use quipu::batch::{Batch, Inputs, Targets};
use quipu::data::{Column, CsvOptions, csv, idx, idx_pair};
use quipu::dataset::Dataset;
use quipu::error::{Error, Result};

#[macro_use]
mod common;

use common::Room;

/// An IDX file of bytes.
fn idx_bytes(element: u8, dimensions: &[u32], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, element, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(content);
    bytes
}

fn images() -> Vec<u8> {
    idx_bytes(8, &[3, 2, 2], &[0, 255, 51, 102, 1, 2, 3, 4, 5, 6, 7, 8])
}

fn labels() -> Vec<u8> {
    idx_bytes(8, &[3], &[1, 0, 2])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads a made file of images against good labels.
fn with_images(bytes: &[u8]) -> (Result<Dataset>, Room) {
    let room = Room::new();
    let result = idx_pair(room.file("images", bytes), room.file("labels", &labels()));
    (result, room)
}

#[test]
fn idx_is_read_plain_and_gzip_and_in_both_spellings() {
    let room = Room::new();
    room.file("train-images-idx3-ubyte", &images());
    room.file("train-labels.idx1-ubyte.gz", &gzip(&labels()));
    room.file("t10k-images-idx3-ubyte.gz", &images()); // the name says gzip, the content does not
    room.file("t10k-labels.idx1-ubyte", &gzip(&labels()));
    let (train, test) = idx(&room.0).unwrap();
    assert_eq!(train, test);
    assert_eq!((train.len(), train.width(), train.class_count()), (3, 4, 3));
    assert_eq!(train.inputs()[..4], [0.0, 1.0, 0.2, 0.4]);
    assert!(matches!(train.targets(), Targets::Classes(&[1, 0, 2])));
}

#[test]
fn missing_idx_files_are_named() {
    let room = Room::new();
    fails!(idx(&room.0), Missing, room.0.display(), "train-images-idx3-ubyte", "train-images.idx3-ubyte.gz");
    fails!(idx(room.0.join("none")), Missing, "none", "a directory with four IDX files");
    let file = room.file("train-images-idx3-ubyte", &images());
    fails!(idx(&room.0), Missing, "train-labels-idx1-ubyte");
    fails!(idx(&file), Argument, "train-images-idx3-ubyte", "idx_pair");
    fails!(idx_pair(&file, room.0.join("none")), Missing, "none", "an IDX file of labels");
}

#[test]
fn a_directory_in_place_of_a_file_is_a_system_error() {
    let room = Room::new();
    let file = room.file("images", &images());
    let error = idx_pair(&file, &room.0).unwrap_err();
    assert!(matches!(error, Error::Io { doing: "read" | "open", .. }), "{error}");
}

#[test]
fn truncated_gzip_is_told_with_its_path() {
    let whole = gzip(&images());
    for length in [3, 12, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let (result, _room) = with_images(&whole[..length]);
        fails!(result, Gzip, "images", "truncated or corrupt", "fetch the file again");
    }
}

#[test]
fn corrupt_gzip_is_told_with_its_path() {
    let mut bytes = gzip(&images());
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    fails!(with_images(&bytes).0, Gzip, "images");
    let mut bytes = gzip(&images());
    bytes[10] = 0xff; // an impossible first block
    fails!(with_images(&bytes).0, Gzip, "images");
}

#[test]
fn a_header_that_promises_more_is_told_and_takes_no_memory() {
    let short = idx_bytes(8, &[4, 2, 2], &[0; 12]);
    fails!(with_images(&short).0, IdxSize, "(4, 2, 2)", "promises 32 bytes", "holds 28");
    fails!(with_images(&gzip(&short)).0, IdxSize, "promises 32 bytes", "holds 28");
    // 2^32 - 1 images of as many pixels: three exabytes, if it were believed.
    let absurd = idx_bytes(8, &[u32::MAX, u32::MAX, 1], &[1, 2, 3]);
    fails!(with_images(&absurd).0, IdxSize, "promises 18446744065119617041 bytes", "holds 19");
    fails!(with_images(&gzip(&absurd)).0, IdxSize, "holds 19");
    let beyond = idx_bytes(8, &[u32::MAX; 4], &[1, 2, 3]);
    fails!(with_images(&beyond).0, IdxSize, "holds 23");
    let cut = &images()[..10];
    fails!(with_images(cut).0, IdxSize, "promises 16 bytes", "holds 10");
}

#[test]
fn bytes_beyond_the_promise_are_told() {
    let mut long = images();
    long.extend([9; 5]);
    fails!(with_images(&long).0, IdxSize, "promises 28 bytes", "holds 33");
    fails!(with_images(&gzip(&long)).0, IdxSize, "promises 28 bytes", "holds 33");
}

#[test]
fn other_files_are_not_taken_for_idx() {
    for bytes in [&b""[..], b"\0", b"P5 28 28", &[0, 0, 0, 0, 0], &gzip(b"hello")] {
        let (result, _room) = with_images(bytes);
        fails!(result, IdxMagic, "images", "not an IDX file", "two zero bytes");
    }
    fails!(with_images(&idx_bytes(0x0d, &[1, 1, 1], &[0; 4])).0, IdxType, "0x0d", "0x08");
    fails!(with_images(&labels()).0, IdxRank, "has 1 dimensions", "expected 3", "swapped");
    let room = Room::new();
    let file = room.file("images", &images());
    fails!(idx_pair(&file, &file), IdxRank, "has 3 dimensions", "expected 1 (count)");
}

#[test]
fn image_and_label_counts_must_agree() {
    let room = Room::new();
    let few = room.file("few", &idx_bytes(8, &[2], &[0, 1]));
    fails!(idx_pair(room.file("images", &images()), few), IdxCounts, "3 images", "2 labels", "few");
    let none = room.file("none", &idx_bytes(8, &[0], &[]));
    let empty = room.file("empty", &idx_bytes(8, &[0, u32::MAX, u32::MAX, u32::MAX], &[]));
    fails!(idx_pair(empty, none), NoData, "empty");
}

#[test]
fn data_sets_check_what_they_are_made_of() {
    fails!(Dataset::classes(vec![1.0; 5], 2, vec![0; 2]), Multiple, "inputs has 5", "rows of 2");
    fails!(Dataset::classes(vec![1.0; 4], 0, vec![0; 2]), Argument, "width = 0");
    fails!(Dataset::classes(vec![1.0; 4], 2, vec![0; 3]), Length, "labels has 3", "expected 2");
    fails!(Dataset::values(vec![1.0; 4], 2, vec![0.0; 3]), Argument, "targets.len() = 3", "2 rows");
    fails!(Dataset::values(vec![1.0; 4], 2, vec![]), Argument, "targets.len() = 0");
    let nan = vec![1.0, 1.0, 1.0, f32::NAN];
    fails!(Dataset::classes(nan.clone(), 2, vec![0; 2]), NotFinite, "inputs, row 1, column 1", "NaN");
    fails!(
        Dataset::values(vec![1.0; 2], 2, vec![0.0, f32::INFINITY]),
        NotFinite,
        "targets, row 0, column 1",
        "inf"
    );
}

#[test]
fn data_sets_split_and_give_batches() {
    let data =
        Dataset::values((0..12).map(|x| x as f32).collect(), 3, (0..8).map(|y| y as f32).collect()).unwrap();
    assert_eq!((data.len(), data.width(), data.target_width(), data.class_count()), (4, 3, 2, 0));
    let Batch { inputs, targets } = data.batch(1..3);
    assert!(matches!(inputs, Inputs::Values(&[3.0, 4.0, 5.0, 6.0, 7.0, 8.0])));
    assert!(matches!(targets, Targets::Values(&[2.0, 3.0, 4.0, 5.0])));
    assert_eq!(data.batch(..).inputs.len(), 12);
    assert_eq!(data.batch(3..=3).inputs.len(), 3);

    let some = data.subset([3, 0, 3]).unwrap();
    assert_eq!(some.inputs(), [9.0, 10.0, 11.0, 0.0, 1.0, 2.0, 9.0, 10.0, 11.0]);
    assert!(matches!(some.targets(), Targets::Values(&[6.0, 7.0, 0.0, 1.0, 6.0, 7.0])));
    fails!(data.subset([4]), Argument, "row = 4", "below 4");

    fails!(data.clone().split(5), Argument, "at = 5", "4 rows");
    let (first, rest) = data.clone().split(1).unwrap();
    assert_eq!((first.len(), rest.len(), rest.target_width()), (1, 3, 2));
    assert_eq!(first, data.subset([0]).unwrap());
    assert_eq!(rest, data.subset(1..4).unwrap());
    let (all, nothing) = data.clone().split(4).unwrap();
    assert_eq!((all, nothing.is_empty()), (data, true));
}

#[test]
fn ignored_rows_are_no_class() {
    let data = Dataset::classes(vec![0.0; 3], 1, vec![1, u32::MAX, 4]).unwrap();
    assert_eq!(data.class_count(), 5);
}

/// Reads a table.
fn table(text: &str, options: CsvOptions) -> Result<Dataset> {
    let room = Room::new();
    csv(room.file("table.csv", text.as_bytes()), options)
}

#[test]
fn csv_with_and_without_a_header() {
    let named = table("a, b ,kind\n1,2.5,0\n-3,4e2,2.0\n", CsvOptions::classes("kind")).unwrap();
    assert_eq!((named.len(), named.width(), named.class_count()), (2, 2, 3));
    assert_eq!(named.inputs(), [1.0, 2.5, -3.0, 400.0]);
    assert!(matches!(named.targets(), Targets::Classes(&[0, 2])));
    assert_eq!(named, table("1,2.5,0\r\n-3,4e2,2", CsvOptions::classes(Column::Last)).unwrap());
    assert_eq!(
        named,
        table("\"x;y\";2;3\n1;2.5;0\n\n-3;4e2;2", CsvOptions::classes(2).separator(b';').header(true))
            .unwrap()
    );

    let values = table("y,x,z\n1,2,3\n4,5,6\n", CsvOptions::values(["z", "y"])).unwrap();
    assert_eq!(values.inputs(), [2.0, 5.0]);
    assert!(matches!(values.targets(), Targets::Values(&[3.0, 1.0, 6.0, 4.0])));
}

#[test]
fn csv_errors_name_line_and_column() {
    let last = || CsvOptions::classes(Column::Last);
    fails!(
        table("1,2,0\n1,x,0\n", last()),
        CsvCell,
        "table.csv: line 2, column 2",
        "a finite number",
        "\"x\""
    );
    fails!(table("a,b,c\n\n1,,0\n", last()), CsvCell, "line 3, column 2", "\"\"");
    fails!(table("1,2,0\r\n\r\n\r\n1,NaN,0", last()), CsvCell, "line 4, column 2", "NaN");
    fails!(table("1,1e60,0", last()), CsvCell, "line 1, column 2", "1e60");
    for label in ["-1", "1.5", "cat", "", "4294967295", "inf"] {
        fails!(
            table(&format!("1,2,{label}"), last().header(false)),
            CsvCell,
            "line 1, column 3",
            "a class",
            label
        );
    }
    fails!(table("1,2,0\n1,2\n", last()), CsvWidth, "line 2", "expected 3", "found 2");
    fails!(table("1,2,0\n", CsvOptions::classes("kind")), CsvColumn, "`kind`", "no header and 3 columns");
    fails!(table("a,b,c\n1,2,0\n", CsvOptions::classes("kind")), CsvColumn, "`kind`", "the columns a, b, c");
    fails!(table("1,2,0\n", CsvOptions::classes(3)), CsvColumn, "column 3");
    fails!(table("1\n", CsvOptions::classes(0)), Argument, "targets = [0]");
    fails!(table("1,2\n", CsvOptions::values([0; 0])), Argument, "targets = []");
    fails!(table("", last()), NoData, "table.csv");
    fails!(table("a,b\n", last()), NoData, "table.csv");
    fails!(csv(Path::new("no/such.csv"), last()), Missing, "no/such.csv", "comma-separated");
    let room = Room::new();
    fails!(csv(room.file("latin", b"1,2\n1,\xe9\n"), last()), Csv, "line 2", "not UTF-8");
}

#[test]
fn batches_take_slices_vectors_and_arrays() {
    let (numbers, classes) = (vec![1.0_f32, 2.0], vec![0_u32]);
    let batch: Batch<'_, f32> = Batch::new(&numbers, &classes);
    assert!(matches!(batch.inputs, Inputs::Values(&[1.0, 2.0])));
    assert!(matches!(batch.targets, Targets::Classes(&[0])));
    let batch: Batch<'_, f64> = Batch::new(&[1.0, 2.0], &[0.5]);
    assert!(matches!(batch.targets, Targets::Values(&[0.5])));
    let batch: Batch<'_, f32> = Batch::new(&classes[..], Targets::Inputs);
    assert!(matches!(batch.inputs, Inputs::Tokens(&[0])));
    assert_eq!(batch.inputs.len(), 1);
}
