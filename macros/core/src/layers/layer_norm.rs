//! `layer_norm`: normalises the last axis of each sample, then scales and shifts it by learnt numbers.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Init, Kernel, Param, Params, Reads, Role, Saves, Setting};
use crate::words::Word;

/// The kind.
pub struct Kind;

/// PyTorch's default.
const EPS: f64 = 1e-5;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`layer_norm` or `layer_norm(eps = 1e-5)`"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("eps")] }
    }

    fn params_type(&self) -> Option<(&'static str, usize)> {
        Some(("LayerNorm", 1))
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let eps = eps(args, site, EPS)?;
        let shape = site.input()?.clone();
        let width = shape.last();
        let groups = shape.elements() / width;
        let field = |name, init| Param { name, shape: vec![width], transposed: false, init };
        Some(Resolved::Leaf(Box::new(Facts {
            output: shape,
            params: Some(Params {
                type_name: "LayerNorm",
                consts: vec![width],
                fields: vec![field("weight", Init::Ones), field("bias", Init::Zeros)],
            }),
            kernel: Some(Kernel::new(vec![
                ("groups", Setting::Int(groups)),
                ("width", Setting::Int(width)),
                ("eps", Setting::Float(eps)),
            ])),
            saves: Saves { values: groups * (width + 1), ..Saves::default() },
            backward_reads: Reads::NOTHING,
            gradient_reads: Reads::NOTHING,
            in_place: true,
            takes_data: false,
            training_only: false,
            statistics: None,
            absorbs: None,
            role: Role::Transparent,
            cost: Cost {
                macs: 0,
                forward: groups * cost::layer_norm(width),
                infer: groups * cost::layer_norm(width),
                backward: groups * cost::layer_norm_input_gradient(width),
                gradient: groups * cost::layer_norm_param_gradient(width),
            },
        })))
    }
}

/// The stabiliser that was written, or the default; `None` after an error.
pub(super) fn eps(args: &mut Arguments<'_>, site: &Site<'_>, default: f64) -> Option<f64> {
    match args.float("eps") {
        Some(eps) if eps.value <= 0.0 => {
            let message =
                format!("`eps` takes a number above 0, found {}; write, say, `eps = {default:e}`", eps.value);
            site.error(eps.span, message);
            None
        }
        Some(eps) => Some(eps.value),
        None => Some(default),
    }
}
