//! `hinge(C)`: the multiclass hinge loss over C classes, each of which the right one should lead by 1.

use proc_macro2::Ident;
use quipu_cost as cost;

use super::HeadKind;
use crate::args::Arguments;
use crate::errors::Errors;
use crate::facts::{HeadFacts, Kernel, Setting, TargetKind};

/// The head.
pub struct Kind;

impl HeadKind for Kind {
    fn usage(&self) -> &'static str {
        "`hinge(classes)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, _: &Ident, errors: &Errors) -> Option<HeadFacts> {
        let classes = args.dims(self.usage(), 1, 1)?[0];
        if classes.value < 2 {
            errors.push(
                classes.span,
                "`hinge` takes at least 2 classes, found 1; write `hinge(2)` for a yes or no",
            );
            return None;
        }
        let n = classes.value;
        Some(HeadFacts {
            features: n,
            features_span: classes.span,
            kernel: Kernel::new(vec![("classes", Setting::Int(n))]),
            targets: TargetKind::Labels(n),
            loss: cost::hinge(n) + cost::batch_mean_per_sample(),
            gradient: cost::hinge_gradient(n),
            mean: 0,
            per_step: cost::batch_mean_per_step(),
        })
    }
}
