//! `flatten`: the same values as one axis; moves nothing.

use super::{Kind as LayerKind, Resolved, Site, input};
use crate::args::Arguments;
use crate::facts::{Role, Shape};

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`flatten`"
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let elements = site.input()?.elements();
        Some(Resolved::Leaf(Box::new(input::identity(Shape(vec![elements]), Role::Transparent))))
    }
}
