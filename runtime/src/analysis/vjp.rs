//! uᵀ J by reverse mode: what a direction in the logits is in the parameters, or in the inputs.

use super::duals;
use crate::batch::Inputs;
use crate::check;
use crate::error::Result;
use crate::network::{self, Model};
use crate::scalar::Scalar;
use crate::workspace::Workspace;

/// Vector-Jacobian products of a network's logits, in memory made once.
///
/// One product is a forward and a backward pass as in training, but for the head, in place of whose gradient `u` flows back:
/// [`vjp_flops`](super::vjp_flops) and [`vjp_input_flops`](super::vjp_input_flops), which are constants. See the
/// [module](super) for what `dropout` and `batch_norm` do.
pub struct Vjp<M: Model> {
    ws: Workspace<M>,
    cotangent: Vec<M::Scalar>,
    seed: u64,
}

impl<M: Model> Vjp<M> {
    /// Room for batches of up to `batch` rows.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        let cotangent = vec![M::Scalar::from_f64(0.0); batch * M::OUTPUTS];
        Vjp { ws: Workspace::new(batch), cotangent, seed: 0 }
    }

    /// Draws the masks of `dropout` from another seed; 0 unless told.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Vjp { seed, ..self }
    }

    /// Shares each pass among so many threads, whether it is worth it or not; results are the same bits on any number.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.ws.set_threads(threads);
        self
    }

    /// uᵀ J in the parameters: `u` has batch × OUTPUTS numbers; `gradient` is replaced, its buffers as in training.
    ///
    /// # Errors
    /// Sizes that do not fit the network or the room; one row for a network that looks at the whole batch.
    pub fn params(
        &mut self,
        net: &M,
        inputs: Inputs<'_, M::Scalar>,
        u: &[M::Scalar],
        gradient: &mut M,
    ) -> Result<()> {
        self.pull(net, inputs, u, Some(gradient), None)
    }

    /// uᵀ J in the inputs: `u` has batch × OUTPUTS numbers; `gradient`, batch × INPUTS of them, is replaced.
    ///
    /// # Errors
    /// Sizes that do not fit the network or the room; one row for a network that looks at the whole batch.
    pub fn inputs(
        &mut self,
        net: &M,
        inputs: Inputs<'_, M::Scalar>,
        u: &[M::Scalar],
        gradient: &mut [M::Scalar],
    ) -> Result<()> {
        self.pull(net, inputs, u, None, Some(gradient))
    }

    fn pull(
        &mut self,
        net: &M,
        inputs: Inputs<'_, M::Scalar>,
        u: &[M::Scalar],
        gradient: Option<&mut M>,
        input_gradient: Option<&mut [M::Scalar]>,
    ) -> Result<()> {
        let rows = check::inputs::<M>(inputs, self.ws.batch())?;
        network::length("the cotangent", u.len(), rows, M::OUTPUTS)?;
        let cotangent = &mut self.cotangent[..u.len()];
        cotangent.copy_from_slice(u);
        self.ws.reseed(self.seed);
        network::pull(net, inputs, cotangent, &mut self.ws, gradient, input_gradient)
    }
}

/// uᵀ J of the logits in the parameters, for a `u` of batch × OUTPUTS numbers: [`vjp_flops`](super::vjp_flops). [`Vjp`] is the
/// same without an allocation each time.
///
/// # Errors
/// Sizes that do not fit the network; one row for a network that looks at the whole batch.
pub fn vjp<'i, M: Model>(
    net: &M,
    inputs: impl Into<Inputs<'i, M::Scalar>>,
    u: &[M::Scalar],
) -> Result<Box<M>> {
    let inputs = inputs.into();
    let mut gradient = network::zeros();
    Vjp::new(duals::rows::<M>(&inputs)).params(net, inputs, u, &mut *gradient)?;
    Ok(gradient)
}

/// uᵀ J of the logits in the inputs, batch × INPUTS, for a `u` of batch × OUTPUTS numbers:
/// [`vjp_input_flops`](super::vjp_input_flops). With a row of the identity as `u` it is the saliency of that logit.
///
/// # Errors
/// Sizes that do not fit the network; one row for a network that looks at the whole batch.
pub fn vjp_input<'i, M: Model>(
    net: &M,
    inputs: impl Into<Inputs<'i, M::Scalar>>,
    u: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    let inputs = inputs.into();
    let mut gradient = vec![M::Scalar::from_f64(0.0); inputs.len()];
    Vjp::new(duals::rows::<M>(&inputs)).inputs(net, inputs, u, &mut gradient)?;
    Ok(gradient)
}
