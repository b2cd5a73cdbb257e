//! `relu`: max(0, x), elementwise.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Kernel, Reads, Role, Saves, Setting, Shape};

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`relu`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let n = shape.elements();
        let flops = Elementwise { forward: cost::relu(n), backward: cost::relu_backward(n) };
        Some(Resolved::Leaf(Box::new(elementwise(shape, vec![], Reads::OUTPUT, flops))))
    }
}

/// What an elementwise activation costs a sample, in FLOPs.
pub(super) struct Elementwise {
    /// Its value.
    pub(super) forward: u64,
    /// Its derivative times the gradient that flows in.
    pub(super) backward: u64,
}

/// The facts of an elementwise activation whose backward pass reads its input or its output.
pub(super) fn elementwise(
    shape: Shape,
    kernel: Vec<(&'static str, Setting)>,
    reads: Reads,
    flops: Elementwise,
) -> Facts {
    Facts {
        output: shape,
        params: None,
        kernel: Some(Kernel { pointwise: true, ..Kernel::new(kernel) }),
        saves: Saves::default(),
        backward_reads: reads,
        gradient_reads: Reads::NOTHING,
        in_place: true,
        takes_data: false,
        training_only: false,
        statistics: None,
        absorbs: None,
        role: Role::Activation,
        cost: Cost {
            macs: 0,
            forward: flops.forward,
            infer: flops.forward,
            backward: flops.backward,
            gradient: 0,
        },
    }
}
