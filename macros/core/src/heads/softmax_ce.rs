//! `softmax_ce(C)`: softmax and cross-entropy over C classes, with the fused gradient ŷ − y.

use proc_macro2::Ident;
use quipu_cost as cost;

use super::HeadKind;
use crate::args::Arguments;
use crate::errors::Errors;
use crate::facts::{HeadFacts, Kernel, Setting, TargetKind};
use crate::words::Word;

/// The head.
pub struct Kind;

impl HeadKind for Kind {
    fn usage(&self) -> &'static str {
        "`softmax_ce(classes)`, with `smoothing = 0.1` or `class_weights = [1.0, 2.0]` if wanted"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("smoothing"), Word::new("class_weights")] }
    }

    fn resolve(&self, args: &mut Arguments<'_>, _: &Ident, errors: &Errors) -> Option<HeadFacts> {
        let classes = args.dims(self.usage(), 1, 1)?[0];
        if classes.value < 2 {
            errors.push(
                classes.span,
                "`softmax_ce` takes at least 2 classes, found 1; write `bce(1)` for a yes or no",
            );
            return None;
        }
        let smoothing = match args.float("smoothing") {
            Some(smoothing) if !(0.0..1.0).contains(&smoothing.value) => {
                errors.push(
                    smoothing.span,
                    format!(
                        "`smoothing` takes a number from 0 up and below 1, found {}; write, say, `smoothing = 0.1`",
                        smoothing.value
                    ),
                );
                return None;
            }
            smoothing => smoothing.map_or(0.0, |smoothing| smoothing.value),
        };
        let n = classes.value;
        let weights = match args.floats("class_weights", n, "classes") {
            Some((weights, span)) => {
                if let Some(weight) = weights.iter().find(|weight| weight.value <= 0.0) {
                    let message = format!(
                        "`class_weights` takes numbers above 0, found {}; write, say, `1.0`, and for rows that are to \
                         count nothing the class `IGNORED`",
                        weight.value
                    );
                    errors.push(weight.span, message);
                    return None;
                }
                if smoothing > 0.0 {
                    errors.push(
                        span,
                        "`class_weights` and `smoothing` do not go together; remove one of the two",
                    );
                    return None;
                }
                weights.iter().map(|weight| weight.value).collect()
            }
            None => Vec::new(),
        };
        let (targets, weighing) = if weights.is_empty() {
            (TargetKind::Classes(n), 0)
        } else {
            (TargetKind::Labels(n), cost::class_weight())
        };
        let entropy = if smoothing > 0.0 { cost::smoothed_cross_entropy(n) } else { cost::cross_entropy() };
        Some(HeadFacts {
            features: n,
            features_span: classes.span,
            kernel: Kernel {
                consts: vec![n],
                ..Kernel::new(vec![
                    ("smoothing", Setting::Float(smoothing)),
                    ("weights", Setting::Floats(weights)),
                ])
            },
            targets,
            loss: cost::softmax(n) + entropy + weighing + cost::batch_mean_per_sample(),
            gradient: cost::cross_entropy_gradient(n) + cost::batch_scale(n) + weighing,
            mean: cost::softmax(n),
            per_step: cost::batch_mean_per_step(),
        })
    }
}
