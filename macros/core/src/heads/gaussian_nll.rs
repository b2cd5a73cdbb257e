//! `gaussian_nll(n)`: the negative log-likelihood of n values under normal distributions whose means and variances are
//! both predicted.

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
        "`gaussian_nll(values)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, _: &Ident, _: &Errors) -> Option<HeadFacts> {
        let values = args.dims(self.usage(), 1, 1)?[0];
        let n = values.value;
        Some(HeadFacts {
            // Means, then logarithms of variances.
            features: 2 * n,
            features_span: values.span,
            kernel: Kernel::new(vec![("values", Setting::Int(n))]),
            targets: TargetKind::Values(n),
            loss: cost::gaussian_nll(n) + cost::batch_mean_per_sample(),
            gradient: cost::gaussian_nll_gradient(n),
            mean: cost::gaussian_nll_mean(n),
            per_step: cost::batch_mean_per_step(),
        })
    }
}
