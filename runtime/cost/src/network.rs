//! Costs of a whole network as constants: one entry a layer, and totals affine in the batch.

use crate::optimizer::OptimizerKind;
use crate::roofline::roofline_seconds;

/// FLOPs that a layer spends once a step, whatever the batch (the division of a batch mean, say).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerStep {
    /// FLOPs once in each forward pass with a loss; not in inference.
    pub forward: u64,
    /// FLOPs once in each backward pass that gives parameter gradients.
    pub backward: u64,
    /// FLOPs once in each pass in evaluation, a prediction say.
    pub infer: u64,
    /// FLOPs once in the backward part of `input_grad`.
    pub input_grad: u64,
    /// FLOPs once in each step of any optimizer, beside its own: what follows the batches without being trained.
    pub update: u64,
}

impl PerStep {
    /// Nothing.
    pub const NONE: PerStep = PerStep { forward: 0, backward: 0, infer: 0, input_grad: 0, update: 0 };
}

/// What a layer moves between memory and the core, in elements: every operand once, as if nothing stayed in cache
/// between two steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Per sample in the forward pass: input, output and what is saved.
    pub forward: u64,
    /// Per sample in the backward pass: the gradients of output and input, and what is read back.
    pub backward: u64,
    /// Once a step in the forward pass: the parameters.
    pub forward_per_step: u64,
    /// Once a step in the backward pass: the parameters and their gradients.
    pub backward_per_step: u64,
}

impl Moved {
    /// Nothing.
    pub const NONE: Moved = Moved { forward: 0, backward: 0, forward_per_step: 0, backward_per_step: 0 };

    /// Elements moved by forward and backward of `batch` samples.
    pub const fn training(&self, batch: u64) -> u64 {
        (self.forward + self.backward) * batch + self.forward_per_step + self.backward_per_step
    }
}

/// The cost of one layer, **per sample** and over all its `times` repeats, except
/// [`per_step`](Self::per_step).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerCost {
    /// Name in the network: `fc1`, or the label written there.
    pub name: &'static str,
    /// Kind as written: `fc`, `relu`, `softmax_ce` ...
    pub kind: &'static str,
    /// Shape of one sample coming in, elements per axis.
    pub input: &'static [usize],
    /// Shape of one sample going out, elements per axis.
    pub output: &'static [usize],
    /// How often the layer stands in the network (the repeats around it multiplied); the numbers below hold
    /// for all of them together.
    pub times: u64,
    /// Trainable parameters, elements.
    pub params: u64,
    /// What is not trained but follows the batches, elements.
    pub buffers: u64,
    /// Multiply-adds of the forward products, MACs.
    pub macs: u64,
    /// FLOPs of the training forward pass, a head's loss included.
    pub forward_flops: u64,
    /// FLOPs after the forward pass in `loss_and_grad`: parameter and activation gradients, none of the
    /// network's own input.
    pub backward_flops: u64,
    /// FLOPs in inference: no dropout, no loss.
    pub infer_flops: u64,
    /// FLOPs of the backward part of `input_grad`: activation gradients down to the network's input, no
    /// parameter gradients.
    pub input_grad_flops: u64,
    /// Elements kept from forward to backward; bytes of masks are not in it.
    pub saved: u64,
    /// FLOPs that do not grow with the batch.
    pub per_step: PerStep,
    /// Elements moved.
    pub moved: Moved,
}

/// The cost of a network, layer by layer, with totals as `const fn`s of the batch.
///
/// ```
/// use quipu_cost::{LayerCost, Moved, NetworkCost, OptimizerKind, PerStep, fc, fc_param_gradient, matmul_macs};
///
/// const NET: NetworkCost = NetworkCost {
///     name: "Line",
///     layers: &[LayerCost {
///         name: "fc1",
///         kind: "fc",
///         input: &[3],
///         output: &[2],
///         times: 1,
///         params: 3 * 2 + 2,
///         buffers: 0,
///         macs: matmul_macs(1, 3, 2),
///         forward_flops: fc(3, 2),
///         backward_flops: fc_param_gradient(3, 2),
///         infer_flops: fc(3, 2),
///         input_grad_flops: 0,
///         saved: 0,
///         per_step: PerStep::NONE,
///         moved: Moved { forward: 3 + 2, backward: 3 + 2, forward_per_step: 8, backward_per_step: 8 },
///     }],
/// };
/// const _: () = assert!(NET.forward_flops(10) == 10 * (2 * 3 * 2 + 2));
/// const _: () = assert!(NET.step_flops(1, OptimizerKind::Sgd) == 14 + 14 + 2 * 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkCost {
    /// Name of the network's type.
    pub name: &'static str,
    /// Its layers in the order in which they run, the head last.
    pub layers: &'static [LayerCost],
}

/// Adds one expression over all layers; a closure cannot be called in a `const fn`.
macro_rules! total {
    ($network:ident, $layer:ident => $value:expr) => {{
        let (mut total, mut index) = (0, 0);
        while index < $network.layers.len() {
            let $layer = &$network.layers[index];
            total += $value;
            index += 1;
        }
        total
    }};
}

/// Whether `layer` is `name`, or begins with it and a dot.
const fn is_within(layer: &str, name: &str) -> bool {
    let (layer, name) = (layer.as_bytes(), name.as_bytes());
    let mut index = 0;
    while index < name.len() {
        if index >= layer.len() || layer[index] != name[index] {
            return false;
        }
        index += 1;
    }
    index == layer.len() || layer[index] == b'.'
}

impl NetworkCost {
    /// Trainable parameters P, elements: the sum over the layers.
    pub const fn params(&self) -> u64 {
        total!(self, layer => layer.params)
    }

    /// What is not trained but follows the batches, elements: the sum over the layers.
    pub const fn buffers(&self) -> u64 {
        total!(self, layer => layer.buffers)
    }

    /// Parameters of the layer called `name`, or of all layers inside a block of that name (`repeat1`), in all
    /// copies; `None` where there is neither.
    ///
    /// What a step costs while layers are frozen is a constant, too:
    ///
    /// ```
    /// # use quipu_cost::{LayerCost, Moved, NetworkCost, OptimizerKind, PerStep};
    /// # const LAYER: LayerCost = LayerCost {
    /// #     name: "fc1", kind: "fc", input: &[], output: &[], times: 1, params: 200, buffers: 0, macs: 0,
    /// #     forward_flops: 0, backward_flops: 0, infer_flops: 0, input_grad_flops: 0, saved: 0,
    /// #     per_step: PerStep::NONE, moved: Moved::NONE,
    /// # };
    /// # const COST: NetworkCost = NetworkCost {
    /// #     name: "Net", layers: &[LAYER, LayerCost { name: "fc2", params: 30, ..LAYER }],
    /// # };
    /// const TRAINED: u64 = COST.params() - COST.params_of("fc1").unwrap();
    /// const _: () = assert!(OptimizerKind::Adam.flops(TRAINED) == 14 * 30);
    /// ```
    pub const fn params_of(&self, name: &str) -> Option<u64> {
        let (mut total, mut found, mut index) = (0, false, 0);
        while index < self.layers.len() {
            if is_within(self.layers[index].name, name) {
                total += self.layers[index].params;
                found = true;
            }
            index += 1;
        }
        if found { Some(total) } else { None }
    }

    /// Multiply-adds of the forward products for `batch` samples, MACs: batch * sum of `macs`.
    pub const fn macs(&self, batch: u64) -> u64 {
        total!(self, layer => layer.macs * batch)
    }

    /// FLOPs of one training forward pass with its loss: per sample * batch + per step.
    pub const fn forward_flops(&self, batch: u64) -> u64 {
        total!(self, layer => layer.forward(batch).flops)
    }

    /// FLOPs of one backward pass: per sample * batch + per step. It is counted, not taken as twice the
    /// forward: the first layer's gradient of the input is not computed.
    pub const fn backward_flops(&self, batch: u64) -> u64 {
        total!(self, layer => layer.backward(batch).flops)
    }

    /// FLOPs of a prediction for `batch` samples: per sample * batch + per step.
    pub const fn infer_flops(&self, batch: u64) -> u64 {
        total!(self, layer => layer.infer_flops * batch + layer.per_step.infer)
    }

    /// FLOPs of `input_grad` as a whole: the forward pass with its loss, and the backward work that leads to
    /// the gradient of the network's input and nowhere else.
    pub const fn input_grad_flops(&self, batch: u64) -> u64 {
        self.forward_flops(batch)
            + total!(self, layer => layer.input_grad_flops * batch + layer.per_step.input_grad)
    }

    /// FLOPs of one training step: forward, backward, and the optimizer over all parameters, with what follows the
    /// batches beside them ([`PerStep::update`]).
    pub const fn step_flops(&self, batch: u64, optimizer: OptimizerKind) -> u64 {
        self.forward_flops(batch)
            + self.backward_flops(batch)
            + optimizer.flops(self.params())
            + total!(self, layer => layer.per_step.update)
    }

    /// Bytes moved by forward and backward of `batch` samples of scalars of `scalar_bytes` bytes.
    pub const fn bytes_moved(&self, batch: u64, scalar_bytes: u64) -> u64 {
        total!(self, layer => layer.moved.training(batch) * scalar_bytes)
    }

    /// Least time in microseconds of forward and backward of `batch` samples of f32 on a machine of `gflops`
    /// 10^9 FLOP/s and `gigabytes` 10^9 bytes/s: for each layer and pass the longer of computing and moving.
    pub const fn roofline_us(&self, batch: u64, gflops: f64, gigabytes: f64) -> f64 {
        let (mut sum, mut index) = (0.0, 0);
        while index < self.layers.len() {
            sum += self.layers[index].roofline_us(batch, gflops, gigabytes);
            index += 1;
        }
        sum
    }

    /// The layer that takes most of [`NetworkCost::roofline_us`], and its whole microseconds.
    pub const fn slowest_us(&self, batch: u64, gflops: f64, gigabytes: f64) -> (&'static str, u64) {
        let (mut most, mut index) = (("no layer", 0.0), 0);
        while index < self.layers.len() {
            let time = self.layers[index].roofline_us(batch, gflops, gigabytes);
            if time > most.1 {
                most = (self.layers[index].name, time);
            }
            index += 1;
        }
        (most.0, most.1 as u64)
    }
}

/// What one pass through a layer takes for a whole batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// FLOPs.
    pub flops: u64,
    /// Elements moved.
    pub moved: u64,
}

impl Work {
    /// Least time in seconds over scalars of `scalar_bytes` bytes: the longer of computing and moving.
    pub const fn seconds(&self, scalar_bytes: u64, gflops: f64, gigabytes: f64) -> f64 {
        roofline_seconds(self.flops, self.moved * scalar_bytes, gflops, gigabytes)
    }
}

impl LayerCost {
    /// The forward pass of `batch` samples in training, a head's loss included: per sample * batch + per step.
    pub const fn forward(&self, batch: u64) -> Work {
        let LayerCost { forward_flops, per_step, moved, .. } = self;
        Work {
            flops: *forward_flops * batch + per_step.forward,
            moved: moved.forward * batch + moved.forward_per_step,
        }
    }

    /// The backward pass of `batch` samples in `loss_and_grad`: per sample * batch + per step.
    pub const fn backward(&self, batch: u64) -> Work {
        let LayerCost { backward_flops, per_step, moved, .. } = self;
        Work {
            flops: *backward_flops * batch + per_step.backward,
            moved: moved.backward * batch + moved.backward_per_step,
        }
    }

    /// Least time in microseconds of forward and backward of f32, each the longer of computing and moving.
    pub const fn roofline_us(&self, batch: u64, gflops: f64, gigabytes: f64) -> f64 {
        let forward = self.forward(batch).seconds(4, gflops, gigabytes);
        let backward = self.backward(batch).seconds(4, gflops, gigabytes);
        (forward + backward) * 1e6
    }
}
