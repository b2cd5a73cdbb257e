//! `fc(inputs, outputs)`: a fully connected layer, y = x W + b, over the last axis.

use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::{Arguments, Dim};
use crate::facts::{Cost, Facts, Init, Param, Params, Reads, Role, Saves, Setting, Shape};

/// The kind.
pub struct Kind;

/// How weights start when nothing is said.
const DEFAULT_INIT: &str = "he";

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted"
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let dims = args.dims(self.usage(), 1, 2)?;
        let bias = args.boolean("bias").unwrap_or(true);
        let init = args.word("init", &["he", "xavier", "lecun", "orthogonal", "zeros"]);
        let init = init.map_or(DEFAULT_INIT.to_owned(), |(word, _)| word);
        let shape = match (site.input, &dims[..]) {
            (Some(shape), [stated, _]) if shape.last() != stated.value => {
                mismatch(shape, stated, &dims[1], site)
            }
            (Some(shape), _) => shape.clone(),
            (None, [stated, _]) => Shape(vec![stated.value]),
            (None, _) => {
                if !site.lost {
                    let message = format!(
                        "`fc({0})` is the first layer and does not say how many values flow in; \
                         write `fc(784, {0})`, or `input(784);` before it",
                        dims[0].value
                    );
                    site.error(dims[0].span, message);
                }
                return None;
            }
        };
        let Dim { value: outputs, span } = dims[dims.len() - 1];
        if let Some(message) = too_large(&shape, outputs) {
            site.error(span, message);
            return None;
        }
        Some(Resolved::Leaf(Box::new(facts(&shape, outputs, bias, &init))))
    }
}

/// Reports that what flows in is not what the layer states; the shape to go on with is the one stated.
fn mismatch(shape: &Shape, stated: &Dim, outputs: &Dim, site: &Site<'_>) -> Shape {
    let (inputs, outputs, giver) = (stated.value, outputs.value, site.giver);
    let flat = shape.elements() == inputs;
    let repair = if flat {
        "`fc` works on the last axis; write `flatten;` before it".to_owned()
    } else {
        format!("write `{}` here", shape.last())
    };
    let separator = if flat { ":" } else { ";" };
    site.error(
        stated.span,
        format!("`fc({inputs}, {outputs})` takes {inputs} values, but {shape} flows in from {giver}{separator} {repair}"),
    );
    if flat { Shape(vec![inputs]) } else { shape.with_last(inputs) }
}

/// The most weights of a layer: 4 TiB of f32.
const MOST_WEIGHTS: u128 = 1 << 40;

/// The most multiply-adds of a layer, a sample: all that is counted of it then fits u64.
const MOST_MACS: u128 = 1 << 56;

/// What to say about a layer over the last axis of `input` whose costs no machine could pay; `None` if there is nothing
/// to say.
pub(crate) fn too_large(input: &Shape, outputs: u64) -> Option<String> {
    let inputs = u128::from(input.last());
    let weights = inputs * u128::from(outputs);
    let macs = u128::from(input.elements()) * u128::from(outputs);
    (weights > MOST_WEIGHTS || macs > MOST_MACS).then(|| {
        format!(
            "a layer from {inputs} to {outputs} values has {weights} weights and multiplies {macs} times a sample, more \
             than any machine does; write smaller sizes"
        )
    })
}

/// The facts of a layer over the last axis of `input`; `init` is one of the words that the kind knows.
pub(crate) fn facts(input: &Shape, outputs: u64, bias: bool, init: &str) -> Facts {
    let inputs = input.last();
    let positions = input.elements() / inputs;
    // He et al. 2015: variance 2/fan_in; Glorot & Bengio 2010: limit √(6/(fan_in + fan_out)); LeCun: 1/fan_in;
    // Saxe et al. 2014: every singular value 1.
    let (fan_in, fan_out) = (inputs as f64, outputs as f64);
    let start = match init {
        "xavier" => Init::Uniform((6.0 / (fan_in + fan_out)).sqrt()),
        "lecun" => Init::Normal((1.0 / fan_in).sqrt()),
        "orthogonal" => Init::Orthogonal,
        "zeros" => Init::Zeros,
        _ => Init::Normal((2.0 / fan_in).sqrt()),
    };
    let mut fields =
        vec![Param { name: "weight", shape: vec![inputs, outputs], transposed: true, init: start }];
    let mut consts = vec![inputs, outputs];
    if bias {
        fields.push(Param { name: "bias", shape: vec![outputs], transposed: false, init: Init::Zeros });
    } else {
        consts.push(0);
    }
    let (forward, gradient) = if bias {
        (cost::fc(inputs, outputs), cost::fc_param_gradient(inputs, outputs))
    } else {
        (cost::matmul(1, inputs, outputs), cost::matmul(inputs, 1, outputs))
    };
    Facts {
        output: input.with_last(outputs),
        params: Some(Params { type_name: "Fc", consts, fields }),
        kernel: Some(vec![
            ("inputs", Setting::Int(inputs)),
            ("outputs", Setting::Int(outputs)),
            ("bias", Setting::Bool(bias)),
        ]),
        saves: Saves::default(),
        backward_reads: Reads::NOTHING,
        gradient_reads: Reads::INPUT,
        in_place: false,
        takes_data: true,
        training_only: false,
        role: Role::Features,
        cost: Cost {
            macs: positions * cost::matmul_macs(1, inputs, outputs),
            forward: positions * forward,
            infer: positions * forward,
            backward: positions * cost::fc_input_gradient(inputs, outputs),
            gradient: positions * gradient,
        },
    }
}
