//! What can be wrong with a NumPy file: each message says which file, what was expected and what was found.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with an NPY or NPZ file. The path of an array in an archive ends in its name: `data.npz/x_train`.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The first bytes are not those of an NPY file.
    #[error(
        "{path}: not an NPY file: it should begin with the bytes 93 4e 55 4d 50 59 (\\x93NUMPY) and a version, 1 to 3, \
         but begins with {found:02x?}; write it with `numpy.save`"
    )]
    Magic {
        /// The file.
        path: PathBuf,
        /// The first bytes, eight at most.
        found: Vec<u8>,
    },
    /// A header that cannot be read.
    #[error("{path}: the NPY header is damaged: expected {expected}, found {found:?}; write the file again")]
    Header {
        /// The file.
        path: PathBuf,
        /// What the format asks for.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// Elements that are no numbers.
    #[error(
        "{path}: the elements are of type {found}; expected bool, integers (i1 to u8) or floating-point numbers (f2, f4, \
         f8): convert with `astype` (pickled objects are never read)"
    )]
    Type {
        /// The file.
        path: PathBuf,
        /// The type in the header.
        found: String,
    },
    /// A header that does not agree with the bytes behind it.
    #[error(
        "{path}: the shape {shape} promises {expected} bytes of elements, but the file holds {found}; it is cut short or \
         damaged: write it again"
    )]
    Size {
        /// The file.
        path: PathBuf,
        /// The dimensions in the header, written `(60000, 28, 28)`.
        shape: String,
        /// Bytes behind the header according to it.
        expected: u128,
        /// Bytes behind the header.
        found: u128,
    },
    /// An array of a shape that does not fit its part.
    #[error("{path}: the shape is {found}; expected {expected}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// The shape.
        found: String,
        /// What would fit.
        expected: &'static str,
    },
    /// Inputs and targets of different numbers of rows.
    #[error(
        "{inputs} has {rows} rows but {targets} has {target_rows}; give the inputs and targets of one set"
    )]
    Counts {
        /// The inputs.
        inputs: PathBuf,
        /// Their rows.
        rows: usize,
        /// The targets.
        targets: PathBuf,
        /// Their rows.
        target_rows: usize,
    },
    /// An integer that is no class.
    #[error("{path}, row {row}: found {found}; expected a class (0, 1, 2, …)")]
    Class {
        /// The targets.
        path: PathBuf,
        /// The row, from 0.
        row: usize,
        /// The integer.
        found: f64,
    },
    /// An archive that cannot be read.
    #[error("{path}: not a whole NPZ file: {problem}; write it with `numpy.savez`")]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// An archive without the array that was asked for.
    #[error("{path}: there is no array {name:?}; the file has {available}")]
    NoArray {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The names that are there.
        available: String,
    },
}

impl fmt::Debug for NpyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
