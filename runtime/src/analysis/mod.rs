//! What can be asked of a network beside training it: derivatives of first and second order, spectra of its curvature,
//! minimisers, landscapes of its loss, and pictures of them.
//!
//! # Derivatives
//!
//! Products with Jacobians, Hessians and Fisher matrices are exact and have no rule of their own.
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
//!
//! # What they say of a loss
//!
//! `lanczos`, `spectral_density` and `critical_point` need the feature `linalg`, which is on unless told otherwise.
//!
#![cfg_attr(feature = "linalg", doc = "```")]
#![cfg_attr(not(feature = "linalg"), doc = "```ignore")]
//! use quipu::analysis::{lanczos, operator, trace};
//!
//! # fn main() -> quipu::Result<()> {
//! // Any symmetric matrix, as its product with a vector: here diag(1, 2, …, 100), for 100 FLOPs a product.
//! let mut a = operator(100, 100, |v, out| {
//!     for (i, (out, v)) in out.iter_mut().zip(v).enumerate() {
//!         *out = (i + 1) as f64 * v;
//!     }
//!     Ok(())
//! });
//! let spectrum = lanczos(&mut a, 60, 7)?;
//! assert!((spectrum.largest().value - 100.0).abs() < 1e-6);
//! let condition = spectrum.condition(0.0)?;
//! assert!((condition.kappa() - 100.0).abs() < 1e-3);
//! assert_eq!(condition.steps(1e-3)?, 346); // of gradient descent, to a thousandth of the error
//! assert_eq!(trace(&mut a, 4, 7)?.value, 5_050.0);
//! # Ok(())
//! # }
//! ```
//!
//! | here | from | costs |
//! |---|---|---|
//! | [`power_iteration`] | products A v | one product and 11n FLOPs an iteration |
#![cfg_attr(
    feature = "linalg",
    doc = "| [`lanczos`] | products A v | k products and about 4nk² FLOPs for k steps |"
)]
//! | [`trace`] | products A v | one product and 4n FLOPs a probe |
#![cfg_attr(feature = "linalg", doc = "| [`spectral_density`] | products A v | a `lanczos` a probe |")]
//! | [`conjugate_gradient`] | products A v | one product and 14n FLOPs an iteration |
#![cfg_attr(
    feature = "linalg",
    doc = "| [`critical_point`] | a gradient's norm and a `lanczos` | nothing more |"
)]
//! | [`gradient_flow`] | a network and a batch | a gradient, that of the input with it |
//! | [`Landscape`] | a network and a batch | a forward pass and 4P FLOPs a point |
//! | [`gradient_descent`] | gradients | one and 2n FLOPs a step |
//! | [`Lbfgs`] | gradients | about one and (8m + 17)n FLOPs a step, with m pairs |
//! | [`NewtonCg`] | gradients and Hessian products | about one, and a product and 14n FLOPs an iteration |
//! | [`NaturalGradient`] | gradients and Fisher products | about one, and a product and 16n FLOPs an iteration |

mod cg;
mod condition;
#[cfg(feature = "linalg")]
mod critical;
#[cfg(feature = "linalg")]
mod density;
mod descent;
mod duals;
mod flops;
mod flow;
mod gauss_newton;
mod hvp;
mod jacobian;
mod jvp;
#[cfg(feature = "linalg")]
mod lanczos;
mod landscape;
mod lbfgs;
mod line_search;
mod network_loss;
mod newton;
mod objective;
mod operator;
#[cfg(feature = "plot")]
pub mod plot;
mod power;
mod progress;
mod trace;
mod vector;
mod vjp;

pub use cg::{CgEnd, Solution, conjugate_gradient};
pub use condition::Condition;
#[cfg(feature = "linalg")]
pub use critical::{CriticalPoint, PointKind, critical_point};
#[cfg(feature = "linalg")]
pub use density::{Density, Spectrum, spectral_density};
pub use descent::{Descent, DescentEnd, DescentStep, gradient_descent};
pub use flops::{
    empirical_fisher_flops, gauss_newton_bytes, gauss_newton_flops, hessian_bytes, hessian_flops, hvp_bytes,
    hvp_flops, jacobian_mode, jvp_bytes, jvp_flops, jvp_input_flops, vjp_bytes, vjp_flops, vjp_input_flops,
};
pub use flow::{ChainFactor, FlowVerdict, GradientFlow, LayerGradient, gradient_flow};
pub use gauss_newton::{GaussNewton, empirical_fisher_product, fisher_product, gauss_newton_product};
pub use hvp::{Hvp, hessian, hvp};
pub use jacobian::{Jacobian, jacobian, jacobian_by};
pub use jvp::{Jvp, jvp, jvp_input};
#[cfg(feature = "linalg")]
pub use lanczos::{Lanczos, Ritz, lanczos};
pub use landscape::{Landscape, Surface, filter_direction};
pub use lbfgs::Lbfgs;
pub use network_loss::NetworkLoss;
pub use newton::{NaturalGradient, NewtonCg};
pub use objective::{Fisher, FnObjective, Hessian, Objective, hessian_of, objective};
pub use operator::{FnOperator, Operator, operator};
#[cfg(all(feature = "plot", feature = "linalg"))]
pub use plot::plot_densities;
#[cfg(feature = "plot")]
pub use plot::plot_singular_values;
pub use power::{PowerIteration, power_iteration};
pub use progress::{Shown, with_progress};
pub use trace::{Trace, trace};
pub use vjp::{Vjp, vjp, vjp_input};
