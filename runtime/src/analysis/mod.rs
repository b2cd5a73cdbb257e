//! Derivatives of networks, of first and second order: products with Jacobians, Hessians and Fisher matrices, exact and
//! without a rule of their own.
//!
//! The generated passes run over [`Dual`](crate::Dual) numbers. Forward mode is the forward pass, second order is the
//! gradient's passes (forward over reverse), and a direction u in the logits takes the place of the head's gradient on its
//! way back. So no kind has a second rule, and every kind is differentiable as often as one likes.
//!
//! ```
//! use quipu::prelude::*;
//! use quipu::analysis;
//!
//! network! { pub Net < fc(3, 4); tanh; softmax_ce(2) > }
//!
//! # fn main() -> quipu::Result<()> {
//! let net = Net::init(1);
//! let (inputs, classes) = ([0.5, -1.0, 2.0, 1.0, 0.0, -0.5], [0, 1]);
//! let (v, u) = (vec![0.1; Net::PARAMS], [1.0, -1.0, 0.5, 0.0]);
//!
//! let forward = analysis::jvp(&*net, &inputs, &v)?; // J v: rows x logits
//! let reverse = analysis::vjp(&*net, &inputs, &u)?; // uᵀ J: the network's own type
//! let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
//! assert!((dot(&u, &forward) - dot(reverse.params(), &v)).abs() < 1e-5);
//!
//! let curved = analysis::hvp(&*net, &Batch::new(&inputs, &classes), &v)?; // H v
//! assert_eq!(curved.len(), Net::PARAMS);
//! # Ok(())
//! # }
//! ```
//!
//! | function | many times, without an allocation | gives | FLOPs | bytes |
//! |---|---|---|---|---|
//! | [`jvp`], [`jvp_input`] | [`Jvp`] | J v, in parameters or inputs | [`jvp_flops`], [`jvp_input_flops`] | [`jvp_bytes`] |
//! | [`vjp`], [`vjp_input`] | [`Vjp`] | uᵀ J, in parameters or inputs | [`vjp_flops`], [`vjp_input_flops`] | [`vjp_bytes`] |
//! | [`jacobian`] | | J in the inputs of one sample, by the cheaper [mode](jacobian_mode) | in the result | |
//! | [`hvp`] | [`Hvp`] | H v | [`hvp_flops`] | [`hvp_bytes`] |
//! | [`hessian`] | | H, up to a limit in bytes | [`hessian_flops`] | [`hessian_bytes`] |
//! | [`gauss_newton_product`], [`fisher_product`] | [`GaussNewton`] | Jᵀ H J v, F v | [`gauss_newton_flops`] | [`gauss_newton_bytes`] |
//! | [`empirical_fisher_product`] | [`GaussNewton`] | E v | [`empirical_fisher_flops`] | [`gauss_newton_bytes`] |
//!
//! J is that of the logits, `M::OUTPUTS` a row; H that of the batch's mean loss in the parameters.
//!
//! Everything is the derivative of the **training** passes, so that it belongs to what `loss_and_grad` returns.
//! `dropout` draws the same masks in every pass of a product and in every product: those of the first step after
//! `workspace.reseed(seed)`, with the seed of the object (0 unless told). `batch_norm` scales by the mean and variance of the
//! batch, through which derivatives flow as well: the gradient of one row depends on the others, and one row alone is refused.
//! For the function that `predict` computes, [fold](mod@crate::fold) the network first. On a kink (a `relu` at 0) all take one
//! side's slope, the same in either mode.

mod duals;
mod flops;
mod gauss_newton;
mod hvp;
mod jacobian;
mod jvp;
mod vjp;

pub use flops::{
    empirical_fisher_flops, gauss_newton_bytes, gauss_newton_flops, hessian_bytes, hessian_flops, hvp_bytes,
    hvp_flops, jacobian_mode, jvp_bytes, jvp_flops, jvp_input_flops, vjp_bytes, vjp_flops, vjp_input_flops,
};
pub use gauss_newton::{GaussNewton, empirical_fisher_product, fisher_product, gauss_newton_product};
pub use hvp::{Hvp, hessian, hvp};
pub use jacobian::{Jacobian, jacobian, jacobian_by};
pub use jvp::{Jvp, jvp, jvp_input};
pub use vjp::{Vjp, vjp, vjp_input};
