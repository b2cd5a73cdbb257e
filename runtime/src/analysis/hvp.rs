//! H v: the Hessian of a batch's loss in the parameters times a vector, forward over reverse.

use super::duals::{self, DualNet, Duals};
use crate::batch::Batch;
use crate::error::{Error, Result};
use crate::network::{self, Model, Plain as _};
use crate::scalar::{Dual, Scalar, dual};

/// Products with the Hessian of the mean loss in the parameters, in memory made once ([`hvp_bytes`](super::hvp_bytes)).
///
/// The gradient's own two passes run over duals whose tangents are v: the tangent of the gradient is then H v, without an
/// approximation (Pearlmutter, 1994). A product takes [`hvp_flops`](super::hvp_flops), two to 3.2
/// gradients: a product of duals is three of numbers, one with data two, and an activation may take more. The operator is symmetric and, for one seed, the
/// same each time; see the [module](super) for what `dropout` and `batch_norm` do.
///
/// ```
/// use quipu::analysis::Hvp;
/// use quipu::prelude::*;
///
/// network! { pub Net < fc(2, 8); tanh; bce(1) > }
/// # fn main() -> quipu::Result<()> {
/// let net = Net::init(1);
/// let batch = Batch::new(&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 0.0]);
/// let (mut hvp, mut v, mut out) = (Hvp::new(4), vec![1.0; Net::PARAMS], vec![0.0; Net::PARAMS]);
/// for _ in 0..50 {
///     // Power iteration: v becomes the direction of the sharpest curvature.
///     hvp.product(&*net, &batch, &v, &mut out)?;
///     let norm = out.iter().map(|x| x * x).sum::<f32>().sqrt();
///     v.iter_mut().zip(&out).for_each(|(v, out)| *v = out / norm);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Hvp<M: Model> {
    duals: Duals<M>,
    gradient: Box<DualNet<M>>,
    seed: u64,
}

impl<M: Model> Hvp<M> {
    /// Room for batches of up to `batch` rows.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        Hvp { duals: Duals::new(batch), gradient: network::zeros(), seed: 0 }
    }

    /// Draws the masks of `dropout` from another seed; 0 unless told.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Hvp { seed, ..self }
    }

    /// Shares each pass among so many threads, whether it is worth it or not; results are the same bits on any number.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.duals.ws.set_threads(threads);
        self
    }

    /// H v at the parameters of `net`: `v` and `out`, which is replaced, have PARAMS numbers each. Returns the loss, and
    /// how fast it rises along `v`, as value and tangent. Allocates nothing, but
    /// for the first product on each thread, and a larger one, which make room that the thread keeps for parts of duals.
    ///
    /// # Errors
    /// Sizes, labels or targets that do not fit the network or the room; one row for a network that looks at the whole
    /// batch.
    pub fn product(
        &mut self,
        net: &M,
        batch: &Batch<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &mut [M::Scalar],
    ) -> Result<Dual<M::Scalar>> {
        network::length("the product", out.len(), 1, M::PARAMS)?;
        self.duals.move_along(net, v)?;
        let loss = self.pass(batch)?;
        dual::split(self.gradient.flat(), out, Dual::tangent);
        Ok(loss)
    }

    /// The passes alone.
    pub(super) fn pass(&mut self, batch: &Batch<'_, M::Scalar>) -> Result<Dual<M::Scalar>> {
        let Duals { net, ws } = &mut self.duals;
        ws.reseed(self.seed);
        network::loss_and_grad(&**net, &duals::batch(batch)?, ws, &mut *self.gradient)
    }

    /// The gradient that came with the last product: `out`, PARAMS numbers, is replaced.
    ///
    /// # Errors
    /// Another size.
    pub fn gradient(&self, out: &mut [M::Scalar]) -> Result<()> {
        network::length("the gradient", out.len(), 1, M::PARAMS)?;
        dual::split(self.gradient.flat(), out, Dual::value);
        Ok(())
    }
}

/// H v of a batch's mean loss in the parameters: [`hvp_flops`](super::hvp_flops). [`Hvp`] is the same without an allocation
/// each time.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network; one row for a network that looks at the whole batch.
pub fn hvp<M: Model>(net: &M, batch: &Batch<'_, M::Scalar>, v: &[M::Scalar]) -> Result<Vec<M::Scalar>> {
    let mut out = vec![M::Scalar::from_f64(0.0); M::PARAMS];
    Hvp::new(duals::rows::<M>(&batch.inputs)).product(net, batch, v, &mut out)?;
    Ok(out)
}

/// The whole Hessian of a batch's mean loss, PARAMS × PARAMS row-major: a product for each row,
/// [`hessian_flops`](super::hessian_flops). Symmetric but for rounding.
///
/// ```
/// use quipu::analysis;
/// use quipu::prelude::*;
///
/// network! { pub Line < fc(1, 1); mse(1) > }
/// # fn main() -> quipu::Result<()> {
/// let net = Line::init(1);
/// let batch = Batch::new(&[1.0, 3.0], &[0.0, 1.0]);
/// // (w x + b - t)²: twice the means of x², x and 1, wherever the parameters are.
/// assert_eq!(analysis::hessian(&*net, &batch, 1 << 20)?, [10.0, 4.0, 4.0, 2.0]);
/// assert!(analysis::hessian(&*net, &batch, 15).unwrap_err().to_string().contains("16 bytes"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A matrix of more than `limit` bytes ([`hessian_bytes`](super::hessian_bytes)), before anything is computed; otherwise as
/// [`hvp`].
pub fn hessian<M: Model>(net: &M, batch: &Batch<'_, M::Scalar>, limit: u64) -> Result<Vec<M::Scalar>> {
    let bytes = super::hessian_bytes::<M>();
    if bytes > limit {
        return Err(Error::MemoryLimit {
            what: "the Hessian",
            bytes,
            limit,
            repair: "multiply with it instead, by `analysis::Hvp`, or allow as much",
        });
    }
    let zero = M::Scalar::from_f64(0.0);
    let (mut matrix, mut v) = (vec![zero; M::PARAMS * M::PARAMS], vec![zero; M::PARAMS]);
    let mut hvp = Hvp::new(duals::rows::<M>(&batch.inputs));
    for (index, row) in matrix.chunks_exact_mut(M::PARAMS).enumerate() {
        v[index] = M::Scalar::from_f64(1.0);
        hvp.product(net, batch, &v, row)?;
        v[index] = zero;
    }
    Ok(matrix)
}
