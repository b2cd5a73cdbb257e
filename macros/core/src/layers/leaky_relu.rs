//! `leaky_relu(slope)`: x above 0, slope x below, elementwise; backward reads its output.

use quipu_cost as cost;

use super::relu::{Elementwise, elementwise};
use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::{Reads, Setting};

/// The kind.
pub struct Kind;

/// PyTorch's default.
const SLOPE: f64 = 0.01;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`leaky_relu` or `leaky_relu(slope)`"
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let slope = match args.positional() {
            0 => SLOPE,
            _ => {
                let slope = args.float_positional(self.usage())?;
                // Below 0 the output would not tell on which side its input lay.
                if !(0.0..=1.0).contains(&slope.value) {
                    let message = format!(
                        "`leaky_relu` takes a slope from 0 up to 1, found {}; write, say, `leaky_relu({SLOPE})`",
                        slope.value
                    );
                    site.error(slope.span, message);
                    return None;
                }
                slope.value
            }
        };
        let shape = site.input()?.clone();
        let n = shape.elements();
        // A comparison that selects, and the product in which the other side consists: the same both ways.
        let both = n + cost::scale(n);
        let flops = Elementwise { forward: both, backward: both };
        let kernel = vec![("slope", Setting::Float(slope))];
        Some(Resolved::Leaf(Box::new(elementwise(shape, kernel, Reads::OUTPUT, flops))))
    }
}
