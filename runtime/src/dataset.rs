//! A set of examples in memory: rows of numbers, each with its class or its values.

use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};

use self::gather::{gather, select};
use self::stored::Stored;
use crate::batch::{Batch, IGNORED, Inputs, Targets};
use crate::error::{Error, Result};
use crate::scalar::Real;

mod bytes;
mod gather;
mod stored;

/// Examples: `len` rows of `width` numbers (row-major `f32`), and for each row a class or a row of values.
///
/// Everything in it is checked once, when it is made: whole rows, finite numbers, as many targets as rows.
///
/// The inputs may be kept as bytes, in a quarter of the memory ([`byte_classes`](Self::byte_classes),
/// [`byte_values`](Self::byte_values); images come so from [`idx`](crate::data::idx()) and
/// [`digits`](crate::data::digits)). What is done with a data set is done with its numbers, whichever way they are kept;
/// equal numbers and targets are equal data sets.
///
/// ```
/// use quipu::dataset::Dataset;
///
/// let xor = Dataset::classes(vec![0., 0., 0., 1., 1., 0., 1., 1.], 2, vec![0, 1, 1, 0])?;
/// assert_eq!((xor.len(), xor.width(), xor.class_count()), (4, 2, 2));
/// # Ok::<(), quipu::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    rows: usize,
    width: usize,
    /// rows x width
    inputs: Stored,
    answers: Answers,
    /// Of the classes, in their order; none where they have none.
    names: Vec<String>,
}

/// The targets as they are kept.
#[derive(Clone, Debug, PartialEq)]
enum Answers {
    /// One a row.
    Classes(Vec<u32>),
    /// rows x width
    Values { values: Vec<f32>, width: usize },
}

/// Where [`Dataset::gather_into`] puts the targets.
#[derive(Debug)]
pub(crate) enum TargetsMut<'a, R> {
    /// One class a row.
    Classes(&'a mut [u32]),
    /// rows x target width
    Values(&'a mut [R]),
}

impl Dataset {
    /// Rows of `width` numbers and the class of each row, from 0 (or [`IGNORED`]).
    ///
    /// # Errors
    /// [`Error::Argument`] for width 0, [`Error::Multiple`] if `inputs` is not whole rows, [`Error::Length`] if there
    /// is not one label a row, [`Error::NotFinite`] for a NaN or an infinity.
    pub fn classes(inputs: Vec<f32>, width: usize, labels: Vec<u32>) -> Result<Self> {
        let rows = whole_rows(&inputs, width)?;
        one_label_a_row(&labels, rows)?;
        let inputs = Stored::Floats(inputs);
        Ok(Dataset { rows, width, inputs, answers: Answers::Classes(labels), names: Vec::new() })
    }

    /// Rows of `width` numbers and for each row `targets.len() / rows` values.
    ///
    /// # Errors
    /// [`Error::Argument`] for width 0 or targets that are not a whole number of values a row, at least one;
    /// [`Error::Multiple`] if `inputs` is not whole rows; [`Error::NotFinite`] for a NaN or an infinity in either.
    pub fn values(inputs: Vec<f32>, width: usize, targets: Vec<f32>) -> Result<Self> {
        let rows = whole_rows(&inputs, width)?;
        let answers = answers_of_values(targets, rows)?;
        let inputs = Stored::Floats(inputs);
        Ok(Dataset { rows, width, inputs, answers, names: Vec::new() })
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Numbers in a row of the inputs.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Targets of one row: 1 class, or that many values.
    #[must_use]
    pub fn target_width(&self) -> usize {
        match &self.answers {
            Answers::Classes(_) => 1,
            Answers::Values { width, .. } => *width,
        }
    }

    /// All inputs, row after row: len x width.
    ///
    /// Of inputs that are kept as bytes the first call makes the numbers, and the data set keeps them as well: five times
    /// the bytes from then on, as [`batch`](Self::batch) does. Nothing else does: not a training, an evaluation or a
    /// prediction, not a part or a copy of a data set. [`input_bytes`](Self::input_bytes) has the bytes themselves.
    #[must_use]
    pub fn inputs(&self) -> &[f32] {
        self.inputs.kept_numbers()
    }

    /// All inputs for one use: those of bytes are made and not kept.
    pub(crate) fn numbers(&self) -> Cow<'_, [f32]> {
        self.inputs.numbers()
    }

    /// All targets: [`Targets::Classes`] (one a row) or [`Targets::Values`] (len x target width).
    #[must_use]
    pub fn targets(&self) -> Targets<'_, f32> {
        match &self.answers {
            Answers::Classes(labels) => Targets::Classes(labels),
            Answers::Values { values, .. } => Targets::Values(values),
        }
    }

    /// One more than the largest class, ignored rows aside, or as many as there are names; 0 if the targets are values.
    #[must_use]
    pub fn class_count(&self) -> usize {
        match &self.answers {
            Answers::Classes(labels) => {
                let largest = labels.iter().filter(|&&label| label != IGNORED).max();
                largest.map_or(0, |&label| label as usize + 1).max(self.names.len())
            }
            Answers::Values { .. } => 0,
        }
    }

    /// What the classes are called, class 0 first; empty where they have no names.
    ///
    /// [`CsvOptions::named_classes`](crate::data::CsvOptions::named_classes) finds them in a file.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.names
    }

    /// The same data with names for its classes, class 0 first.
    ///
    /// ```
    /// use quipu::dataset::Dataset;
    ///
    /// let pets = Dataset::classes(vec![4.2, 31.0, 3.9], 1, vec![0, 1, 0])?.with_class_names(["cat", "dog"])?;
    /// assert_eq!(pets.class_names()[1], "dog");
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] if the targets are values, for fewer names than classes, or for a name that is there twice.
    pub fn with_class_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if let Answers::Values { .. } = self.answers {
            return Err(Error::argument("names", format!("{names:?}"), "none: the targets are values"));
        }
        self.names.clear();
        if names.len() < self.class_count() {
            let allowed = format!("a name for each of the {} classes", self.class_count());
            return Err(Error::argument("names", format!("{names:?}"), allowed));
        }
        distinct(&names)?;
        self.names = names;
        Ok(self)
    }

    /// The rows before `at`, and those from `at` on. It does not shuffle.
    ///
    /// # Errors
    /// [`Error::Argument`] if `at` is beyond the last row.
    pub fn split(mut self, at: usize) -> Result<(Self, Self)> {
        if at > self.rows {
            return Err(Error::argument("at", at, format!("at most the {} rows of the data set", self.rows)));
        }
        let inputs = self.inputs.split_off(at * self.width);
        let answers = match &mut self.answers {
            Answers::Classes(labels) => Answers::Classes(labels.split_off(at)),
            Answers::Values { values, width } => {
                Answers::Values { values: values.split_off(at * *width), width: *width }
            }
        };
        let names = self.names.clone();
        let rest = Dataset { rows: self.rows - at, width: self.width, inputs, answers, names };
        self.rows = at;
        Ok((self, rest))
    }

    /// A copy of the given rows, in the given order; a row may be taken more than once.
    ///
    /// # Errors
    /// [`Error::Argument`] for a row that is not there.
    pub fn subset(&self, rows: impl IntoIterator<Item = usize>) -> Result<Self> {
        let rows: Vec<usize> = rows.into_iter().collect();
        if let Some(&row) = rows.iter().find(|&&row| row >= self.rows) {
            return Err(Error::argument("row", row, format!("a row below {}", self.rows)));
        }
        let answers = match &self.answers {
            Answers::Classes(labels) => Answers::Classes(select(labels, 1, &rows)),
            Answers::Values { values, width } => {
                Answers::Values { values: select(values, *width, &rows), width: *width }
            }
        };
        let inputs = self.inputs.select(self.width, &rows);
        Ok(Dataset { rows: rows.len(), width: self.width, inputs, answers, names: self.names.clone() })
    }

    /// The rows of a range as a batch, borrowed: `data.batch(..128)`. Of inputs that are kept as bytes it makes the numbers
    /// as [`inputs`](Self::inputs) does.
    ///
    /// # Panics
    /// If the range goes beyond the last row, as indexing a slice does.
    #[must_use]
    pub fn batch(&self, range: impl RangeBounds<usize>) -> Batch<'_, f32> {
        let start = match range.start_bound() {
            Bound::Included(&row) => row,
            Bound::Excluded(&row) => row + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&row) => row + 1,
            Bound::Excluded(&row) => row,
            Bound::Unbounded => self.rows,
        };
        assert!(
            start <= end && end <= self.rows,
            "batch({start}..{end}) of a data set of {} rows",
            self.rows
        );
        let targets = match &self.answers {
            Answers::Classes(labels) => Targets::Classes(&labels[start..end]),
            Answers::Values { values, width } => Targets::Values(&values[start * width..end * width]),
        };
        Batch { inputs: Inputs::Values(&self.inputs()[start * self.width..end * self.width]), targets }
    }

    /// The same rows with other numbers as inputs, of the same width.
    pub(crate) fn with_inputs(&self, inputs: Vec<f32>) -> Result<Self> {
        all_finite("inputs", &inputs, self.width)?;
        let (inputs, answers) = (Stored::Floats(inputs), self.answers.clone());
        Ok(Dataset { rows: self.rows, width: self.width, inputs, answers, names: self.names.clone() })
    }

    /// The same inputs, kept in the same way, with values as targets; without names.
    pub(crate) fn with_values(&self, targets: Vec<f32>) -> Result<Self> {
        let answers = answers_of_values(targets, self.rows)?;
        let (rows, width, inputs) = (self.rows, self.width, self.inputs.clone());
        Ok(Dataset { rows, width, inputs, answers, names: Vec::new() })
    }

    /// Copies the given rows, one after another, into the caller's buffers, on up to so many threads; allocates nothing.
    ///
    /// # Panics
    /// If a row is not there, or a buffer is not exactly `rows.len()` rows or of the other kind: the caller sized
    /// them from this data set.
    pub(crate) fn gather_into<R: Real>(
        &self,
        rows: &[u32],
        inputs: &mut [R],
        targets: TargetsMut<'_, R>,
        threads: usize,
    ) {
        self.inputs.gather(self.width, rows, inputs, threads);
        match (&self.answers, targets) {
            (Answers::Classes(labels), TargetsMut::Classes(out)) => {
                assert_eq!(out.len(), rows.len(), "one label a row");
                for (out, &row) in out.iter_mut().zip(rows) {
                    *out = labels[row as usize];
                }
            }
            (Answers::Values { values, width }, TargetsMut::Values(out)) => gather(
                values,
                *width,
                rows,
                out,
                threads,
                #[inline(always)]
                |value| R::from_f64(f64::from(value)),
            ),
            (Answers::Classes(_), TargetsMut::Values(_)) => panic!("a buffer of values for classes"),
            (Answers::Values { .. }, TargetsMut::Classes(_)) => panic!("a buffer of classes for values"),
        }
    }
}

/// Refuses names of which two are the same.
pub(crate) fn distinct(names: &[String]) -> Result<()> {
    match names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        None => Ok(()),
        Some((_, twice)) => Err(Error::argument("names", format!("{twice:?} twice"), "names that differ")),
    }
}

/// The number of rows of `width` in `inputs`, all of them finite.
fn whole_rows(inputs: &[f32], width: usize) -> Result<usize> {
    let rows = row_count(inputs.len(), width)?;
    all_finite("inputs", inputs, width)?;
    Ok(rows)
}

/// The number of rows of `width` in so many numbers.
fn row_count(numbers: usize, width: usize) -> Result<usize> {
    if width == 0 {
        return Err(Error::argument("width", 0, "at least one number in a row"));
    }
    if !numbers.is_multiple_of(width) {
        return Err(Error::Multiple { argument: "inputs", found: numbers, width });
    }
    Ok(numbers / width)
}

/// Refuses labels that are not one a row.
fn one_label_a_row(labels: &[u32], rows: usize) -> Result<()> {
    if labels.len() == rows {
        Ok(())
    } else {
        Err(Error::Length { argument: "labels", found: labels.len(), expected: rows, rows, width: 1 })
    }
}

/// Values as targets, as many for each row.
fn answers_of_values(targets: Vec<f32>, rows: usize) -> Result<Answers> {
    if !targets.len().is_multiple_of(rows) || (targets.is_empty() && rows > 0) {
        let allowed = format!("a multiple of the {rows} rows of the inputs, at least one value a row");
        return Err(Error::argument("targets.len()", targets.len(), allowed));
    }
    // Without a row there is nothing that a width could be read from: one value a row is the plainest.
    let target_width = targets.len().checked_div(rows).unwrap_or(1);
    all_finite("targets", &targets, target_width)?;
    Ok(Answers::Values { values: targets, width: target_width })
}

/// Names the first NaN or infinity.
fn all_finite(argument: &'static str, data: &[f32], width: usize) -> Result<()> {
    match data.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => Err(Error::NotFinite {
            argument,
            row: at / width,
            column: at % width,
            value: f64::from(data[at]),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathers_rows_into_the_buffers_of_a_batch() {
        let inputs: Vec<f32> = (0..6).map(|value| value as f32).collect();
        let classes = Dataset::classes(inputs.clone(), 2, vec![7, 8, 9]).unwrap();
        let (mut staged, mut labels) = ([0.0_f64; 4], [0; 2]);
        classes.gather_into(&[2, 0], &mut staged, TargetsMut::Classes(&mut labels), 1);
        assert_eq!((staged, labels), ([4.0, 5.0, 0.0, 1.0], [9, 7]));

        let values = Dataset::values(inputs, 2, vec![0.5, 1.5, 2.5]).unwrap();
        let (mut staged, mut targets) = ([0.0_f32; 2], [0.0; 1]);
        values.gather_into(&[1], &mut staged, TargetsMut::Values(&mut targets), 1);
        assert_eq!((staged, targets), ([2.0, 3.0], [1.5]));
    }
}
