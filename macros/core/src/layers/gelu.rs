//! `gelu`: x Φ(x), exact through erf, or the flag `tanh` for its approximation; backward reads its input.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Reads, Setting};
use crate::words::Word;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`gelu` or `gelu(tanh)`"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("tanh")] }
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let tanh = args.flag("tanh");
        let shape = site.input()?.clone();
        let n = shape.elements();
        let flops = if tanh {
            Elementwise { forward: cost::gelu_tanh(n), backward: cost::gelu_tanh_backward(n) }
        } else {
            Elementwise { forward: cost::gelu(n), backward: cost::gelu_backward(n) }
        };
        let kernel = vec![("tanh", Setting::Bool(tanh))];
        Some(Resolved::Leaf(Box::new(elementwise(shape, kernel, Reads::INPUT, flops))))
    }
}
