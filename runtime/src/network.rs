//! The trait behind every generated network, and the entry points that its methods call.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use quipu_cost::{NetworkCost, OptimizerKind};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal, Uniform};
use rand_pcg::Pcg64Mcg;

use crate::batch::{Batch, Inputs, Targets};
use crate::check;
use crate::error::Result;
use crate::orthogonal;
use crate::report::UnitSchedule;
use crate::run::{Goal, Place, Run, Weights};
use crate::scalar::Scalar;
use crate::workspace::{Quality, Sizes, Workspace};

mod logits;
mod over;
mod steps;

pub(crate) use logits::{length, pull, push, slope};
pub use over::{over, over_into};
pub(crate) use steps::{Passed, flow, pass_flops, step_parts};
pub use steps::{first_nonfinite, input_grad, loss_and_grad, train_step};

/// A struct that is `#[repr(C)]` and made of `T` alone: a flat slice of scalars with names.
///
/// # Safety
/// `Self` is `#[repr(C)]`, and every byte of it belongs to a field of type `T`, an array of such fields, or a
/// struct that is itself `Plain<T>`.
pub unsafe trait Plain<T: Scalar>: Sized {
    /// How many of the scalars are buffers: not trained, and behind all those that are.
    const BUFFERS: usize = 0;

    /// The trained scalars, in the order of the fields.
    fn flat(&self) -> &[T] {
        let all = self.flat_all();
        &all[..all.len() - Self::BUFFERS]
    }

    /// The trained scalars, mutably, in the order of the fields.
    fn flat_mut(&mut self) -> &mut [T] {
        self.flat_parts_mut().0
    }

    /// The buffers, in the order of the fields.
    fn flat_buffers(&self) -> &[T] {
        let all = self.flat_all();
        &all[all.len() - Self::BUFFERS..]
    }

    /// The trained scalars and the buffers, mutably, each in the order of the fields.
    fn flat_parts_mut(&mut self) -> (&mut [T], &mut [T]) {
        let all = self.flat_all_mut();
        let trained = all.len() - Self::BUFFERS;
        all.split_at_mut(trained)
    }

    /// All scalars, in the order of the fields: those that are trained, then the buffers.
    fn flat_all(&self) -> &[T] {
        const { assert!(size_of::<Self>().is_multiple_of(size_of::<T>())) };
        // SAFETY: the trait's contract: Self is a sequence of T and nothing else, so it can be read as one.
        unsafe {
            std::slice::from_raw_parts((&raw const *self).cast::<T>(), size_of::<Self>() / size_of::<T>())
        }
    }

    /// All scalars, mutably, in the order of the fields.
    fn flat_all_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `flat_all`, and any value of T may stand in any of its places.
        unsafe {
            std::slice::from_raw_parts_mut((&raw mut *self).cast::<T>(), size_of::<Self>() / size_of::<T>())
        }
    }
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All zero.
    Zeros,
    /// All one.
    Ones,
    /// Normal with mean 0 and the given standard deviation.
    Normal(f64),
    /// Uniform in −limit .. limit.
    Uniform(f64),
    /// Orthonormal columns, or rows where the matrix is wide: every singular value is 1. Of more than two axes the
    /// last is the columns' and the others are rows.
    Orthogonal,
}

/// The parameters of a network by name, in the flat order.
#[derive(Clone, Copy, Debug)]
pub enum Node {
    /// One array of parameters.
    Param {
        /// The field's name: `weight`, `bias`.
        name: &'static str,
        /// The shape in memory, row-major.
        shape: &'static [usize],
        /// Whether files hold the transpose (PyTorch's (out, in) for our (in, out)).
        transposed: bool,
        /// How it starts.
        init: Init,
    },
    /// The parameters of a layer or a block.
    Group {
        /// The field's name: `fc1`, `repeat1`.
        name: &'static str,
        /// `Some(n)`: an array of n blocks, named `repeat1.0`, `repeat1.1`, … in files.
        times: Option<usize>,
        /// What it holds.
        children: &'static [Node],
    },
}

impl Node {
    /// The parameters under it.
    #[must_use]
    pub fn elements(&self) -> usize {
        match self {
            Node::Param { shape, .. } => shape.iter().product(),
            Node::Group { times, children, .. } => {
                times.unwrap_or(1) * children.iter().map(Node::elements).sum::<usize>()
            }
        }
    }
}

/// The targets that a network's head takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// One class of that many a sample, or a distribution over them.
    Classes(usize),
    /// One class of that many a sample, and nothing else.
    Labels(usize),
    /// That many probabilities a sample, each of a yes.
    Binary(usize),
    /// That many values a sample.
    Values(usize),
}

/// A network over the scalar [`Model::Scalar`]: what `network!` writes, as code and as constants.
///
/// Nobody implements it by hand; generic code such as a trainer asks for it.
///
/// # Safety
/// In each phase that its passes hand to [`Run::rows`], tensors that overlap in the workspace are equal [`Place`]s, so
/// that chunks of different rows have different memory whatever threads take them.
pub unsafe trait Model: Plain<Self::Scalar> + Send + Sync + 'static {
    /// What its parameters are made of.
    type Scalar: Scalar;
    /// The same network over another scalar.
    type Over<S: Scalar>: Model<Scalar = S>;
    /// Trainable parameters, in elements.
    const PARAMS: usize;
    /// Elements a sample that flow in.
    const INPUTS: usize;
    /// Elements a sample of the prediction.
    const OUTPUTS: usize;
    /// What it costs, layer by layer.
    const COST: NetworkCost;
    /// Its parameters by name.
    const TREE: &'static [Node];
    /// What is not trained but follows the batches, by name: in its struct behind the parameters.
    const BUFFER_TREE: &'static [Node];
    /// The first layer that needs a batch of several rows in training, if any.
    const BATCHWISE: Option<&'static str>;
    /// What its head is compared with.
    const TARGETS: TargetKind;
    /// The workspace for training.
    const TRAIN: Sizes;
    /// The workspace for evaluation.
    const INFER: Sizes;
    /// How good the plan for training is.
    const TRAIN_QUALITY: Quality;
    /// How good the plan for evaluation is.
    const INFER_QUALITY: Quality;
    /// The steps of every pass, for people to read.
    const SCHEDULE: &'static [UnitSchedule];
    /// Where training leaves the row losses.
    const LOSSES: Place;
    /// Where evaluation leaves the row losses.
    const INFER_LOSSES: Place;
    /// Where evaluation leaves the logits or the prediction.
    const PREDICTION: Place;

    /// One training pass: forward, the head, backward into `gradient` if there is one, and into the gradient of the
    /// network's input if the run asks for that.
    ///
    /// Where `net` may be stepped, layers are, each once nothing reads its parameters any more; `gradient` is then needed
    /// only by networks that look at the whole batch ([`BATCHWISE`](Self::BATCHWISE)).
    fn train(net: &mut Weights<'_, Self>, run: &mut Run<'_, Self::Scalar>, gradient: Option<&mut Self>);

    /// One evaluation pass, up to what the run is for.
    fn infer(&self, run: &mut Run<'_, Self::Scalar>);
}

/// A network with all parameters zero, made on the heap: also a gradient, which has the network's own type.
#[must_use]
pub fn zeros<M: Model>() -> Box<M> {
    let layout = Layout::new::<M>();
    assert!(layout.size() > 0, "a network has parameters");
    // SAFETY: the layout has a size above zero.
    let start = unsafe { alloc_zeroed(layout) }.cast::<M>();
    if start.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: `start` comes from the global allocator with M's own layout, and zero bytes are a valid M: M is made
    // of scalars alone (Plain), and scalars are Zeroable.
    unsafe { Box::from_raw(start) }
}

/// A copy on the heap, never on the stack.
#[must_use]
pub fn copied<M: Model>(net: &M) -> Box<M> {
    let mut copy = zeros::<M>();
    copy.flat_all_mut().copy_from_slice(net.flat_all());
    copy
}

/// Takes over what a training pass has seen of the batch: the buffers of its gradient say by how much a network's
/// change. One addition a buffer; every optimizer's step does it.
pub fn follow<M: Model>(net: &mut M, gradient: &M) {
    let (_, buffers) = net.flat_parts_mut();
    for (buffer, &change) in buffers.iter_mut().zip(gradient.flat_buffers()) {
        *buffer += change;
    }
}

/// A network with parameters drawn as its layers say (`init = …`), the same for the same seed.
#[must_use]
pub fn init<M: Model>(seed: u64) -> Box<M> {
    let mut net = zeros::<M>();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let (params, buffers) = net.flat_parts_mut();
    let end = start(M::TREE, params, &mut random);
    debug_assert_eq!(end, M::PARAMS);
    let end = start(M::BUFFER_TREE, buffers, &mut random);
    debug_assert_eq!(end, M::BUFFERS);
    net
}

/// Draws the parameters of `nodes` from the start of `flat` on; returns how many there are.
fn start<T: Scalar>(nodes: &[Node], flat: &mut [T], random: &mut Pcg64Mcg) -> usize {
    let mut at = 0;
    for node in nodes {
        match *node {
            Node::Param { shape, init, .. } => {
                let count: usize = shape.iter().product();
                draw(init, shape, &mut flat[at..at + count], random);
                at += count;
            }
            Node::Group { times, children, .. } => {
                for _ in 0..times.unwrap_or(1) {
                    at += start(children, &mut flat[at..], random);
                }
            }
        }
    }
    at
}

fn draw<T: Scalar>(init: Init, shape: &[usize], values: &mut [T], random: &mut Pcg64Mcg) {
    match init {
        Init::Zeros => values.fill(T::zero()),
        Init::Ones => values.fill(T::one()),
        Init::Normal(deviation) => values.fill_with(|| {
            let standard: f64 = StandardNormal.sample(random);
            T::from_f64(deviation * standard)
        }),
        Init::Uniform(limit) => {
            // A limit is finite and above zero by construction, so the range is a valid one.
            if let Ok(range) = Uniform::new_inclusive(-limit, limit) {
                values.fill_with(|| T::from_f64(range.sample(random)));
            }
        }
        Init::Orthogonal => orthogonal::fill(values, shape.last().copied().unwrap_or(1), random),
    }
}

/// Bytes of one staged batch: inputs, and targets as the head has them by default (classes as `u32`, or values).
#[must_use]
pub const fn staged_bytes(batch: usize, inputs: usize, targets: TargetKind, real_bytes: usize) -> usize {
    let target_bytes = match targets {
        TargetKind::Classes(_) | TargetKind::Labels(_) => 4,
        TargetKind::Binary(n) | TargetKind::Values(n) => n * real_bytes,
    };
    batch * (inputs * real_bytes + target_bytes)
}

/// Bytes of training in all: parameters, gradients, the buffers of both, optimizer state, workspace and one staged
/// batch.
#[must_use]
pub const fn train_bytes<M: Model>(batch: usize, optimizer: OptimizerKind) -> usize {
    let scalar = size_of::<M::Scalar>();
    let state = optimizer.state_elements(M::PARAMS as u64) as usize;
    (2 * (M::PARAMS + M::BUFFERS) + state) * scalar
        + M::TRAIN.total_bytes(batch, scalar)
        + staged_bytes(batch, M::INPUTS, M::TARGETS, size_of::<<M::Scalar as Scalar>::Real>())
}

/// [`train_bytes`] of steps that keep no gradient ([`train_step`], and a trainer's unless it accumulates): smaller by the
/// gradients, but for clipping and networks that look at the whole batch, which do keep one.
///
/// Not in it, as the packing buffers of products are not: room for the gradient of one piece on each thread, none for
/// products under plain SGD and about 65,536 elements at most for a layer under other rules.
#[must_use]
pub const fn train_bytes_fused<M: Model>(batch: usize, optimizer: OptimizerKind) -> usize {
    let whole = train_bytes::<M>(batch, optimizer);
    if M::BATCHWISE.is_some() || optimizer.is_clipped() {
        whole
    } else {
        whole - M::PARAMS * size_of::<M::Scalar>()
    }
}

/// Bytes of inference in all: parameters, buffers, its workspace and the inputs of one batch.
#[must_use]
pub const fn infer_bytes<M: Model>(batch: usize) -> usize {
    let scalar = size_of::<M::Scalar>();
    (M::PARAMS + M::BUFFERS) * scalar
        + M::INFER.total_bytes(batch, scalar)
        + batch * M::INPUTS * size_of::<<M::Scalar as Scalar>::Real>()
}

/// The batch's mean loss in evaluation mode.
///
/// # Errors
/// Sizes, labels or targets that do not fit the network or the workspace.
pub fn loss<M: Model>(net: &M, batch: &Batch<'_, M::Scalar>, ws: &mut Workspace<M>) -> Result<M::Scalar> {
    let (rows, counted) = check::batch::<M>(batch, ws.batch())?;
    Ok(evaluate(net, Goal::Loss, batch.inputs, Some(batch.targets), (rows, counted), ws))
}

/// The prediction, batch × OUTPUTS: the head's mean, so probabilities for `softmax_ce` and `bce`.
///
/// # Errors
/// Inputs that do not fit the network or the workspace.
pub fn predict<'w, M: Model>(
    net: &M,
    inputs: Inputs<'_, M::Scalar>,
    ws: &'w mut Workspace<M>,
) -> Result<&'w [M::Scalar]> {
    forward(net, Goal::Mean, inputs, ws)
}

/// The raw values that flow into the head, batch × OUTPUTS.
///
/// # Errors
/// Inputs that do not fit the network or the workspace.
pub fn logits<'w, M: Model>(
    net: &M,
    inputs: Inputs<'_, M::Scalar>,
    ws: &'w mut Workspace<M>,
) -> Result<&'w [M::Scalar]> {
    forward(net, Goal::Logits, inputs, ws)
}

fn forward<'w, M: Model>(
    net: &M,
    goal: Goal,
    inputs: Inputs<'_, M::Scalar>,
    ws: &'w mut Workspace<M>,
) -> Result<&'w [M::Scalar]> {
    let rows = check::inputs::<M>(inputs, ws.batch())?;
    evaluate(net, goal, inputs, None, (rows, rows), ws);
    let values = ws.regions().values;
    Ok(&values[M::PREDICTION.whole(rows)])
}

/// Runs the evaluation pass; the mean loss, where the pass has one.
fn evaluate<M: Model>(
    net: &M,
    goal: Goal,
    inputs: Inputs<'_, M::Scalar>,
    targets: Option<Targets<'_, M::Scalar>>,
    (rows, counted): (usize, usize),
    ws: &mut Workspace<M>,
) -> M::Scalar {
    let flops = M::COST.infer_flops(rows as u64);
    let (threads, begun) = ws.begin(flops);
    let mut run = Run {
        batch: rows,
        threads,
        goal,
        inputs,
        targets,
        counted,
        weight: OnceLock::new(),
        buffers: ws.regions().into(),
        logits: None,
        input_gradient: None,
        descent: None,
        key: 0,
        watch: None,
        ended: AtomicBool::default(),
        natural: AtomicBool::default(),
    };
    net.infer(&mut run);
    let loss = if goal == Goal::Loss { run.mean_loss(M::INFER_LOSSES) } else { M::Scalar::from_f64(0.0) };
    ws.timed(flops, begun);
    loss
}
