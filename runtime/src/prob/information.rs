//! Entropy, cross-entropy and KL divergence of discrete distributions, in nats.

use super::error::{ProbabilityError, distribution, length, plain};
use crate::error::Result;
use crate::scalar::{Scalar, reduce};

/// Entropy, −sum p ln p, what an outcome of `p` tells on average: [`cost::entropy`](crate::cost::entropy), 3C FLOPs.
///
/// 0 where one outcome is certain, ln C where all C are alike. Divided by ln 2 it is in bits.
///
/// # Errors
/// [`ProbabilityError::Empty`], [`ProbabilityError::Range`], [`ProbabilityError::Sum`].
pub fn entropy<T: Scalar>(p: &[T]) -> Result<T> {
    distribution("p", p)?;
    Ok(surprise(p, p))
}

/// Cross-entropy, −sum p ln q, what it takes to tell an outcome of `p` in a code made for `q`:
/// [`cost::entropy`](crate::cost::entropy), 3C FLOPs. It is [`entropy`] of p plus [`kl_divergence`] of p from q.
///
/// # Errors
/// As [`entropy`], for both; [`ProbabilityError::Length`]; [`ProbabilityError::Zero`] where q is 0 and p is not.
pub fn cross_entropy<T: Scalar>(p: &[T], q: &[T]) -> Result<T> {
    pair(p, q)?;
    Ok(surprise(p, q))
}

/// Kullback-Leibler divergence of `p` from `q`, sum p ln(p / q), what a code made for `q` takes beyond the best one:
/// [`cost::kl_divergence`](crate::cost::kl_divergence), 4C − 1 FLOPs. 0 for equal distributions, above 0 for
/// others, up to rounding; not the same the other way round.
///
/// # Errors
/// As [`cross_entropy`].
pub fn kl_divergence<T: Scalar>(p: &[T], q: &[T]) -> Result<T> {
    pair(p, q)?;
    // The logarithm is of the smaller over the larger: that neither overflows nor vanishes, whatever the two are. Terms
    // in which p is the larger are subtracted; there is no operation more in it, for one list or the other.
    let (mut added, mut subtracted) = (Vec::with_capacity(p.len()), Vec::with_capacity(p.len()));
    let least = least_ratio(p, q);
    for (index, (&p, &q)) in p.iter().zip(q).enumerate() {
        let turned = index != least && plain(p) > plain(q);
        let ratio = if turned { q / p } else { p / q };
        let term = p * certain_if_never(p, ratio).ln();
        if turned { subtracted.push(term) } else { added.push(term) }
    }
    let sum = reduce::sum(&added);
    Ok(if subtracted.is_empty() { sum } else { sum - reduce::sum(&subtracted) })
}

/// −sum p ln q.
fn surprise<T: Scalar>(p: &[T], q: &[T]) -> T {
    let logs: Vec<T> = p.iter().zip(q).map(|(&p, &q)| certain_if_never(p, q).ln()).collect();
    // From zero rather than negated, or a certain outcome would have entropy -0.
    T::zero() - reduce::dot(p, &logs)
}

/// What the logarithm is taken of: 1 where p is 0, so that 0 ln 0 is 0.
fn certain_if_never<T: Scalar>(p: T, q: T) -> T {
    if plain(p) == 0.0 { T::one() } else { q }
}

/// The place of the smallest p / q: two distributions have one where it is not above 1 by more than rounding.
fn least_ratio<T: Scalar>(p: &[T], q: &[T]) -> usize {
    let ratio = |index: &usize| {
        let (p, q) = (plain(p[*index]), plain(q[*index]));
        if q > 0.0 { p / q } else { f64::INFINITY }
    };
    (0..p.len()).min_by(|a, b| ratio(a).total_cmp(&ratio(b))).unwrap_or(0)
}

/// Two distributions over the same outcomes, of which the second allows what the first does.
fn pair<T: Scalar>(p: &[T], q: &[T]) -> Result<()> {
    distribution("p", p)?;
    distribution("q", q)?;
    length("q", q.len(), p.len())?;
    match p.iter().zip(q).position(|(&p, &q)| plain(q) == 0.0 && plain(p) > 0.0) {
        None => Ok(()),
        Some(index) => Err(ProbabilityError::Zero { argument: "q", index }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} for {expected}");
    }

    #[test]
    fn worked_by_hand() {
        let ln2 = 2.0_f64.ln();
        near(entropy(&[0.5, 0.5]).unwrap(), ln2);
        near(entropy(&[0.5, 0.25, 0.125, 0.125]).unwrap(), 1.75 * ln2);
        near(entropy(&[0.25; 4]).unwrap(), 4.0_f64.ln());
        let certain: f64 = entropy(&[0.0, 1.0, 0.0]).unwrap();
        assert!(certain == 0.0 && certain.is_sign_positive());
        // scipy.stats.entropy([0.2, 0.5, 0.3], [0.1, 0.2, 0.7])
        near(kl_divergence(&[0.2, 0.5, 0.3], &[0.1, 0.2, 0.7]).unwrap(), 0.342_585_443_932_905_6);
        near(cross_entropy(&[0.0, 1.0], &[0.75, 0.25]).unwrap(), 2.0 * ln2);
    }

    #[test]
    fn cross_entropy_is_entropy_and_divergence() {
        let rows = [
            [0.2, 0.5, 0.3, 0.0],
            [0.25; 4],
            [1e-300, 0.4, 0.6, 0.0],
            [0.1, 0.2, 0.3, 0.4],
            [1.0 - 3e-16, 1e-16, 1e-16, 1e-16],
        ];
        for p in rows {
            near(kl_divergence(&p, &p).unwrap(), 0.0);
            for q in rows {
                if let (Ok(cross), Ok(divergence)) = (cross_entropy(&p, &q), kl_divergence(&p, &q)) {
                    near(cross, entropy(&p).unwrap() + divergence);
                    assert!(divergence > -1e-15);
                } else {
                    assert!(q[3] == 0.0 && p[3] > 0.0);
                }
            }
        }
    }

    #[test]
    fn extremes_neither_overflow_nor_vanish() {
        // Quotients beyond the largest and below the smallest number of the type.
        let (rare, common) = ([1e-40_f32, 1.0], [1.0_f32, 1e-40]);
        let expected = 40.0 * 10.0_f32.ln();
        for (p, q) in [(rare, common), (common, rare)] {
            assert!((kl_divergence(&p, &q).unwrap() - expected).abs() < 1e-4);
            assert!((cross_entropy(&p, &q).unwrap() - expected).abs() < 1e-4);
        }
        near(kl_divergence(&[1.0, 0.0], &[5e-324, 1.0]).unwrap(), -(5e-324_f64).ln());
        near(kl_divergence(&[0.0, 1.0], &[1.0, 1e-310]).unwrap(), -(1e-310_f64).ln());
    }

    #[test]
    fn what_is_no_distribution_is_told() {
        let text = |result: Result<f64>| result.unwrap_err().to_string();
        assert_eq!(text(entropy(&[])), "p is empty; expected at least one number");
        assert_eq!(text(entropy(&[0.5, -0.1, 0.6])), "p[1] = -0.1: expected a probability between 0 and 1");
        assert!(text(entropy(&[f64::NAN, 1.0])).starts_with("p[0] = NaN"));
        assert!(text(entropy(&[0.5, 0.6])).starts_with("p adds up to 1.1; expected 1"));
        assert_eq!(text(kl_divergence(&[1.0], &[0.5, 0.5])), "q has 2 elements; expected 1");
        assert!(text(cross_entropy(&[0.5, 0.5], &[0.5, 0.4])).starts_with("q adds up to 0.9; expected 1"));
        let error = kl_divergence(&[0.5, 0.5], &[0.0, 1.0]).unwrap_err();
        assert!(
            matches!(error, Error::Probability(ProbabilityError::Zero { argument: "q", index: 0 })),
            "{error}"
        );
    }
}
