//! What can be wrong with a distribution, and the checks that find it.

use std::fmt;

use crate::error::Result;
use crate::scalar::{Real, Scalar};

/// How far the sum of a distribution may be from 1, as in the soft targets of a network.
const SUM_TOLERANCE: f64 = 1e-3;

/// What is wrong with a distribution, a logit or an observation. Places count from 0.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbabilityError {
    /// Nothing to distribute over.
    #[error("{argument} is empty; expected at least one number")]
    Empty {
        /// The argument's name.
        argument: &'static str,
    },
    /// Two arguments of different lengths.
    #[error("{argument} has {found} elements; expected {expected}")]
    Length {
        /// The argument's name.
        argument: &'static str,
        /// Its elements.
        found: usize,
        /// Elements that would fit.
        expected: usize,
    },
    /// A number that is no probability.
    #[error("{argument}[{index}] = {value}: expected a probability between 0 and 1")]
    Range {
        /// The argument's name.
        argument: &'static str,
        /// The place.
        index: usize,
        /// The number.
        value: f64,
    },
    /// Probabilities that do not add up.
    #[error("{argument} adds up to {sum}; expected 1: divide it by its sum")]
    Sum {
        /// The argument's name.
        argument: &'static str,
        /// The sum.
        sum: f64,
    },
    /// What is not possible happens.
    #[error(
        "{argument}[{index}] gives probability 0 to what does happen: its logarithm has no value; smooth the \
         distribution, or work from logits"
    )]
    Zero {
        /// The argument's name.
        argument: &'static str,
        /// The place.
        index: usize,
    },
    /// A class that the distribution does not have.
    #[error("class {class} is out of range for {classes} classes")]
    Class {
        /// The class.
        class: u32,
        /// The number of classes.
        classes: usize,
    },
    /// A NaN or an infinity among logits, means or values.
    #[error("{argument}[{index}] = {value}: expected a finite number")]
    NotFinite {
        /// The argument's name.
        argument: &'static str,
        /// The place.
        index: usize,
        /// NaN, inf or -inf.
        value: f64,
    },
}

impl fmt::Debug for ProbabilityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The plain number behind a scalar. Free.
pub(super) fn plain<T: Scalar>(x: T) -> f64 {
    x.real().to_f64()
}

/// Refuses what is no probability.
pub(super) fn probability<T: Scalar>(argument: &'static str, index: usize, p: T) -> Result<()> {
    let value = plain(p);
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(ProbabilityError::Range { argument, index, value }.into())
    }
}

/// Refuses what is no distribution: none at all, no probability, a sum that is not 1.
pub(super) fn distribution<T: Scalar>(argument: &'static str, p: &[T]) -> Result<()> {
    if p.is_empty() {
        return Err(ProbabilityError::Empty { argument }.into());
    }
    p.iter().enumerate().try_for_each(|(index, &p)| probability(argument, index, p))?;
    let sum: f64 = p.iter().map(|&p| plain(p)).sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(ProbabilityError::Sum { argument, sum }.into());
    }
    Ok(())
}

/// Refuses a second argument of another length than the first.
pub(super) fn length(argument: &'static str, found: usize, expected: usize) -> Result<()> {
    if found == expected {
        Ok(())
    } else {
        Err(ProbabilityError::Length { argument, found, expected }.into())
    }
}

/// Refuses numbers that are not there or not finite.
pub(super) fn finite<T: Scalar>(argument: &'static str, x: &[T]) -> Result<()> {
    if x.is_empty() {
        return Err(ProbabilityError::Empty { argument }.into());
    }
    match x.iter().position(|x| !x.real().is_finite()) {
        None => Ok(()),
        Some(index) => Err(ProbabilityError::NotFinite { argument, index, value: plain(x[index]) }.into()),
    }
}

/// The index of a class, if there is such a class.
pub(super) fn class_of(class: u32, classes: usize) -> Result<usize> {
    let index = class as usize;
    if index < classes { Ok(index) } else { Err(ProbabilityError::Class { class, classes }.into()) }
}
