//! `softplus`: ln(1 + exp x), elementwise; backward reads its output.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`softplus`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        // -(exp(-y) - 1) dy: two negations, exp - 1, and the product.
        let flops = Elementwise { forward: value(n), backward: 3 * n + cost::hadamard(n) };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::OUTPUT, flops))))
    }
}

/// max(x, 0) + ln(1 + exp(-|x|)) of n elements: comparison, abs, negation, exp, ln(1 + …), addition.
pub(super) fn value(n: u64) -> u64 {
    5 * n + cost::add(n)
}
