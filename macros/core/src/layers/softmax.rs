//! `softmax`: each row of the last axis becomes probabilities; backward reads its output.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Kernel, Reads, Role, Saves, Setting};

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`softmax`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let shape = site.input()?.clone();
        let width = shape.last();
        let rows = shape.elements() / width;
        Some(Resolved::Leaf(Box::new(Facts {
            output: shape,
            params: None,
            kernel: Some(Kernel::new(vec![("width", Setting::Int(width))])),
            saves: Saves::default(),
            backward_reads: Reads::OUTPUT,
            gradient_reads: Reads::NOTHING,
            in_place: true,
            takes_data: false,
            training_only: false,
            // Probabilities are what a head is to compare, and not what it is to project.
            statistics: None,
            absorbs: None,
            role: Role::Features,
            cost: Cost {
                macs: 0,
                forward: rows * cost::softmax(width),
                infer: rows * cost::softmax(width),
                backward: rows * cost::softmax_backward(width),
                gradient: 0,
            },
        })))
    }
}
