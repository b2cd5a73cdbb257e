//! The singular values of a network's weights, layer by layer.

use super::Matrix;
use crate::error::Result;
use crate::io::{Entry, weights};
use crate::network::{Model, Plain as _};
use crate::optim::AsModel;
use crate::scalar::Real;

/// The singular values of one layer's weights.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerValues {
    /// The layer's name in files: `fc1`, `repeat1.0.fc1`, `fc2.down`.
    pub layer: String,
    /// Rows of the weights, the layer's inputs.
    pub rows: usize,
    /// Columns of the weights, the layer's outputs.
    pub cols: usize,
    /// The singular values, from the largest down: min(rows, cols) of them.
    pub values: Vec<f64>,
}

impl LayerValues {
    /// κ₂, the largest over the smallest singular value; infinite where one is 0.
    #[must_use]
    pub fn condition_number(&self) -> f64 {
        let last = self.values[self.values.len() - 1];
        // A layer of zeros stretches nothing, and stretches nothing less.
        if last == 0.0 { f64::INFINITY } else { quipu_cost::condition_number(self.values[0], last) }
    }

    /// The largest singular value, by how much the layer stretches an input at most.
    #[must_use]
    pub fn spectral_norm(&self) -> f64 {
        self.values[0]
    }

    /// Singular values above `tolerance` times the largest.
    #[must_use]
    pub fn rank(&self, tolerance: f64) -> usize {
        self.values.iter().take_while(|&&value| value > tolerance * self.values[0]).count()
    }

    /// The order of the FLOPs that the singular values took: [`cost::svd`](crate::cost::svd).
    #[must_use]
    pub fn flops(&self) -> u64 {
        quipu_cost::svd(self.rows as u64, self.cols as u64)
    }
}

/// An array of parameters as a matrix: all axes but the last are rows.
pub(super) fn matrix<T: Real>(entry: &Entry, flat: &[T]) -> Result<Matrix<T>> {
    let cols = entry.shape.last().copied().unwrap_or(1);
    Matrix::new(entry.len() / cols, cols, flat[entry.start..entry.start + entry.len()].to_vec())
}

/// The singular values of the weights of each layer, in the network's order: of the order of
/// [`cost::svd`](crate::cost::svd) a layer.
///
/// ```
/// use quipu::prelude::*;
///
/// network! { pub Net < fc(20, 8, init = orthogonal); relu; softmax_ce(3) > }
///
/// let layers = quipu::linalg::singular_values(&Net::init(1))?;
/// assert_eq!((&*layers[0].layer, layers[0].values.len()), ("fc1", 8));
/// assert!((layers[0].condition_number() - 1.0).abs() < 1e-5); // all singular values are 1
/// assert_eq!(layers[1].layer, "fc2");
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`MatrixError::NotFinite`](super::MatrixError::NotFinite) for a network that has diverged, and as
/// [`Matrix::singular_values`].
pub fn singular_values<K, N: AsModel<K>>(net: &N) -> Result<Vec<LayerValues>>
where
    <N::Model as Model>::Scalar: Real,
{
    let flat = net.model().flat();
    let layer = |entry: Entry| {
        let weight = matrix(&entry, flat)?;
        let values = weight.singular_values()?.into_iter().map(Real::to_f64).collect();
        let layer = entry.name.strip_suffix(".weight").unwrap_or(&entry.name).to_owned();
        Ok(LayerValues { layer, rows: weight.rows(), cols: weight.cols(), values })
    };
    weights::<N::Model>().map(layer).collect()
}
