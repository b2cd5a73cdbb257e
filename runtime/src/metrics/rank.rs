//! How well scores put the right things first: top-k accuracy, and the area under the ROC curve.

use super::check;
use crate::batch::IGNORED;
use crate::error::{Error, Result};
use crate::scalar::Real;

/// Share of the rows whose class is among the k highest of its `classes` scores (rows × classes). Of equal scores the
/// first class counts as the higher, as in [`Evaluation::accuracy`](crate::train::Evaluation::accuracy).
///
/// ```
/// use quipu::metrics::top_k_accuracy;
///
/// let scores = [0.5, 0.3, 0.2, 0.1, 0.2, 0.7];
/// assert_eq!(top_k_accuracy(&scores, 3, &[1, 2], 1)?, 0.5);
/// assert_eq!(top_k_accuracy(&scores, 3, &[1, 2], 2)?, 1.0);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if no row counts or k is not 1 to `classes`; [`Error::Length`] unless `scores` are labels ×
/// classes; [`Error::Label`] for a label that is no class; [`Error::NotFinite`] for a NaN or an infinity.
pub fn top_k_accuracy<R: Real>(scores: &[R], classes: usize, labels: &[u32], k: usize) -> Result<f64> {
    check::length("scores", scores.len(), labels.len(), classes)?;
    check::labels(labels, classes)?;
    check::finite("scores", scores, classes)?;
    if k == 0 || k > classes {
        return Err(Error::argument("k", k, format!("1 to the {classes} classes")));
    }
    let (mut right, mut rows) = (0_usize, 0_usize);
    for (row, &label) in scores.chunks_exact(classes).zip(labels) {
        if label == IGNORED {
            continue;
        }
        let label = label as usize;
        let ahead = row
            .iter()
            .enumerate()
            .filter(|&(class, &score)| score > row[label] || (score == row[label] && class < label));
        rows += 1;
        right += usize::from(ahead.count() < k);
    }
    Ok(right as f64 / rows as f64)
}

/// The area under the ROC curve: the probability that a row of class 1 has a higher score than a row of class 0, equal
/// scores counting half.
///
/// By ranks, with their mean where scores are equal: (sum of the ranks of class 1 − p (p + 1) / 2) / (p n) for p rows
/// of class 1 and n of class 0.
///
/// ```
/// use quipu::metrics::roc_auc;
///
/// assert_eq!(roc_auc(&[0.1, 0.4, 0.4, 0.8], &[0, 0, 1, 1])?, 0.875);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] unless both classes have a row; [`Error::Length`] if there is not one score a label;
/// [`Error::Label`] for a label other than 0 and 1; [`Error::NotFinite`] for a NaN or an infinity.
pub fn roc_auc<R: Real>(scores: &[R], labels: &[u32]) -> Result<f64> {
    check::length("scores", scores.len(), labels.len(), 1)?;
    check::labels(labels, 2)?;
    check::finite("scores", scores, 1)?;
    let rows = scores.iter().zip(labels).filter(|&(_, &label)| label != IGNORED);
    area(1, rows.map(|(score, &label)| (score.to_f64(), label == 1)).collect())
}

/// The mean over the classes of the area under the ROC curve of each class against all others; every class weighs the
/// same. `scores` are rows × classes.
///
/// # Errors
/// As [`roc_auc`]; every class must have a row, and not all.
pub fn roc_auc_one_vs_rest<R: Real>(scores: &[R], classes: usize, labels: &[u32]) -> Result<f64> {
    check::length("scores", scores.len(), labels.len(), classes)?;
    check::labels(labels, classes)?;
    check::finite("scores", scores, classes)?;
    let mut sum = 0.0;
    for class in 0..classes {
        let rows = scores.chunks_exact(classes).zip(labels).filter(|&(_, &label)| label != IGNORED);
        let pairs = rows.map(|(row, &label)| (row[class].to_f64(), label as usize == class));
        sum += area(class, pairs.collect())?;
    }
    Ok(sum / classes as f64)
}

/// The area for scores and whether their row is of `class`.
fn area(class: usize, mut rows: Vec<(f64, bool)>) -> Result<f64> {
    let positive = rows.iter().filter(|(_, positive)| *positive).count();
    let negative = rows.len() - positive;
    if positive == 0 || negative == 0 {
        let allowed = format!("some, but not all of the {}: the curve needs rows of both kinds", rows.len());
        return Err(Error::argument("rows of a class", format!("{positive} of class {class}"), allowed));
    }
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut before, mut ranks) = (0, 0.0);
    // `==`, for total_cmp keeps 0 and -0 apart, which are neighbours then.
    for equal in rows.chunk_by(|a, b| a.0 == b.0) {
        let mean_rank = before as f64 + (equal.len() as f64 + 1.0) / 2.0;
        ranks += mean_rank * equal.iter().filter(|(_, positive)| *positive).count() as f64;
        before += equal.len();
    }
    let (p, n) = (positive as f64, negative as f64);
    Ok((ranks - p * (p + 1.0) / 2.0) / (p * n))
}
