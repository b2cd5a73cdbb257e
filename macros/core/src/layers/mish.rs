//! `mish`: x tanh(ln(1 + exp x)), elementwise; backward reads its input.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site, softplus};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`mish`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        let inner = softplus::value(n) + cost::tanh(n);
        // t + x (1 - t t) sigmoid(x), and the product with the gradient that flows in.
        let slope =
            inner + cost::sigmoid(n) + cost::derivative_tanh(n) + 2 * cost::hadamard(n) + cost::add(n);
        let flops = Elementwise { forward: inner + cost::hadamard(n), backward: slope + cost::hadamard(n) };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::INPUT, flops))))
    }
}
