//! Which classes are taken for which, and what follows from it: precision, recall, F1.

use std::fmt;

use super::check;
use crate::batch::IGNORED;
use crate::error::{Error, Result};
use crate::report::table;

/// How often a row of one class was predicted as another.
///
/// ```
/// use quipu::metrics::ConfusionMatrix;
///
/// let matrix = ConfusionMatrix::new(&[0, 1, 1, 1], &[0, 0, 1, 1], 2)?;
/// assert_eq!(matrix.count(0, 1), 1); // a row of class 0 was taken for 1
/// assert_eq!((matrix.precision(1), matrix.recall(1), matrix.f1(1)), (2.0 / 3.0, 1.0, 0.8));
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: usize,
    /// classes × classes: (true class, predicted class)
    counts: Vec<u64>,
    names: Vec<String>,
}

/// Precision, recall and F1 of all classes together.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Averages {
    /// Of what was predicted, the share that was right.
    pub precision: f64,
    /// Of what there was, the share that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl ConfusionMatrix {
    /// Counts predicted classes against true ones; rows whose true class is ignored are left out.
    ///
    /// # Errors
    /// [`Error::Argument`] if no row counts, [`Error::Length`] if there is not one prediction a label, [`Error::Label`]
    /// for a class, true or predicted, that is not below `classes`.
    pub fn new(predicted: &[u32], labels: &[u32], classes: usize) -> Result<Self> {
        check::length("predicted", predicted.len(), labels.len(), 1)?;
        check::labels(labels, classes)?;
        let mut counts = vec![0; classes * classes];
        for (row, (&found, &label)) in predicted.iter().zip(labels).enumerate() {
            if found as usize >= classes {
                return Err(Error::Label { row, label: found, classes });
            }
            if label != IGNORED {
                counts[label as usize * classes + found as usize] += 1;
            }
        }
        Ok(ConfusionMatrix { classes, counts, names: Vec::new() })
    }

    /// The same with names for its classes, class 0 first, for the table.
    ///
    /// # Errors
    /// [`Error::Argument`] unless there is one name a class.
    pub fn with_class_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        self.names = names.into_iter().map(Into::into).collect();
        if self.names.len() == self.classes {
            Ok(self)
        } else {
            let allowed = format!("a name for each of the {} classes", self.classes);
            Err(Error::argument("names", format!("{:?}", self.names), allowed))
        }
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows of class `label` that were predicted as `predicted`.
    ///
    /// # Panics
    /// If either is not a class, as indexing a slice does.
    #[must_use]
    pub fn count(&self, label: usize, predicted: usize) -> u64 {
        assert!(
            label < self.classes && predicted < self.classes,
            "({label}, {predicted}) of {} classes",
            self.classes
        );
        self.counts[label * self.classes + predicted]
    }

    /// The counts, a row a true class, a column a predicted one: classes × classes.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Rows in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Rows of a class.
    ///
    /// # Panics
    /// As [`count`](Self::count).
    #[must_use]
    pub fn support(&self, class: usize) -> u64 {
        (0..self.classes).map(|predicted| self.count(class, predicted)).sum()
    }

    /// Rows that were predicted as a class.
    fn predicted(&self, class: usize) -> u64 {
        (0..self.classes).map(|label| self.count(label, class)).sum()
    }

    /// Share of right predictions.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right: u64 = (0..self.classes).map(|class| self.count(class, class)).sum();
        ratio(right, self.total())
    }

    /// Of the rows predicted as this class, the share that is of it; 0 where nothing was predicted as it.
    ///
    /// # Panics
    /// As [`count`](Self::count).
    #[must_use]
    pub fn precision(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.predicted(class))
    }

    /// Of the rows of this class, the share that was predicted as it; 0 where there is none.
    ///
    /// # Panics
    /// As [`count`](Self::count).
    #[must_use]
    pub fn recall(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.support(class))
    }

    /// The harmonic mean of precision and recall, 2 · right / (predicted + support); 0 where the class neither is there
    /// nor was predicted.
    ///
    /// # Panics
    /// As [`count`](Self::count).
    #[must_use]
    pub fn f1(&self, class: usize) -> f64 {
        ratio(2 * self.count(class, class), self.predicted(class) + self.support(class))
    }

    /// The plain means over the classes that are there or were predicted: every such class weighs the same.
    #[must_use]
    pub fn macro_average(&self) -> Averages {
        let seen: Vec<usize> =
            (0..self.classes).filter(|&class| self.predicted(class) + self.support(class) > 0).collect();
        let mean =
            |of: &dyn Fn(usize) -> f64| seen.iter().map(|&class| of(class)).sum::<f64>() / seen.len() as f64;
        Averages {
            precision: mean(&|class| self.precision(class)),
            recall: mean(&|class| self.recall(class)),
            f1: mean(&|class| self.f1(class)),
        }
    }

    /// Over all rows: every row weighs the same. As every row has one class and one prediction, the three are one
    /// number, the accuracy.
    #[must_use]
    pub fn micro_average(&self) -> Averages {
        let accuracy = self.accuracy();
        Averages { precision: accuracy, recall: accuracy, f1: accuracy }
    }

    fn name(&self, class: usize) -> String {
        self.names.get(class).cloned().unwrap_or_else(|| class.to_string())
    }
}

/// A table: a row a true class with its counts by predicted class and its three figures, then the averages.
impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = |all: [f64; 3]| all.map(|figure| format!("{figure:.4}"));
        let mut header = vec!["class".to_owned()];
        header.extend((0..self.classes).map(|class| format!("as {}", self.name(class))));
        header.extend(["rows", "precision", "recall", "F1"].map(str::to_owned));
        let mut rows = vec![header];
        for class in 0..self.classes {
            let mut row = vec![self.name(class)];
            row.extend((0..self.classes).map(|predicted| self.count(class, predicted).to_string()));
            row.push(self.support(class).to_string());
            row.extend(figures([self.precision(class), self.recall(class), self.f1(class)]));
            rows.push(row);
        }
        for (name, Averages { precision, recall, f1 }) in
            [("macro", self.macro_average()), ("micro", self.micro_average())]
        {
            let mut row = vec![name.to_owned()];
            row.extend((0..self.classes).map(|_| String::new()));
            row.push(self.total().to_string());
            row.extend(figures([precision, recall, f1]));
            rows.push(row);
        }
        table(f, &rows, 1, false)
    }
}

fn ratio(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}
