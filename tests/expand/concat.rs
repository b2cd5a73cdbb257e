// network! { pub(crate) Concat < fc(5, 4); concat { fc(2) } { tanh } { } relu; head: softmax_ce(3, smoothing = 0.1) > }

///
/// The parameters of `Concat` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (5) → (4) | 24 | 20 | 44 | 44 | 16 | 22.2 % |
/// | `concat1.branch1.fc1` | (4) → (2) | 10 | 8 | 18 | 34 | 0 | 13.1 % |
/// | `concat1.branch2.tanh1` | (4) → (4) | 0 | 0 | 4 | 12 | 16 | 4.0 % |
/// | `concat1` | (4) → (10) | 0 | 0 | 0 | 8 | 0 | 2.0 % |
/// | `relu1` | (10) → (10) | 0 | 0 | 10 | 10 | 40 | 5.0 % |
/// | `head` | (10) → (3) | 33 | 30 | 63 | 123 | 0 | 46.9 % |
/// | `softmax_ce` | (3) → (3) | 0 | 0 | 21 | 6 | 0 | 6.8 % |
/// | **total** | | 67 | 58 | 160 | 237 | 72 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub(crate) struct ConcatOf<T: ::quipu::private::Scalar> {
    /// `fc`: (5) → (4).
    pub fc1: ::quipu::layers::Fc<T, 5, 4>,
    /// `concat`: (4) → (10).
    pub concat1: ConcatConcat1Of<T>,
    /// The projection of the head `softmax_ce`.
    /// `fc`: (10) → (3).
    pub head: ::quipu::layers::Fc<T, 10, 3>,
}
///
/// `ConcatOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (5) → (4) | 24 | 20 | 44 | 44 | 16 | 22.2 % |
/// | `concat1.branch1.fc1` | (4) → (2) | 10 | 8 | 18 | 34 | 0 | 13.1 % |
/// | `concat1.branch2.tanh1` | (4) → (4) | 0 | 0 | 4 | 12 | 16 | 4.0 % |
/// | `concat1` | (4) → (10) | 0 | 0 | 0 | 8 | 0 | 2.0 % |
/// | `relu1` | (10) → (10) | 0 | 0 | 10 | 10 | 40 | 5.0 % |
/// | `head` | (10) → (3) | 33 | 30 | 63 | 123 | 0 | 46.9 % |
/// | `softmax_ce` | (3) → (3) | 0 | 0 | 21 | 6 | 0 | 6.8 % |
/// | **total** | | 67 | 58 | 160 | 237 | 72 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
pub(crate) type Concat = ConcatOf<f32>;
/// The parameters of `branch1` in [`ConcatOf`].
#[repr(C)]
pub(crate) struct ConcatConcat1Branch1Of<T: ::quipu::private::Scalar> {
    /// `fc`: (4) → (2).
    pub fc1: ::quipu::layers::Fc<T, 4, 2>,
}
/// The parameters of `concat1` in [`ConcatOf`].
#[repr(C)]
pub(crate) struct ConcatConcat1Of<T: ::quipu::private::Scalar> {
    /// The parameters of the `branch1` branch.
    pub branch1: ConcatConcat1Branch1Of<T>,
}
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for ConcatOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<ConcatOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for ConcatOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(Concat), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> ConcatOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 67;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 5;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 3;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Concat",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[5],
                output: &[4],
                times: 1,
                params: 24,
                buffers: 0,
                macs: 20,
                forward_flops: 44,
                backward_flops: 44,
                infer_flops: 44,
                input_grad_flops: 40,
                saved: 4,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 9,
                    backward: 18,
                    forward_per_step: 24,
                    backward_per_step: 48,
                },
            },
            ::quipu::private::LayerCost {
                name: "concat1.branch1.fc1",
                kind: "fc",
                input: &[4],
                output: &[2],
                times: 1,
                params: 10,
                buffers: 0,
                macs: 8,
                forward_flops: 18,
                backward_flops: 34,
                infer_flops: 18,
                input_grad_flops: 16,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 6,
                    backward: 12,
                    forward_per_step: 10,
                    backward_per_step: 20,
                },
            },
            ::quipu::private::LayerCost {
                name: "concat1.branch2.tanh1",
                kind: "tanh",
                input: &[4],
                output: &[4],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 4,
                backward_flops: 12,
                infer_flops: 4,
                input_grad_flops: 12,
                saved: 4,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 8,
                    backward: 12,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "concat1",
                kind: "concat",
                input: &[4],
                output: &[10],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 0,
                backward_flops: 8,
                infer_flops: 0,
                input_grad_flops: 8,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 20,
                    backward: 44,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[10],
                output: &[10],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 10,
                backward_flops: 10,
                infer_flops: 10,
                input_grad_flops: 10,
                saved: 10,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 20,
                    backward: 30,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "head",
                kind: "fc",
                input: &[10],
                output: &[3],
                times: 1,
                params: 33,
                buffers: 0,
                macs: 30,
                forward_flops: 63,
                backward_flops: 123,
                infer_flops: 63,
                input_grad_flops: 60,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 13,
                    backward: 26,
                    forward_per_step: 33,
                    backward_per_step: 66,
                },
            },
            ::quipu::private::LayerCost {
                name: "softmax_ce",
                kind: "softmax_ce",
                input: &[3],
                output: &[3],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 21,
                backward_flops: 6,
                infer_flops: 13,
                input_grad_flops: 6,
                saved: 0,
                per_step: ::quipu::private::PerStep {
                    forward: 1,
                    backward: 0,
                    infer: 0,
                    input_grad: 0,
                    update: 0,
                },
                moved: ::quipu::private::Moved {
                    forward: 6,
                    backward: 6,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
        ],
    };
    /// A network with parameters drawn as its layers say, the same for the same seed.
    #[must_use]
    pub fn init(seed: u64) -> ::std::boxed::Box<Self> {
        ::quipu::private::init(seed)
    }
    /// A network, or a gradient, of zeros.
    #[must_use]
    pub fn zeros() -> ::std::boxed::Box<Self> {
        ::quipu::private::zeros()
    }
    /// The trainable parameters, flat, in the order of the fields.
    #[must_use]
    pub fn params(&self) -> &[T] {
        ::quipu::private::Plain::flat(self)
    }
    /// The trainable parameters, flat and mutable.
    pub fn params_mut(&mut self) -> &mut [T] {
        ::quipu::private::Plain::flat_mut(self)
    }
    /// Bytes of the parameters.
    #[must_use]
    pub const fn param_bytes() -> usize {
        Self::PARAMS * ::core::mem::size_of::<T>()
    }
    /// Bytes of the workspace of a training step of `batch` samples.
    #[must_use]
    pub const fn workspace_bytes(batch: usize) -> usize {
        <Self as ::quipu::private::Model>::TRAIN
            .total_bytes(batch, ::core::mem::size_of::<T>())
    }
    /// Bytes of inference in all: parameters, an inference workspace and the inputs of one batch.
    #[must_use]
    pub const fn infer_bytes(batch: usize) -> usize {
        ::quipu::private::infer_bytes::<Self>(batch)
    }
    /// Bytes of training in all, on one worker: parameters, gradients, optimizer state, workspace and one
    /// staged batch.
    #[must_use]
    pub const fn train_bytes(
        batch: usize,
        optimizer: ::quipu::private::OptimizerKind,
    ) -> usize {
        ::quipu::private::train_bytes::<Self>(batch, optimizer)
    }
    /// `train_bytes` of steps that keep no gradient: those of `train_step`, and a trainer's unless it accumulates.
    #[must_use]
    pub const fn train_bytes_fused(
        batch: usize,
        optimizer: ::quipu::private::OptimizerKind,
    ) -> usize {
        ::quipu::private::train_bytes_fused::<Self>(batch, optimizer)
    }
    /// Bytes for each further worker: none, since workers share the workspace.
    #[must_use]
    pub const fn worker_bytes(batch: usize) -> usize {
        let _ = batch;
        0
    }
    /// The cost table that a person reads, for one sample.
    #[must_use]
    pub fn summary() -> impl ::core::fmt::Display {
        ::quipu::private::Summary::of::<Self>()
    }
    /// The memory of training by part, in bytes: what it is, what is kept, and how good the plan is.
    #[must_use]
    pub const fn memory(
        batch: usize,
        optimizer: ::quipu::private::OptimizerKind,
    ) -> ::quipu::private::Memory {
        ::quipu::private::Memory::training::<Self>(batch, optimizer)
    }
    /// The memory of inference by part, in bytes.
    #[must_use]
    pub const fn infer_memory(batch: usize) -> ::quipu::private::Memory {
        ::quipu::private::Memory::inference::<Self>(batch)
    }
    /// The steps of every pass: phase, what is read and written, and where it lies.
    #[must_use]
    pub fn schedule() -> ::quipu::private::ScheduleTable {
        ::quipu::private::ScheduleTable::of::<Self>()
    }
    /// The memory of training steps of up to `batch` samples: one allocation.
    #[must_use]
    pub fn workspace(batch: usize) -> ::quipu::private::Workspace<Self> {
        ::quipu::private::Workspace::new(batch)
    }
    /// The memory of `predict`, `logits` and `loss` alone, of up to `batch` samples: one allocation.
    #[must_use]
    pub fn infer_workspace(batch: usize) -> ::quipu::private::Workspace<Self> {
        ::quipu::private::Workspace::inference(batch)
    }
    /// The batch's mean loss in evaluation mode.
    ///
    /// # Errors
    /// Sizes, labels or targets that fit neither the network nor the workspace.
    pub fn loss(
        &self,
        batch: &::quipu::private::Batch<'_, T>,
        ws: &mut ::quipu::private::Workspace<Self>,
    ) -> ::quipu::private::Result<T> {
        ::quipu::private::loss(self, batch, ws)
    }
    /// The batch's mean loss in training mode; its gradient replaces `grad`. Allocates nothing.
    ///
    /// # Errors
    /// Sizes, labels or targets that fit neither the network nor the workspace.
    pub fn loss_and_grad(
        &self,
        batch: &::quipu::private::Batch<'_, T>,
        ws: &mut ::quipu::private::Workspace<Self>,
        grad: &mut Self,
    ) -> ::quipu::private::Result<T> {
        ::quipu::private::loss_and_grad(self, batch, ws, grad)
    }
    /// One step of training: the batch's mean loss before it, and the network a step of `optimizer` further, as
    /// `loss_and_grad` and `step` in a row would take it up to rounding, but faster, and without a gradient in
    /// memory. The loss is NaN where a gradient is not finite.
    ///
    /// # Errors
    /// Sizes, labels or targets that fit neither the network nor the workspace; nothing is changed then.
    pub fn train_step(
        &mut self,
        batch: &::quipu::private::Batch<'_, T>,
        ws: &mut ::quipu::private::Workspace<Self>,
        optimizer: &mut impl ::quipu::private::Optimizer<T>,
    ) -> ::quipu::private::Result<T> {
        ::quipu::private::train_step(self, batch, ws, optimizer)
    }
    /// The batch's mean loss in training mode; its gradient in the inputs (batch × INPUTS) replaces `grad`.
    ///
    /// # Errors
    /// Sizes, labels or targets that fit neither the network nor the workspace.
    pub fn input_grad(
        &self,
        batch: &::quipu::private::Batch<'_, T>,
        ws: &mut ::quipu::private::Workspace<Self>,
        grad: &mut [T],
    ) -> ::quipu::private::Result<T> {
        ::quipu::private::input_grad(self, batch, ws, grad)
    }
    /// The prediction, batch × OUTPUTS: the head's mean.
    ///
    /// # Errors
    /// Inputs that fit neither the network nor the workspace.
    pub fn predict<'i, 'w>(
        &self,
        inputs: impl ::core::convert::Into<::quipu::private::Inputs<'i, T>>,
        ws: &'w mut ::quipu::private::Workspace<Self>,
    ) -> ::quipu::private::Result<&'w [T]> {
        ::quipu::private::predict(self, inputs.into(), ws)
    }
    /// The values that flow into the head, batch × OUTPUTS.
    ///
    /// # Errors
    /// Inputs that fit neither the network nor the workspace.
    pub fn logits<'i, 'w>(
        &self,
        inputs: impl ::core::convert::Into<::quipu::private::Inputs<'i, T>>,
        ws: &'w mut ::quipu::private::Workspace<Self>,
    ) -> ::quipu::private::Result<&'w [T]> {
        ::quipu::private::logits(self, inputs.into(), ws)
    }
    /// Writes the parameters as safetensors, with PyTorch's names and layout.
    ///
    /// # Errors
    /// A path that cannot be written.
    pub fn save(
        &self,
        path: impl ::core::convert::AsRef<::std::path::Path>,
    ) -> ::quipu::private::Result<()> {
        ::quipu::private::save(self, path)
    }
    /// Reads the parameters from safetensors.
    ///
    /// # Errors
    /// A missing or damaged file, or that of another network.
    pub fn load(
        path: impl ::core::convert::AsRef<::std::path::Path>,
    ) -> ::quipu::private::Result<::std::boxed::Box<Self>> {
        ::quipu::private::load(path)
    }
}
#[allow(clippy::approx_constant)]
const _: () = {
    use ::quipu::private as q;
    #[allow(non_upper_case_globals)]
    const K__fc1: q::layers::fc::Small<5, 4, 4> = q::layers::fc::Small::<5, 4, 4> {};
    #[allow(non_upper_case_globals)]
    const K__concat1__branch1__fc1: q::layers::fc::Small<4, 2, 2> = q::layers::fc::Small::<
        4,
        2,
        2,
    > {};
    #[allow(non_upper_case_globals)]
    const K__concat1__branch2__tanh1: q::layers::tanh::Kernel = q::layers::tanh::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__head: q::layers::fc::Small<10, 3, 3> = q::layers::fc::Small::<10, 3, 3> {
    };
    const HEAD: q::heads::softmax_ce::Kernel<3> = q::heads::softmax_ce::Kernel::<3> {
        smoothing: 0.1f64,
        weights: &[],
    };
    unsafe impl<T: q::Scalar> q::Model for ConcatOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = ConcatOf<S>;
        const PARAMS: usize = Self::PARAMS;
        const INPUTS: usize = Self::INPUTS;
        const OUTPUTS: usize = Self::OUTPUTS;
        const COST: q::NetworkCost = Self::COST;
        #[allow(clippy::approx_constant)]
        const TREE: &'static [q::Node] = {
            #[allow(unused_imports)]
            use q::{Init, Node};
            &[
                Node::Group {
                    name: "fc1",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "weight",
                            shape: &[5, 4],
                            transposed: true,
                            init: Init::Normal(0.6324555320336759f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[4],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
                Node::Group {
                    name: "concat1",
                    times: None,
                    children: &[
                        Node::Group {
                            name: "branch1",
                            times: None,
                            children: &[
                                Node::Group {
                                    name: "fc1",
                                    times: None,
                                    children: &[
                                        Node::Param {
                                            name: "weight",
                                            shape: &[4, 2],
                                            transposed: true,
                                            init: Init::Normal(0.7071067811865476f64),
                                        },
                                        Node::Param {
                                            name: "bias",
                                            shape: &[2],
                                            transposed: false,
                                            init: Init::Zeros,
                                        },
                                    ],
                                },
                            ],
                        },
                    ],
                },
                Node::Group {
                    name: "head",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "weight",
                            shape: &[10, 3],
                            transposed: true,
                            init: Init::Uniform(0.6793662204867574f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[3],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
            ]
        };
        const BUFFER_TREE: &'static [q::Node] = {
            #[allow(unused_imports)]
            use q::{Init, Node};
            &[]
        };
        const BATCHWISE: ::core::option::Option<&'static str> = ::core::option::Option::None;
        const TARGETS: q::TargetKind = q::TargetKind::Classes(3);
        const TRAIN: q::Sizes = q::Sizes {
            values: 42,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 24,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 83,
            planned: 42,
            live: 42,
            kept: 22,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 37,
            planned: 24,
            live: 24,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "Concat",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 5, "data")],
                            &[q::Tensor::new("fc1", 4, "24")],
                        )
                        .by("loops: 20 weights <= 1024"),
                    q::Step::new(
                            0,
                            "concat1.branch1.fc1 forward",
                            &[q::Tensor::new("fc1", 4, "24")],
                            &[q::Tensor::new("fc1", 2, "chunk 0+0")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        0,
                        "concat1.branch2.tanh1 forward",
                        &[q::Tensor::new("fc1", 4, "24")],
                        &[q::Tensor::new("tanh1", 4, "28")],
                    ),
                    q::Step::new(
                        0,
                        "concatenate",
                        &[
                            q::Tensor::new("fc1", 2, "chunk 0+0"),
                            q::Tensor::new("tanh1", 4, "28"),
                            q::Tensor::new("fc1", 4, "24"),
                        ],
                        &[q::Tensor::new("concat1", 10, "14")],
                    ),
                    q::Step::new(
                        0,
                        "relu1 forward",
                        &[q::Tensor::new("concat1", 10, "14")],
                        &[q::Tensor::new("relu1", 10, "14")],
                    ),
                    q::Step::new(
                            0,
                            "head forward",
                            &[q::Tensor::new("relu1", 10, "14")],
                            &[q::Tensor::new("head", 3, "36")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("head", 3, "36")],
                        &[
                            q::Tensor::new("d logits", 3, "36"),
                            q::Tensor::new("losses", 1, "41"),
                        ],
                    ),
                    q::Step::new(
                            1,
                            "head backward",
                            &[q::Tensor::new("d logits", 3, "36")],
                            &[q::Tensor::new("d relu1", 10, "chunk 0+0")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            1,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 10, "chunk 0+0"),
                                q::Tensor::new("relu1", 10, "14"),
                            ],
                            &[q::Tensor::new("d concat1", 10, "chunk 0+0")],
                        )
                        .by("with head backward"),
                    q::Step::new(
                        1,
                        "slice",
                        &[q::Tensor::new("d concat1", 10, "chunk 0+0")],
                        &[q::Tensor::new("d fc1", 2, "39")],
                    ),
                    q::Step::new(
                        1,
                        "slice",
                        &[q::Tensor::new("d concat1", 10, "chunk 0+0")],
                        &[q::Tensor::new("d tanh1", 4, "chunk 0+10")],
                    ),
                    q::Step::new(
                        1,
                        "slice",
                        &[q::Tensor::new("d concat1", 10, "chunk 0+0")],
                        &[q::Tensor::new("d fc1", 4, "32")],
                    ),
                    q::Step::new(
                        1,
                        "concat1.branch2.tanh1 backward",
                        &[
                            q::Tensor::new("d tanh1", 4, "chunk 0+10"),
                            q::Tensor::new("tanh1", 4, "28"),
                        ],
                        &[q::Tensor::new("d fc1", 4, "chunk 0+10")],
                    ),
                    q::Step::new(
                        1,
                        "add",
                        &[
                            q::Tensor::new("d fc1", 4, "32"),
                            q::Tensor::new("d fc1", 4, "chunk 0+10"),
                        ],
                        &[q::Tensor::new("d fc1", 4, "32")],
                    ),
                    q::Step::new(
                            1,
                            "head gradient",
                            &[
                                q::Tensor::new("d logits", 3, "36"),
                                q::Tensor::new("relu1", 10, "14"),
                            ],
                            &[],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            2,
                            "concat1.branch1.fc1 backward",
                            &[q::Tensor::new("d fc1", 2, "39")],
                            &[q::Tensor::new("d fc1", 4, "chunk 0+0")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        2,
                        "add",
                        &[
                            q::Tensor::new("d fc1", 4, "32"),
                            q::Tensor::new("d fc1", 4, "chunk 0+0"),
                        ],
                        &[q::Tensor::new("d fc1", 4, "32")],
                    ),
                    q::Step::new(
                            2,
                            "concat1.branch1.fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 2, "39"),
                                q::Tensor::new("fc1", 4, "24"),
                            ],
                            &[],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                            3,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 4, "32")],
                            &[q::Tensor::new("d x", 5, "caller")],
                        )
                        .only_for_input()
                        .by("loops: 20 weights <= 1024"),
                    q::Step::new(
                            3,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 4, "32"),
                                q::Tensor::new("x", 5, "data"),
                            ],
                            &[],
                        )
                        .by("loops: 20 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 5, "data")],
                            &[q::Tensor::new("fc1", 4, "chunk 0+10")],
                        )
                        .by("loops: 20 weights <= 1024"),
                    q::Step::new(
                            0,
                            "concat1.branch1.fc1 forward",
                            &[q::Tensor::new("fc1", 4, "chunk 0+10")],
                            &[q::Tensor::new("fc1", 2, "chunk 0+18")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        0,
                        "concat1.branch2.tanh1 forward",
                        &[q::Tensor::new("fc1", 4, "chunk 0+10")],
                        &[q::Tensor::new("tanh1", 4, "chunk 0+14")],
                    ),
                    q::Step::new(
                        0,
                        "concatenate",
                        &[
                            q::Tensor::new("fc1", 2, "chunk 0+18"),
                            q::Tensor::new("tanh1", 4, "chunk 0+14"),
                            q::Tensor::new("fc1", 4, "chunk 0+10"),
                        ],
                        &[q::Tensor::new("concat1", 10, "chunk 0+0")],
                    ),
                    q::Step::new(
                        0,
                        "relu1 forward",
                        &[q::Tensor::new("concat1", 10, "chunk 0+0")],
                        &[q::Tensor::new("relu1", 10, "chunk 0+0")],
                    ),
                    q::Step::new(
                            0,
                            "head forward",
                            &[q::Tensor::new("relu1", 10, "chunk 0+0")],
                            &[q::Tensor::new("head", 3, "20")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("head", 3, "20")],
                        &[
                            q::Tensor::new("prediction", 3, "20"),
                            q::Tensor::new("losses", 1, "23"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(41, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(23, 1);
        const PREDICTION: q::Place = q::Place::kept(20, 3);
        fn train(
            net: &mut q::Weights<'_, Self>,
            run: &mut q::Run<'_, T>,
            gradient: ::core::option::Option<&mut Self>,
        ) {
            train(net, run, gradient);
        }
        fn infer(&self, run: &mut q::Run<'_, T>) {
            infer(self, run);
        }
    }
    #[allow(unused_mut, unused_variables)]
    fn train<T: q::Scalar>(
        p: &mut q::Weights<'_, ConcatOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut ConcatOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        run.rows(|rows| {
            rows.forward(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::kept(24, 4),
                q::Keep::NONE,
            );
            rows.forward(
                "concat1.branch1.fc1",
                &K__concat1__branch1__fc1,
                q::Plain::flat(&p.concat1.branch1.fc1),
                q::Place::kept(24, 4),
                q::Place::local(0, 2, 0, 2),
                q::Keep::NONE,
            );
            rows.forward(
                "concat1.branch2.tanh1",
                &K__concat1__branch2__tanh1,
                &[],
                q::Place::kept(24, 4),
                q::Place::kept(28, 4),
                q::Keep::NONE,
            );
            rows.put(q::Place::local(0, 2, 0, 2), q::Place::kept(14, 10), 1, 0);
            rows.put(q::Place::kept(28, 4), q::Place::kept(14, 10), 1, 2);
            rows.put(q::Place::kept(24, 4), q::Place::kept(14, 10), 1, 6);
            rows.forward(
                "relu1",
                &K__relu1,
                &[],
                q::Place::kept(14, 10),
                q::Place::kept(14, 10),
                q::Keep::NONE,
            );
            rows.forward(
                "head",
                &K__head,
                q::Plain::flat(&p.head),
                q::Place::kept(14, 10),
                q::Place::kept(36, 3),
                q::Keep::NONE,
            );
            rows.head("softmax_ce", &HEAD, q::Place::kept(36, 3), q::Place::kept(41, 1));
        });
        run.rows(|rows| {
            rows.backward_then(
                ["head", "relu1"],
                &K__head,
                &K__relu1,
                q::Plain::flat(&p.head),
                q::Keep::NONE,
                q::Place::kept(36, 3),
                q::Place::local(0, 14, 0, 10),
                q::Place::kept(14, 10),
            );
            rows.take(q::Place::local(0, 14, 0, 10), q::Place::kept(39, 2), 1, 0);
            rows.take(
                q::Place::local(0, 14, 0, 10),
                q::Place::local(0, 14, 10, 4),
                1,
                2,
            );
            rows.take(q::Place::local(0, 14, 0, 10), q::Place::kept(32, 4), 1, 6);
            rows.backward(
                "concat1.branch2.tanh1",
                &K__concat1__branch2__tanh1,
                &[],
                q::Place::None,
                q::Place::kept(28, 4),
                q::Keep::NONE,
                q::Place::local(0, 14, 10, 4),
                q::Place::local(0, 14, 10, 4),
            );
            rows.add(q::Place::local(0, 14, 10, 4), q::Place::kept(32, 4));
        });
        run.gradient(
            &K__head,
            p.target(gradient.as_deref_mut(), |p| &mut p.head),
            q::Place::kept(14, 10),
            q::Keep::NONE,
            q::Place::kept(36, 3),
        );
        run.rows(|rows| {
            rows.backward(
                "concat1.branch1.fc1",
                &K__concat1__branch1__fc1,
                q::Plain::flat(&p.concat1.branch1.fc1),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(39, 2),
                q::Place::local(0, 4, 0, 4),
            );
            rows.add(q::Place::local(0, 4, 0, 4), q::Place::kept(32, 4));
        });
        run.gradient(
            &K__concat1__branch1__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.concat1.branch1.fc1),
            q::Place::kept(24, 4),
            q::Keep::NONE,
            q::Place::kept(39, 2),
        );
        if wanted {
            run.rows(|rows| {
                rows.backward(
                    "fc1",
                    &K__fc1,
                    q::Plain::flat(&p.fc1),
                    q::Place::None,
                    q::Place::None,
                    q::Keep::NONE,
                    q::Place::kept(32, 4),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(32, 4),
        );
    }
    fn infer<T: q::Scalar>(p: &ConcatOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.infer(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::local(0, 20, 10, 4),
            );
            rows.infer(
                "concat1.branch1.fc1",
                &K__concat1__branch1__fc1,
                q::Plain::flat(&p.concat1.branch1.fc1),
                q::Place::local(0, 20, 10, 4),
                q::Place::local(0, 20, 18, 2),
            );
            rows.infer(
                "concat1.branch2.tanh1",
                &K__concat1__branch2__tanh1,
                &[],
                q::Place::local(0, 20, 10, 4),
                q::Place::local(0, 20, 14, 4),
            );
            rows.put(q::Place::local(0, 20, 18, 2), q::Place::local(0, 20, 0, 10), 1, 0);
            rows.put(q::Place::local(0, 20, 14, 4), q::Place::local(0, 20, 0, 10), 1, 2);
            rows.put(q::Place::local(0, 20, 10, 4), q::Place::local(0, 20, 0, 10), 1, 6);
            rows.infer(
                "relu1",
                &K__relu1,
                &[],
                q::Place::local(0, 20, 0, 10),
                q::Place::local(0, 20, 0, 10),
            );
            rows.infer(
                "head",
                &K__head,
                q::Plain::flat(&p.head),
                q::Place::local(0, 20, 0, 10),
                q::Place::kept(20, 3),
            );
            rows.head("softmax_ce", &HEAD, q::Place::kept(20, 3), q::Place::kept(23, 1));
        });
    }
};
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod fc1 {
            /// `fc1`: (5) → (4), 24 parameters. A sample takes 20 MACs, 44 FLOPs forward and 44 backward (22.2 % of the network), and keeps 16 bytes over `f32`.
            mod fc {}
        }
        mod concat1 {
            /// `concat1`: (4) → (10), 0 parameters. A sample takes 0 MACs, 0 FLOPs forward and 8 backward (2.0 % of the network), and keeps 0 bytes over `f32`.
            mod concat {}
        }
        mod concat1__branch1__fc1 {
            /// `concat1.branch1.fc1`: (4) → (2), 10 parameters. A sample takes 8 MACs, 18 FLOPs forward and 34 backward (13.1 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod concat1__branch2__tanh1 {
            /// `concat1.branch2.tanh1`: (4) → (4), 0 parameters. A sample takes 0 MACs, 4 FLOPs forward and 12 backward (4.0 % of the network), and keeps 16 bytes over `f32`.
            mod tanh {}
        }
        mod relu1 {
            /// `relu1`: (10) → (10), 0 parameters. A sample takes 0 MACs, 10 FLOPs forward and 10 backward (5.0 % of the network), and keeps 40 bytes over `f32`.
            mod relu {}
        }
        mod head {
            /// `head`: (10) → (3), 33 parameters. A sample takes 30 MACs, 63 FLOPs forward and 123 backward (46.9 % of the network), and keeps 0 bytes over `f32`.
            mod head {}
        }
        mod softmax_ce {
            /// `softmax_ce`: (3) → (3), 0 parameters. A sample takes 0 MACs, 21 FLOPs forward and 6 backward (6.8 % of the network), and keeps 0 bytes over `f32`.
            mod softmax_ce {}
        }
    }
    mod words {
        use ::quipu::{
            layers::fc as _, layers::concat as _, layers::fc as _, layers::tanh as _,
            layers::relu as _, heads::softmax_ce as _,
            heads::softmax_ce::words::smoothing as _,
        };
    }
};
