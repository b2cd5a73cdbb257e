//! Columns brought to mean 0 and deviation 1, and classes to ones and zeros.

use crate::batch::{IGNORED, Targets};
use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// The means and deviations of columns: learnt on the rows to train with, applied to all others too.
///
/// ```
/// use quipu::Dataset;
/// use quipu::data::Standardizer;
///
/// let train = Dataset::values(vec![1.0, 50.0, 3.0, 50.0], 2, vec![10.0, 30.0])?;
/// let scale = Standardizer::inputs(&train)?;
/// assert_eq!(scale.apply_inputs(&train)?.inputs(), [-1.0, 0.0, 1.0, 0.0]);
/// let mut row = [4.0, 51.0]; // a constant column is shifted alone
/// scale.apply(&mut row)?;
/// assert_eq!(row, [2.0, 1.0]);
///
/// let scale = Standardizer::targets(&train)?;
/// let mut prediction = [0.5];
/// scale.undo(&mut prediction)?;
/// assert_eq!(prediction, [25.0]);
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Standardizer {
    means: Vec<f64>,
    /// 1 for a constant column.
    deviations: Vec<f64>,
}

impl Standardizer {
    /// Learns from the inputs of a data set.
    ///
    /// # Errors
    /// [`Error::Argument`] for a data set without rows.
    pub fn inputs(data: &Dataset) -> Result<Self> {
        Self::learn(&data.numbers(), data.width(), data.len())
    }

    /// Learns from the values that are the targets of a data set.
    ///
    /// # Errors
    /// [`Error::Argument`] for a data set without rows, or with classes as targets.
    pub fn targets(data: &Dataset) -> Result<Self> {
        Self::learn(values(data)?, data.target_width(), data.len())
    }

    fn learn(data: &[f32], width: usize, rows: usize) -> Result<Self> {
        if rows == 0 {
            return Err(Error::argument("rows", 0, "at least one row to learn from"));
        }
        let column = |place: usize| data.iter().skip(place).step_by(width);
        let (mut means, mut deviations) = (Vec::with_capacity(width), Vec::with_capacity(width));
        for (place, &first) in data[..width].iter().enumerate() {
            // Told by its values, not by a deviation that rounding may keep from 0.
            let (mean, deviation) = if column(place).all(|&x| x == first) {
                (f64::from(first), 1.0)
            } else {
                let mean = column(place).map(|&x| f64::from(x)).sum::<f64>() / rows as f64;
                let squares = column(place).map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>();
                (mean, (squares / rows as f64).sqrt())
            };
            means.push(mean);
            deviations.push(deviation);
        }
        Ok(Standardizer { means, deviations })
    }

    /// The mean of each column.
    #[must_use]
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The standard deviation of each column, over all rows (divided by their number); 1 for a constant column.
    #[must_use]
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// Rows of numbers become (x − mean) / deviation.
    ///
    /// # Errors
    /// [`Error::Multiple`] for what is not whole rows of as many columns.
    pub fn apply(&self, rows: &mut [f32]) -> Result<()> {
        self.each(rows, |x, mean, deviation| (x - mean) / deviation)
    }

    /// The way back: rows of numbers become x · deviation + mean.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn undo(&self, rows: &mut [f32]) -> Result<()> {
        self.each(rows, |x, mean, deviation| x * deviation + mean)
    }

    fn each(&self, rows: &mut [f32], value: impl Fn(f64, f64, f64) -> f64) -> Result<()> {
        let width = self.means.len();
        if !rows.len().is_multiple_of(width) {
            return Err(Error::Multiple { argument: "rows", found: rows.len(), width });
        }
        for row in rows.chunks_exact_mut(width) {
            for ((x, &mean), &deviation) in row.iter_mut().zip(&self.means).zip(&self.deviations) {
                *x = value(f64::from(*x), mean, deviation) as f32;
            }
        }
        Ok(())
    }

    /// A copy of a data set with its inputs standardized: `f32`s also where they were kept as bytes, since each column has
    /// a scale of its own. (One scale for all keeps the bytes: [`Dataset::with_levels`].)
    ///
    /// # Errors
    /// [`Error::Argument`] for rows of another width; [`Error::NotFinite`] for a number so far from the mean that it
    /// leaves the range of f32.
    pub fn apply_inputs(&self, data: &Dataset) -> Result<Dataset> {
        self.fits("width", data.width())?;
        let mut inputs = data.numbers().into_owned();
        self.apply(&mut inputs)?;
        data.with_inputs(inputs)
    }

    /// A copy of a data set with its targets standardized, which must be values.
    ///
    /// # Errors
    /// As [`apply_inputs`](Self::apply_inputs), and [`Error::Argument`] for classes.
    pub fn apply_targets(&self, data: &Dataset) -> Result<Dataset> {
        let mut targets = values(data)?.to_vec();
        self.fits("target width", data.target_width())?;
        self.apply(&mut targets)?;
        data.with_values(targets)
    }

    fn fits(&self, name: &'static str, width: usize) -> Result<()> {
        let columns = self.means.len();
        if width == columns {
            Ok(())
        } else {
            Err(Error::argument(name, width, format!("{columns}, the columns learnt from")))
        }
    }
}

/// Both parts with inputs of mean 0 and deviation 1, as the first one has them: a test set must not be looked at.
///
/// ```
/// use quipu::Dataset;
/// use quipu::data::standardize;
///
/// let train = Dataset::classes(vec![1.0, 3.0], 1, vec![0, 1])?;
/// let test = Dataset::classes(vec![5.0], 1, vec![1])?;
/// let (train, test) = standardize(&train, &test)?;
/// assert_eq!((train.inputs(), test.inputs()), (&[-1.0, 1.0][..], &[3.0][..]));
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// As [`Standardizer::inputs`] and [`Standardizer::apply_inputs`].
pub fn standardize(train: &Dataset, test: &Dataset) -> Result<(Dataset, Dataset)> {
    let scale = Standardizer::inputs(train)?;
    Ok((scale.apply_inputs(train)?, scale.apply_inputs(test)?))
}

/// Rows of zeros with a one in the place of each class.
///
/// ```
/// assert_eq!(quipu::data::one_hot(&[2, 0], 3)?, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Label`] for a class that is not there, and for an ignored one.
pub fn one_hot(labels: &[u32], classes: usize) -> Result<Vec<f32>> {
    let there = |label: u32| label != IGNORED && (label as usize) < classes;
    if let Some(row) = labels.iter().position(|&label| !there(label)) {
        return Err(Error::Label { row, label: labels[row], classes });
    }
    let mut rows = vec![0.0; labels.len() * classes];
    for (row, &label) in rows.chunks_exact_mut(classes.max(1)).zip(labels) {
        row[label as usize] = 1.0;
    }
    Ok(rows)
}

impl Dataset {
    /// The same inputs, and instead of each class a row of zeros with a one in its place: values, as `bce` and `mse`
    /// take them.
    ///
    /// # Errors
    /// [`Error::Argument`] if the targets are values already; [`Error::Label`] for an ignored row.
    pub fn one_hot(&self) -> Result<Self> {
        let Targets::Classes(labels) = self.targets() else {
            return Err(Error::argument("targets", "values", "classes"));
        };
        self.with_values(one_hot(labels, self.class_count())?)
    }
}

fn values(data: &Dataset) -> Result<&[f32]> {
    match data.targets() {
        Targets::Values(values) => Ok(values),
        _ => Err(Error::argument("targets", "classes", "values: classes have neither mean nor deviation")),
    }
}
