//! quipu: neural networks written once, declaratively, that become typed structs, exact cost constants and fast
//! training code while the program compiles.
//!
//! ```
//! use quipu::prelude::*;
//!
//! network! {
//!     /// Exclusive or, the smallest task that one layer cannot learn.
//!     pub Xor < fc(2, 8); tanh; bce(1) >
//! }
//! const _: () = assert!(Xor::PARAMS == 33);
//!
//! # fn main() -> quipu::Result<()> {
//! let (inputs, targets) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]);
//! let mut net = Xor::init(1);
//! let mut ws = Xor::workspace(4); // one allocation; a step makes none
//! let mut grad = Xor::zeros(); // a gradient has the network's own type
//! let mut adam = Adam::new(0.05);
//! for _ in 0..500 {
//!     net.loss_and_grad(&Batch::new(&inputs, &targets), &mut ws, &mut grad)?;
//!     adam.step(&mut net, &grad);
//! }
//! assert!(net.loss(&Batch::new(&inputs, &targets), &mut ws)? < 0.05);
//! # Ok(())
//! # }
//! ```
//!
//! Where to find what:
//! - [`network!`] and the layers it knows ([`layers`], [`heads`]);
//! - costs: the constants of a network ([`cost::NetworkCost`]), and the rules they are made of ([`cost`]);
//! - training: [`Trainer`], the [optimizers](optim), [data sets](data), and the [`History`] that it leaves;
//! - how good predictions are: [`metrics`]; what they say: [`prob`]; matrices: `linalg`, with the feature of that name, on by default;
//! - what a network is made over: [`Scalar`], [`Counted`], which proves costs, and [`Dual`], which differentiates;
//! - derivatives of networks, of every order, what they say of a loss, and methods that use them: [`analysis`].

pub mod analysis;
pub mod batch;
mod budget;
mod check;
pub mod data;
pub mod dataset;
pub mod error;
mod even;
pub mod fold;
pub mod heads;
pub mod io;
pub mod layers;
#[cfg(feature = "linalg")]
pub mod linalg;
pub mod metrics;
pub mod network;
pub mod optim;
mod orthogonal;
#[cfg(feature = "plot")]
mod picture;
mod place;
mod pool;
#[doc(hidden)]
pub mod private;
pub mod prob;
pub mod report;
pub mod run;
pub mod scalar;
mod suggest;
pub mod train;
pub mod workspace;

pub use batch::{Batch, Inputs, Targets};
pub use dataset::Dataset;
pub use error::{Error, Result};
pub use network::Model;
pub use optim::{Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, RmsProp, Schedule, Sgd};
pub use quipu_cost as cost;
pub use quipu_cost::{LayerCost, NetworkCost, OptimizerKind};
pub use quipu_macros::network;
pub use scalar::{Counted, Dual, Scalar, count};
pub use train::{History, Trainer};
pub use workspace::Workspace;

/// The README's examples, compiled and run with the other documentation tests. They use all features.
#[cfg(all(doctest, feature = "linalg", feature = "plot"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// What most programs need: `use quipu::prelude::*;`.
pub mod prelude {
    pub use crate::batch::{Batch, Inputs, Targets};
    pub use crate::dataset::Dataset;
    pub use crate::optim::{Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, RmsProp, Schedule, Sgd};
    pub use crate::train::{History, Trainer};
    pub use crate::workspace::Workspace;
    pub use quipu_cost::OptimizerKind;
    pub use quipu_macros::network;
}

/// Makes the threads that share large steps, and their and this thread's buffers for matrix products, so that no step
/// allocates after it.
///
/// A matrix product packs its operands into a buffer that is made on first use, once a thread, of a size that is
/// the machine's; it is not in `train_bytes`, and neither are the threads. Call this once before you count allocations or
/// time a first step.
pub fn warm_up() {
    scalar::warm_up();
    // Every worker does a part, and warms up before its first.
    pool::share(pool::threads(), &|_| ());
}
