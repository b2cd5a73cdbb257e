//! The pipeline of `network!`: tokens become numbers, one way.

pub mod ast;
pub mod errors;
pub mod suggest;
