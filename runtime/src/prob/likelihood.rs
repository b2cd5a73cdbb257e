//! Log-likelihoods of single observations: categorical, Bernoulli, Gaussian.

use std::f64::consts::TAU;

use super::error::{ProbabilityError, class_of, distribution, finite, length, plain, probability};
use super::soft::log_sum;
use crate::error::{Error, Result};
use crate::scalar::{Scalar, reduce};

/// ln p of the class that was observed: [`cost::categorical_log_likelihood`](crate::cost::categorical_log_likelihood),
/// 1 FLOP.
///
/// # Errors
/// [`ProbabilityError::Empty`], [`ProbabilityError::Range`], [`ProbabilityError::Sum`] for `p`;
/// [`ProbabilityError::Class`]; [`ProbabilityError::Zero`] if p gives the class no chance.
pub fn categorical_log_likelihood<T: Scalar>(p: &[T], class: u32) -> Result<T> {
    distribution("p", p)?;
    let index = class_of(class, p.len())?;
    possible("p", index, p[index])?;
    Ok(p[index].ln())
}

/// The same from logits, which is finite whatever they are: [`cost::categorical_log_likelihood_of_logits`][rule], 4C
/// FLOPs.
///
/// [rule]: crate::cost::categorical_log_likelihood_of_logits
///
/// # Errors
/// [`ProbabilityError::Empty`], [`ProbabilityError::NotFinite`], [`ProbabilityError::Class`].
pub fn categorical_log_likelihood_of_logits<T: Scalar>(logits: &[T], class: u32) -> Result<T> {
    finite("logits", logits)?;
    let index = class_of(class, logits.len())?;
    let mut z = logits.to_vec();
    let log_sum = log_sum(&mut z);
    Ok(z[index] - log_sum)
}

/// t ln p + (1 − t) ln(1 − p), for an outcome `t` of 0 or 1, or the share of ones among many:
/// [`cost::bernoulli_log_likelihood`](crate::cost::bernoulli_log_likelihood), 6 FLOPs.
///
/// Where p is near 1 the difference 1 − p has few digits left; from logits there is no such loss.
///
/// # Errors
/// [`ProbabilityError::Range`] for either; [`ProbabilityError::Zero`] if p is 0 or 1 and t is not the same.
pub fn bernoulli_log_likelihood<T: Scalar>(p: T, t: T::Real) -> Result<T> {
    probability("p", 0, p)?;
    probability("t", 0, t)?;
    let (one, zero) = (T::Real::from_f64(1.0), T::Real::from_f64(0.0));
    let others = one - t;
    let q = T::one() - p;
    let of = |share: T::Real, p: T| -> Result<T> {
        // 0 ln 0 = 0: what never happened may be impossible.
        let p = if share == zero { T::one() } else { p };
        possible("p", 0, p)?;
        Ok(T::from_real(share) * p.ln())
    };
    Ok(of(t, p)? + of(others, q)?)
}

/// The same from the logit z of p = 1 / (1 + exp(−z)), exact at both ends:
/// [`cost::bernoulli_log_likelihood_of_logit`](crate::cost::bernoulli_log_likelihood_of_logit), 9 FLOPs.
///
/// # Errors
/// [`ProbabilityError::NotFinite`] for the logit, [`ProbabilityError::Range`] for `t`.
pub fn bernoulli_log_likelihood_of_logit<T: Scalar>(logit: T, t: T::Real) -> Result<T> {
    finite("logit", &[logit])?;
    probability("t", 0, t)?;
    let positive = if logit > T::zero() { logit } else { T::zero() };
    Ok(logit * T::from_real(t) - positive - (T::one() + (-logit.abs()).exp()).ln())
}

/// ln of the density of `x` under independent normal distributions with these means and one deviation:
/// [`cost::gaussian_log_likelihood`](crate::cost::gaussian_log_likelihood), 3n + 1 FLOPs.
///
/// −sum (x − m)² / (2 s²) − n ln(s √(2π)). It is a density: it may be above 0.
///
/// # Errors
/// [`Error::Argument`] unless the deviation is finite and above 0; [`ProbabilityError::Empty`],
/// [`ProbabilityError::Length`], [`ProbabilityError::NotFinite`].
pub fn gaussian_log_likelihood<T: Scalar>(x: &[T::Real], mean: &[T], deviation: f64) -> Result<T> {
    if !(deviation.is_finite() && deviation > 0.0) {
        return Err(Error::argument("deviation", deviation, "a finite number above 0"));
    }
    finite("x", x)?;
    finite("mean", mean)?;
    length("mean", mean.len(), x.len())?;
    let differences: Vec<T> = x.iter().zip(mean).map(|(&x, &mean)| T::from_real(x) - mean).collect();
    let squares = reduce::dot(&differences, &differences);
    let constant = x.len() as f64 * (0.5 * TAU.ln() + deviation.ln());
    Ok(squares * T::from_f64(-0.5 / (deviation * deviation)) - T::from_f64(constant))
}

/// Refuses probability 0 for what was observed.
fn possible<T: Scalar>(argument: &'static str, index: usize, p: T) -> Result<()> {
    if plain(p) > 0.0 { Ok(()) } else { Err(ProbabilityError::Zero { argument, index }.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} for {expected}");
    }

    #[test]
    fn worked_by_hand() {
        near(categorical_log_likelihood(&[0.25, 0.75], 0).unwrap(), 0.25_f64.ln());
        near(categorical_log_likelihood_of_logits(&[0.0, 3.0_f64.ln()], 1).unwrap(), 0.75_f64.ln());
        near(bernoulli_log_likelihood(0.25, 1.0).unwrap(), 0.25_f64.ln());
        near(bernoulli_log_likelihood(0.25, 0.0).unwrap(), 0.75_f64.ln());
        near(bernoulli_log_likelihood(0.25, 0.5).unwrap(), 0.5 * (0.25_f64.ln() + 0.75_f64.ln()));
        near(
            bernoulli_log_likelihood_of_logit(-(3.0_f64.ln()), 0.5).unwrap(),
            0.5 * (0.25_f64.ln() + 0.75_f64.ln()),
        );
        // scipy.stats.norm.logpdf([1.0, -0.5], [0.5, 0.5], 2.0).sum()
        near(gaussian_log_likelihood(&[1.0, -0.5], &[0.5, 0.5], 2.0).unwrap(), -3.380_421_427_529_236);
    }

    #[test]
    fn certainties_are_possible_and_extremes_finite() {
        assert_eq!(bernoulli_log_likelihood(0.0_f32, 0.0).unwrap(), 0.0);
        assert_eq!(bernoulli_log_likelihood(1.0_f64, 1.0).unwrap(), 0.0);
        assert_eq!(categorical_log_likelihood(&[0.0, 1.0], 1).unwrap(), 0.0);
        assert_eq!(bernoulli_log_likelihood_of_logit(-1e30_f32, 1.0).unwrap(), -1e30);
        assert_eq!(bernoulli_log_likelihood_of_logit(1e30_f32, 1.0).unwrap(), 0.0);
        near(bernoulli_log_likelihood_of_logit(-40.0, 0.0).unwrap(), -(-40.0_f64).exp());
        assert_eq!(categorical_log_likelihood_of_logits(&[1e4_f32, -1e4], 1).unwrap(), -2e4);
    }

    #[test]
    fn the_impossible_and_the_ill_formed_are_told() {
        let text = |result: Result<f64>| result.unwrap_err().to_string();
        assert!(text(categorical_log_likelihood(&[0.0, 1.0], 0)).starts_with("p[0] gives probability 0"));
        assert_eq!(text(categorical_log_likelihood(&[0.5, 0.5], 2)), "class 2 is out of range for 2 classes");
        assert!(text(categorical_log_likelihood(&[0.5, 0.1], 0)).starts_with("p adds up to 0.6"));
        assert!(
            text(categorical_log_likelihood_of_logits(&[0.0, f64::INFINITY], 0))
                .starts_with("logits[1] = inf")
        );
        assert!(text(bernoulli_log_likelihood(0.0, 0.5)).starts_with("p[0] gives probability 0"));
        assert!(text(bernoulli_log_likelihood(1.0, 0.0)).starts_with("p[0] gives probability 0"));
        assert!(text(bernoulli_log_likelihood(1.5, 0.0)).starts_with("p[0] = 1.5"));
        assert!(text(bernoulli_log_likelihood(0.5, -1.0)).starts_with("t[0] = -1"));
        assert!(text(bernoulli_log_likelihood_of_logit(f64::NAN, 1.0)).starts_with("logit[0] = NaN"));
        assert!(text(gaussian_log_likelihood(&[1.0], &[1.0], 0.0)).starts_with("deviation = 0: expected"));
        assert_eq!(
            text(gaussian_log_likelihood(&[1.0], &[1.0, 2.0], 1.0)),
            "mean has 2 elements; expected 1"
        );
        assert!(text(gaussian_log_likelihood(&[f64::NAN], &[1.0], 1.0)).starts_with("x[0] = NaN"));
    }
}
