//! `selu`: elu times a constant, both chosen so that mean 0 and variance 1 persist; backward reads its output.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site, elu};
use crate::args::Arguments;
use crate::facts::Reads;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`selu`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        let elu = elu::flops(n);
        // On the way back the constant is a part of the slopes.
        let flops = Elementwise { forward: elu.forward + cost::scale(n), backward: elu.backward };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::OUTPUT, flops))))
    }
}
