//! `dropout(p)`: in training drops each value with probability p and scales the rest by 1/(1 − p).

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Kernel, Reads, Role, Saves, Setting};

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`dropout(0.5)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let p = args.float_positional(self.usage())?;
        if !(0.0..1.0).contains(&p.value) {
            site.error(
                p.span,
                format!(
                    "`dropout` takes a probability, from 0 up and below 1, found {}; write, say, `dropout(0.5)`",
                    p.value
                ),
            );
            return None;
        }
        let shape = site.input()?.clone();
        let n = shape.elements();
        Some(Resolved::Leaf(Box::new(Facts {
            output: shape,
            params: None,
            kernel: Some(Kernel::new(vec![("p", Setting::Float(p.value))])),
            saves: Saves { bytes: n, ..Saves::default() },
            backward_reads: Reads::NOTHING,
            gradient_reads: Reads::NOTHING,
            in_place: true,
            takes_data: false,
            training_only: true,
            statistics: None,
            absorbs: None,
            role: Role::Transparent,
            cost: Cost {
                macs: 0,
                forward: cost::dropout(n),
                infer: 0,
                backward: cost::dropout_backward(n),
                gradient: 0,
            },
        })))
    }
}
