//! Matrices whose rows or columns are orthonormal, drawn evenly among all of them.
//!
//! Gaussian vectors are made orthogonal to those before them, and of length 1, by Gram and Schmidt's method in its
//! modified form, and twice: once leaves an error that grows with the matrix, twice leaves that of f64. It is the Q of a
//! QR decomposition whose R has a positive diagonal, so that no direction is preferred (Saxe et al. 2014). For k vectors
//! of length n about 4 k^2 n FLOPs, once in a network's life.

use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use crate::scalar::{Scalar, reduce};

/// A vector that is left shorter by the others lay among them but for rounding: another is drawn.
const SHORT: f64 = 1e-6;

/// Fills the row-major matrix of `cols` columns: its columns become orthonormal if it is at least as high as wide,
/// else its rows.
pub(crate) fn fill<T: Scalar>(values: &mut [T], cols: usize, random: &mut Pcg64Mcg) {
    let rows = values.len() / cols;
    let (count, length) = (rows.min(cols), rows.max(cols));
    let basis = basis(count, length, random);
    for (row, values) in values.chunks_exact_mut(cols).enumerate() {
        for (col, value) in values.iter_mut().enumerate() {
            let (vector, place) = if rows >= cols { (col, row) } else { (row, col) };
            *value = T::from_f64(basis[vector * length + place]);
        }
    }
}

/// `count` orthonormal vectors of `length` numbers, one after another; at most as many as there are dimensions.
fn basis(count: usize, length: usize, random: &mut Pcg64Mcg) -> Vec<f64> {
    let mut basis = vec![0.0; count * length];
    for done in 0..count {
        let (before, rest) = basis.split_at_mut(done * length);
        let vector = &mut rest[..length];
        loop {
            vector.fill_with(|| StandardNormal.sample(random));
            f64::dispatch(
                #[inline(always)]
                || {
                    for _ in 0..2 {
                        for other in before.chunks_exact(length) {
                            let along = reduce::dot(vector, other);
                            for (x, other) in vector.iter_mut().zip(other) {
                                *x -= along * other;
                            }
                        }
                    }
                },
            );
            let norm = reduce::dot(vector, vector).sqrt();
            if norm > SHORT {
                vector.iter_mut().for_each(|x| *x /= norm);
                break;
            }
        }
    }
    basis
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// The largest entry of W^T W - I, or of W W^T - I where the matrix is wide.
    fn error(weight: &[f32], rows: usize, cols: usize) -> f64 {
        let at = |row: usize, col: usize| f64::from(weight[row * cols + col]);
        let (count, length) = (rows.min(cols), rows.max(cols));
        let mut worst = 0.0_f64;
        for i in 0..count {
            for j in 0..count {
                let term = |k: usize| if rows >= cols { at(k, i) * at(k, j) } else { at(i, k) * at(j, k) };
                let product: f64 = (0..length).map(term).sum();
                worst = worst.max((product - if i == j { 1.0 } else { 0.0 }).abs());
            }
        }
        worst
    }

    #[test]
    fn rows_or_columns_are_orthonormal_in_f32() {
        for (rows, cols) in [(1, 1), (1, 9), (9, 1), (40, 17), (17, 40), (64, 64)] {
            let mut weight = vec![0.0_f32; rows * cols];
            fill(&mut weight, cols, &mut Pcg64Mcg::seed_from_u64(3));
            let error = error(&weight, rows, cols);
            assert!(error < 1e-6, "({rows}, {cols}): {error}");
        }
    }

    #[test]
    fn a_seed_draws_the_same_again_and_another_seed_does_not() {
        let draw = |seed| {
            let mut weight = vec![0.0_f64; 35];
            fill(&mut weight, 5, &mut Pcg64Mcg::seed_from_u64(seed));
            weight
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn no_direction_is_preferred() {
        // Of a thousand planar rotations and reflections, each number has mean 0 and variance 1/2.
        let mut random = Pcg64Mcg::seed_from_u64(1);
        let (mut sum, mut squares) = ([0.0; 4], [0.0; 4]);
        for _ in 0..1_000 {
            let mut weight = [0.0_f64; 4];
            fill(&mut weight, 2, &mut random);
            for (place, x) in weight.into_iter().enumerate() {
                sum[place] += x;
                squares[place] += x * x;
            }
        }
        // Four standard deviations: sqrt(1000 / 2) = 22 of the sum, sqrt(1000 / 8) = 11 of the squares.
        assert!(sum.iter().all(|sum| sum.abs() < 90.0), "{sum:?}");
        assert!(squares.iter().all(|squares| (squares - 500.0).abs() < 45.0), "{squares:?}");
    }
}
