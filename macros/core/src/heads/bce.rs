//! `bce(n)`: binary cross-entropy on n logits, the mean over them.

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
        "`bce(outputs)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, _: &Ident, _: &Errors) -> Option<HeadFacts> {
        let outputs = args.dims(self.usage(), 1, 1)?[0];
        let n = outputs.value;
        Some(HeadFacts {
            features: n,
            features_span: outputs.span,
            kernel: Kernel::new(vec![("outputs", Setting::Int(n))]),
            targets: TargetKind::Binary(n),
            loss: cost::bce(n) + cost::batch_mean_per_sample(),
            gradient: cost::bce_gradient(n),
            mean: cost::sigmoid(n),
            per_step: cost::batch_mean_per_step(),
        })
    }
}
