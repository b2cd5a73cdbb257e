//! `input(C, H, W)`: states the shape that flows into the network; computes nothing.

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Reads, Role, Saves, Shape};

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`input(784)` or `input(1, 28, 28)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let dims = args.dims(self.usage(), 1, 8)?;
        let shape = Shape(dims.iter().map(|dim| dim.value).collect());
        if let Some(given) = site.input
            && *given != shape
        {
            site.misfit(
                dims[0].span,
                format!(
                    "`input{shape}` states another shape than the {given} that flows in from {}; \
                     write `input{given}` or remove it",
                    site.giver
                ),
            );
            return None;
        }
        Some(Resolved::Leaf(Box::new(identity(shape, Role::Features))))
    }
}

/// A layer that passes its values on untouched, under the shape given.
pub(crate) fn identity(output: Shape, role: Role) -> Facts {
    Facts {
        output,
        params: None,
        kernel: None,
        saves: Saves::default(),
        backward_reads: Reads::NOTHING,
        gradient_reads: Reads::NOTHING,
        in_place: false,
        takes_data: true,
        training_only: false,
        statistics: None,
        absorbs: None,
        role,
        cost: Cost::default(),
    }
}
