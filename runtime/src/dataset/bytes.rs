//! Inputs kept as bytes, as images are, and what the bytes stand for: a quarter of the memory of `f32`s.

use std::sync::OnceLock;

use super::stored::Stored;
use super::{Answers, Dataset, answers_of_values, one_label_a_row, row_count};
use crate::error::{Error, Result};

/// Bytes, and the rule that makes numbers of them.
#[derive(Debug)]
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    pub(super) levels: Levels,
    /// All of them as numbers, once somebody has asked to borrow those.
    numbers: OnceLock<Vec<f32>>,
}

/// The numbers that bytes stand for: (byte − zero) / unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Levels {
    zero: f32,
    unit: f32,
}

impl Levels {
    /// Grey levels: 0 to 255 are 0 to 1.
    pub(super) const GREY: Self = Levels { zero: 0.0, unit: 255.0 };

    /// The number of one byte.
    ///
    /// A quotient and not a product: 1/255 is no `f32`, and x · (1/255) would be rounded twice. The machine's vector units
    /// divide as fast as the bytes arrive.
    #[inline(always)]
    pub(super) fn number(self, byte: u8) -> f32 {
        (f32::from(byte) - self.zero) / self.unit
    }
}

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>, levels: Levels) -> Self {
        Bytes { bytes, levels, numbers: OnceLock::new() }
    }

    pub(super) fn numbers(&self) -> Vec<f32> {
        self.bytes.iter().map(|&byte| self.levels.number(byte)).collect()
    }

    pub(super) fn kept_numbers(&self) -> &[f32] {
        self.numbers.get_or_init(|| self.numbers())
    }
}

/// Without the numbers, which a copy makes anew where it needs them.
impl Clone for Bytes {
    fn clone(&self) -> Self {
        Bytes::new(self.bytes.clone(), self.levels)
    }
}

impl Dataset {
    /// Rows of `width` bytes and the class of each row, as [`classes`](Self::classes), in a quarter of the memory.
    ///
    /// The bytes are grey levels: the numbers that a network gets are `f32::from(byte) / 255.0`, from 0 to 1, unless
    /// [`with_levels`](Self::with_levels) says otherwise. They are made as batches are staged; results are those of a
    /// data set of these numbers, to the bit.
    ///
    /// ```
    /// use quipu::Dataset;
    ///
    /// let images = Dataset::byte_classes(vec![0, 51, 255, 102], 2, vec![1, 0])?;
    /// assert_eq!(images, Dataset::classes(vec![0.0, 0.2, 1.0, 0.4], 2, vec![1, 0])?);
    /// assert_eq!(images.input_bytes(), Some(&[0, 51, 255, 102][..]));
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for width 0, [`Error::Multiple`] if `inputs` is not whole rows, [`Error::Length`] if there
    /// is not one label a row.
    pub fn byte_classes(inputs: Vec<u8>, width: usize, labels: Vec<u32>) -> Result<Self> {
        let rows = row_count(inputs.len(), width)?;
        one_label_a_row(&labels, rows)?;
        let inputs = Stored::Bytes(Bytes::new(inputs, Levels::GREY));
        Ok(Dataset { rows, width, inputs, answers: Answers::Classes(labels), names: Vec::new() })
    }

    /// Rows of `width` bytes, as [`byte_classes`](Self::byte_classes), and for each row `targets.len() / rows` values, as
    /// [`values`](Self::values).
    ///
    /// # Errors
    /// [`Error::Argument`] for width 0 or targets that are not a whole number of values a row, at least one;
    /// [`Error::Multiple`] if `inputs` is not whole rows; [`Error::NotFinite`] for a NaN or an infinity in the targets.
    pub fn byte_values(inputs: Vec<u8>, width: usize, targets: Vec<f32>) -> Result<Self> {
        let rows = row_count(inputs.len(), width)?;
        let answers = answers_of_values(targets, rows)?;
        let inputs = Stored::Bytes(Bytes::new(inputs, Levels::GREY));
        Ok(Dataset { rows, width, inputs, answers, names: Vec::new() })
    }

    /// The same bytes as other numbers: (byte − `zero`) / `unit`, computed in `f32`, instead of what they stood for.
    ///
    /// ```
    /// use quipu::Dataset;
    ///
    /// let images = Dataset::byte_classes(vec![0, 128, 255], 3, vec![1])?;
    /// assert_eq!(images.clone().with_levels(128.0, 128.0)?.inputs(), [-1.0, 0.0, 0.9921875]);
    ///
    /// // Mean 0.1307 and deviation 0.3081 of the grey levels from 0 to 1, as is custom for MNIST.
    /// let images = images.with_levels(255.0 * 0.1307, 255.0 * 0.3081)?;
    /// assert_eq!(images.inputs()[0], (0.0 - 255.0 * 0.1307) / (255.0 * 0.3081));
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for a data set whose inputs are not kept as bytes, and for levels of which one is not a
    /// finite number.
    pub fn with_levels(mut self, zero: f32, unit: f32) -> Result<Self> {
        let Stored::Bytes(kept) = self.inputs else {
            let allowed = "bytes, as `Dataset::byte_classes` and `data::idx` keep them; for f32s use `data::Standardizer`";
            return Err(Error::argument("inputs", "f32", allowed));
        };
        let levels = Levels { zero, unit };
        if let Some(byte) = (0..=u8::MAX).find(|&byte| !levels.number(byte).is_finite()) {
            let found = format!("zero {zero:?}, unit {unit:?}");
            let allowed = format!("such that (byte - zero) / unit is finite in f32, also for byte {byte}");
            return Err(Error::argument("levels", found, allowed));
        }
        self.inputs = Stored::Bytes(Bytes::new(kept.bytes, levels));
        Ok(self)
    }

    /// All inputs as bytes, row after row, if they are kept so: len x width.
    #[must_use]
    pub fn input_bytes(&self) -> Option<&[u8]> {
        match &self.inputs {
            Stored::Bytes(kept) => Some(&kept.bytes),
            Stored::Floats(_) => None,
        }
    }
}
