// network! { Repeat < block wide(n) { fc(4 * n); silu; fc(n) } fc(6, 3); repeat(2) { residual { wide(3); dropout(0.1) } } relu; bce(1) > }

///
/// The parameters of `Repeat` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (3) | 21 | 18 | 39 | 39 | 12 | 5.6 % |
/// | `repeat1.residual1.wide1.fc1` | (3) → (12) | 96 | 72 | 168 | 312 | 96 | 34.8 % |
/// | `repeat1.residual1.wide1.silu1` | (12) → (12) | 0 | 0 | 96 | 216 | 96 | 22.6 % |
/// | `repeat1.residual1.wide1.fc2` | (12) → (3) | 78 | 72 | 150 | 294 | 0 | 32.2 % |
/// | `repeat1.residual1.dropout1` | (3) → (3) | 0 | 0 | 6 | 6 | 0 | 0.9 % |
/// | `repeat1.residual1` | (3) → (3) | 0 | 0 | 6 | 6 | 12 | 0.9 % |
/// | `relu1` | (3) → (3) | 0 | 0 | 3 | 3 | 12 | 0.4 % |
/// | `fc2` | (3) → (1) | 4 | 3 | 7 | 13 | 0 | 1.4 % |
/// | `bce` | (1) → (1) | 0 | 0 | 11 | 6 | 0 | 1.2 % |
/// | **total** | | 199 | 165 | 486 | 895 | 228 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
struct RepeatOf<T: ::quipu::private::Scalar> {
    /// `fc`: (6) → (3).
    pub fc1: ::quipu::layers::Fc<T, 6, 3>,
    /// `repeat`: (3) → (3).
    pub repeat1: [RepeatRepeat1Of<T>; 2],
    /// The projection of the head `bce`.
    /// `fc`: (3) → (1).
    pub fc2: ::quipu::layers::Fc<T, 3, 1>,
}
///
/// `RepeatOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (3) | 21 | 18 | 39 | 39 | 12 | 5.6 % |
/// | `repeat1.residual1.wide1.fc1` | (3) → (12) | 96 | 72 | 168 | 312 | 96 | 34.8 % |
/// | `repeat1.residual1.wide1.silu1` | (12) → (12) | 0 | 0 | 96 | 216 | 96 | 22.6 % |
/// | `repeat1.residual1.wide1.fc2` | (12) → (3) | 78 | 72 | 150 | 294 | 0 | 32.2 % |
/// | `repeat1.residual1.dropout1` | (3) → (3) | 0 | 0 | 6 | 6 | 0 | 0.9 % |
/// | `repeat1.residual1` | (3) → (3) | 0 | 0 | 6 | 6 | 12 | 0.9 % |
/// | `relu1` | (3) → (3) | 0 | 0 | 3 | 3 | 12 | 0.4 % |
/// | `fc2` | (3) → (1) | 4 | 3 | 7 | 13 | 0 | 1.4 % |
/// | `bce` | (1) → (1) | 0 | 0 | 11 | 6 | 0 | 1.2 % |
/// | **total** | | 199 | 165 | 486 | 895 | 228 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
type Repeat = RepeatOf<f32>;
/// The parameters of `wide` in [`RepeatOf`].
#[repr(C)]
struct RepeatWide1Of<T: ::quipu::private::Scalar> {
    /// `fc`: (3) → (12).
    pub fc1: ::quipu::layers::Fc<T, 3, 12>,
    /// `fc`: (12) → (3).
    pub fc2: ::quipu::layers::Fc<T, 12, 3>,
}
/// The parameters of `residual1` in [`RepeatOf`].
#[repr(C)]
struct RepeatRepeat1Residual1Of<T: ::quipu::private::Scalar> {
    /// `wide`: (3) → (3).
    pub wide1: RepeatWide1Of<T>,
}
/// The parameters of `repeat1` in [`RepeatOf`].
#[repr(C)]
struct RepeatRepeat1Of<T: ::quipu::private::Scalar> {
    /// `residual`: (3) → (3).
    pub residual1: RepeatRepeat1Residual1Of<T>,
}
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for RepeatOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<RepeatOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for RepeatOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(Repeat), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> RepeatOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 199;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 6;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 1;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Repeat",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[6],
                output: &[3],
                times: 1,
                params: 21,
                buffers: 0,
                macs: 18,
                forward_flops: 39,
                backward_flops: 39,
                infer_flops: 39,
                input_grad_flops: 36,
                saved: 3,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 9,
                    backward: 18,
                    forward_per_step: 21,
                    backward_per_step: 42,
                },
            },
            ::quipu::private::LayerCost {
                name: "repeat1.residual1.wide1.fc1",
                kind: "fc",
                input: &[3],
                output: &[12],
                times: 2,
                params: 96,
                buffers: 0,
                macs: 72,
                forward_flops: 168,
                backward_flops: 312,
                infer_flops: 168,
                input_grad_flops: 144,
                saved: 24,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 30,
                    backward: 60,
                    forward_per_step: 96,
                    backward_per_step: 192,
                },
            },
            ::quipu::private::LayerCost {
                name: "repeat1.residual1.wide1.silu1",
                kind: "silu",
                input: &[12],
                output: &[12],
                times: 2,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 96,
                backward_flops: 216,
                infer_flops: 96,
                input_grad_flops: 216,
                saved: 24,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 48,
                    backward: 72,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "repeat1.residual1.wide1.fc2",
                kind: "fc",
                input: &[12],
                output: &[3],
                times: 2,
                params: 78,
                buffers: 0,
                macs: 72,
                forward_flops: 150,
                backward_flops: 294,
                infer_flops: 150,
                input_grad_flops: 144,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 30,
                    backward: 60,
                    forward_per_step: 78,
                    backward_per_step: 156,
                },
            },
            ::quipu::private::LayerCost {
                name: "repeat1.residual1.dropout1",
                kind: "dropout",
                input: &[3],
                output: &[3],
                times: 2,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 6,
                backward_flops: 6,
                infer_flops: 0,
                input_grad_flops: 6,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 12,
                    backward: 12,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "repeat1.residual1",
                kind: "residual",
                input: &[3],
                output: &[3],
                times: 2,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 6,
                backward_flops: 6,
                infer_flops: 6,
                input_grad_flops: 6,
                saved: 3,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 18,
                    backward: 18,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[3],
                output: &[3],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 3,
                backward_flops: 3,
                infer_flops: 3,
                input_grad_flops: 3,
                saved: 3,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 6,
                    backward: 9,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2",
                kind: "fc",
                input: &[3],
                output: &[1],
                times: 1,
                params: 4,
                buffers: 0,
                macs: 3,
                forward_flops: 7,
                backward_flops: 13,
                infer_flops: 7,
                input_grad_flops: 6,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 4,
                    backward: 8,
                    forward_per_step: 4,
                    backward_per_step: 8,
                },
            },
            ::quipu::private::LayerCost {
                name: "bce",
                kind: "bce",
                input: &[1],
                output: &[1],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 11,
                backward_flops: 6,
                infer_flops: 4,
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
                    forward: 2,
                    backward: 2,
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
    const K__wide1__fc1: q::layers::fc::Small<3, 12, 12> = q::layers::fc::Small::<
        3,
        12,
        12,
    > {};
    #[allow(non_upper_case_globals)]
    const K__wide1__silu1: q::layers::silu::Kernel = q::layers::silu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__wide1__fc2: q::layers::fc::Small<12, 3, 3> = q::layers::fc::Small::<
        12,
        3,
        3,
    > {};
    #[allow(non_upper_case_globals)]
    const K__repeat1__residual1__dropout1: q::layers::dropout::Kernel = q::layers::dropout::Kernel {
        p: 0.1f64,
    };
    #[allow(non_upper_case_globals)]
    const K__fc1: q::layers::fc::Small<6, 3, 3> = q::layers::fc::Small::<6, 3, 3> {};
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__fc2: q::layers::fc::Small<3, 1, 1> = q::layers::fc::Small::<3, 1, 1> {};
    const HEAD: q::heads::bce::Kernel = q::heads::bce::Kernel {
        outputs: 1,
    };
    unsafe impl<T: q::Scalar> q::Model for RepeatOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = RepeatOf<S>;
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
                            shape: &[6, 3],
                            transposed: true,
                            init: Init::Normal(0.5773502691896257f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[3],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
                Node::Group {
                    name: "repeat1",
                    times: Some(2),
                    children: &[
                        Node::Group {
                            name: "residual1",
                            times: None,
                            children: &[
                                Node::Group {
                                    name: "wide1",
                                    times: None,
                                    children: &[
                                        Node::Group {
                                            name: "fc1",
                                            times: None,
                                            children: &[
                                                Node::Param {
                                                    name: "weight",
                                                    shape: &[3, 12],
                                                    transposed: true,
                                                    init: Init::Normal(0.816496580927726f64),
                                                },
                                                Node::Param {
                                                    name: "bias",
                                                    shape: &[12],
                                                    transposed: false,
                                                    init: Init::Zeros,
                                                },
                                            ],
                                        },
                                        Node::Group {
                                            name: "fc2",
                                            times: None,
                                            children: &[
                                                Node::Param {
                                                    name: "weight",
                                                    shape: &[12, 3],
                                                    transposed: true,
                                                    init: Init::Normal(0.408248290463863f64),
                                                },
                                                Node::Param {
                                                    name: "bias",
                                                    shape: &[3],
                                                    transposed: false,
                                                    init: Init::Zeros,
                                                },
                                            ],
                                        },
                                    ],
                                },
                            ],
                        },
                    ],
                },
                Node::Group {
                    name: "fc2",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "weight",
                            shape: &[3, 1],
                            transposed: true,
                            init: Init::Uniform(1.224744871391589f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[1],
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
        const TARGETS: q::TargetKind = q::TargetKind::Binary(1);
        const TRAIN: q::Sizes = q::Sizes {
            values: 82,
            statistics: 0,
            indices: 0,
            bytes: 6,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 21,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 144,
            planned: 82,
            live: 82,
            kept: 59,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 69,
            planned: 21,
            live: 21,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "wide1",
                training: &[
                    q::Step::new(
                            0,
                            "wide1.fc1 forward",
                            &[q::Tensor::new("x", 3, "x")],
                            &[q::Tensor::new("fc1", 12, "tape+0")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                        0,
                        "wide1.silu1 forward",
                        &[q::Tensor::new("fc1", 12, "tape+0")],
                        &[q::Tensor::new("silu1", 12, "tape+12")],
                    ),
                    q::Step::new(
                            0,
                            "wide1.fc2 forward",
                            &[q::Tensor::new("silu1", 12, "tape+12")],
                            &[q::Tensor::new("fc2", 3, "y")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            1,
                            "wide1.fc2 backward",
                            &[q::Tensor::new("dy", 3, "dy")],
                            &[q::Tensor::new("d silu1", 12, "scratch+0")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            1,
                            "wide1.silu1 backward",
                            &[
                                q::Tensor::new("d silu1", 12, "scratch+0"),
                                q::Tensor::new("fc1", 12, "tape+0"),
                            ],
                            &[q::Tensor::new("d fc1", 12, "scratch+0")],
                        )
                        .by("with wide1.fc2 backward"),
                    q::Step::new(
                            1,
                            "wide1.fc2 gradient",
                            &[
                                q::Tensor::new("dy", 3, "dy"),
                                q::Tensor::new("silu1", 12, "tape+12"),
                            ],
                            &[],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            2,
                            "wide1.fc1 backward",
                            &[q::Tensor::new("d fc1", 12, "scratch+0")],
                            &[q::Tensor::new("d x", 3, "dx")],
                        )
                        .only_for_input()
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            2,
                            "wide1.fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 12, "scratch+0"),
                                q::Tensor::new("x", 3, "x"),
                            ],
                            &[],
                        )
                        .by("loops: 36 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "wide1.fc1 forward",
                            &[q::Tensor::new("x", 3, "x")],
                            &[q::Tensor::new("fc1", 12, "chunk 0+0")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            0,
                            "wide1.silu1 forward",
                            &[q::Tensor::new("fc1", 12, "chunk 0+0")],
                            &[q::Tensor::new("silu1", 12, "chunk 0+0")],
                        )
                        .by("with wide1.fc1 forward"),
                    q::Step::new(
                            0,
                            "wide1.fc2 forward",
                            &[q::Tensor::new("silu1", 12, "chunk 0+0")],
                            &[q::Tensor::new("fc2", 3, "y")],
                        )
                        .by("loops: 36 weights <= 1024"),
                ],
            },
            q::UnitSchedule {
                name: "repeat1",
                training: &[
                    q::Step::new(
                        0,
                        "wide1 forward",
                        &[q::Tensor::new("x", 3, "x")],
                        &[
                            q::Tensor::new("wide1", 3, "y"),
                            q::Tensor::new("wide1 tape", 24, "tape+0"),
                        ],
                    ),
                    q::Step::new(
                        1,
                        "repeat1.residual1.dropout1 forward",
                        &[q::Tensor::new("wide1", 3, "y")],
                        &[q::Tensor::new("dropout1", 3, "y")],
                    ),
                    q::Step::new(
                        1,
                        "add",
                        &[
                            q::Tensor::new("dropout1", 3, "y"),
                            q::Tensor::new("x", 3, "x"),
                        ],
                        &[q::Tensor::new("residual1", 3, "y")],
                    ),
                    q::Step::new(
                        2,
                        "repeat1.residual1.dropout1 backward",
                        &[q::Tensor::new("dy", 3, "dy")],
                        &[q::Tensor::new("d wide1", 3, "scratch+12")],
                    ),
                    q::Step::new(
                        3,
                        "wide1 backward",
                        &[
                            q::Tensor::new("d wide1", 3, "scratch+12"),
                            q::Tensor::new("wide1 tape", 24, "tape+0"),
                            q::Tensor::new("x", 3, "x"),
                        ],
                        &[
                            q::Tensor::new("d x", 3, "scratch+15"),
                            q::Tensor::new("scratch", 12, "scratch+0"),
                        ],
                    ),
                    q::Step::new(
                            4,
                            "add",
                            &[
                                q::Tensor::new("dy", 3, "dy"),
                                q::Tensor::new("d x", 3, "scratch+15"),
                            ],
                            &[q::Tensor::new("d x", 3, "dx")],
                        )
                        .only_for_input(),
                ],
                inference: &[
                    q::Step::new(
                        0,
                        "wide1 forward",
                        &[q::Tensor::new("x", 3, "x")],
                        &[
                            q::Tensor::new("wide1", 3, "y"),
                            q::Tensor::new("wide1 scratch", 12, "scratch+0"),
                        ],
                    ),
                    q::Step::new(
                        1,
                        "add",
                        &[q::Tensor::new("wide1", 3, "y"), q::Tensor::new("x", 3, "x")],
                        &[q::Tensor::new("residual1", 3, "y")],
                    ),
                ],
            },
            q::UnitSchedule {
                name: "Repeat",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 3, "66")],
                        )
                        .by("loops: 18 weights <= 1024"),
                    q::Step::new(
                        1,
                        "repeat1 x 2 forward",
                        &[q::Tensor::new("fc1", 3, "66")],
                        &[
                            q::Tensor::new("repeat1", 3, "48"),
                            q::Tensor::new("repeat1 tape", 48, "0"),
                            q::Tensor::new("repeat1 links", 3, "69"),
                        ],
                    ),
                    q::Step::new(
                        2,
                        "relu1 forward",
                        &[q::Tensor::new("repeat1", 3, "48")],
                        &[q::Tensor::new("relu1", 3, "48")],
                    ),
                    q::Step::new(
                            2,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 3, "48")],
                            &[q::Tensor::new("fc2", 1, "51")],
                        )
                        .by("loops: 3 weights <= 1024"),
                    q::Step::new(
                        2,
                        "head",
                        &[q::Tensor::new("fc2", 1, "51")],
                        &[
                            q::Tensor::new("d logits", 1, "51"),
                            q::Tensor::new("losses", 1, "81"),
                        ],
                    ),
                    q::Step::new(
                            3,
                            "fc2 backward",
                            &[q::Tensor::new("d logits", 1, "51")],
                            &[q::Tensor::new("d relu1", 3, "72")],
                        )
                        .by("loops: 3 weights <= 1024"),
                    q::Step::new(
                            3,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 3, "72"),
                                q::Tensor::new("relu1", 3, "48"),
                            ],
                            &[q::Tensor::new("d repeat1", 3, "72")],
                        )
                        .by("with fc2 backward"),
                    q::Step::new(
                            3,
                            "fc2 gradient",
                            &[
                                q::Tensor::new("d logits", 1, "51"),
                                q::Tensor::new("relu1", 3, "48"),
                            ],
                            &[],
                        )
                        .by("loops: 3 weights <= 1024"),
                    q::Step::new(
                        4,
                        "repeat1 x 2 backward",
                        &[
                            q::Tensor::new("d repeat1", 3, "72"),
                            q::Tensor::new("repeat1 tape", 48, "0"),
                            q::Tensor::new("fc1", 3, "66"),
                            q::Tensor::new("repeat1 links", 3, "69"),
                        ],
                        &[
                            q::Tensor::new("d fc1", 3, "75"),
                            q::Tensor::new("flows", 3, "78"),
                            q::Tensor::new("scratch", 18, "48"),
                        ],
                    ),
                    q::Step::new(
                            5,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 3, "75")],
                            &[q::Tensor::new("d x", 6, "caller")],
                        )
                        .only_for_input()
                        .by("loops: 18 weights <= 1024"),
                    q::Step::new(
                            5,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 3, "75"),
                                q::Tensor::new("x", 6, "data"),
                            ],
                            &[],
                        )
                        .by("loops: 18 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 3, "12")],
                        )
                        .by("loops: 18 weights <= 1024"),
                    q::Step::new(
                        1,
                        "repeat1 x 2 forward",
                        &[q::Tensor::new("fc1", 3, "12")],
                        &[
                            q::Tensor::new("repeat1", 3, "15"),
                            q::Tensor::new("repeat1 links", 3, "18"),
                            q::Tensor::new("repeat1 scratch", 12, "0"),
                        ],
                    ),
                    q::Step::new(
                        2,
                        "relu1 forward",
                        &[q::Tensor::new("repeat1", 3, "15")],
                        &[q::Tensor::new("relu1", 3, "15")],
                    ),
                    q::Step::new(
                            2,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 3, "15")],
                            &[q::Tensor::new("fc2", 1, "0")],
                        )
                        .by("loops: 3 weights <= 1024"),
                    q::Step::new(
                        2,
                        "head",
                        &[q::Tensor::new("fc2", 1, "0")],
                        &[
                            q::Tensor::new("prediction", 1, "0"),
                            q::Tensor::new("losses", 1, "1"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(81, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(1, 1);
        const PREDICTION: q::Place = q::Place::kept(0, 1);
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
    #[allow(unused_variables)]
    fn wide1_forward<T: q::Scalar>(
        p: &RepeatWide1Of<T>,
        run: &mut q::Run<'_, T>,
        tape: q::Tape,
        scratch: usize,
        x: q::Place,
        y: q::Place,
    ) {
        run.rows(|rows| {
            rows.forward(
                "wide1.fc1",
                &K__wide1__fc1,
                q::Plain::flat(&p.fc1),
                x,
                q::Place::kept(tape.values, 12),
                q::Keep::NONE,
            );
            rows.forward(
                "wide1.silu1",
                &K__wide1__silu1,
                &[],
                q::Place::kept(tape.values, 12),
                q::Place::kept(tape.values + 12, 12),
                q::Keep::NONE,
            );
            rows.forward(
                "wide1.fc2",
                &K__wide1__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::kept(tape.values + 12, 12),
                y,
                q::Keep::NONE,
            );
        });
    }
    #[allow(unused_mut, unused_variables, clippy::too_many_arguments)]
    fn wide1_backward<T: q::Scalar>(
        p: &mut q::Weights<'_, RepeatWide1Of<T>>,
        mut gradient: ::core::option::Option<&mut RepeatWide1Of<T>>,
        run: &mut q::Run<'_, T>,
        tape: q::Tape,
        scratch: usize,
        x: q::Place,
        y: q::Place,
        dy: q::Place,
        dx: q::Place,
    ) {
        let wanted = dx != q::Place::None;
        run.rows(|rows| {
            rows.backward_then(
                ["wide1.fc2", "wide1.silu1"],
                &K__wide1__fc2,
                &K__wide1__silu1,
                q::Plain::flat(&p.fc2),
                q::Keep::NONE,
                dy,
                q::Place::kept(scratch, 12),
                q::Place::kept(tape.values, 12),
            );
        });
        run.gradient(
            &K__wide1__fc2,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2),
            q::Place::kept(tape.values + 12, 12),
            q::Keep::NONE,
            dy,
        );
        if wanted {
            run.rows(|rows| {
                rows.backward(
                    "wide1.fc1",
                    &K__wide1__fc1,
                    q::Plain::flat(&p.fc1),
                    q::Place::None,
                    q::Place::None,
                    q::Keep::NONE,
                    q::Place::kept(scratch, 12),
                    dx,
                );
            });
        }
        run.gradient(
            &K__wide1__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            x,
            q::Keep::NONE,
            q::Place::kept(scratch, 12),
        );
    }
    #[allow(unused_variables)]
    fn wide1_infer<T: q::Scalar>(
        p: &RepeatWide1Of<T>,
        run: &mut q::Run<'_, T>,
        scratch: usize,
        x: q::Place,
        y: q::Place,
    ) {
        run.rows(|rows| {
            rows.forward_then(
                ["wide1.fc1", "wide1.silu1"],
                &K__wide1__fc1,
                &K__wide1__silu1,
                q::Plain::flat(&p.fc1),
                x,
                q::Place::local(scratch, 12, 0, 12),
                ::core::option::Option::None,
            );
            rows.infer(
                "wide1.fc2",
                &K__wide1__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::local(scratch, 12, 0, 12),
                y,
            );
        });
    }
    #[allow(unused_variables)]
    fn repeat1_forward<T: q::Scalar>(
        p: &RepeatRepeat1Of<T>,
        run: &mut q::Run<'_, T>,
        tape: q::Tape,
        scratch: usize,
        x: q::Place,
        y: q::Place,
    ) {
        wide1_forward(
            &p.residual1.wide1,
            run,
            q::Tape {
                values: tape.values,
                statistics: tape.statistics,
                indices: tape.indices,
                bytes: tape.bytes,
            },
            0,
            x,
            y,
        );
        run.rows(|rows| {
            rows.forward(
                "repeat1.residual1.dropout1",
                &K__repeat1__residual1__dropout1,
                &[],
                y,
                y,
                q::Keep {
                    values: q::Place::None,
                    indices: q::Span::NONE,
                    bytes: q::Span {
                        offset: tape.bytes,
                        width: 3,
                    },
                },
            );
            rows.add(x, y);
        });
    }
    #[allow(unused_mut, unused_variables, clippy::too_many_arguments)]
    fn repeat1_backward<T: q::Scalar>(
        p: &mut q::Weights<'_, RepeatRepeat1Of<T>>,
        mut gradient: ::core::option::Option<&mut RepeatRepeat1Of<T>>,
        run: &mut q::Run<'_, T>,
        tape: q::Tape,
        scratch: usize,
        x: q::Place,
        y: q::Place,
        dy: q::Place,
        dx: q::Place,
    ) {
        let wanted = dx != q::Place::None;
        run.rows(|rows| {
            rows.backward(
                "repeat1.residual1.dropout1",
                &K__repeat1__residual1__dropout1,
                &[],
                q::Place::None,
                q::Place::None,
                q::Keep {
                    values: q::Place::None,
                    indices: q::Span::NONE,
                    bytes: q::Span {
                        offset: tape.bytes,
                        width: 3,
                    },
                },
                dy,
                q::Place::kept(scratch + 12, 3),
            );
        });
        wide1_backward(
            &mut p.part(|p| &p.residual1.wide1, |p| &mut p.residual1.wide1),
            gradient.as_deref_mut().map(|g| &mut g.residual1.wide1),
            run,
            q::Tape {
                values: tape.values,
                statistics: tape.statistics,
                indices: tape.indices,
                bytes: tape.bytes,
            },
            scratch,
            x,
            y,
            q::Place::kept(scratch + 12, 3),
            if wanted { q::Place::kept(scratch + 15, 3) } else { q::Place::None },
        );
        if wanted {
            run.rows(|rows| {
                rows.copy(dy, dx);
                rows.add(q::Place::kept(scratch + 15, 3), dx);
            });
        }
    }
    #[allow(unused_variables)]
    fn repeat1_infer<T: q::Scalar>(
        p: &RepeatRepeat1Of<T>,
        run: &mut q::Run<'_, T>,
        scratch: usize,
        x: q::Place,
        y: q::Place,
    ) {
        wide1_infer(&p.residual1.wide1, run, scratch, x, y);
        run.rows(|rows| {
            rows.add(x, y);
        });
    }
    #[allow(unused_mut, unused_variables)]
    fn train<T: q::Scalar>(
        p: &mut q::Weights<'_, RepeatOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut RepeatOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        run.rows(|rows| {
            rows.forward(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::kept(66, 3),
                q::Keep::NONE,
            );
        });
        for i in 0..2 {
            let (x, y) = q::layers::repeat::links(
                i,
                2,
                q::Place::kept(66, 3),
                q::Place::kept(69, 3),
                q::Place::kept(48, 3),
            );
            repeat1_forward(
                &p.repeat1[i],
                run,
                q::Tape {
                    values: 0,
                    statistics: 0,
                    indices: 0,
                    bytes: 0,
                }
                    .copy(
                        i,
                        q::Tape {
                            values: 24,
                            statistics: 0,
                            indices: 0,
                            bytes: 3,
                        },
                    ),
                0,
                x,
                y,
            );
        }
        run.rows(|rows| {
            rows.forward(
                "relu1",
                &K__relu1,
                &[],
                q::Place::kept(48, 3),
                q::Place::kept(48, 3),
                q::Keep::NONE,
            );
            rows.forward(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::kept(48, 3),
                q::Place::kept(51, 1),
                q::Keep::NONE,
            );
            rows.head("bce", &HEAD, q::Place::kept(51, 1), q::Place::kept(81, 1));
        });
        run.rows(|rows| {
            rows.backward_then(
                ["fc2", "relu1"],
                &K__fc2,
                &K__relu1,
                q::Plain::flat(&p.fc2),
                q::Keep::NONE,
                q::Place::kept(51, 1),
                q::Place::kept(72, 3),
                q::Place::kept(48, 3),
            );
        });
        run.gradient(
            &K__fc2,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2),
            q::Place::kept(48, 3),
            q::Keep::NONE,
            q::Place::kept(51, 1),
        );
        for i in (0..2).rev() {
            let (x, y) = q::layers::repeat::links(
                i,
                2,
                q::Place::kept(66, 3),
                q::Place::kept(69, 3),
                q::Place::kept(48, 3),
            );
            let (dy, dx) = q::layers::repeat::flows(
                i,
                2,
                q::Place::kept(72, 3),
                q::Place::kept(78, 3),
                q::Place::kept(75, 3),
            );
            repeat1_backward(
                &mut p.part(|p| &p.repeat1[i], |p| &mut p.repeat1[i]),
                gradient.as_deref_mut().map(|g| &mut g.repeat1[i]),
                run,
                q::Tape {
                    values: 0,
                    statistics: 0,
                    indices: 0,
                    bytes: 0,
                }
                    .copy(
                        i,
                        q::Tape {
                            values: 24,
                            statistics: 0,
                            indices: 0,
                            bytes: 3,
                        },
                    ),
                48,
                x,
                y,
                dy,
                dx,
            );
        }
        if wanted {
            run.rows(|rows| {
                rows.backward(
                    "fc1",
                    &K__fc1,
                    q::Plain::flat(&p.fc1),
                    q::Place::None,
                    q::Place::None,
                    q::Keep::NONE,
                    q::Place::kept(75, 3),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(75, 3),
        );
    }
    fn infer<T: q::Scalar>(p: &RepeatOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.infer(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::kept(12, 3),
            );
        });
        for i in 0..2 {
            let (x, y) = q::layers::repeat::turns(
                i,
                2,
                q::Place::kept(12, 3),
                q::Place::kept(18, 3),
                q::Place::kept(15, 3),
            );
            repeat1_infer(&p.repeat1[i], run, 0, x, y);
        }
        run.rows(|rows| {
            rows.infer(
                "relu1",
                &K__relu1,
                &[],
                q::Place::kept(15, 3),
                q::Place::kept(15, 3),
            );
            rows.infer(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::kept(15, 3),
                q::Place::kept(0, 1),
            );
            rows.head("bce", &HEAD, q::Place::kept(0, 1), q::Place::kept(1, 1));
        });
    }
};
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod fc1 {
            /// `fc1`: (6) → (3), 21 parameters. A sample takes 18 MACs, 39 FLOPs forward and 39 backward (5.6 % of the network), and keeps 12 bytes over `f32`.
            mod fc {}
        }
        mod repeat1__residual1 {
            /// `repeat1.residual1`, 2 times: (3) → (3), 0 parameters. A sample takes 0 MACs, 6 FLOPs forward and 6 backward (0.9 % of the network), and keeps 12 bytes over `f32`.
            mod residual {}
        }
        mod repeat1__residual1__wide1__fc1 {
            /// `repeat1.residual1.wide1.fc1`, 2 times: (3) → (12), 96 parameters. A sample takes 72 MACs, 168 FLOPs forward and 312 backward (34.8 % of the network), and keeps 96 bytes over `f32`.
            mod fc {}
        }
        mod repeat1__residual1__wide1__silu1 {
            /// `repeat1.residual1.wide1.silu1`, 2 times: (12) → (12), 0 parameters. A sample takes 0 MACs, 96 FLOPs forward and 216 backward (22.6 % of the network), and keeps 96 bytes over `f32`.
            mod silu {}
        }
        mod repeat1__residual1__wide1__fc2 {
            /// `repeat1.residual1.wide1.fc2`, 2 times: (12) → (3), 78 parameters. A sample takes 72 MACs, 150 FLOPs forward and 294 backward (32.2 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod repeat1__residual1__dropout1 {
            /// `repeat1.residual1.dropout1`, 2 times: (3) → (3), 0 parameters. A sample takes 0 MACs, 6 FLOPs forward and 6 backward (0.9 % of the network), and keeps 0 bytes over `f32`.
            mod dropout {}
        }
        mod relu1 {
            /// `relu1`: (3) → (3), 0 parameters. A sample takes 0 MACs, 3 FLOPs forward and 3 backward (0.4 % of the network), and keeps 12 bytes over `f32`.
            mod relu {}
        }
        mod fc2 {
            /// `fc2`: (3) → (1), 4 parameters. A sample takes 3 MACs, 7 FLOPs forward and 13 backward (1.4 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod bce {
            /// `bce`: (1) → (1), 0 parameters. A sample takes 0 MACs, 11 FLOPs forward and 6 backward (1.2 % of the network), and keeps 0 bytes over `f32`.
            mod bce {}
        }
    }
    mod words {
        ///
        /// `block wide(n) { … }` of the definition.
        mod wide {
            /// What `wide` is given where it is used, by its place: `block wide(n)`.
            pub(super) mod n {}
        }
        use ::quipu::{
            layers::fc as _, layers::silu as _, layers::fc as _, layers::fc as _,
            layers::repeat as _, layers::residual as _, layers::dropout as _,
            layers::relu as _, heads::bce as _,
        };
        use self::wide::n as _;
        use self::wide::n as _;
        use self::wide as _;
    }
};
