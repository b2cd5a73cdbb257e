//! Lanczos' method with full reorthogonalisation: the ends of a symmetric operator's spectrum, with residual bounds.
//!
//! After k products the operator is known on the span of v, A v, …, Aᵏ⁻¹ v, where it is a tridiagonal matrix T. The
//! eigenvalues of T (Ritz values) lie within the spectrum, and those at its ends come near to it first (Golub and Van Loan,
//! Matrix Computations, section 10.1). Without reorthogonalisation the basis loses its directions to rounding and T
//! shows eigenvalues twice; with it, k² n memory traffic buys that every Ritz value is one.

use rand_pcg::Pcg64Mcg;

use super::condition::Condition;
use super::operator::{Operator, check, not_negative, product};
use super::vector::{axpy, direction, dot, generator, norm, orthogonalise, scale};
use crate::error::{Error, Result};
use crate::linalg::Matrix;

/// An approximate eigenvalue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ritz {
    /// The value.
    pub value: f64,
    /// An eigenvalue of the operator lies no further than this from `value`: ‖A y − value y‖ for its vector y, from the
    /// last element of T's eigenvector, and no less than what rounding leaves.
    pub bound: f64,
    /// The square of the start's part along its vector: the weight in a quadrature of the start's spectrum.
    pub weight: f64,
}

/// What Lanczos' method has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanczos {
    ritz: Vec<Ritz>,
    smallest_vector: Vec<f64>,
    largest_vector: Vec<f64>,
    applications: usize,
    flops: u64,
}

/// Runs `steps` steps from a random direction (no more than the operator has dimensions).
///
/// `steps` products, and about 4n steps² FLOPs to keep the basis orthogonal; 8n (steps + 3) bytes. Where the start spans
/// an invariant space before that, a new random direction goes on from there, so that with as many steps as dimensions
/// the whole spectrum is found, eigenvalues as often as they occur.
///
/// # Errors
/// [`Error::Argument`] for an empty operator, 0 steps, or a product that is not finite.
pub fn lanczos<O: Operator + ?Sized>(a: &mut O, steps: usize, seed: u64) -> Result<Lanczos> {
    check(a, "steps", steps)?;
    let mut random = generator(seed);
    let start = direction(a.len(), &mut random);
    Krylov::grow(a, start, steps, &mut random)?.solve(a.flops())
}

impl Lanczos {
    /// All Ritz values, from the smallest up; one a step.
    #[must_use]
    pub fn ritz(&self) -> &[Ritz] {
        &self.ritz
    }

    /// The lower end of the spectrum, from inside: never below the smallest eigenvalue, but for rounding.
    #[must_use]
    pub fn smallest(&self) -> Ritz {
        self.ritz[0]
    }

    /// The upper end of the spectrum, from inside: never above the largest eigenvalue, but for rounding.
    #[must_use]
    pub fn largest(&self) -> Ritz {
        self.ritz[self.ritz.len() - 1]
    }

    /// The direction of [`smallest`](Self::smallest), of length 1: where that is negative, one of negative curvature.
    #[must_use]
    pub fn smallest_vector(&self) -> &[f64] {
        &self.smallest_vector
    }

    /// The direction of [`largest`](Self::largest), of length 1.
    #[must_use]
    pub fn largest_vector(&self) -> &[f64] {
        &self.largest_vector
    }

    /// Products with the operator.
    #[must_use]
    pub fn applications(&self) -> usize {
        self.applications
    }

    /// FLOPs of the products, and of keeping the basis orthogonal.
    #[must_use]
    pub fn flops(&self) -> u64 {
        self.flops
    }

    /// The largest absolute value of a Ritz value: the operator's spectral norm, from below.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.smallest().value.abs().max(self.largest().value.abs())
    }

    /// Ritz values below −`floor` times the norm: at least so many eigenvalues are negative (Cauchy's interlacing).
    #[must_use]
    pub fn negative(&self, floor: f64) -> usize {
        let least = floor * self.norm();
        self.ritz.iter().filter(|ritz| ritz.value < -least).count()
    }

    /// Ritz values above `floor` times the norm: at least so many eigenvalues are positive.
    #[must_use]
    pub fn positive(&self, floor: f64) -> usize {
        let least = floor * self.norm();
        self.ritz.iter().filter(|ritz| ritz.value > least).count()
    }

    /// The condition of the positive part: the largest Ritz value over the smallest above `floor` times it.
    ///
    /// On a definite operator κ comes out no larger than it is, and as near as the ends are. An indefinite or singular one has
    /// values around 0, inside its spectrum, where Lanczos' method is no more than roughly right: there κ says how far the
    /// values are apart that count, and the `floor` (1e-6, say) says which do.
    ///
    /// # Errors
    /// [`Error::Argument`] for a floor that is not from 0 to below 1, or an operator without a positive Ritz value.
    pub fn condition(&self, floor: f64) -> Result<Condition> {
        not_negative("floor", floor)?;
        let largest = self.largest().value;
        // Not a zero that rounding has made positive.
        let least = (floor * largest).max(f64::EPSILON * self.norm());
        let smallest = self.ritz.iter().map(|ritz| ritz.value).find(|&value| value > least);
        match smallest {
            Some(smallest) => Condition::new(smallest, largest),
            None if largest > 0.0 => Err(Error::argument("floor", floor, "a number below 1")),
            None => {
                Err(Error::argument("the largest eigenvalue", largest, "a number above 0, for a condition"))
            }
        }
    }

    /// FLOPs of `steps` steps on `len` elements with products of `flops` FLOPs: what [`lanczos`] will cost.
    #[must_use]
    pub fn price(len: usize, steps: usize, flops: u64) -> u64 {
        let (n, steps) = (len as u64, steps.min(len) as u64);
        // A dot product, two norms (one to see that the product is finite), an axpy and a scaling a step, and 8n for each
        // vector that is already there.
        steps * flops + steps * 9 * n + 8 * n * (steps * (steps + 1) / 2)
    }
}

/// The basis of a Krylov space, and the operator on it.
pub(super) struct Krylov {
    /// Orthonormal, one a step.
    basis: Vec<Vec<f64>>,
    /// T's diagonal.
    diagonal: Vec<f64>,
    /// T's elements beside it; the last one leads out of the space.
    beside: Vec<f64>,
    applications: usize,
}

impl Krylov {
    /// Goes up to `steps` steps from `start`, of length 1; where the space is invariant, a direction is drawn.
    pub(super) fn grow<O: Operator + ?Sized>(
        a: &mut O,
        start: Vec<f64>,
        steps: usize,
        random: &mut Pcg64Mcg,
    ) -> Result<Self> {
        let len = a.len();
        let steps = steps.min(len);
        let mut krylov = Krylov { basis: vec![start], diagonal: vec![], beside: vec![], applications: 0 };
        let (mut next, mut size) = (vec![0.0; len], 0.0_f64);
        loop {
            let last = &krylov.basis[krylov.diagonal.len()];
            product(a, last, &mut next)?;
            krylov.applications += 1;
            let along = dot(last, &next);
            axpy(-along, last, &mut next);
            krylov.diagonal.push(along);
            orthogonalise(&mut next, &krylov.basis);
            let mut out = norm(&next);
            size = size.max(along.abs()).max(out);
            // What is left is rounding: the space is invariant, and T goes on with a block of its own.
            let invariant = out <= 64.0 * f64::EPSILON * size || out == 0.0;
            if krylov.diagonal.len() == steps {
                krylov.beside.push(if invariant { 0.0 } else { out });
                return Ok(krylov);
            }
            if invariant {
                krylov.beside.push(0.0);
                // What is random lies nearly all outside of a small space; in the last dimension of many it may not.
                let mut draws = 0;
                loop {
                    next = direction(len, random);
                    orthogonalise(&mut next, &krylov.basis);
                    out = norm(&next);
                    draws += 1;
                    if out > 1e-8 || draws == 8 {
                        break;
                    }
                }
                if out <= 1e-8 {
                    return Ok(krylov);
                }
                scale(1.0 / out, &mut next);
                orthogonalise(&mut next, &krylov.basis);
                out = norm(&next);
            } else {
                krylov.beside.push(out);
            }
            let mut vector = std::mem::replace(&mut next, vec![0.0; len]);
            scale(1.0 / out, &mut vector);
            krylov.basis.push(vector);
        }
    }

    /// The Ritz values of T, from the smallest up, and T's eigenvectors in columns.
    pub(super) fn ritz(&self) -> Result<(Vec<Ritz>, Matrix)> {
        let count = self.diagonal.len();
        let t = Matrix::from_fn(count, count, |i, j| match i.abs_diff(j) {
            0 => self.diagonal[i],
            1 => self.beside[i.min(j)],
            _ => 0.0,
        });
        let eigen = t.eigen_symmetric()?;
        let size = eigen.values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let rounding = 16.0 * f64::EPSILON * size * (count as f64).sqrt();
        let ritz = eigen.values.iter().enumerate().map(|(k, &value)| Ritz {
            value,
            bound: (self.beside[count - 1] * eigen.vectors[(count - 1, k)]).abs().max(rounding),
            weight: eigen.vectors[(0, k)] * eigen.vectors[(0, k)],
        });
        Ok((ritz.collect(), eigen.vectors))
    }

    /// Products that were made.
    pub(super) fn applications(&self) -> usize {
        self.applications
    }

    fn solve(self, flops: u64) -> Result<Lanczos> {
        let (ritz, vectors) = self.ritz()?;
        let vector = |k: usize| {
            let mut y = vec![0.0; self.basis[0].len()];
            for (j, basis) in self.basis.iter().enumerate().take(ritz.len()) {
                axpy(vectors[(j, k)], basis, &mut y);
            }
            let length = norm(&y);
            scale(1.0 / length, &mut y);
            y
        };
        Ok(Lanczos {
            smallest_vector: vector(0),
            largest_vector: vector(ritz.len() - 1),
            flops: Lanczos::price(self.basis[0].len(), self.applications, flops),
            applications: self.applications,
            ritz,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{operator, power_iteration};

    /// Symmetric, with elements that show no pattern.
    fn symmetric(size: usize, seed: u64) -> Matrix {
        let mut random = generator(seed);
        let b = Matrix::new(size, size, direction(size * size, &mut random)).unwrap();
        Matrix::from_fn(size, size, |i, j| b[(i, j)] + b[(j, i)])
    }

    #[test]
    fn ends_against_a_dense_eigendecomposition() {
        for (size, steps) in [(30, 30), (120, 60), (200, 90)] {
            let mut a = symmetric(size, size as u64);
            let exact = a.eigen_symmetric().unwrap().values;
            let found = lanczos(&mut a, steps, 5).unwrap();
            let (smallest, largest) = (found.smallest(), found.largest());
            assert!((smallest.value - exact[0]).abs() < 1e-9, "{smallest:?} for {}", exact[0]);
            assert!((largest.value - exact[size - 1]).abs() < 1e-9, "{largest:?}");
            assert_eq!(found.applications(), steps);
            // Each Ritz value has an eigenvalue within its bound.
            for ritz in found.ritz() {
                let nearest = exact.iter().map(|x| (x - ritz.value).abs()).fold(f64::INFINITY, f64::min);
                assert!(nearest <= ritz.bound * (1.0 + 1e-6) + 1e-13, "{ritz:?}: {nearest}");
            }
            assert!((found.ritz().iter().map(|ritz| ritz.weight).sum::<f64>() - 1.0).abs() < 1e-12);
            // Interlacing: no more signs than there are.
            assert!(found.negative(0.0) <= exact.iter().filter(|&&x| x < 0.0).count());
            let mut image = vec![0.0; size];
            a.apply(found.largest_vector(), &mut image).unwrap();
            axpy(-largest.value, found.largest_vector(), &mut image);
            assert!(norm(&image) <= largest.bound * 1.01 + 1e-12);
        }
    }

    #[test]
    fn early_ends_are_inside_the_spectrum_and_within_their_bounds() {
        let mut a = symmetric(200, 9);
        let exact = a.eigen_symmetric().unwrap().values;
        for steps in [1, 2, 5, 12] {
            let found = lanczos(&mut a, steps, 1).unwrap();
            assert!(found.smallest().value >= exact[0] && found.largest().value <= exact[199]);
            assert!(found.largest().bound > 1e-6, "after {steps} steps");
        }
    }

    #[test]
    fn repeated_eigenvalues_are_found_as_often_as_they_occur() {
        let values = [-1.0, -1.0, 2.0, 2.0, 2.0, 7.0];
        let mut a = Matrix::from_fn(6, 6, |i, j| if i == j { values[i] } else { 0.0 });
        let found = lanczos(&mut a, 50, 2).unwrap();
        let ritz: Vec<f64> = found.ritz().iter().map(|ritz| ritz.value).collect();
        assert_eq!(ritz.len(), 6);
        assert!(ritz.iter().zip(values).all(|(x, y)| (x - y).abs() < 1e-12), "{ritz:?}");
        assert_eq!((found.negative(1e-9), found.positive(1e-9)), (2, 4));
        let mut one = Matrix::identity(1);
        assert!((lanczos(&mut one, 3, 1).unwrap().largest().value - 1.0).abs() < 1e-15);
        let mut zero = Matrix::from_fn(3, 3, |_, _| 0.0);
        let found = lanczos(&mut zero, 3, 1).unwrap();
        assert_eq!((found.norm(), found.negative(0.0)), (0.0, 0));
        let text = found.condition(0.0).unwrap_err().to_string();
        assert_eq!(text, "the largest eigenvalue = 0: expected a number above 0, for a condition");
    }

    #[test]
    fn it_needs_far_fewer_products_than_power_iteration() {
        let len = 1_000;
        let mut a = operator(len, len as u64, move |v, out| {
            for (i, (out, v)) in out.iter_mut().zip(v).enumerate() {
                *out = (1.0 - i as f64 / len as f64) * v;
            }
            Ok(())
        });
        let found = lanczos(&mut a, 120, 1).unwrap();
        let power = power_iteration(&mut a, 1e-12, 120, 1).unwrap();
        let (error, slow) = ((found.largest().value - 1.0).abs(), (power.value - 1.0).abs());
        assert!(error < 1e-6 && slow > 1e3 * error, "{error:e} and {slow:e}");
        assert_eq!(found.flops(), Lanczos::price(len, 120, len as u64));
    }

    #[test]
    fn the_condition_of_hilberts_matrix() {
        let mut hilbert = Matrix::from_fn(5, 5, |i, j| 1.0 / (i + j + 1) as f64);
        let condition = lanczos(&mut hilbert, 5, 1).unwrap().condition(0.0).unwrap();
        assert!((condition.kappa() - 476_607.25).abs() < 0.05, "{condition}");
        let condition = lanczos(&mut hilbert, 5, 1).unwrap().condition(1e-3).unwrap();
        assert!(condition.kappa() < 1e3);
        let text = lanczos(&mut hilbert, 5, 1).unwrap().condition(1.0).unwrap_err().to_string();
        assert_eq!(text, "floor = 1: expected a number below 1");
    }
}
