//! `batch_norm`: brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it by learnt numbers.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site, layer_norm};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Init, Kernel, Param, Params, Reads, Role, Saves, Setting, Statistics};
use crate::words::Word;

/// The kind.
pub struct Kind;

/// PyTorch's defaults.
const EPS: f64 = 1e-5;
const MOMENTUM: f64 = 0.1;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`batch_norm` or `batch_norm(eps = 1e-5, momentum = 0.1)`"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("eps"), Word::new("momentum")] }
    }

    fn params_type(&self) -> Option<(&'static str, usize)> {
        Some(("BatchNorm", 1))
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let eps = layer_norm::eps(args, site, EPS);
        let momentum = momentum(args, site);
        let shape = site.input()?.clone();
        let [width] = shape.0[..] else {
            let message = format!(
                "`batch_norm` takes features along one axis, but {shape} flows in from {}; write `flatten;` before it, or \
                 `layer_norm`, which normalises the rows of a sample",
                site.giver
            );
            site.misfit(site.word.span(), message);
            return None;
        };
        let (eps, momentum) = (eps?, momentum?);
        let field = |name, init| Param { name, shape: vec![width], transposed: false, init };
        let typed = |type_name, fields| Params { type_name, consts: vec![width], fields };
        Some(Resolved::Leaf(Box::new(Facts {
            output: shape,
            params: Some(typed("BatchNorm", vec![field("weight", Init::Ones), field("bias", Init::Zeros)])),
            kernel: Some(Kernel::new(vec![
                ("width", Setting::Int(width)),
                ("eps", Setting::Float(eps)),
                ("momentum", Setting::Float(momentum)),
            ])),
            // The normalised features: from the input they would have to be made again, twice.
            saves: Saves { values: width, ..Saves::default() },
            backward_reads: Reads::NOTHING,
            gradient_reads: Reads::NOTHING,
            in_place: true,
            takes_data: false,
            training_only: false,
            statistics: Some(Box::new(Statistics {
                // Mean, variance and reciprocal deviation of each feature; in evaluation mean and factor.
                training: 3 * width,
                inference: 2 * width,
                sums: cost::batch_norm_sums(width),
                per_step: cost::batch_norm_per_step(width),
                buffers: typed(
                    "Running",
                    vec![field("running_mean", Init::Zeros), field("running_var", Init::Ones)],
                ),
                affine: true,
            })),
            absorbs: None,
            role: Role::Transparent,
            cost: Cost {
                macs: 0,
                forward: cost::batch_norm(width),
                infer: cost::batch_norm_infer(width),
                backward: cost::batch_norm_input_gradient(width),
                // The sums are the gradients of weight and bias.
                gradient: 0,
            },
        })))
    }
}

/// How far the running statistics move towards a batch's; `None` after an error.
fn momentum(args: &mut Arguments<'_>, site: &Site<'_>) -> Option<f64> {
    match args.float("momentum") {
        Some(momentum) if !(momentum.value > 0.0 && momentum.value <= 1.0) => {
            let message = format!(
                "`momentum` takes a number above 0 and at most 1, the share of a batch in the running statistics, found \
                 {}; write, say, `momentum = {MOMENTUM}`",
                momentum.value
            );
            site.error(momentum.span, message);
            None
        }
        Some(momentum) => Some(momentum.value),
        None => Some(MOMENTUM),
    }
}
