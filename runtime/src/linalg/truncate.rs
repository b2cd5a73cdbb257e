//! Weights cut down to a rank: what `fc(m, n)` has learned as the start of an `fc(m, n, rank = r)`.

use std::collections::BTreeMap;
use std::fmt;

use super::spectra::matrix;
use super::{Matrix, MatrixError};
use crate::error::{Result, shape};
use crate::io::{Entry, entries};
use crate::layers::Fc;
use crate::network::{Model, Plain};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};

/// The nearest matrix of a rank as two factors, of which each has its share of the singular values.
#[derive(Clone, Debug, PartialEq)]
pub struct LowRank<T = f64> {
    /// U √S, (rows, r): the weights of `down`.
    pub down: Matrix<T>,
    /// √S Vᵀ, (r, columns): the weights of `up`.
    pub up: Matrix<T>,
    /// What it saves and what it loses.
    pub truncation: Truncation,
}

/// What cutting a layer down to a rank saves, and what it loses.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncation {
    /// The layer's name in files, `fc1`; `the matrix` for a matrix alone.
    pub layer: String,
    /// Rows of the weights, the layer's inputs.
    pub rows: usize,
    /// Columns of the weights, the layer's outputs.
    pub cols: usize,
    /// The rank that is left.
    pub rank: usize,
    /// All singular values of the weights, from the largest down: the first `rank` of them are kept.
    pub values: Vec<f64>,
}

impl Truncation {
    /// Weights before: mn.
    #[must_use]
    pub fn params_before(&self) -> u64 {
        self.rows as u64 * self.cols as u64
    }

    /// Weights after: r (m + n), [`cost::low_rank_params`](crate::cost::low_rank_params).
    #[must_use]
    pub fn params_after(&self) -> u64 {
        quipu_cost::low_rank_params(self.rows as u64, self.cols as u64, self.rank as u64)
    }

    /// FLOPs of the product for a row before: 2mn, [`cost::matvec`](crate::cost::matvec).
    #[must_use]
    pub fn flops_before(&self) -> u64 {
        quipu_cost::matvec(self.cols as u64, self.rows as u64)
    }

    /// FLOPs of the products for a row after: 2r (m + n), [`cost::low_rank_matvec`](crate::cost::low_rank_matvec).
    #[must_use]
    pub fn flops_after(&self) -> u64 {
        quipu_cost::low_rank_matvec(self.rows as u64, self.cols as u64, self.rank as u64)
    }

    /// ‖W − A B‖₂, the first singular value that is dropped: an input x comes out wrong by at most so many times its length.
    /// No matrix of that rank is nearer (Eckart and Young 1936).
    #[must_use]
    pub fn error(&self) -> f64 {
        self.values.get(self.rank).copied().unwrap_or(0.0)
    }

    /// ‖W − A B‖ by Frobenius, the root of the sum of the squares of the dropped singular values.
    #[must_use]
    pub fn frobenius_error(&self) -> f64 {
        // From the small ones up: fewer digits are lost.
        self.values[self.rank..].iter().rev().map(|value| value * value).sum::<f64>().sqrt()
    }

    /// [`error`](Self::error) over the largest singular value, 0 to 1.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        if self.values[0] == 0.0 { 0.0 } else { self.error() / self.values[0] }
    }
}

/// `fc1: (784, 256) at rank 16: 16,640 of 200,704 weights, error 0.41 of 3.2`
impl fmt::Display for Truncation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Truncation { layer, rows, cols, rank, values } = self;
        let [after, before] = [self.params_after(), self.params_before()].map(crate::report::grouped);
        let (error, largest) = (self.error(), values[0]);
        write!(
            f,
            "{layer}: ({rows}, {cols}) at rank {rank}: {after} of {before} weights, error {error:.4} of {largest:.4}"
        )
    }
}

impl<T: Real> Matrix<T> {
    /// The nearest matrix of a rank, as the product of a (rows, r) and an (r, columns) matrix: of the order of
    /// [`cost::svd`](crate::cost::svd).
    ///
    /// [`Svd::low_rank`](super::Svd::low_rank) has all singular values on the left; here both factors have their roots, so
    /// that a training which goes on from them finds both of the same size.
    ///
    /// ```
    /// use quipu::linalg::Matrix;
    ///
    /// let a: Matrix = Matrix::new(2, 2, vec![3.0, 0.0, 0.0, 1.0])?;
    /// let low = a.truncate(1)?;
    /// assert_eq!(low.truncation.error(), 1.0);
    /// assert!((low.down.product(&low.up)?[(0, 0)] - 3.0).abs() < 1e-12);
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) unless the rank is 1 to min(rows, columns); as [`svd`](Self::svd).
    pub fn truncate(&self, rank: usize) -> Result<LowRank<T>> {
        let most = self.rows().min(self.cols());
        if !(1..=most).contains(&rank) && most > 0 {
            return Err(crate::Error::argument("rank", rank, format!("1 to {most}")));
        }
        let svd = self.svd()?;
        let root = |k: usize| Scalar::sqrt(svd.values[k]);
        let truncation = Truncation {
            layer: "the matrix".into(),
            rows: self.rows(),
            cols: self.cols(),
            rank,
            values: svd.values.iter().map(|value| value.to_f64()).collect(),
        };
        Ok(LowRank {
            down: Matrix::from_fn(self.rows(), rank, |i, k| svd.u[(i, k)] * root(k)),
            up: Matrix::from_fn(rank, self.cols(), |k, j| root(k) * svd.v[(j, k)]),
            truncation,
        })
    }
}

impl<T: Real, const IN: usize, const OUT: usize, const BIAS: usize> Fc<T, IN, OUT, BIAS> {
    /// Cuts this layer down to the two of an `fc` with a rank, whose types say which one: weights by
    /// [`Matrix::truncate`], the bias as it is.
    ///
    /// ```
    /// use quipu::prelude::*;
    ///
    /// network! { pub Full < fc(30, 20); relu; softmax_ce(4) > }
    /// network! { pub Thin < fc(30, 20, rank = 5); relu; softmax_ce(4) > }
    ///
    /// let (full, mut thin) = (Full::init(1), Thin::zeros());
    /// let lost = full.fc1.truncate(&mut thin.fc1.down, &mut thin.fc1.up)?;
    /// assert_eq!((lost.rank, lost.params_after()), (5, 5 * (30 + 20)));
    /// # Ok::<(), quipu::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Matrix::truncate`].
    pub fn truncate<const RANK: usize>(
        &self,
        down: &mut Fc<T, IN, RANK, 0>,
        up: &mut Fc<T, RANK, OUT, BIAS>,
    ) -> Result<Truncation> {
        let weight = Matrix::new(IN, OUT, self.weight.as_flattened().to_vec())?;
        let low = weight.truncate(RANK)?;
        down.flat_mut().copy_from_slice(low.down.data());
        up.weight.as_flattened_mut().copy_from_slice(low.up.data());
        up.bias = self.bias;
        Ok(low.truncation)
    }
}

/// Cuts a network down to the ranks that another one has: fills `low` with `net`'s parameters and buffers, an `fc` that has
/// a rank there with the factors of its weights; says of each of these layers what that saves and loses.
///
/// The two are the same networks but for `rank = r` in some of their layers. An SVD a layer that is cut, of the order of
/// [`cost::svd`](crate::cost::svd).
///
/// ```
/// use quipu::prelude::*;
///
/// network! { pub Full < fc(30, 20); relu; softmax_ce(4) > }
/// network! { pub Thin < fc(30, 20, rank = 5); relu; softmax_ce(4) > }
///
/// let mut thin = Thin::zeros();
/// let lost = quipu::linalg::truncate(&Full::init(1), &mut thin)?;
/// assert_eq!((lost.len(), &*lost[0].layer, lost[0].rank), (1, "fc1", 5));
/// assert_eq!(Full::PARAMS - Thin::PARAMS, 30 * 20 - 5 * (30 + 20));
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`MatrixError::OtherNetwork`] for networks that differ in something else, as [`Matrix::truncate`]; nothing can be said of
/// `low` then.
pub fn truncate<K, J, N: AsModel<K>, L: AsModel<J>>(net: &N, low: &mut L) -> Result<Vec<Truncation>>
where
    N::Model: Model<Scalar: Real>,
    L::Model: Model<Scalar = <N::Model as Model>::Scalar>,
{
    let (net, low) = (net.model(), low.model_mut());
    let from: BTreeMap<String, Entry> = entries([N::Model::TREE, N::Model::BUFFER_TREE])
        .into_iter()
        .map(|entry| (entry.name.clone(), entry))
        .collect();
    let source = net.flat_all();
    let mut unused: Vec<String> = from.keys().cloned().collect();
    let mut cuts = Cuts { from: &from, source, unused: &mut unused, truncations: Vec::new(), up: None };
    for entry in entries([L::Model::TREE, L::Model::BUFFER_TREE]) {
        let target = &mut low.flat_all_mut()[entry.start..entry.start + entry.len()];
        cuts.fill(&entry, target)?;
    }
    let truncations = cuts.truncations;
    match unused.first() {
        None => Ok(truncations),
        Some(name) => Err(other(name, "the network of lower rank has no place for it")),
    }
}

/// A truncation in progress: the arrays of the one network, and what of them the other has taken.
struct Cuts<'c, T> {
    from: &'c BTreeMap<String, Entry>,
    source: &'c [T],
    unused: &'c mut Vec<String>,
    truncations: Vec<Truncation>,
    /// The second factor of the layer whose first one was just filled, and the layer's name.
    up: Option<(String, Matrix<T>)>,
}

impl<T: Real> Cuts<'_, T> {
    fn fill(&mut self, entry: &Entry, target: &mut [T]) -> Result<()> {
        let name = &*entry.name;
        if let Some(same) = self.from.get(name) {
            if same.shape != entry.shape {
                let problem = format!("its shape is {} and not {}", shape(entry.shape), shape(same.shape));
                return Err(other(name, problem));
            }
            target.copy_from_slice(&self.source[same.start..same.start + same.len()]);
            self.used(name);
            return Ok(());
        }
        if let Some(layer) = name.strip_suffix(".down.weight") {
            let whole = format!("{layer}.weight");
            let Some(weight) = self.from.get(&whole) else { return Err(unknown(name)) };
            let weight = matrix(weight, self.source)?;
            let [rows, rank] = *entry.shape else { return Err(unknown(name)) };
            if rows != weight.rows() {
                return Err(other(name, format!("it has {rows} rows, but `{whole}` {}", weight.rows())));
            }
            let LowRank { down, up, truncation } = weight.truncate(rank)?;
            target.copy_from_slice(down.data());
            self.used(&whole);
            self.truncations.push(Truncation { layer: layer.into(), ..truncation });
            self.up = Some((layer.into(), up));
            return Ok(());
        }
        if let Some(layer) = name.strip_suffix(".up.weight")
            && let Some((of, up)) = self.up.take_if(|(of, _)| *of == layer)
        {
            if [up.rows(), up.cols()] != *entry.shape {
                let found = shape(entry.shape);
                let problem = format!("its shape is {found}, but `{of}` has {} outputs", up.cols());
                return Err(other(name, problem));
            }
            target.copy_from_slice(up.data());
            return Ok(());
        }
        // A bias stays with the second of the two layers.
        let whole = name.strip_suffix(".up.bias").map(|layer| format!("{layer}.bias"));
        match whole.and_then(|whole| self.from.get(&whole)) {
            Some(bias) if bias.shape == entry.shape => {
                target.copy_from_slice(&self.source[bias.start..bias.start + bias.len()]);
                self.used(&bias.name);
                Ok(())
            }
            _ => Err(unknown(name)),
        }
    }

    fn used(&mut self, name: &str) {
        self.unused.retain(|unused| unused != name);
    }
}

/// An array that only one of the networks has.
fn unknown(name: &str) -> crate::Error {
    other(name, "the network to be cut has nothing that could go there")
}

fn other(name: &str, problem: impl Into<String>) -> crate::Error {
    MatrixError::OtherNetwork { name: name.into(), problem: problem.into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_first_value_that_is_dropped() {
        let a = Matrix::from_fn(12, 7, |i, j| ((i * 37 + j * 61) % 19) as f64 - 9.0);
        for rank in 1..=7 {
            let LowRank { down, up, truncation } = a.truncate(rank).unwrap();
            let near = down.product(&up).unwrap();
            let lost = Matrix::from_fn(12, 7, |i, j| a[(i, j)] - near[(i, j)]);
            assert!((lost.spectral_norm().unwrap() - truncation.error()).abs() < 1e-12, "rank {rank}");
            assert!((lost.frobenius_norm().unwrap() - truncation.frobenius_error()).abs() < 1e-12);
            assert_eq!(truncation.params_after(), (rank * 19) as u64);
            assert_eq!((truncation.params_before(), truncation.flops_before()), (84, 168));
            assert_eq!(truncation.flops_after(), 2 * (rank * 19) as u64);
            // Both factors are of the same size.
            let sizes = [down.spectral_norm().unwrap(), up.spectral_norm().unwrap()];
            assert!(
                (sizes[0] - sizes[1]).abs() < 1e-12
                    && (sizes[0].powi(2) - truncation.values[0]).abs() < 1e-11
            );
        }
        assert_eq!(a.truncate(8).unwrap_err().to_string(), "rank = 8: expected 1 to 7");
        assert_eq!(a.truncate(0).unwrap_err().to_string(), "rank = 0: expected 1 to 7");
        let text = a.truncate(2).unwrap().truncation.to_string();
        assert!(text.starts_with("the matrix: (12, 7) at rank 2: 38 of 84 weights, error "), "{text}");
        let zero = Matrix::from_fn(3, 2, |_, _| 0.0).truncate(1).unwrap().truncation;
        assert_eq!((zero.error(), zero.relative_error(), zero.frobenius_error()), (0.0, 0.0, 0.0));
    }
}
