//! Random networks: every kind and head, in branches, copies, blocks and groups, with odd sizes and sizes of one.

use proc_macro2::Span;
use quipu_macros_core::ast::{Arg, Block, Expr, Layer, Let, Network, Node, Op, Value};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::kinds::{HEADS, SAME_SHAPE, of_fc, some};
use super::tree::{call, expr, ident, int, layer, named, number, seq, with_branches};

/// Where random numbers come from.
pub(crate) type Random = Pcg64;

/// The largest width.
const WIDEST: usize = 9;

/// Network number `index` of a seed; the same for the same two numbers.
pub(crate) fn network(seed: u64, index: usize) -> Network {
    let mut generator = Generator {
        random: Pcg64::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(index as u64)),
        named: 0,
        width: 0,
        blocks: Vec::new(),
    };
    generator.network(index)
}

struct Generator {
    random: Random,
    /// Labels given so far.
    named: usize,
    /// The value of `let d`, if it stands there.
    width: usize,
    blocks: Vec<Block>,
}

impl Generator {
    fn network(&mut self, index: usize) -> Network {
        let lets = if self.random.random_bool(0.4) {
            self.width = self.random.random_range(2..=5);
            vec![Let { docs: Vec::new(), name: ident("d"), value: number(self.width) }]
        } else {
            Vec::new()
        };
        if self.random.random_bool(0.3) {
            let activation = some(&mut self.random, &["gelu", "tanh", "silu"]);
            let width = |name: &str| expr(Expr::Name(ident(name)));
            self.blocks.push(Block {
                docs: Vec::new(),
                name: ident("ff"),
                params: vec![ident("n"), ident("m")],
                body: seq(vec![
                    call("fc", vec![width("n"), width("m")]),
                    call(activation, vec![]),
                    call("fc", vec![width("m"), width("n")]),
                ]),
            });
        }
        let axes = some(&mut self.random, &[1, 1, 1, 1, 2, 2, 3]);
        let shape: Vec<usize> = (0..axes).map(|_| self.size()).collect();
        let mut layers = vec![call("input", shape.iter().map(|&axis| int(axis)).collect())];
        let steps = self.random.random_range(1..=5);
        let (body, mut shape) = self.layers(shape, steps, 2, true);
        layers.extend(body);
        if shape.len() > 1 {
            layers.push(call("flatten", vec![]));
            shape = vec![shape.iter().product()];
        }
        layers.extend(self.head(shape[0]));
        Network {
            docs: vec![format!(" Random network {index}.")],
            attrs: Vec::new(),
            vis: syn::Visibility::Public(Default::default()),
            name: Some(ident(&format!("Net{index}"))),
            lets,
            blocks: std::mem::take(&mut self.blocks),
            body: seq(layers),
            open: Span::call_site(),
            close: Span::call_site(),
        }
    }

    /// A width: anything up to [`WIDEST`], one included.
    fn size(&mut self) -> usize {
        self.random.random_range(1..=WIDEST)
    }

    /// A width as it may be written: a number, `d`, or a small sum.
    fn written(&mut self, value: usize) -> Arg {
        let d = || Box::new(Expr::Name(ident("d")));
        let binary = |op, left, right| {
            expr(Expr::Binary { op, left, right: Box::new(number(right)), op_span: Span::call_site() })
        };
        match self.width {
            0 => int(value),
            width if width == value => expr(*d()),
            width if value.is_multiple_of(width) && self.random.random_bool(0.5) => {
                binary(Op::Mul, d(), value / width)
            }
            width if value > width && self.random.random_bool(0.5) => binary(Op::Add, d(), value - width),
            _ => int(value),
        }
    }

    /// `fc` from the last axis to `outputs`; the inputs are written half of the time.
    fn fc(&mut self, shape: &mut [usize], outputs: usize) -> Layer {
        let last = shape.last_mut().expect("a shape has an axis");
        let inputs = std::mem::replace(last, outputs);
        let mut args = Vec::new();
        if self.random.random_bool(0.5) {
            args.push(self.written(inputs));
        }
        args.push(self.written(outputs));
        args.extend(of_fc(&mut self.random, inputs, outputs));
        call("fc", args)
    }

    /// Some layers over a shape, and the shape that comes out; `flat`: the shape may lose its axes.
    fn layers(
        &mut self,
        mut shape: Vec<usize>,
        steps: usize,
        depth: usize,
        flat: bool,
    ) -> (Vec<Layer>, Vec<usize>) {
        let mut layers = Vec::new();
        for _ in 0..steps {
            let mut layer = self.layer(&mut shape, depth, flat);
            if self.random.random_bool(0.15) {
                self.named += 1;
                layer.label = Some(ident(&format!("part_{}", self.named)));
            }
            layers.push(layer);
        }
        (layers, shape)
    }

    fn layer(&mut self, shape: &mut Vec<usize>, depth: usize, flat: bool) -> Layer {
        let nested = if depth > 0 { 5 } else { 0 };
        match self.random.random_range(0..10 + nested) {
            0..3 => {
                let outputs = self.size();
                self.fc(shape, outputs)
            }
            3 if flat => {
                *shape = vec![shape.iter().product()];
                call("flatten", vec![])
            }
            4 if !self.blocks.is_empty() => {
                let hidden = self.size();
                let last = shape[shape.len() - 1];
                call("ff", vec![int(last), int(hidden)])
            }
            10 => self.residual(shape, depth),
            11 => self.shortcut(shape, depth),
            12 => self.concat(shape, depth, flat),
            13 => {
                let times = self.random.random_range(1..=4);
                let body = self.back_to(shape, depth);
                with_branches("repeat", vec![int(times)], vec![(None, body)])
            }
            14 => {
                let steps = self.random.random_range(1..=2);
                let (body, after) = self.layers(shape.clone(), steps, depth - 1, flat);
                *shape = after;
                self.named += 1;
                let mut group = layer(Node::Group(seq(body)));
                group.label = Some(ident(&format!("group_{}", self.named)));
                group
            }
            _ => loop {
                let (word, features, args) = some(&mut self.random, SAME_SHAPE);
                if !features || shape.len() == 1 {
                    return call(word, args(&mut self.random));
                }
            },
        }
    }

    /// Layers that end in the shape in which they begin.
    fn back_to(&mut self, shape: &[usize], depth: usize) -> Vec<Layer> {
        let steps = self.random.random_range(1..=3);
        let (mut body, mut after) = self.layers(shape.to_vec(), steps, depth - 1, false);
        if after != shape {
            body.push(self.fc(&mut after, shape[shape.len() - 1]));
        }
        body
    }

    fn residual(&mut self, shape: &[usize], depth: usize) -> Layer {
        let mut branches = vec![(None, self.back_to(shape, depth))];
        if self.random.random_bool(0.2) {
            branches.push((Some("shortcut"), Vec::new()));
        }
        with_branches("residual", vec![], branches)
    }

    /// Both branches of a residual end in a width of their own.
    fn shortcut(&mut self, shape: &mut [usize], depth: usize) -> Layer {
        let width = self.size();
        let branch = |generator: &mut Self, steps| {
            let (mut layers, mut after) = generator.layers(shape.to_vec(), steps, depth - 1, false);
            layers.push(generator.fc(&mut after, width));
            layers
        };
        let body = branch(self, 1);
        let shortcut = branch(self, 0);
        *shape.last_mut().expect("a shape has an axis") = width;
        with_branches("residual", vec![], vec![(None, body), (Some("shortcut"), shortcut)])
    }

    /// Along the last axis, in which branches may differ, or along the first, where they agree in all others; that only
    /// where the shape need not come back.
    fn concat(&mut self, shape: &mut [usize], depth: usize, flat: bool) -> Layer {
        let count = self.random.random_range(2..=3);
        let (before, last) = (shape.to_vec(), shape.len() - 1);
        let axis = if flat && self.random.random_bool(0.5) { 0 } else { last };
        let mut branches = Vec::new();
        shape[axis] = 0;
        for _ in 0..count {
            let (layers, after) = match (axis == last, self.random.random_range(0..=2)) {
                (true, steps) => self.layers(before.clone(), steps, depth - 1, false),
                (false, 0) => (Vec::new(), before.clone()),
                (false, _) => (self.back_to(&before, depth), before.clone()),
            };
            shape[axis] += after[axis];
            branches.push((None, layers));
        }
        with_branches("concat", vec![named("axis", int(axis))], branches)
    }

    /// The end: a projection and a head, or an activation, after which a head brings its own.
    fn head(&mut self, width: usize) -> Vec<Layer> {
        let (word, features, further) = some(&mut self.random, HEADS);
        let outputs = self.random.random_range(1..=4) + usize::from(["hinge", "softmax_ce"].contains(&word));
        let before = if self.random.random_bool(0.5) {
            self.fc(&mut [width], features(outputs))
        } else {
            call(some(&mut self.random, &["tanh", "relu", "gelu"]), vec![])
        };
        let mut args = vec![int(outputs)];
        args.extend(further(&mut self.random));
        vec![before, call(word, args)]
    }
}

/// Every word of a network's layers, for the list of what was covered.
pub(crate) fn words(network: &Network) -> Vec<String> {
    fn walk(layers: &[Layer], out: &mut Vec<String>) {
        for layer in layers {
            out.push(layer.word());
            match &layer.node {
                Node::Group(seq) => walk(&seq.layers, out),
                Node::Call(call) => call.branches.iter().for_each(|branch| walk(&branch.seq.layers, out)),
            }
        }
    }
    let mut out = Vec::new();
    walk(&network.body.layers, &mut out);
    network.blocks.iter().for_each(|block| walk(&block.body.layers, &mut out));
    out
}

/// The whole number of an argument that is nothing else.
pub(crate) fn literal(arg: &mut Arg) -> Option<&mut u64> {
    match &mut arg.value {
        Value::Expr(Expr::Int { value, .. }) => Some(value),
        _ => None,
    }
}
