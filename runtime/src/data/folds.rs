//! Cross-validation: a data set in k parts, each of which is once the test set of all others.

use std::collections::BTreeMap;

use super::split::order;
use crate::batch::Targets;
use crate::dataset::Dataset;
use crate::error::{Error, Result};

impl Dataset {
    /// The k pairs of a k-fold cross-validation: (train, test), every row once in a test set. The rows are shuffled by
    /// the seed; the sizes of the test sets differ by one at most. A pair is made when it is asked for.
    ///
    /// ```
    /// use quipu::dataset::Dataset;
    ///
    /// let data = Dataset::values((0..10).map(|x| x as f32).collect(), 1, vec![0.0; 10])?;
    /// let sizes: Vec<_> = data.k_fold(3, 7)?.map(|(train, test)| (train.len(), test.len())).collect();
    /// assert_eq!(sizes, [(6, 4), (7, 3), (7, 3)]);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] unless k is at least 2 and at most the number of rows.
    pub fn k_fold(&self, k: usize, seed: u64) -> Result<Folds<'_>> {
        self.folds(k, order(self.len(), seed))
    }

    /// As [`k_fold`](Self::k_fold), and each class is in every test set equally often, up to one row. Rows whose class
    /// is ignored are dealt out as a class of their own.
    ///
    /// ```
    /// use quipu::dataset::Dataset;
    ///
    /// let data = Dataset::classes(vec![0.5; 9], 1, vec![0, 0, 0, 0, 0, 0, 1, 1, 1])?;
    /// for (_, test) in data.k_fold_stratified(3, 7)? {
    ///     let quipu::Targets::Classes(labels) = test.targets() else { unreachable!() };
    ///     assert_eq!(labels.iter().filter(|&&label| label == 1).count(), 1);
    /// }
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`k_fold`](Self::k_fold), and [`Error::Argument`] if the targets are values.
    pub fn k_fold_stratified(&self, k: usize, seed: u64) -> Result<Folds<'_>> {
        let Targets::Classes(labels) = self.targets() else {
            return Err(Error::argument("targets", "values", "classes: values have no strata; use `k_fold`"));
        };
        let mut strata: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for row in order(self.len(), seed) {
            strata.entry(labels[row]).or_default().push(row);
        }
        self.folds(k, strata.into_values().flatten().collect())
    }

    /// Deals the rows out in turn: rows that stand together in `rows` come into different folds.
    fn folds(&self, k: usize, rows: Vec<usize>) -> Result<Folds<'_>> {
        if k < 2 || k > self.len() {
            let allowed = format!("at least 2, and at most the {} rows of the data set", self.len());
            return Err(Error::argument("k", k, allowed));
        }
        let mut fold_of = vec![0; self.len()];
        for (turn, row) in rows.into_iter().enumerate() {
            fold_of[row] = turn % k;
        }
        Ok(Folds { data: self, fold_of, k, next: 0 })
    }
}

/// The pairs of a cross-validation, in the order of their test sets; each in the order of the data set.
#[derive(Clone, Debug)]
pub struct Folds<'d> {
    data: &'d Dataset,
    /// The test set that each row is in.
    fold_of: Vec<usize>,
    k: usize,
    next: usize,
}

impl Iterator for Folds<'_> {
    type Item = (Dataset, Dataset);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.k {
            return None;
        }
        let fold = self.next;
        self.next += 1;
        let part = |test: bool| {
            let rows = (0..self.data.len()).filter(|&row| (self.fold_of[row] == fold) == test);
            self.data.subset(rows).expect("every row is there")
        };
        Some((part(false), part(true)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.k - self.next, Some(self.k - self.next))
    }
}

impl ExactSizeIterator for Folds<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::IGNORED;

    fn numbered(labels: Vec<u32>) -> Dataset {
        Dataset::classes((0..labels.len()).map(|row| row as f32).collect(), 1, labels).unwrap()
    }

    fn labels(data: &Dataset) -> &[u32] {
        match data.targets() {
            Targets::Classes(labels) => labels,
            _ => unreachable!("a set of classes"),
        }
    }

    #[test]
    fn every_row_is_tested_once_and_trained_with_otherwise() {
        let data = numbered((0..23).map(|row| row % 3).collect());
        for folds in [data.k_fold(5, 1).unwrap(), data.k_fold_stratified(5, 1).unwrap()] {
            assert_eq!(folds.len(), 5);
            let mut tested = Vec::new();
            for (train, test) in folds {
                assert!([4, 5].contains(&test.len()));
                let mut all = [train.inputs(), test.inputs()].concat();
                all.sort_unstable_by(f32::total_cmp);
                assert_eq!(all, data.inputs());
                tested.extend_from_slice(test.inputs());
            }
            tested.sort_unstable_by(f32::total_cmp);
            assert_eq!(tested, data.inputs());
        }
    }

    #[test]
    fn the_seed_decides() {
        let data = numbered(vec![0; 30]);
        let tests = |seed| data.k_fold(3, seed).unwrap().map(|(_, test)| test).collect::<Vec<_>>();
        assert_eq!(tests(1), tests(1));
        assert_ne!(tests(1), tests(2));
        // Not the rows in turn, as they stand.
        assert_ne!(tests(1)[0].inputs()[..3], [0.0, 3.0, 6.0]);
    }

    #[test]
    fn every_class_is_in_every_stratified_fold_up_to_a_row() {
        let mixed = (0..53).map(|row| if row % 10 == 9 { IGNORED } else { u32::from(row % 4 == 0) });
        let data = numbered(mixed.collect());
        for class in [0, 1, IGNORED] {
            let of = |data: &Dataset| labels(data).iter().filter(|&&label| label == class).count();
            let counts: Vec<usize> =
                data.k_fold_stratified(4, 2).unwrap().map(|(_, test)| of(&test)).collect();
            assert_eq!(counts.iter().sum::<usize>(), of(&data));
            assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{counts:?}");
        }
    }

    #[test]
    fn senseless_numbers_of_folds_are_reported() {
        let data = numbered(vec![0; 3]);
        for k in [0, 1, 4] {
            let message = data.k_fold(k, 0).unwrap_err().to_string();
            let expected = format!("k = {k}: expected at least 2, and at most the 3 rows of the data set");
            assert_eq!(message, expected);
            assert_eq!(data.k_fold_stratified(k, 0).unwrap_err().to_string(), expected);
        }
        let values = Dataset::values(vec![1.0, 2.0], 1, vec![1.0, 2.0]).unwrap();
        let message = values.k_fold_stratified(2, 0).unwrap_err().to_string();
        assert_eq!(message, "targets = values: expected classes: values have no strata; use `k_fold`");
    }
}
