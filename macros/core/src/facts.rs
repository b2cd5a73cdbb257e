//! What the passes know of a layer: plain values, filled in by its kind and never by a pass.

use std::fmt;

use quipu_cost::PerStep;

/// The shape of one sample; the batch is implicit. Any rank: (n), (T, d), (C, H, W).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape(pub Vec<u64>);

impl Shape {
    /// Elements a sample. Callers check for overflow when a shape is made ([`Shape::checked_elements`]).
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.0.iter().product()
    }

    /// Elements a sample, or `None` beyond u64.
    #[must_use]
    pub fn checked_elements(&self) -> Option<u64> {
        self.0.iter().try_fold(1u64, |product, &axis| product.checked_mul(axis))
    }

    /// The length of the last axis; 1 for a scalar.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.0.last().copied().unwrap_or(1)
    }

    /// The axis of channels or features: the first of (C, H, W), else the last.
    #[must_use]
    pub fn channel_axis(&self) -> usize {
        if self.0.len() == 3 { 0 } else { self.0.len().saturating_sub(1) }
    }

    /// The same shape with another last axis.
    #[must_use]
    pub fn with_last(&self, last: u64) -> Shape {
        let mut axes = self.0.clone();
        if let Some(axis) = axes.last_mut() {
            *axis = last;
        }
        Shape(axes)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axes: Vec<String> = self.0.iter().map(u64::to_string).collect();
        write!(f, "({})", axes.join(", "))
    }
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All zero.
    Zeros,
    /// All one.
    Ones,
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
    /// Uniform between ± this limit.
    Uniform(f64),
    /// Orthonormal columns, or rows where the matrix is wide.
    Orthogonal,
}

/// One array of parameters.
#[derive(Clone, Debug)]
pub struct Param {
    /// The field's name: `weight`.
    pub name: &'static str,
    /// Its shape in memory, row-major.
    pub shape: Vec<u64>,
    /// Whether files hold its transpose.
    pub transposed: bool,
    /// How it starts.
    pub init: Init,
}

impl Param {
    /// Its number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// Stands for a number that a mistake keeps from being known: in what is written for a network with mistakes alone, which
/// no pass sees.
pub const UNKNOWN: u64 = u64::MAX;

/// The typed parameters of a layer: `quipu::layers::Fc<T, 784, 256>`.
#[derive(Clone, Debug)]
pub struct Params {
    /// The runtime's struct, in `quipu::layers`.
    pub type_name: &'static str,
    /// Its const arguments after the scalar.
    pub consts: Vec<u64>,
    /// Its fields in order; empty arrays left out.
    pub fields: Vec<Param>,
}

impl Params {
    /// The parameters of a layer of which nothing but the struct is known, and how many const arguments it has.
    #[must_use]
    pub fn unknown((type_name, consts): (&'static str, usize)) -> Params {
        Params { type_name, consts: vec![UNKNOWN; consts], fields: Vec::new() }
    }

    /// Elements in all.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.fields.iter().map(Param::elements).sum()
    }
}

/// A field of the runtime's kernel struct.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A size.
    Int(u64),
    /// A number.
    Float(f64),
    /// Numbers.
    Floats(Vec<f64>),
    /// A switch.
    Bool(bool),
}

/// What a pass over a layer reads beside what the layer saved itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// The layer's input.
    pub input: bool,
    /// The layer's output.
    pub output: bool,
}

impl Reads {
    /// Nothing.
    pub const NOTHING: Reads = Reads { input: false, output: false };
    /// The input.
    pub const INPUT: Reads = Reads { input: true, output: false };
    /// The output.
    pub const OUTPUT: Reads = Reads { input: false, output: true };
}

/// What a layer keeps for itself from forward to backward, in elements a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saves {
    /// Scalars.
    pub values: u64,
    /// Indices (`u32`).
    pub indices: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What a layer costs a sample, in FLOPs (and MACs), by pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Multiply-adds of the forward products.
    pub macs: u64,
    /// The forward pass in training.
    pub forward: u64,
    /// The forward pass in evaluation.
    pub infer: u64,
    /// The gradient of the layer's input.
    pub backward: u64,
    /// The gradient of the layer's parameters.
    pub gradient: u64,
}

/// What a layer makes of the whole batch before its rows can go on, and of its buffers in evaluation.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// Scalars that a training step holds of it, whatever the batch.
    pub training: u64,
    /// Scalars that an evaluation holds of it, whatever the batch.
    pub inference: u64,
    /// FLOPs a sample of the backward sums over the batch, with or without gradients of the parameters.
    pub sums: u64,
    /// FLOPs once a step.
    pub per_step: PerStep,
    /// What is not trained but follows the batches.
    pub buffers: Params,
    /// Whether it is y = x scale + shift in evaluation, feature by feature, so that a layer before it can absorb it.
    pub affine: bool,
}

/// What a layer does to the question whether the head brings its own projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Makes features: a head after it takes them as they are.
    Features,
    /// An activation: a head after it brings its own projection.
    Activation,
    /// Changes nothing about that: the layer before it decides.
    Transparent,
}

/// The runtime's kernel that computes a layer or a head.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Its type, in the module of the kind.
    pub type_name: &'static str,
    /// The sizes that are arguments of the type.
    pub consts: Vec<u64>,
    /// Its fields.
    pub fields: Vec<(&'static str, Setting)>,
    /// Where the kind has several: what this one computes with, and why, for the schedule.
    pub choice: Option<String>,
    /// Whether it does the same to every element, so that the layer beside it may do that in one go with its own pass.
    pub pointwise: bool,
    /// Whether, as a network's first layer, it may be asked to make its product in parts by inputs, before the first phase.
    pub splits: bool,
}

impl Kernel {
    /// The kernel of a kind that has one.
    #[must_use]
    pub fn new(fields: Vec<(&'static str, Setting)>) -> Self {
        Kernel {
            type_name: "Kernel",
            consts: Vec::new(),
            fields,
            choice: None,
            pointwise: false,
            splits: false,
        }
    }
}

/// All that the passes know of one layer.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The shape of a sample going out.
    pub output: Shape,
    /// Its parameters, if any.
    pub params: Option<Params>,
    /// Its kernel; `None`: the values pass through untouched, no step is made.
    pub kernel: Option<Kernel>,
    /// What it keeps.
    pub saves: Saves,
    /// What its backward pass in the activations reads.
    pub backward_reads: Reads,
    /// What the gradient of its parameters reads beside the gradient of its output.
    pub gradient_reads: Reads,
    /// Whether forward and backward may overwrite what flows in.
    pub in_place: bool,
    /// Whether its kernels take the network's plain data as input.
    pub takes_data: bool,
    /// Whether evaluation leaves it out.
    pub training_only: bool,
    /// What it makes of the whole batch, if anything.
    pub statistics: Option<Box<Statistics>>,
    /// What it becomes once it has absorbed a scale and a shift of its outputs, if it can.
    pub absorbs: Option<Box<Facts>>,
    /// What it means to a head after it.
    pub role: Role,
    /// What it costs: mandatory, so that no kind counts as nothing in silence.
    pub cost: Cost,
}

/// How the branches of a layer come together again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Their sum; all have one shape.
    Sum,
    /// Side by side.
    Concat {
        /// In how many blocks of a sample they stand side by side: the product of the axes before the one joined.
        blocks: u64,
    },
}

/// The targets that a head takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// One class of that many, or a distribution over them.
    Classes(u64),
    /// One class of that many, and nothing else.
    Labels(u64),
    /// That many probabilities, each of a yes.
    Binary(u64),
    /// That many values.
    Values(u64),
}

impl TargetKind {
    /// The number in it, which is also the head's argument.
    #[must_use]
    pub fn count(self) -> u64 {
        match self {
            TargetKind::Classes(n)
            | TargetKind::Labels(n)
            | TargetKind::Binary(n)
            | TargetKind::Values(n) => n,
        }
    }

    /// Bytes a sample of the staged targets: a `u32` class, or `f32` values.
    #[must_use]
    pub fn staged_bytes(self) -> u64 {
        match self {
            TargetKind::Classes(_) | TargetKind::Labels(_) => 4,
            TargetKind::Binary(n) | TargetKind::Values(n) => 4 * n,
        }
    }
}

/// All that the passes know of a head.
#[derive(Clone, Debug)]
pub struct HeadFacts {
    /// Features it takes, a sample.
    pub features: u64,
    /// Where that number is written.
    pub features_span: proc_macro2::Span,
    /// Its kernel.
    pub kernel: Kernel,
    /// What it is compared with.
    pub targets: TargetKind,
    /// The loss a sample, its share of the batch mean included, in FLOPs.
    pub loss: u64,
    /// The gradient in the logits a sample, the batch mean's factor included, in FLOPs.
    pub gradient: u64,
    /// The prediction from the logits a sample, in FLOPs.
    pub mean: u64,
    /// FLOPs of the loss that do not grow with the batch.
    pub per_step: u64,
}
