//! Jᵀ H J v, with the Hessian H of the loss in the logits, and the two Fisher matrices: curvature that is never negative.

use super::duals::{self, Duals};
use crate::batch::{Batch, Inputs};
use crate::error::{Error, Result};
use crate::network::{self, Model};
use crate::scalar::{Dual, Scalar, dual};
use crate::workspace::Workspace;

/// Products with the Gauss-Newton and the Fisher matrices of the mean loss, in memory made once
/// ([`gauss_newton_bytes`](super::gauss_newton_bytes)).
///
/// A forward pass over duals brings J v to the logits, where the head's own gradient, run over duals as well, makes H J v
/// of it: no head has a second rule. A plain pass takes that back to the parameters (Schraudolph, 2002).
/// [`gauss_newton_flops`](super::gauss_newton_flops): about two gradients. See the [module](super) for what `dropout` and
/// `batch_norm` do.
///
/// | product | matrix | for |
/// |---|---|---|
/// | [`product`](Self::product) | Jᵀ H J, the Hessian without the network's own curvature | every head; not negative where the loss is convex in the logits, as all are but `gaussian_nll` |
/// | [`fisher`](Self::fisher) | the mean of g gᵀ over targets drawn from the model itself | `softmax_ce`, `bce`, `mse`, for which it is the Gauss-Newton matrix (Martens, 2020) |
/// | [`empirical_fisher`](Self::empirical_fisher) | the mean of g gᵀ over the batch's own targets | every head; no approximation of the curvature (Kunstner et al., 2019), but the scatter of the gradients |
pub struct GaussNewton<M: Model> {
    duals: Duals<M>,
    logits: Vec<Dual<M::Scalar>>,
    ws: Workspace<M>,
    cotangent: Vec<M::Scalar>,
    gradient: Box<M>,
    seed: u64,
}

impl<M: Model> GaussNewton<M> {
    /// Room for batches of up to `batch` rows.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        GaussNewton {
            duals: Duals::new(batch),
            logits: vec![Dual::from_f64(0.0); batch * M::OUTPUTS],
            ws: Workspace::new(batch),
            cotangent: vec![M::Scalar::from_f64(0.0); batch * M::OUTPUTS],
            gradient: network::zeros(),
            seed: 0,
        }
    }

    /// Draws the masks of `dropout` from another seed; 0 unless told.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        GaussNewton { seed, ..self }
    }

    /// Shares each pass among so many threads, whether it is worth it or not; results are the same bits on any number.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.duals.ws.set_threads(threads);
        self.ws.set_threads(threads);
        self
    }

    /// Jᵀ H J v at the parameters of `net`: `v` and `out`, which is replaced, have PARAMS numbers each. Returns the loss,
    /// and how fast it rises along `v`, as value and tangent. Allocates nothing, but for the first
    /// product on each thread, and a larger one, which make room that the thread keeps for parts of duals.
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
        let (loss, _) = self.push(net, batch, v, out)?;
        self.curve(net, batch.inputs, out)?;
        Ok(loss)
    }

    /// F v with the Fisher matrix of the model's own distribution, scaled as the loss is (a mean over rows, and over the
    /// outputs of `bce` and `mse`); otherwise as [`product`](Self::product), which it is equal to.
    ///
    /// # Errors
    /// As for [`product`](Self::product), and a head whose loss is no likelihood with the logits as natural parameters.
    pub fn fisher(
        &mut self,
        net: &M,
        batch: &Batch<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &mut [M::Scalar],
    ) -> Result<Dual<M::Scalar>> {
        let (loss, natural) = self.push(net, batch, v, out)?;
        if !natural {
            return Err(Error::NoFisher { head: M::COST.layers.last().map_or("", |head| head.kind) });
        }
        self.curve(net, batch.inputs, out)?;
        Ok(loss)
    }

    /// E v with the empirical Fisher matrix, the mean over the rows that count of g gᵀ, where g is the gradient of a row's
    /// loss for its own target; otherwise as [`product`](Self::product). Rows that are weighed count by their weights, in
    /// g and in the mean.
    ///
    /// # Errors
    /// As for [`product`](Self::product).
    pub fn empirical_fisher(
        &mut self,
        net: &M,
        batch: &Batch<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &mut [M::Scalar],
    ) -> Result<Dual<M::Scalar>> {
        let (loss, _) = self.push(net, batch, v, out)?;
        self.scatter(batch.inputs);
        self.pull(net, batch.inputs, out)?;
        Ok(loss)
    }

    /// The forward pass: leaves the gradient in the logits, with its tangent; the loss, and whether it is natural.
    fn push(
        &mut self,
        net: &M,
        batch: &Batch<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &[M::Scalar],
    ) -> Result<(Dual<M::Scalar>, bool)> {
        network::length("the product", out.len(), 1, M::PARAMS)?;
        self.duals.move_along(net, v)?;
        self.slope(batch)
    }

    /// The forward pass alone.
    pub(super) fn slope(&mut self, batch: &Batch<'_, M::Scalar>) -> Result<(Dual<M::Scalar>, bool)> {
        let logits = logits::<M>(self.logits.len(), &batch.inputs)?;
        let Duals { net, ws } = &mut self.duals;
        ws.reseed(self.seed);
        network::slope(&**net, &duals::batch(batch)?, ws, &mut self.logits[..logits])
    }

    /// Back from the tangent of the gradient, which is H J v.
    fn curve(&mut self, net: &M, inputs: Inputs<'_, M::Scalar>, out: &mut [M::Scalar]) -> Result<()> {
        dual::split(&self.logits, &mut self.cotangent, Dual::tangent);
        self.pull(net, inputs, out)
    }

    /// Each row's gradient times its slope along v: a FLOP a logit.
    pub(super) fn scatter(&mut self, inputs: Inputs<'_, M::Scalar>) {
        let rows = duals::rows::<M>(&inputs);
        let losses = &self.duals.ws.regions().values[<super::duals::DualNet<M>>::LOSSES.whole(rows)];
        let to = self.cotangent.chunks_exact_mut(M::OUTPUTS).zip(self.logits.chunks_exact(M::OUTPUTS));
        for ((to, from), loss) in to.zip(losses) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from.value() * loss.tangent();
            }
        }
    }

    fn pull(&mut self, net: &M, inputs: Inputs<'_, M::Scalar>, out: &mut [M::Scalar]) -> Result<()> {
        let logits = logits::<M>(self.cotangent.len(), &inputs)?;
        self.ws.reseed(self.seed);
        let (cotangent, gradient) = (&mut self.cotangent[..logits], Some(&mut *self.gradient));
        network::pull(net, inputs, cotangent, &mut self.ws, gradient, None)?;
        out.copy_from_slice(self.gradient.flat());
        Ok(())
    }
}

/// Logits of a batch, where there is room for them.
fn logits<M: Model>(room: usize, inputs: &Inputs<'_, M::Scalar>) -> Result<usize> {
    let (batch, workspace) = (duals::rows::<M>(inputs), room / M::OUTPUTS);
    if batch > workspace { Err(Error::BatchTooLarge { batch, workspace }) } else { Ok(batch * M::OUTPUTS) }
}

/// One product of a [`GaussNewton`] made for it.
fn once<M: Model>(
    batch: &Batch<'_, M::Scalar>,
    product: impl FnOnce(&mut GaussNewton<M>, &mut [M::Scalar]) -> Result<Dual<M::Scalar>>,
) -> Result<Vec<M::Scalar>> {
    let mut out = vec![M::Scalar::from_f64(0.0); M::PARAMS];
    product(&mut GaussNewton::new(duals::rows::<M>(&batch.inputs)), &mut out)?;
    Ok(out)
}

/// Jᵀ H J v, with the Hessian H of the loss in the logits: [`gauss_newton_flops`](super::gauss_newton_flops).
/// [`GaussNewton::product`] is the same without an allocation each time.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network; one row for a network that looks at the whole batch.
pub fn gauss_newton_product<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    v: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    once(batch, |matrix, out| matrix.product(net, batch, v, out))
}

/// F v with the Fisher matrix of the model's own distribution, not the empirical one:
/// [`gauss_newton_flops`](super::gauss_newton_flops). [`GaussNewton::fisher`] says more.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network; one row for a network that looks at the whole batch; a head whose
/// loss is no likelihood with the logits as natural parameters.
pub fn fisher_product<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    v: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    once(batch, |matrix, out| matrix.fisher(net, batch, v, out))
}

/// E v with the empirical Fisher matrix, the mean of g gᵀ over the rows' own targets:
/// [`empirical_fisher_flops`](super::empirical_fisher_flops). [`GaussNewton::empirical_fisher`] says more.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network; one row for a network that looks at the whole batch.
pub fn empirical_fisher_product<M: Model>(
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    v: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    once(batch, |matrix, out| matrix.empirical_fisher(net, batch, v, out))
}
