//! `elu(alpha)`: x above 0, alpha (exp(x) − 1) below, elementwise; backward reads its output.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Reads, Setting};

/// The kind.
pub struct Kind;

/// PyTorch's default.
const ALPHA: f64 = 1.0;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`elu` or `elu(alpha)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let alpha = match args.positional() {
            0 => ALPHA,
            _ => {
                let alpha = args.float_positional(self.usage())?;
                // Otherwise the output would not tell on which side its input lay.
                if alpha.value <= 0.0 {
                    let message = format!(
                        "`elu` takes an alpha above 0, found {}; write, say, `elu({ALPHA:?})`",
                        alpha.value
                    );
                    site.error(alpha.span, message);
                    return None;
                }
                alpha.value
            }
        };
        let shape = site.input()?.clone();
        let flops = flops(shape.elements());
        let kernel = vec![("alpha", Setting::Float(alpha))];
        Some(Resolved::Leaf(Box::new(elementwise(shape, kernel, Reads::OUTPUT, flops))))
    }
}

/// What n elements cost: a comparison, exp(x) − 1 and a product; a comparison, y + alpha and a product.
pub(super) fn flops(n: u64) -> Elementwise {
    Elementwise { forward: n + n + cost::scale(n), backward: n + cost::add(n) + cost::hadamard(n) }
}
