//! Exact FLOP and memory costs of neural-network operations, as const fns.

#![no_std]
#![forbid(unsafe_code)]

mod algebra;
mod layers;
mod memory;
mod network;
mod norms;
mod optimizer;

pub use algebra::*;
pub use layers::*;
pub use memory::*;
pub use network::*;
pub use norms::*;
pub use optimizer::*;
