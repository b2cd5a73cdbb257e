//! What the derivatives of a loss say about it: curvature, its spectrum and condition, and methods that use them.
//!
//! ```
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
//! | [`power_iteration`] | products A v | one product and about 9n FLOPs an iteration |
//! | [`lanczos`] | products A v | k products and about 4nk² FLOPs for k steps |
//! | [`trace`] | products A v | one product and 2n FLOPs a probe |
//! | [`spectral_density`] | products A v | a `lanczos` a probe |
//! | [`conjugate_gradient`] | products A v | one product and about 12n FLOPs an iteration |
//! | [`critical_point`] | a gradient's norm and a `lanczos` | nothing more |
//! | [`gradient_flow`] | a network and a batch | a gradient, that of the input with it |
//! | [`Landscape`] | a network and a batch | a forward pass and 4P FLOPs a point |
//! | [`gradient_descent`] | gradients | one and 2n FLOPs a step |
//! | [`Lbfgs`] | gradients | about one and 8nm FLOPs a step, with m pairs |
//! | [`NewtonCg`] | gradients and Hessian products | about one, and a product and 12n FLOPs an iteration |
//! | [`NaturalGradient`] | gradients and Fisher products | about one, and a product and 14n FLOPs an iteration |

mod cg;
mod condition;
#[cfg(feature = "linalg")]
mod critical;
#[cfg(feature = "linalg")]
mod density;
mod descent;
mod flow;
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

pub use cg::{CgEnd, Solution, conjugate_gradient};
pub use condition::Condition;
#[cfg(feature = "linalg")]
pub use critical::{CriticalPoint, PointKind, critical_point};
#[cfg(feature = "linalg")]
pub use density::{Density, Spectrum, spectral_density};
pub use descent::{Descent, DescentEnd, DescentStep, gradient_descent};
pub use flow::{ChainFactor, FlowVerdict, GradientFlow, LayerGradient, gradient_flow};
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
