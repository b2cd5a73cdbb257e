//! `sigmoid`: 1 / (1 + exp(−x)), elementwise; backward reads its output.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`sigmoid`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        let flops = Elementwise { forward: cost::sigmoid(n), backward: cost::sigmoid_backward(n) };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::OUTPUT, flops))))
    }
}
