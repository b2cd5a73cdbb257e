//! `fc(inputs, outputs)`: a fully connected layer, y = x W + b, over the last axis; with `rank = r` two of them, whose
//! product is a W of that rank.

use proc_macro2::Span;
use quipu_cost as cost;

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::{Arguments, Dim};
use crate::facts::{Cost, Facts, Init, Kernel, Param, Params, Reads, Role, Saves, Setting, Shape};
use crate::graph::{Body, Chain, Node};
use crate::words::Word;

/// The kind.
pub struct Kind;

/// How weights start when nothing is said.
const DEFAULT_INIT: &str = "he";

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`fc(inputs, outputs)` or `fc(outputs)`, with `rank = 8`, `bias = false` and `init = he` if wanted"
    }

    fn words(&self) -> &'static [Word] {
        const {
            &[
                Word::new("rank"),
                Word::new("bias"),
                Word::of("init", &["he", "xavier", "lecun", "orthogonal", "zeros"]),
            ]
        }
    }

    fn params_type(&self) -> Option<(&'static str, usize)> {
        Some(("Fc", 3))
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let dims = args.dims(self.usage(), 1, 2)?;
        let rank = args.size("rank", None);
        let bias = args.boolean("bias").unwrap_or(true);
        let init = args.word("init");
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
        let Some(rank) = rank else {
            if let Some(message) = too_large(&shape, outputs) {
                site.error(span, message);
                return None;
            }
            return Some(Resolved::Leaf(Box::new(facts(&shape, outputs, bias, &init))));
        };
        if let Some(message) = no_gain(shape.last(), outputs, rank.value) {
            site.error(rank.span, message);
            return None;
        }
        let hidden = shape.with_last(rank.value);
        if let Some(message) = too_large(&shape, rank.value).or_else(|| too_large(&hidden, outputs)) {
            site.error(span, message);
            return None;
        }
        Some(Resolved::Chain(low_rank(&shape, outputs, rank.value, bias, &init, site.word.span())))
    }
}

/// What to say about a rank that saves nothing; `None` if it does.
fn no_gain(inputs: u64, outputs: u64, rank: u64) -> Option<String> {
    let low = u128::from(rank) * (u128::from(inputs) + u128::from(outputs));
    let full = u128::from(inputs) * u128::from(outputs);
    // The largest rank below the quotient.
    let most = (full - 1) / (u128::from(inputs) + u128::from(outputs));
    let repair = match most {
        0 => format!("no rank is smaller; write `fc({inputs}, {outputs})`"),
        _ => format!("write a rank of at most {most}, or `fc({inputs}, {outputs})`"),
    };
    (low >= full).then(|| {
        format!(
            "rank {rank} takes {rank} * ({inputs} + {outputs}) = {low} weights, and the full layer {inputs} * {outputs} = \
             {full}; {repair}"
        )
    })
}

/// y = (x A) B + b as two layers: `down` has A, without bias, and `up` has B and b.
fn low_rank(input: &Shape, outputs: u64, rank: u64, bias: bool, init: &str, span: Span) -> Chain {
    let (inputs, full) = (input.last(), start(input.last(), outputs, init));
    // x A has the variance of x where A has 1/inputs; B then makes up for what is left of the full layer's variance:
    // an entry of A B is a sum over the rank.
    let keep = Init::Normal((1.0 / inputs as f64).sqrt());
    let rest = (inputs as f64 / rank as f64).sqrt();
    let (first, second) = match full {
        Init::Orthogonal => (full, full),
        Init::Normal(deviation) => (keep, Init::Normal(deviation * rest)),
        Init::Uniform(limit) => (keep, Init::Uniform(limit * rest)),
        // Not both: from a product of zeros no gradient would ever come.
        Init::Zeros | Init::Ones => (keep, full),
    };
    let down = layer(input, rank, false, first);
    let up = layer(&down.output, outputs, bias, second);
    let node = |name: &str, input: &Shape, facts: Facts, docs: &str| Node {
        name: name.to_owned(),
        kind: "fc".to_owned(),
        span,
        label: None,
        docs: vec![docs.to_owned()],
        input: input.clone(),
        output: facts.output.clone(),
        body: Body::Leaf(Box::new(facts)),
        sound: true,
    };
    let (hidden, output) = (down.output.clone(), up.output.clone());
    let nodes = vec![
        node("down", input, down, " To as many values as the rank."),
        node("up", &hidden, up, " From there to the outputs."),
    ];
    Chain { nodes, input: input.clone(), output, layers: 2, runs: 2, sound: true }
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
    site.misfit(
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
    layer(input, outputs, bias, start(input.last(), outputs, init))
}

/// How the weights of a layer start; `init` is one of the words that the kind knows.
fn start(inputs: u64, outputs: u64, init: &str) -> Init {
    // He et al. 2015: variance 2/fan_in; Glorot & Bengio 2010: limit √(6/(fan_in + fan_out)); LeCun: 1/fan_in;
    // Saxe et al. 2014: every singular value 1.
    let (fan_in, fan_out) = (inputs as f64, outputs as f64);
    match init {
        "xavier" => Init::Uniform((6.0 / (fan_in + fan_out)).sqrt()),
        "lecun" => Init::Normal((1.0 / fan_in).sqrt()),
        "orthogonal" => Init::Orthogonal,
        "zeros" => Init::Zeros,
        _ => Init::Normal((2.0 / fan_in).sqrt()),
    }
}

/// The most weights of a layer that has loops of its own: measured, forward and backward, at batches from 1 to 128.
const SMALL_WEIGHTS: u64 = 1024;

/// The most values at either side of such a layer.
const SMALL_SIDE: u64 = 128;

/// The kernel of a layer of that size: a matrix product, or where a call for one takes longer than the multiply-adds,
/// loops whose sizes the compiler knows.
fn kernel(inputs: u64, outputs: u64, bias: bool) -> Kernel {
    let (weights, side) = (u128::from(inputs) * u128::from(outputs), inputs.max(outputs));
    let product = |reason| Kernel {
        choice: Some(format!("product: {reason}")),
        splits: true,
        ..Kernel::new(vec![
            ("inputs", Setting::Int(inputs)),
            ("outputs", Setting::Int(outputs)),
            ("bias", Setting::Bool(bias)),
        ])
    };
    if weights > u128::from(SMALL_WEIGHTS) {
        return product(format!("{weights} weights > {SMALL_WEIGHTS}"));
    }
    if side > SMALL_SIDE {
        return product(format!("{side} values > {SMALL_SIDE}"));
    }
    Kernel {
        type_name: "Small",
        consts: vec![inputs, outputs, if bias { outputs } else { 0 }],
        fields: Vec::new(),
        choice: Some(format!("loops: {weights} weights <= {SMALL_WEIGHTS}")),
        pointwise: false,
        splits: false,
    }
}

/// The facts of a layer whose weights start so.
fn layer(input: &Shape, outputs: u64, bias: bool, start: Init) -> Facts {
    let inputs = input.last();
    let positions = input.elements() / inputs;
    let mut fields =
        vec![Param { name: "weight", shape: vec![inputs, outputs], transposed: true, init: start }];
    let mut consts = vec![inputs, outputs];
    if bias {
        fields.push(Param { name: "bias", shape: vec![outputs], transposed: false, init: Init::Zeros });
    } else {
        consts.push(0);
    }
    let kernel = kernel(inputs, outputs, bias);
    let (forward, gradient) = if bias {
        (cost::fc(inputs, outputs), cost::fc_param_gradient(inputs, outputs))
    } else {
        (cost::matmul(1, inputs, outputs), cost::matmul(inputs, 1, outputs))
    };
    let facts = Facts {
        output: input.with_last(outputs),
        params: Some(Params { type_name: "Fc", consts, fields }),
        kernel: Some(kernel),
        saves: Saves::default(),
        backward_reads: Reads::NOTHING,
        gradient_reads: Reads::INPUT,
        in_place: false,
        takes_data: true,
        training_only: false,
        statistics: None,
        absorbs: None,
        role: Role::Features,
        cost: Cost {
            macs: positions * cost::matmul_macs(1, inputs, outputs),
            forward: positions * forward,
            infer: positions * forward,
            backward: positions * cost::fc_input_gradient(inputs, outputs),
            gradient: positions * gradient,
        },
    };
    // A shift of the outputs goes into a bias, which there may have to be one for.
    let absorbs = if bias { facts.clone() } else { layer(input, outputs, true, start) };
    Facts { absorbs: Some(Box::new(absorbs)), ..facts }
}
