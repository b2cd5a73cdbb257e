//! The density of a whole spectrum by stochastic Lanczos quadrature.
//!
//! A random vector's spectrum is that of the operator, on average; Lanczos' method turns each into a quadrature, nodes and
//! weights that integrate polynomials up to degree 2k − 1 exactly (Golub and Welsch 1969). Their mean is the spectrum, as
//! far as k products can tell its parts apart (Lin, Saad and Yang 2016; Ghorbani et al. 2019).

use super::lanczos::{Krylov, Lanczos};
use super::operator::{Operator, at_least, check, positive};
use super::vector::{generator, scale, signs};
use crate::error::Result;

/// A spectrum as weighted values.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// Values and weights, from the smallest value up; the weights add up to 1.
    nodes: Vec<(f64, f64)>,
    len: usize,
    applications: usize,
    flops: u64,
}

/// A spectrum as a function: [`Spectrum::density`].
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Where it is known, evenly spaced, in units of the eigenvalue.
    pub grid: Vec<f64>,
    /// Share of the eigenvalues per unit, at each point of the grid; its integral is 1.
    pub density: Vec<f64>,
    /// The deviation of the normal density that each node was spread into, in units of the eigenvalue.
    pub width: f64,
}

/// The mean quadrature of `probes` vectors of random signs, with `steps` products each.
///
/// `probes` times what a [`lanczos`](super::lanczos) of as many steps costs; 8n (steps + 3) bytes.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for an empty operator, 0 steps or probes, or a product that is not finite.
pub fn spectral_density<O: Operator + ?Sized>(
    a: &mut O,
    steps: usize,
    probes: usize,
    seed: u64,
) -> Result<Spectrum> {
    check(a, "steps", steps)?;
    at_least(1, "probes", probes)?;
    let len = a.len();
    let mut random = generator(seed);
    let (mut nodes, mut applications, mut flops) = (Vec::new(), 0, 0);
    for _ in 0..probes {
        let mut start = signs(len, &mut random);
        scale(1.0 / (len as f64).sqrt(), &mut start);
        let krylov = Krylov::grow(a, start, steps, &mut random)?;
        let (ritz, _) = krylov.ritz()?;
        nodes.extend(ritz.iter().map(|ritz| (ritz.value, ritz.weight / probes as f64)));
        applications += krylov.applications();
        flops += Lanczos::price(len, krylov.applications(), a.flops());
    }
    nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Spectrum { nodes, len, applications, flops })
}

impl Spectrum {
    /// Values with their weights, from the smallest value up; the weights add up to 1.
    #[must_use]
    pub fn nodes(&self) -> &[(f64, f64)] {
        &self.nodes
    }

    /// Products with the operator.
    #[must_use]
    pub fn applications(&self) -> usize {
        self.applications
    }

    /// FLOPs of the products, and of keeping bases orthogonal.
    #[must_use]
    pub fn flops(&self) -> u64 {
        self.flops
    }

    /// FLOPs of `probes` probes of `steps` steps on `len` elements with products of `flops` FLOPs: what
    /// [`spectral_density`] will cost.
    #[must_use]
    pub fn price(len: usize, steps: usize, probes: usize, flops: u64) -> u64 {
        probes as u64 * Lanczos::price(len, steps, flops)
    }

    /// The share of the eigenvalues below `value`, 0 to 1.
    #[must_use]
    pub fn share_below(&self, value: f64) -> f64 {
        self.nodes.iter().take_while(|node| node.0 < value).map(|node| node.1).sum()
    }

    /// The mean of the eigenvalues' `power`-th powers; of the first, times the number of eigenvalues, the trace.
    #[must_use]
    pub fn moment(&self, power: i32) -> f64 {
        self.nodes.iter().map(|(value, weight)| weight * value.powi(power)).sum()
    }

    /// The trace, n times the mean.
    #[must_use]
    pub fn trace(&self) -> f64 {
        self.len as f64 * self.moment(1)
    }

    /// From the smallest to the largest node.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        (self.nodes[0].0, self.nodes[self.nodes.len() - 1].0)
    }

    /// The density at `points` points, every node spread into a normal density of deviation `width` (or a hundredth of the
    /// range): over the range, and four deviations beyond it.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for fewer than 2 points or a width that is not above 0.
    pub fn density(&self, points: usize, width: Option<f64>) -> Result<Density> {
        at_least(2, "points", points)?;
        let (low, high) = self.range();
        let width = match width {
            Some(width) => width,
            // One value alone, but for rounding, still has a width.
            None => ((high - low) / 100.0).max(1e-6 * low.abs().max(high.abs())).max(f64::MIN_POSITIVE),
        };
        positive("width", width)?;
        let (low, high) = (low - 4.0 * width, high + 4.0 * width);
        let grid: Vec<f64> =
            (0..points).map(|i| low + (high - low) * i as f64 / (points - 1) as f64).collect();
        let peak = 1.0 / (width * std::f64::consts::TAU.sqrt());
        let at = |x: f64| -> f64 {
            let bell = |&(value, weight): &(f64, f64)| weight * (-0.5 * ((x - value) / width).powi(2)).exp();
            peak * self.nodes.iter().map(bell).sum::<f64>()
        };
        Ok(Density { density: grid.iter().map(|&x| at(x)).collect(), grid, width })
    }
}

#[cfg(test)]
mod tests {
    use super::super::vector::direction;
    use super::*;
    use crate::linalg::Matrix;

    /// Symmetric, with these eigenvalues, in no special directions.
    fn with_spectrum(values: &[f64]) -> Matrix {
        let size = values.len();
        let b = Matrix::new(size, size, direction(size * size, &mut generator(4))).unwrap();
        let svd = b.svd().unwrap();
        let scaled = Matrix::from_fn(size, size, |i, k| svd.u[(i, k)] * values[k]);
        scaled.product(&svd.u.transposed()).unwrap()
    }

    #[test]
    fn densities_against_a_dense_eigendecomposition() {
        // A bulk around 0, a few values far out, as Hessians have them.
        let values: Vec<f64> = (0..150)
            .map(|i| match i {
                0 => 10.0,
                1 => 6.0,
                2..10 => -1.0,
                _ => (i as f64 / 150.0 - 0.5) * 0.5,
            })
            .collect();
        let mut a = with_spectrum(&values);
        let exact = a.eigen_symmetric().unwrap().values;
        let found = spectral_density(&mut a, 40, 30, 1).unwrap();
        assert_eq!(found.applications(), 40 * 30);
        assert_eq!(found.flops(), Spectrum::price(150, 40, 30, 2 * 150 * 150));
        assert!((found.nodes().iter().map(|node| node.1).sum::<f64>() - 1.0).abs() < 1e-12);
        let density = found.density(500, Some(0.15)).unwrap();
        let step = density.grid[1] - density.grid[0];
        let total: f64 = density.density.iter().map(|y| y * step).sum();
        assert!((total - 1.0).abs() < 1e-3, "{total}");
        // The distance of the two densities, of 2 at most, is a few per cent with 30 probes.
        let spread = Spectrum {
            nodes: exact.iter().map(|&x| (x, 1.0 / exact.len() as f64)).collect(),
            len: exact.len(),
            applications: 0,
            flops: 0,
        };
        let distance: f64 = {
            let at = |spectrum: &Spectrum, x: f64| -> f64 {
                let bell = |&(value, weight): &(f64, f64)| {
                    weight * (-0.5 * ((x - value) / 0.15_f64).powi(2)).exp()
                        / (0.15 * std::f64::consts::TAU.sqrt())
                };
                spectrum.nodes.iter().map(bell).sum()
            };
            density.grid.iter().map(|&x| (at(&spread, x) - at(&found, x)).abs() * step).sum()
        };
        assert!(distance < 0.06, "{distance}");
        let negative = exact.iter().filter(|&&x| x < 0.0).count() as f64 / 150.0;
        assert!(
            (found.share_below(0.0) - negative).abs() < 0.05,
            "{} for {negative}",
            found.share_below(0.0)
        );
        let trace: f64 = exact.iter().sum();
        // Hutchinson's deviation, and less: the elements on the diagonal add nothing to it.
        let deviation = (2.0 * exact.iter().map(|x| x * x).sum::<f64>() / 30.0).sqrt();
        assert!((found.trace() - trace).abs() < 2.5 * deviation, "{} for {trace}", found.trace());
        assert!((found.range().1 - 10.0).abs() < 1e-9);
    }

    #[test]
    fn one_value_is_one_bell() {
        let mut a = Matrix::from_fn(5, 5, |i, j| if i == j { 2.0 } else { 0.0 });
        let found = spectral_density(&mut a, 3, 2, 1).unwrap();
        assert!(found.nodes().iter().all(|node| (node.0 - 2.0).abs() < 1e-12));
        let density = found.density(3, None).unwrap();
        assert!((density.width - 2e-6).abs() < 1e-12 && density.density[1] > 1e5);
        assert_eq!(found.density(1, None).unwrap_err().to_string(), "points = 1: expected at least 2");
        assert!(found.density(3, Some(0.0)).unwrap_err().to_string().starts_with("width = 0"));
        assert!(spectral_density(&mut a, 3, 0, 1).unwrap_err().to_string().starts_with("probes = 0"));
    }
}
