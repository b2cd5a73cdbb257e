//! What the iterative methods do with vectors of f64: products, lengths, random starts.

use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use crate::scalar::{Scalar, reduce};

/// x · y; 0 for vectors without an element.
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    f64::dispatch(
        #[inline(always)]
        || reduce::dot(x, y),
    )
}

/// The length of x, its L2 norm.
pub(super) fn norm(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}

/// y += a x: 2n FLOPs.
pub(super) fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    f64::dispatch(
        #[inline(always)]
        || {
            for (y, x) in y.iter_mut().zip(x) {
                *y += a * x;
            }
        },
    );
}

/// x *= a: n FLOPs.
pub(super) fn scale(a: f64, x: &mut [f64]) {
    x.iter_mut().for_each(|x| *x *= a);
}

/// Takes out of `x` what lies along the orthonormal vectors of `basis`, one after another and twice: once leaves an
/// error that grows with their number, twice leaves that of f64. 8n FLOPs a vector.
#[cfg(feature = "linalg")]
pub(super) fn orthogonalise(x: &mut [f64], basis: &[Vec<f64>]) {
    for _ in 0..2 {
        for other in basis {
            axpy(-dot(x, other), other, x);
        }
    }
}

/// The generator of a seed.
pub(super) fn generator(seed: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(seed)
}

/// A direction drawn evenly from all, of length 1.
pub(super) fn direction(len: usize, random: &mut Pcg64Mcg) -> Vec<f64> {
    loop {
        let mut x: Vec<f64> = (0..len).map(|_| StandardNormal.sample(random)).collect();
        let length = norm(&x);
        if length > 1e-6 {
            scale(1.0 / length, &mut x);
            return x;
        }
    }
}

/// Rademacher's vector: each element 1 or −1, with equal chances.
pub(super) fn signs(len: usize, random: &mut Pcg64Mcg) -> Vec<f64> {
    (0..len).map(|_| if random.next_u64() >> 63 == 0 { 1.0 } else { -1.0 }).collect()
}
