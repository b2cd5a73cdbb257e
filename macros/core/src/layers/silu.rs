//! `silu`: x / (1 + exp(−x)), elementwise; backward reads its input.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`silu`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        // s (1 + x (1 - s)) with the sigmoid s, and the product with the gradient that flows in.
        let slope = cost::sigmoid(n) + 2 * cost::add(n) + 2 * cost::hadamard(n);
        // A sigmoid whose division has x above the line.
        let flops = Elementwise { forward: cost::sigmoid(n), backward: slope + cost::hadamard(n) };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::INPUT, flops))))
    }
}
