//! A network over duals, with its workspace: what every forward derivative runs on, made once and used many times.

use crate::batch::{Batch, Inputs, Targets};
use crate::error::{Error, Result};
use crate::network::{self, Model, Plain as _};
use crate::scalar::{Dual, Scalar, dual};
use crate::workspace::Workspace;

/// The network over duals of its own scalar.
pub(super) type DualNet<M> = <M as Model>::Over<Dual<<M as Model>::Scalar>>;

/// A network over duals and the memory of its passes.
pub(super) struct Duals<M: Model> {
    pub(super) net: Box<DualNet<M>>,
    pub(super) ws: Workspace<DualNet<M>>,
}

impl<M: Model> Duals<M> {
    /// Bytes of one for batches of up to so many rows.
    pub(super) const fn bytes(batch: usize) -> usize {
        let scalar = 2 * size_of::<M::Scalar>();
        (M::PARAMS + M::BUFFERS) * scalar + M::TRAIN.total_bytes(batch, scalar)
    }

    pub(super) fn new(batch: usize) -> Self {
        Duals { net: network::zeros(), ws: Workspace::new(batch) }
    }

    /// The network at its parameters, moving along `v`; its buffers stay.
    pub(super) fn move_along(&mut self, net: &M, v: &[M::Scalar]) -> Result<()> {
        network::length("the direction", v.len(), 1, M::PARAMS)?;
        let (params, buffers) = self.net.flat_parts_mut();
        dual::zip(params, net.flat(), v);
        constants(buffers, net.flat_buffers());
        Ok(())
    }

    /// The network as it is: nothing moves.
    pub(super) fn stay(&mut self, net: &M) {
        constants(self.net.flat_all_mut(), net.flat_all());
    }
}

fn constants<T: Scalar>(into: &mut [Dual<T>], values: &[T]) {
    for (into, &value) in into.iter_mut().zip(values) {
        *into = Dual::constant(value);
    }
}

/// The same inputs for a network over duals.
pub(super) fn inputs<T: Scalar>(inputs: Inputs<'_, T>) -> Result<Inputs<'_, Dual<T>>> {
    match inputs {
        Inputs::Values(values) => Ok(Inputs::Values(values)),
        Inputs::Tokens(tokens) => Ok(Inputs::Tokens(tokens)),
        Inputs::Lifted(_) => Err(Error::WrongInputs {
            expected: "plain numbers",
            found: "numbers of the network's own scalar",
        }),
    }
}

/// The same batch for a network over duals.
pub(super) fn batch<'b, T: Scalar>(batch: &Batch<'b, T>) -> Result<Batch<'b, Dual<T>>> {
    let targets = match batch.targets {
        Targets::Classes(classes) => Targets::Classes(classes),
        Targets::Values(values) => Targets::Values(values),
        Targets::Inputs => Targets::Inputs,
    };
    Ok(Batch { inputs: inputs(batch.inputs)?, targets })
}

/// Rows that a batch needs room for; what does not fit is told when the pass begins.
pub(super) fn rows<M: Model>(inputs: &Inputs<'_, M::Scalar>) -> usize {
    inputs.len().div_ceil(M::INPUTS)
}
