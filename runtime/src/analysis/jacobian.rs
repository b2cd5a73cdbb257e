//! The whole Jacobian of the logits in one sample's inputs, by the mode that the constants say is cheaper.

use quipu_cost::Mode;

use super::flops::{jacobian_mode, jacobian_mode_flops};
use super::{Jvp, Vjp};
use crate::batch::Inputs;
use crate::error::Result;
use crate::network::{self, Model};
use crate::scalar::Scalar;

/// ∂ logits / ∂ inputs at one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Jacobian<T> {
    /// Logits: rows.
    pub outputs: usize,
    /// Inputs: columns.
    pub inputs: usize,
    /// Outputs × inputs, row-major.
    pub values: Vec<T>,
    /// How it was made: a pass for each column ([`Mode::Forward`]), or for each row ([`Mode::Reverse`]).
    pub mode: Mode,
    /// What that takes in FLOPs, as far as constants say: exact in reverse mode; in forward mode with three times a
    /// forward pass for a pass over duals, which is exact for matrix products.
    pub flops: u64,
}

/// The Jacobian of the logits in the inputs, at one row of inputs, by the cheaper [mode](jacobian_mode): OUTPUTS times
/// [`vjp_input_flops`](super::vjp_input_flops) or INPUTS times [`jvp_input_flops`](super::jvp_input_flops) for a batch of one.
///
/// ```
/// use quipu::analysis;
/// use quipu::cost::Mode;
/// use quipu::prelude::*;
///
/// network! { pub Net < fc(3, 2, bias = false); mse(2) > }
/// # fn main() -> quipu::Result<()> {
/// let net = Net::init(1);
/// let jacobian = analysis::jacobian(&*net, &[1.0, 2.0, 3.0])?;
/// // (out, in), while weights are (in, out).
/// assert_eq!(jacobian.values[2], net.fc1.weight[2][0]);
/// assert_eq!(jacobian.mode, Mode::Reverse); // two rows by two passes, instead of three columns by three
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// More or fewer inputs than a row has. A network with `batch_norm` looks at batches, of which one row is none: `fold` it
/// first, or use [`Vjp`] on a batch.
pub fn jacobian<M: Model>(net: &M, row: &[<M::Scalar as Scalar>::Real]) -> Result<Jacobian<M::Scalar>> {
    jacobian_by(net, row, jacobian_mode::<M>())
}

/// [`jacobian`] by a mode of one's own choice.
///
/// # Errors
/// As [`jacobian`].
pub fn jacobian_by<M: Model>(
    net: &M,
    row: &[<M::Scalar as Scalar>::Real],
    mode: Mode,
) -> Result<Jacobian<M::Scalar>> {
    network::length("the inputs", row.len(), 1, M::INPUTS)?;
    let (zero, one) = (M::Scalar::from_f64(0.0), M::Scalar::from_f64(1.0));
    let mut values = vec![zero; M::OUTPUTS * M::INPUTS];
    match mode {
        Mode::Reverse => {
            let (mut vjp, mut u) = (Vjp::new(1), vec![zero; M::OUTPUTS]);
            for (output, gradient) in values.chunks_exact_mut(M::INPUTS).enumerate() {
                u[output] = one;
                vjp.inputs(net, Inputs::Values(row), &u, gradient)?;
                u[output] = zero;
            }
        }
        Mode::Forward => {
            let (mut jvp, mut v) = (Jvp::new(1), vec![zero; M::INPUTS]);
            let mut column = vec![zero; M::OUTPUTS];
            for input in 0..M::INPUTS {
                v[input] = one;
                jvp.inputs(net, Inputs::Values(row), &v, &mut column)?;
                v[input] = zero;
                for (row, &value) in values.chunks_exact_mut(M::INPUTS).zip(&column) {
                    row[input] = value;
                }
            }
        }
    }
    let flops = jacobian_mode_flops::<M>(mode);
    Ok(Jacobian { outputs: M::OUTPUTS, inputs: M::INPUTS, values, mode, flops })
}
