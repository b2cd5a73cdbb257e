//! `huber(n)`: half the squared error near the target, the absolute error far from it, the mean over n outputs.

use proc_macro2::Ident;
use quipu_cost as cost;

use super::HeadKind;
use crate::args::Arguments;
use crate::errors::Errors;
use crate::facts::{HeadFacts, Kernel, Setting, TargetKind};
use crate::words::Word;

/// The head.
pub struct Kind;

/// PyTorch's default.
const DELTA: f64 = 1.0;

impl HeadKind for Kind {
    fn usage(&self) -> &'static str {
        "`huber(outputs)` or `huber(outputs, delta = 1.0)`"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("delta")] }
    }

    fn resolve(&self, args: &mut Arguments<'_>, _: &Ident, errors: &Errors) -> Option<HeadFacts> {
        let outputs = args.dims(self.usage(), 1, 1)?[0];
        let delta = args.float("delta");
        if let Some(delta) = delta.filter(|delta| delta.value <= 0.0) {
            let found = delta.value;
            let message =
                format!("`delta` takes a number above 0, found {found}; write, say, `delta = {DELTA:?}`");
            errors.push(delta.span, message);
            return None;
        }
        let n = outputs.value;
        Some(HeadFacts {
            features: n,
            features_span: outputs.span,
            kernel: Kernel::new(vec![
                ("outputs", Setting::Int(n)),
                ("delta", Setting::Float(delta.map_or(DELTA, |delta| delta.value))),
            ]),
            targets: TargetKind::Values(n),
            loss: cost::huber(n) + cost::batch_mean_per_sample(),
            gradient: cost::huber_gradient(n),
            mean: 0,
            per_step: cost::batch_mean_per_step(),
        })
    }
}
