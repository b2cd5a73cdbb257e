//! `rms_norm`: brings the last axis of each sample to a root mean square of 1, then scales it by learnt numbers.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site, layer_norm};
use crate::args::Arguments;
use crate::facts::{Cost, Facts, Init, Kernel, Param, Params, Reads, Role, Saves, Setting};
use crate::words::Word;

/// The kind.
pub struct Kind;

/// That of most networks in use; PyTorch's is the machine's epsilon, which would make a network depend on its scalar.
const EPS: f64 = 1e-6;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`rms_norm` or `rms_norm(eps = 1e-6)`"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("eps")] }
    }

    fn params_type(&self) -> Option<(&'static str, usize)> {
        Some(("RmsNorm", 1))
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let eps = layer_norm::eps(args, site, EPS)?;
        let shape = site.input()?.clone();
        let width = shape.last();
        let groups = shape.elements() / width;
        // The mean of the squares; + eps, root, reciprocal; normalised, and scaled.
        let forward = cost::dot(width) + 1 + 3 + cost::scale(width) + cost::hadamard(width);
        // g = dy weight; g . xhat / d; r (g - xhat m).
        let backward = cost::hadamard(width) + cost::dot(width) + 1 + 3 * width;
        let weight = Param { name: "weight", shape: vec![width], transposed: false, init: Init::Ones };
        Some(Resolved::Leaf(Box::new(Facts {
            output: shape,
            params: Some(Params { type_name: "RmsNorm", consts: vec![width], fields: vec![weight] }),
            kernel: Some(Kernel::new(vec![
                ("groups", Setting::Int(groups)),
                ("width", Setting::Int(width)),
                ("eps", Setting::Float(eps)),
            ])),
            // The normalised groups: from the input they would have to be made again, twice.
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
                forward: groups * forward,
                infer: groups * forward,
                backward: groups * backward,
                // dweight += dy xhat.
                gradient: groups * (cost::hadamard(width) + cost::add(width)),
            },
        })))
    }
}
