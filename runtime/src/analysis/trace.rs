//! The trace of an operator from a few random products.

use super::operator::{Operator, at_least, check, product};
use super::vector::{dot, generator, signs};
use crate::error::Result;

/// An estimate of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trace {
    /// The mean over the probes: the sum of the eigenvalues, on average.
    pub value: f64,
    /// The standard error of that mean: the deviation between the probes over the root of their number.
    pub standard_error: f64,
    /// Products with the operator, one a probe.
    pub applications: usize,
    /// FLOPs: of the products, and 4n − 1 a probe: the dot product, and a look whether the product is finite.
    pub flops: u64,
}

impl Trace {
    /// FLOPs of `probes` probes of `len` elements with products of `flops` FLOPs: what [`trace`] will cost.
    #[must_use]
    pub const fn price(len: usize, probes: usize, flops: u64) -> u64 {
        probes as u64 * (flops + quipu_cost::dot(len as u64) + 2 * len as u64)
    }
}

/// The mean of zᵀ A z over `probes` vectors z of random signs (Hutchinson 1990).
///
/// The estimate has no bias and a variance of 2 Σ aᵢⱼ² over i ≠ j for one probe, smaller than with Gaussian vectors; a
/// diagonal operator comes out exactly.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for an empty operator, fewer than 2 probes (one has no deviation), or a
/// product that is not finite.
pub fn trace<O: Operator + ?Sized>(a: &mut O, probes: usize, seed: u64) -> Result<Trace> {
    check(a, "probes", probes)?;
    at_least(2, "probes", probes)?;
    let len = a.len();
    let (mut random, mut image) = (generator(seed), vec![0.0; len]);
    let (mut value, mut squares) = (0.0, 0.0);
    for probe in 0..probes {
        let z = signs(len, &mut random);
        product(a, &z, &mut image)?;
        // Welford's update: the mean, and the squares around it.
        let found = dot(&z, &image);
        let change = found - value;
        value += change / (probe + 1) as f64;
        squares += change * (found - value);
    }
    let count = probes as f64;
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    let flops = Trace::price(len, probes, a.flops());
    Ok(Trace { value, standard_error, applications: probes, flops })
}

#[cfg(all(test, feature = "linalg"))]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    #[test]
    fn the_trace_lies_within_its_errors() {
        let mut a = Matrix::from_fn(40, 40, |i, j| ((i + j) as f64).sin() + if i == j { 3.0 } else { 0.0 });
        let exact: f64 = (0..40).map(|i| a[(i, i)]).sum();
        let beside: f64 = (0..40)
            .flat_map(|i| (0..40).map(move |j| (i, j)))
            .filter(|(i, j)| i != j)
            .map(|at| a[at].powi(2))
            .sum();
        let mut outside = 0;
        for seed in 0..100 {
            let found = trace(&mut a, 50, seed).unwrap();
            // The deviation is what the elements beside the diagonal say.
            let expected = (2.0 * beside / 50.0).sqrt();
            assert!((0.4..2.5).contains(&(found.standard_error / expected)), "{found:?}, {expected}");
            outside += usize::from((found.value - exact).abs() > 2.0 * found.standard_error);
        }
        // 4.6 % of a normal variable lie beyond two deviations.
        assert!(outside <= 12, "{outside} of 100");
    }

    #[test]
    fn a_diagonal_comes_out_exactly_and_one_probe_is_refused() {
        let mut a = Matrix::from_fn(9, 9, |i, j| if i == j { i as f64 - 2.0 } else { 0.0 });
        let found = trace(&mut a, 2, 1).unwrap();
        assert_eq!((found.value, found.standard_error, found.applications), (18.0, 0.0, 2));
        assert_eq!(found.flops, 2 * (2 * 81 + 17 + 18));
        let text = trace(&mut a, 1, 1).unwrap_err().to_string();
        assert_eq!(text, "probes = 1: expected at least 2");
    }
}
