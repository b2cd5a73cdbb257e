//! Numbers for any network: parameters, inputs and targets from one formula, [`fill`], that any language can compute.
//!
//! The same formula stands in `tests/reference/networks.py`, and so fixtures hold results alone.

use quipu::batch::IGNORED;
use quipu::network::{Node, TargetKind};
use quipu::{Batch, Inputs, Model, Scalar, Targets};

/// Number i of a series, between -1 and 1 and never 0: the residue of a square, exact in any language.
pub(crate) fn fill(i: usize, seed: usize) -> f64 {
    ((7 * i * i + 11 * i + 131 * seed) % 1009) as f64 / 504.5 - 1.0
}

/// What a network's parameters are in these tests: number k, in the order and layout of a file, is 0.7 fill(k, 1).
/// Buffer k, in the order of a file, is fill(k, 5) + 1.25: above zero, as a variance is.
pub(crate) fn fill_params<M: Model>(net: &mut M) {
    for (k, buffer) in net.flat_parts_mut().1.iter_mut().enumerate() {
        *buffer = M::Scalar::from_f64(fill(k, 5) + 1.25);
    }
    for (k, place) in file_order::<M>().into_iter().flat_map(|tensor| tensor.places).enumerate() {
        net.flat_mut()[place] = M::Scalar::from_f64(0.7 * fill(k, 1));
    }
}

/// A parameter array as files hold it: its name, and where each element stands in the flat parameters.
pub(crate) struct Tensor {
    pub name: String,
    pub places: Vec<usize>,
}

/// Every parameter array with PyTorch's name and layout, in order.
pub(crate) fn file_order<M: Model>() -> Vec<Tensor> {
    fn walk(nodes: &[Node], prefix: &str, at: &mut usize, out: &mut Vec<Tensor>) {
        for node in nodes {
            match *node {
                Node::Param { name, shape, transposed, .. } => {
                    let count: usize = shape.iter().product();
                    let place = |k: usize| match *shape {
                        [rows, columns] if transposed => k % rows * columns + k / rows,
                        _ => k,
                    };
                    let places = (0..count).map(|k| *at + place(k)).collect();
                    out.push(Tensor { name: format!("{prefix}{name}"), places });
                    *at += count;
                }
                Node::Group { name, times: None, children } => {
                    walk(children, &format!("{prefix}{name}."), at, out);
                }
                Node::Group { name, times: Some(times), children } => {
                    for i in 0..times {
                        walk(children, &format!("{prefix}{name}.{i}."), at, out);
                    }
                }
            }
        }
    }
    let (mut at, mut out) = (0, Vec::new());
    walk(M::TREE, "", &mut at, &mut out);
    assert_eq!(at, M::PARAMS);
    out
}

/// The forms of targets that a network takes: classes, some of them ignored, distributions; values, the inputs.
pub(crate) fn forms<M: Model>() -> &'static [&'static str] {
    match M::TARGETS {
        TargetKind::Classes(_) => &["classes", "ignored", "soft"],
        TargetKind::Binary(n) | TargetKind::Values(n) if n == M::INPUTS => &["values", "inputs"],
        _ => &["values"],
    }
}

/// A batch's numbers, owned.
#[derive(Clone)]
pub(crate) struct Data {
    pub inputs: Vec<f64>,
    pub classes: Vec<u32>,
    pub values: Vec<f64>,
    form: &'static str,
}

impl Data {
    /// `rows` rows for a network, with targets of the given form.
    pub(crate) fn new<M: Model>(rows: usize, form: &'static str) -> Data {
        // Inputs that are their own targets may be probabilities.
        let number = |i| if form == "inputs" { (fill(i, 2) + 1.0) / 2.0 } else { 1.5 * fill(i, 2) };
        let inputs = (0..rows * M::INPUTS).map(number).collect();
        let (mut classes, mut values) = (Vec::new(), Vec::new());
        match (form, M::TARGETS) {
            ("soft", TargetKind::Classes(n)) => {
                values = (0..rows * n).map(|i| fill(i, 3) + 1.25).collect();
                for row in values.chunks_exact_mut(n) {
                    let sum: f64 = row.iter().sum();
                    row.iter_mut().for_each(|value| *value /= sum);
                }
            }
            (_, TargetKind::Classes(n)) => {
                classes = (0..rows).map(|row| ((5 * row + 1) % n) as u32).collect();
                if form == "ignored" {
                    classes.iter_mut().skip(1).step_by(3).for_each(|class| *class = IGNORED);
                }
            }
            (_, TargetKind::Binary(n) | TargetKind::Values(n)) => {
                values = (0..rows * n).map(|i| (fill(i, 3) + 1.0) / 2.0).collect();
            }
        }
        Data { inputs, classes, values, form }
    }

    /// The batch, borrowed.
    pub(crate) fn batch<T: Scalar<Real = f64>>(&self) -> Batch<'_, T> {
        let targets = match self.form {
            "classes" | "ignored" => Targets::Classes(&self.classes),
            "inputs" => Targets::Inputs,
            _ => Targets::Values(&self.values),
        };
        Batch { inputs: Inputs::Values(&self.inputs), targets }
    }

    /// The rows of a range, with their targets.
    pub(crate) fn rows(&self, range: std::ops::Range<usize>, of: usize) -> Data {
        fn part<N: Clone>(all: &[N], range: &std::ops::Range<usize>, of: usize) -> Vec<N> {
            let width = all.len() / of;
            all[range.start * width..range.end * width].to_vec()
        }
        Data {
            inputs: part(&self.inputs, &range, of),
            classes: part(&self.classes, &range, of),
            values: part(&self.values, &range, of),
            form: self.form,
        }
    }
}

/// Whether a step looks at its rows together, so that a batch is not the sum of its parts, and evaluation is another
/// function.
pub(crate) fn is_batchwise<M: Model>() -> bool {
    M::BATCHWISE.is_some()
}

/// Whether a network draws random numbers in training.
pub(crate) fn is_random<M: Model>() -> bool {
    M::COST.layers.iter().any(|layer| layer.kind == "dropout")
}
