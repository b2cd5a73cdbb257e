//! J v by forward mode: how the logits move when the parameters do, or the inputs.

use super::duals::{self, Duals};
use crate::batch::Inputs;
use crate::error::{Error, Result};
use crate::network::{self, Model};
use crate::scalar::{Dual, Scalar, dual};

/// Jacobian-vector products of a network's logits, in memory made once.
///
/// One product is a forward pass over duals. In the parameters it takes two products for a first layer that is a product
/// and three for any further one; in the inputs three for each: [`jvp_flops`](super::jvp_flops) and
/// [`jvp_input_flops`](super::jvp_input_flops), exactly. See the [module](super) for what `dropout` and `batch_norm` do.
pub struct Jvp<M: Model> {
    duals: Duals<M>,
    inputs: Vec<Dual<M::Scalar>>,
    logits: Vec<Dual<M::Scalar>>,
    seed: u64,
}

impl<M: Model> Jvp<M> {
    /// Room for batches of up to `batch` rows.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        let zeros = |width: usize| vec![Dual::from_f64(0.0); batch * width];
        Jvp { duals: Duals::new(batch), inputs: zeros(M::INPUTS), logits: zeros(M::OUTPUTS), seed: 0 }
    }

    /// Draws the masks of `dropout` from another seed; 0 unless told.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Jvp { seed, ..self }
    }

    /// Shares each pass among so many threads, whether it is worth it or not; results are the same bits on any number.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.duals.ws.set_threads(threads);
        self
    }

    /// J v in the parameters: `v` has PARAMS numbers; `out`, batch × OUTPUTS of them, is replaced.
    ///
    /// # Errors
    /// Sizes that do not fit the network or the room; one row for a network that looks at the whole batch.
    pub fn params(
        &mut self,
        net: &M,
        inputs: Inputs<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &mut [M::Scalar],
    ) -> Result<()> {
        let (plain, inputs) = (inputs, duals::inputs(inputs)?);
        self.duals.move_along(net, v)?;
        self.duals.ws.reseed(self.seed);
        let logits = logits::<M>(&mut self.logits, &plain, out)?;
        network::push(&*self.duals.net, inputs, &mut self.duals.ws, logits)?;
        dual::split(logits, out, Dual::tangent);
        Ok(())
    }

    /// J v in the inputs: `v` has batch × INPUTS numbers; `out`, batch × OUTPUTS of them, is replaced.
    ///
    /// # Errors
    /// Sizes that do not fit the network or the room; one row for a network that looks at the whole batch.
    pub fn inputs(
        &mut self,
        net: &M,
        inputs: Inputs<'_, M::Scalar>,
        v: &[M::Scalar],
        out: &mut [M::Scalar],
    ) -> Result<()> {
        let Inputs::Values(values) = inputs else {
            duals::inputs(inputs)?;
            return Err(Error::WrongInputs { expected: "numbers", found: "tokens" });
        };
        network::length("the direction", v.len(), values.len() / M::INPUTS, M::INPUTS)?;
        let logits = logits::<M>(&mut self.logits, &inputs, out)?;
        // As many rows as there is room for logits.
        let lifted = &mut self.inputs[..values.len()];
        for ((lifted, &value), &v) in lifted.iter_mut().zip(values).zip(v) {
            *lifted = Dual::new(M::Scalar::from_real(value), v);
        }
        self.duals.stay(net);
        self.duals.ws.reseed(self.seed);
        network::push(&*self.duals.net, Inputs::Lifted(lifted), &mut self.duals.ws, logits)?;
        dual::split(logits, out, Dual::tangent);
        Ok(())
    }
}

/// As much of the room for logits as a batch takes, where the caller gave as much for their tangents.
fn logits<'l, M: Model>(
    room: &'l mut [Dual<M::Scalar>],
    inputs: &Inputs<'_, M::Scalar>,
    out: &[M::Scalar],
) -> Result<&'l mut [Dual<M::Scalar>]> {
    let (batch, workspace) = (duals::rows::<M>(inputs), room.len() / M::OUTPUTS);
    network::length("the tangents of the logits", out.len(), batch, M::OUTPUTS)?;
    room.get_mut(..out.len()).ok_or(Error::BatchTooLarge { batch, workspace })
}

/// One product of a [`Jvp`] made for it.
fn once<'i, M: Model>(
    inputs: Inputs<'i, M::Scalar>,
    product: impl FnOnce(&mut Jvp<M>, Inputs<'i, M::Scalar>, &mut [M::Scalar]) -> Result<()>,
) -> Result<Vec<M::Scalar>> {
    let rows = duals::rows::<M>(&inputs);
    let mut out = vec![M::Scalar::from_f64(0.0); rows * M::OUTPUTS];
    product(&mut Jvp::new(rows), inputs, &mut out)?;
    Ok(out)
}

/// J v of the logits in the parameters, batch × OUTPUTS: by one forward pass over duals, [`jvp_flops`](super::jvp_flops).
/// [`Jvp`] is the same without an allocation each time.
///
/// # Errors
/// Sizes that do not fit the network; one row for a network that looks at the whole batch.
pub fn jvp<'i, M: Model>(
    net: &M,
    inputs: impl Into<Inputs<'i, M::Scalar>>,
    v: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    once(inputs.into(), |jvp: &mut Jvp<M>, inputs, out| jvp.params(net, inputs, v, out))
}

/// J v of the logits in the inputs, batch × OUTPUTS, for a `v` of batch × INPUTS numbers:
/// [`jvp_input_flops`](super::jvp_input_flops).
///
/// # Errors
/// Sizes that do not fit the network; one row for a network that looks at the whole batch.
pub fn jvp_input<'i, M: Model>(
    net: &M,
    inputs: impl Into<Inputs<'i, M::Scalar>>,
    v: &[M::Scalar],
) -> Result<Vec<M::Scalar>> {
    once(inputs.into(), |jvp: &mut Jvp<M>, inputs, out| jvp.inputs(net, inputs, v, out))
}
