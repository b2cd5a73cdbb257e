//! The pipeline of `network!`: tokens become numbers, one way.

pub mod args;
pub mod ast;
pub mod errors;
pub mod suggest;
