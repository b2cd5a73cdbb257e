//! `hardswish`: x min(max(x + 3, 0), 6) / 6, elementwise; backward reads its input.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`hardswish`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        // An addition, two comparisons, the share of 6 and the product with x; on the way back x / 3 + 1/2, two
        // comparisons and the product with the gradient that flows in.
        let both = cost::scale(n) + cost::add(n) + 2 * n + cost::hadamard(n);
        let flops = Elementwise { forward: both, backward: both };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::INPUT, flops))))
    }
}
