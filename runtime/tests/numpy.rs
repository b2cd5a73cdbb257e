//! NumPy's files as NumPy wrote them (`tests/numpy/make.py`), and each way in which they can be damaged.

use std::path::PathBuf;

use quipu::batch::Targets;
use quipu::data::{NpyArray, npy, npz};
use quipu::dataset::Dataset;
use quipu::error::{Error, Result};

#[macro_use]
mod common;

use common::Room;

fn numpy(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/numpy", name].iter().collect()
}

/// 0, 1/4, 2/4, … in the shape (4, 3, 2).
fn quarters() -> Vec<f64> {
    (0..24).map(|x| f64::from(x) / 4.0).collect()
}

#[test]
fn arrays_of_every_type_and_order_have_the_same_elements() {
    for (name, dtype) in [("f4.npy", "<f4"), ("f8_fortran.npy", "<f8"), ("f2_big.npy", ">f2")] {
        let array = NpyArray::read(numpy(name)).unwrap();
        assert_eq!((array.shape(), array.dtype(), array.is_integer()), (&[4, 3, 2][..], dtype, false));
        assert_eq!(array.values(), quarters(), "{name}");
    }
    let array = NpyArray::read(numpy("u1.npy")).unwrap();
    assert!(
        array.is_integer() && array.values().iter().zip(quarters()).all(|(x, quarter)| *x == 4.0 * quarter)
    );
    assert_eq!(NpyArray::read(numpy("version2.npy")).unwrap().values(), [1.5, 2.5]);
    let scalar = NpyArray::read(numpy("scalar.npy")).unwrap();
    assert_eq!((scalar.shape(), scalar.values()), (&[][..], vec![0.5]));
}

#[test]
fn integers_are_classes_and_floats_are_values() {
    let data = npy(numpy("f8_fortran.npy"), numpy("i8.npy")).unwrap();
    assert_eq!((data.len(), data.width(), data.class_count()), (4, 6, 3));
    assert!(matches!(data.targets(), Targets::Classes(&[2, 0, 1, 2])));
    assert!(data.inputs().iter().map(|&x| f64::from(x)).eq(quarters()));
    for archive in ["stored.npz", "deflated.npz", "wide.npz"] {
        assert_eq!(npz(numpy(archive), "x_train", "y_train").unwrap(), data);
        let soft = npz(numpy(archive), "x_train", "y_soft").unwrap();
        assert!(matches!(soft.targets(), Targets::Values(&[0.5, 1.0, 1.5, 2.0])));
    }
    let values = npy(numpy("version2.npy"), numpy("version2.npy")).unwrap();
    assert_eq!((values.len(), values.width(), values.target_width()), (2, 1, 1));
}

/// An NPY file of version 1 with this dictionary.
fn file(dictionary: &str, elements: &[u8]) -> Vec<u8> {
    let length = (dictionary.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], dictionary.as_bytes(), elements].concat()
}

/// Elements of a type in a shape.
fn array(descr: &str, shape: &str, elements: &[u8]) -> Vec<u8> {
    file(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n"), elements)
}

fn read(bytes: &[u8]) -> Result<NpyArray> {
    let room = Room::new();
    NpyArray::read(room.file("a.npy", bytes))
}

#[test]
fn other_files_and_damaged_headers_are_told() {
    fails!(NpyArray::read("no/such.npy"), Missing, "no/such.npy", "an NPY file");
    for bytes in [&b""[..], b"\x93NUM", b"1,2,3", b"\x93NUMPY\x04\x00\x00\x00"] {
        fails!(read(bytes), Npy, "a.npy", "not an NPY file", "numpy.save");
    }
    let whole = array("<f4", "(2,)", &[0; 8]);
    fails!(read(&whole[..20]), Npy, "a.npy", "header is damaged", "as many bytes as the header's length");
    fails!(read(&file("\u{7f}{'descr': 1}", &[])), Npy, "expected a dictionary in braces");
    fails!(read(&file("{'descr': '<f4', 'shape': (1,)}", &[])), Npy, "'fortran_order'");
    let mut latin = array("<f4", "(2,)", &[0; 8]);
    latin[15] = 0xff;
    fails!(read(&latin), Npy, "expected text");
}

#[test]
fn elements_that_are_no_numbers_are_told() {
    fails!(NpyArray::read(numpy("words.npy")), Npy, "words.npy", "of type <U3", "astype");
    fails!(NpyArray::read(numpy("fields.npy")), Npy, "[('a', '<f8'), ('b', '<i4')]");
    fails!(read(&array("|O", "(1,)", &[0; 8])), Npy, "of type |O", "pickled objects are never read");
    fails!(read(&array("<c16", "(1,)", &[0; 16])), Npy, "<c16");
}

#[test]
fn shapes_must_agree_with_the_bytes() {
    fails!(read(&array("<f4", "(2, 3)", &[0; 23])), Npy, "(2, 3) promises 24 bytes", "holds 23");
    fails!(read(&array("<f4", "(2, 3)", &[0; 25])), Npy, "promises 24 bytes", "holds 25");
    // More than any memory, if it were believed.
    let absurd = "(18446744073709551615, 18446744073709551615, 18446744073709551615)";
    fails!(read(&array("<f8", absurd, &[0; 8])), Npy, "holds 8");
    assert!(read(&array("<f4", "(0, 3)", &[])).unwrap().values().is_empty());
}

#[test]
fn inputs_and_targets_must_fit_each_other() {
    let room = Room::new();
    let pair = |inputs: Vec<u8>, targets: Vec<u8>| -> Result<Dataset> {
        npy(room.file("x.npy", &inputs), room.file("y.npy", &targets))
    };
    let floats = |values: &[f32]| values.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    let inputs = || array("<f4", "(2, 2)", &floats(&[1.0, 2.0, 3.0, 4.0]));
    assert_eq!(pair(inputs(), array("|b1", "(2, 1)", &[1, 0])).unwrap().class_count(), 2);
    fails!(pair(inputs(), array("|u1", "(3,)", &[0; 3])), Npy, "x.npy has 2 rows", "y.npy has 3");
    fails!(
        pair(inputs(), array("|u1", "(2, 2)", &[0; 4])),
        Npy,
        "y.npy: the shape is (2, 2)",
        "one class a row"
    );
    fails!(pair(inputs(), array("|i1", "(2,)", &[0, 0xff])), Npy, "y.npy, row 1: found -1", "a class");
    fails!(pair(inputs(), array("<u4", "(2,)", &[0xff; 8])), Npy, "row 0: found 4294967295");
    fails!(pair(inputs(), array("|u1", "()", &[0])), Npy, "y.npy: the shape is ()", "at least one dimension");
    fails!(pair(array("<f4", "(0, 2)", &[]), array("|u1", "(0,)", &[])), NoData, "x.npy");
    fails!(pair(array("<f4", "(2, 0)", &[]), array("|u1", "(2,)", &[0, 1])), NoData, "x.npy");
    let nan = array("<f4", "(2, 2)", &floats(&[1.0, 2.0, 3.0, f32::NAN]));
    fails!(pair(nan, array("|u1", "(2,)", &[0, 1])), NotFinite, "inputs, row 1, column 1", "NaN");
    let large = array("<f8", "(2,)", &[1e300_f64.to_le_bytes(), 0_f64.to_le_bytes()].concat());
    fails!(pair(large, array("|u1", "(2,)", &[0, 1])), NotFinite, "inputs, row 0, column 0", "inf");
}

#[test]
fn archives_name_what_they_have_and_what_is_wrong_with_them() {
    let read = |bytes: &[u8], name: &str| {
        let room = Room::new();
        NpyArray::read_npz(room.file("a.npz", bytes), name)
    };
    let (stored, deflated) =
        (std::fs::read(numpy("stored.npz")).unwrap(), std::fs::read(numpy("deflated.npz")).unwrap());
    assert!(read(&stored, "x_train").is_ok() && read(&deflated, "x_train").is_ok());
    // A comment may stand at the end.
    let mut commented = stored.clone();
    let comment = commented.len() - 2;
    commented[comment] = 5;
    commented.extend(b"hello");
    assert!(read(&commented, "y_soft").is_ok());

    fails!(read(&stored, "x"), Npy, "a.npz: there is no array \"x\"", "x_train, y_train, y_soft");
    fails!(NpyArray::read_npz("no/such.npz", "x"), Missing, "an NPZ file");
    let empty = [b"PK\x05\x06", &[0; 18][..]].concat();
    fails!(read(&empty, "x"), Npy, "the file has no array");
    fails!(read(b"\x93NUMPY\x01\x00", "x"), Npy, "does not begin as a zip archive");
    fails!(read(&array("<f4", "(1,)", &[0; 4]), "x"), Npy, "does not begin as a zip archive");
    for cut in [4, 40, stored.len() / 2, stored.len() - 23, stored.len() - 1] {
        fails!(read(&stored[..cut], "x_train"), Npy, "a.npz: not a whole NPZ file", "cut short");
    }
    // Not one byte of an archive may be another without an error or the same elements.
    let wide = std::fs::read(numpy("wide.npz")).unwrap();
    for archive in [&stored, &deflated, &wide] {
        let expected = read(archive, "x_train").unwrap().values();
        let mut told = 0;
        for at in 0..archive.len() {
            let mut damaged = archive.clone();
            damaged[at] ^= 0x10;
            match read(&damaged, "x_train") {
                Err(Error::Npy(_)) => told += 1,
                Err(other) => panic!("byte {at}: {other}"),
                Ok(array) => assert_eq!(array.values(), expected, "byte {at}"),
            }
        }
        assert!(told > 200, "{told}");
    }
    let at = deflated.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut other = deflated.clone();
    other[at + 10] = 12;
    fails!(read(&other, "x_train"), Npy, "x_train.npy: compression method 12");
    let mut secret = deflated.clone();
    secret[at + 8] |= 1;
    fails!(read(&secret, "x_train"), Npy, "x_train.npy: it is encrypted");
    let mut short = stored.clone();
    let data = short.windows(6).position(|bytes| bytes == b"\x93NUMPY").unwrap();
    short[data + 130] ^= 1;
    fails!(read(&short, "x_train"), Npy, "x_train.npy: its checksum does not fit");
}
