//! What neural-network operations cost, in FLOPs, elements and bytes: exact `const fn`s without dependencies.
//!
//! ```
//! use quipu_cost::{Dtype, OptimizerKind, fc, matmul, softmax, tensor_bytes};
//!
//! // A batch of 32 through 784 -> 256, counted while the program compiles.
//! const FLOPS: u64 = matmul(32, 784, 256);
//! const _: () = assert!(FLOPS == 12_845_056);
//! const _: () = assert!(tensor_bytes(&[32, 256], Dtype::F32) == 32_768);
//!
//! assert_eq!(fc(784, 256), 2 * 784 * 256 + 256);
//! assert_eq!(softmax(10), 48); // exactly 5C - 2 ...
//! assert_eq!(quipu_cost::seed::softmax(10), 50); // ... and, rounded, 5C
//! assert_eq!(OptimizerKind::Adam.flops(203_530), 14 * 203_530);
//! ```
//!
//! # Conventions
//!
//! - One **FLOP** is one addition, subtraction, multiplication, division, negation, absolute value,
//!   comparison, or elementary function (exp, exp - 1, ln, ln(1 + x), tanh, sqrt, erf, pow) of floating-point
//!   numbers.
//! - Integer arithmetic, casts, look-ups, selections and random numbers are free.
//! - One **MAC** (multiply-add) is 2 FLOPs. A product onto a destination, zero included, is one MAC per pair.
//! - Counts never depend on data: a plain kernel runs both sides or selects, and is counted in full.
//! - Rules are for one vector, row or sample unless they take a `batch`. An empty sum is free; apart from
//!   that, closed forms hold for lengths of at least 1.
//! - Sections in the text of a rule (1.1 to 3.3) are those of the text on the mathematical foundations that
//!   the cost model follows; its own rounded formulas stand in [`seed`] under the same names. What it leaves
//!   open is defined here, operation by operation.
//! - Everything is `u64` and plain arithmetic. A count above 2^64 - 1 is a compile error in a constant, a
//!   panic in a debug build, and wraps in a release build.
//!
//! # Map
//!
//! | file | rules |
//! |---|---|
//! | `algebra` | vectors, matrices, broadcasting |
//! | `norms` | norms, clipping, penalties |
//! | `factor` | inverse, eigenvalues, SVD (orders), low rank |
//! | `calculus` | derivatives, Jacobians, Hessians, modes of differentiation |
//! | `convergence` | condition number and steps |
//! | `probability`, `likelihood`, `losses` | softmax, entropy, KL; log-likelihoods; losses, their gradients, the batch mean |
//! | `activations`, `layers` | whole layers, composed from the above |
//! | `optimizer` | one optimizer step and its state |
//! | `training` | what a training adds to its steps: accumulated gradients, averaged weights |
//! | `memory`, [`elements`] | bytes by precision; elements of every result |
//! | `roofline` | bytes moved, intensity, least time |
//! | `network` | a network's table, totals affine in the batch |
//! | [`seed`] | the rounded rules |

#![no_std]
#![forbid(unsafe_code)]

mod activations;
mod algebra;
mod budget;
mod calculus;
mod convergence;
pub mod elements;
mod factor;
mod layers;
mod likelihood;
mod losses;
mod memory;
mod network;
mod norms;
mod optimizer;
mod prices;
mod probability;
mod roofline;
pub mod seed;
mod training;

pub use activations::*;
pub use algebra::*;
pub use budget::*;
pub use calculus::*;
pub use convergence::*;
pub use factor::*;
pub use layers::*;
pub use likelihood::*;
pub use losses::*;
pub use memory::*;
pub use network::*;
pub use norms::*;
pub use optimizer::*;
pub use probability::*;
pub use roofline::*;
pub use training::*;
