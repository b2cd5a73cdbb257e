//! NumPy's files: NPY, one array, and NPZ, a zip archive of them.

use std::path::{Path, PathBuf};

use crate::dataset::Dataset;
use crate::error::{Error, Result, shape};

mod archive;
mod elements;
mod error;
mod header;

use elements::Element;
pub use error::NpyError;
use header::Header;

/// A data set from two NPY files, as `numpy.save` writes them: an array of inputs and one of targets, row for row.
///
/// The first dimension counts the rows, all others together make the width. **Integers as targets are classes**, one a
/// row, and floating-point numbers are values; for whole numbers as values read them as [`NpyArray`]s and build the
/// data set. Nothing is scaled: grey levels of 0 to 255 stay that. Inputs of unsigned bytes are kept as bytes, so that
/// [`Dataset::with_levels`]`(0.0, 255.0)` makes them 0 to 1.
///
/// ```no_run
/// let train = quipu::data::npy("x_train.npy", "y_train.npy")?;
/// let test = quipu::data::npz("data.npz", "x_test", "y_test")?;
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`]; [`Error::Npy`] for a file of another kind, a damaged one, elements that are no
/// numbers, shapes that do not fit each other, a class below 0; [`Error::NotFinite`] for a NaN or an infinity, also
/// where a number leaves the range of f32; [`Error::NoData`] for arrays without rows.
pub fn npy(inputs: impl AsRef<Path>, targets: impl AsRef<Path>) -> Result<Dataset> {
    join(&NpyArray::read(inputs)?, &NpyArray::read(targets)?)
}

/// A data set from two arrays of an NPZ file, as `numpy.savez` and `numpy.savez_compressed` write it; otherwise as
/// [`npy`].
///
/// # Errors
/// As [`npy`], and [`Error::Npy`] for an archive that is damaged or lacks an array.
pub fn npz(path: impl AsRef<Path>, inputs: &str, targets: &str) -> Result<Dataset> {
    let path = path.as_ref();
    join(&NpyArray::read_npz(path, inputs)?, &NpyArray::read_npz(path, targets)?)
}

/// An array of a NumPy file, any shape, of bools, integers or floating-point numbers.
///
/// ```no_run
/// use quipu::data::NpyArray;
///
/// let counts = NpyArray::read("counts.npy")?;
/// println!("{:?} of {}: {:?}", counts.shape(), counts.dtype(), counts.values());
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NpyArray {
    /// The file, and in an archive the array in it.
    path: PathBuf,
    header: Header,
    element: Element,
    bytes: Vec<u8>,
}

impl NpyArray {
    /// Reads an NPY file.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Io`], [`Error::Npy`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(path.into(), load(path, "an NPY file")?)
    }

    /// Reads one array of an NPZ file, by its name.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_npz(path: impl AsRef<Path>, name: &str) -> Result<Self> {
        let path = path.as_ref();
        let bytes = archive::member(path, &load(path, "an NPZ file")?, name)?;
        Self::parse(path.join(name), bytes)
    }

    /// Takes a file apart; `path` is only for the messages.
    fn parse(path: PathBuf, mut bytes: Vec<u8>) -> Result<Self> {
        let (header, start) = Header::read(&path, &bytes)?;
        let Some(element) = Element::of(&header.descr) else {
            return Err(NpyError::Type { path, found: header.descr }.into());
        };
        // Dimensions are below 2^64 each, and no one has 2^64 bytes: what saturates is too large all the same.
        let elements = header.shape.iter().fold(1_u128, |all, &size| all.saturating_mul(size as u128));
        let expected = elements.saturating_mul(element.size() as u128);
        let found = (bytes.len() - start) as u128;
        if found != expected {
            return Err(NpyError::Size { path, shape: shape(&header.shape), expected, found }.into());
        }
        bytes.drain(..start);
        Ok(NpyArray { path, header, element, bytes })
    }

    /// The sizes of its dimensions; none for a single number.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// The type of its elements as NumPy writes it: `<f4`, `|u1`, …
    #[must_use]
    pub fn dtype(&self) -> &str {
        &self.header.descr
    }

    /// Whether its elements are integers, or bools.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.element.is_integer()
    }

    /// All elements, the last dimension running fastest, as f64: exact but for integers beyond 2⁵³.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        self.convert(|x| x)
    }

    /// All elements in their order, each made into something else.
    fn convert<T>(&self, make: impl Fn(f64) -> T) -> Vec<T> {
        let size = self.element.size();
        let at = |place: usize| make(self.element.value(&self.bytes[place * size..(place + 1) * size]));
        let count = self.bytes.len() / size;
        if !self.header.fortran {
            return (0..count).map(at).collect();
        }
        // The first dimension runs fastest in the file. An index that counts up in our order moves its place along.
        let shape = &self.header.shape;
        let strides: Vec<usize> =
            shape.iter().scan(1, |stride, &size| Some(std::mem::replace(stride, *stride * size))).collect();
        let mut index = vec![0; shape.len()];
        let mut place = 0;
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(at(place));
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                place += strides[axis];
                if index[axis] < shape[axis] {
                    break;
                }
                place -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        values
    }

    /// Rows and width of an array that has rows.
    fn rows(&self) -> Result<(usize, usize)> {
        let Some((&rows, rest)) = self.shape().split_first() else {
            let (path, expected) = (self.path.clone(), "at least one dimension, the rows");
            return Err(NpyError::Shape { path, found: shape(self.shape()), expected }.into());
        };
        if self.bytes.is_empty() {
            return Err(Error::NoData { path: self.path.clone() });
        }
        Ok((rows, rest.iter().product()))
    }

    /// One class a row.
    fn classes(&self) -> Result<Vec<u32>> {
        let values = self.values();
        let class = |(row, &value): (usize, &f64)| {
            // The class of an ignored row is no class of a file's.
            let whole = value >= 0.0 && value < f64::from(u32::MAX);
            let path = self.path.clone();
            whole.then_some(value as u32).ok_or(NpyError::Class { path, row, found: value })
        };
        Ok(values.iter().enumerate().map(class).collect::<Result<_, _>>()?)
    }
}

/// Inputs and targets as one data set.
fn join(inputs: &NpyArray, targets: &NpyArray) -> Result<Dataset> {
    let ((rows, width), (target_rows, target_width)) = (inputs.rows()?, targets.rows()?);
    if rows != target_rows {
        return Err(NpyError::Counts {
            inputs: inputs.path.clone(),
            rows,
            targets: targets.path.clone(),
            target_rows,
        }
        .into());
    }
    let numbers = || inputs.convert(|x| x as f32);
    let bytes = || inputs.convert(|x| x as u8);
    if !targets.is_integer() {
        let values = targets.convert(|x| x as f32);
        return if inputs.element.is_byte() {
            Dataset::byte_values(bytes(), width, values)?.with_levels(0.0, 1.0)
        } else {
            Dataset::values(numbers(), width, values)
        };
    }
    if target_width != 1 {
        let (path, expected) = (targets.path.clone(), "one class a row, or floating-point numbers as values");
        return Err(NpyError::Shape { path, found: shape(targets.shape()), expected }.into());
    }
    let labels = targets.classes()?;
    if inputs.element.is_byte() {
        Dataset::byte_classes(bytes(), width, labels)?.with_levels(0.0, 1.0)
    } else {
        Dataset::classes(numbers(), width, labels)
    }
}

fn load(path: &Path, expected: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| Error::io(path, "read", expected, source))
}
