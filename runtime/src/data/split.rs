//! Data sets in parts: shuffled, split by chance, split with each class in both parts.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use crate::batch::Targets;
use crate::dataset::Dataset;
use crate::error::{Error, Result};

impl Dataset {
    /// The same rows in an order that the seed decides.
    #[must_use]
    pub fn shuffled(&self, seed: u64) -> Self {
        self.subset(order(self.len(), seed)).expect("every row is there")
    }

    /// Two parts drawn by chance, the second with a share `test` of the rows, rounded: to train with, and to test with.
    ///
    /// Equal seeds give equal parts, on any machine.
    ///
    /// ```
    /// use quipu::dataset::Dataset;
    ///
    /// let data = Dataset::classes((0..10).map(|x| x as f32).collect(), 1, vec![0; 10])?;
    /// let (train, test) = data.split_random(0.2, 7)?;
    /// assert_eq!((train.len(), test.len()), (8, 2));
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] unless both parts have a row.
    pub fn split_random(&self, test: f64, seed: u64) -> Result<(Self, Self)> {
        let rows = order(self.len(), seed);
        let (test, train) = rows.split_at(self.share(test)?);
        Ok((self.subset(train.iter().copied())?, self.subset(test.iter().copied())?))
    }

    /// As [`split_random`](Self::split_random), and each class has its share in both parts, up to a row: what a class
    /// may lose to rounding another gets, so that the sizes are those of `split_random`.
    ///
    /// Rows whose class is ignored are divided as a class of their own.
    ///
    /// # Errors
    /// [`Error::Argument`] unless both parts have a row, or if the targets are values.
    pub fn split_stratified(&self, test: f64, seed: u64) -> Result<(Self, Self)> {
        let Targets::Classes(labels) = self.targets() else {
            let allowed = "classes: values have no strata; use `split_random`";
            return Err(Error::argument("targets", "values", allowed));
        };
        let size = self.share(test)?;
        let mut strata: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for row in order(self.len(), seed) {
            strata.entry(labels[row]).or_default().push(row);
        }
        // Whole rows first; what is left goes to the classes that lost most by rounding, the first of equals.
        let exact = |rows: &Vec<usize>| rows.len() as f64 * size as f64 / self.len() as f64;
        let mut sizes: Vec<usize> = strata.values().map(|rows| exact(rows).floor() as usize).collect();
        let mut losses: Vec<(usize, f64)> =
            strata.values().map(|rows| exact(rows).fract()).enumerate().collect();
        losses.sort_by(|a, b| b.1.total_cmp(&a.1));
        let left = size - sizes.iter().sum::<usize>();
        for &(stratum, _) in losses.iter().take(left) {
            sizes[stratum] += 1;
        }
        let (mut train, mut test) = (Vec::new(), Vec::new());
        for (rows, size) in strata.values().zip(sizes) {
            test.extend_from_slice(&rows[..size]);
            train.extend_from_slice(&rows[size..]);
        }
        // Class after class so far, which no training wants.
        let mut random = Pcg64::seed_from_u64(seed);
        train.shuffle(&mut random);
        test.shuffle(&mut random);
        Ok((self.subset(train)?, self.subset(test)?))
    }

    /// How many rows a share is; refuses one that leaves a part empty.
    fn share(&self, test: f64) -> Result<usize> {
        // A share that is no number, or beyond all, becomes one that is refused.
        let rows = if (0.0..=1.0).contains(&test) { (test * self.len() as f64).round() as usize } else { 0 };
        if rows == 0 || rows >= self.len() {
            let allowed =
                format!("a share between 0 and 1 that leaves a row of the {} in both parts", self.len());
            return Err(Error::argument("test", test, allowed));
        }
        Ok(rows)
    }
}

/// A permutation that the seed decides.
pub(super) fn order(len: usize, seed: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..len).collect();
    rows.shuffle(&mut Pcg64::seed_from_u64(seed));
    rows
}
