// network! { pub Normed < fc(6, 5); batch_norm; relu; fc(4, rank = 2); batch_norm; huber(4, delta = 0.5) > }

///
/// The parameters of `Normed` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (5) | 35 | 30 | 65 | 65 | 0 | 30.7 % |
/// | `batch_norm1` | (5) → (5) | 10 | 0 | 40 | 35 | 20 | 17.7 % |
/// | `relu1` | (5) → (5) | 0 | 0 | 5 | 5 | 20 | 2.4 % |
/// | `fc2.down` | (5) → (2) | 10 | 10 | 20 | 40 | 8 | 14.2 % |
/// | `fc2.up` | (2) → (4) | 12 | 8 | 20 | 36 | 0 | 13.2 % |
/// | `batch_norm2` | (4) → (4) | 8 | 0 | 32 | 28 | 16 | 14.2 % |
/// | `huber` | (4) → (4) | 0 | 0 | 29 | 4 | 0 | 7.8 % |
/// | **total** | | 75 | 48 | 211 | 213 | 64 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub struct NormedOf<T: ::quipu::private::Scalar> {
    /// `fc`: (6) → (5).
    pub fc1: ::quipu::layers::Fc<T, 6, 5>,
    /// `batch_norm`: (5) → (5).
    pub batch_norm1: ::quipu::layers::BatchNorm<T, 5>,
    /// `fc`: (5) → (4).
    pub fc2: NormedFc2Of<T>,
    /// `batch_norm`: (4) → (4).
    pub batch_norm2: ::quipu::layers::BatchNorm<T, 4>,
    /// What is not trained but follows the batches; in a gradient, by how much it changes.
    pub buffers: NormedOfBuffers<T>,
}
///
/// `NormedOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (5) | 35 | 30 | 65 | 65 | 0 | 30.7 % |
/// | `batch_norm1` | (5) → (5) | 10 | 0 | 40 | 35 | 20 | 17.7 % |
/// | `relu1` | (5) → (5) | 0 | 0 | 5 | 5 | 20 | 2.4 % |
/// | `fc2.down` | (5) → (2) | 10 | 10 | 20 | 40 | 8 | 14.2 % |
/// | `fc2.up` | (2) → (4) | 12 | 8 | 20 | 36 | 0 | 13.2 % |
/// | `batch_norm2` | (4) → (4) | 8 | 0 | 32 | 28 | 16 | 14.2 % |
/// | `huber` | (4) → (4) | 0 | 0 | 29 | 4 | 0 | 7.8 % |
/// | **total** | | 75 | 48 | 211 | 213 | 64 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
pub type Normed = NormedOf<f32>;
/// The parameters of `fc2` in [`NormedOf`].
#[repr(C)]
pub struct NormedFc2Of<T: ::quipu::private::Scalar> {
    /// To as many values as the rank.
    /// `fc`: (5) → (2).
    pub down: ::quipu::layers::Fc<T, 5, 2, 0>,
    /// From there to the outputs.
    /// `fc`: (2) → (4).
    pub up: ::quipu::layers::Fc<T, 2, 4>,
}
/// The running statistics of `Normed` in [`NormedOf`].
#[repr(C)]
pub struct NormedOfBuffers<T: ::quipu::private::Scalar> {
    /// `batch_norm`: (5) → (5).
    pub batch_norm1: ::quipu::layers::Running<T, 5>,
    /// `batch_norm`: (4) → (4).
    pub batch_norm2: ::quipu::layers::Running<T, 4>,
}
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for NormedOf<T> {
    const BUFFERS: usize = 18;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<NormedOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for NormedOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(Normed), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> NormedOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 75;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 6;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 4;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Normed",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[6],
                output: &[5],
                times: 1,
                params: 35,
                buffers: 0,
                macs: 30,
                forward_flops: 65,
                backward_flops: 65,
                infer_flops: 65,
                input_grad_flops: 60,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 11,
                    backward: 22,
                    forward_per_step: 35,
                    backward_per_step: 70,
                },
            },
            ::quipu::private::LayerCost {
                name: "batch_norm1",
                kind: "batch_norm",
                input: &[5],
                output: &[5],
                times: 1,
                params: 10,
                buffers: 10,
                macs: 0,
                forward_flops: 40,
                backward_flops: 35,
                infer_flops: 15,
                input_grad_flops: 35,
                saved: 5,
                per_step: ::quipu::private::PerStep {
                    forward: 25,
                    backward: 40,
                    infer: 15,
                    input_grad: 15,
                    update: 10,
                },
                moved: ::quipu::private::Moved {
                    forward: 20,
                    backward: 25,
                    forward_per_step: 10,
                    backward_per_step: 40,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[5],
                output: &[5],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 5,
                backward_flops: 5,
                infer_flops: 5,
                input_grad_flops: 5,
                saved: 5,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 10,
                    backward: 15,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2.down",
                kind: "fc",
                input: &[5],
                output: &[2],
                times: 1,
                params: 10,
                buffers: 0,
                macs: 10,
                forward_flops: 20,
                backward_flops: 40,
                infer_flops: 20,
                input_grad_flops: 20,
                saved: 2,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 7,
                    backward: 14,
                    forward_per_step: 10,
                    backward_per_step: 20,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2.up",
                kind: "fc",
                input: &[2],
                output: &[4],
                times: 1,
                params: 12,
                buffers: 0,
                macs: 8,
                forward_flops: 20,
                backward_flops: 36,
                infer_flops: 20,
                input_grad_flops: 16,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 6,
                    backward: 12,
                    forward_per_step: 12,
                    backward_per_step: 24,
                },
            },
            ::quipu::private::LayerCost {
                name: "batch_norm2",
                kind: "batch_norm",
                input: &[4],
                output: &[4],
                times: 1,
                params: 8,
                buffers: 8,
                macs: 0,
                forward_flops: 32,
                backward_flops: 28,
                infer_flops: 12,
                input_grad_flops: 28,
                saved: 4,
                per_step: ::quipu::private::PerStep {
                    forward: 20,
                    backward: 32,
                    infer: 12,
                    input_grad: 12,
                    update: 8,
                },
                moved: ::quipu::private::Moved {
                    forward: 16,
                    backward: 20,
                    forward_per_step: 8,
                    backward_per_step: 32,
                },
            },
            ::quipu::private::LayerCost {
                name: "huber",
                kind: "huber",
                input: &[4],
                output: &[4],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 29,
                backward_flops: 4,
                infer_flops: 0,
                input_grad_flops: 4,
                saved: 0,
                per_step: ::quipu::private::PerStep {
                    forward: 1,
                    backward: 0,
                    infer: 0,
                    input_grad: 0,
                    update: 0,
                },
                moved: ::quipu::private::Moved {
                    forward: 8,
                    backward: 8,
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
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> NormedOf<T> {
    /// The network for inference, an [`NormedFolded`]: the same function in evaluation, but for rounding, without the layers that go into the weights before them. Allocates the network and a few rows.
    #[must_use]
    pub fn fold(&self) -> ::std::boxed::Box<NormedFoldedOf<T>> {
        ::quipu::private::fold(self)
    }
}
const _: () = {
    use ::quipu::private as q;
    impl<T: q::Scalar> q::Foldable for NormedOf<T> {
        type Folded = NormedFoldedOf<T>;
        const FOLDS: &'static [q::Fold<T>] = &[
            q::Fold::Absorb {
                layer: &q::layers::fc::Small::<6, 5, 5> {},
                params: 35,
                folded: 35,
                affine: &q::layers::batch_norm::Kernel {
                    width: 5,
                    eps: 0.00001f64,
                    momentum: 0.1f64,
                },
                features: 5,
                affine_params: 10,
                buffers: 10,
            },
            q::Fold::Same {
                params: 10,
                buffers: 0,
            },
            q::Fold::Absorb {
                layer: &q::layers::fc::Small::<2, 4, 4> {},
                params: 12,
                folded: 12,
                affine: &q::layers::batch_norm::Kernel {
                    width: 4,
                    eps: 0.00001f64,
                    momentum: 0.1f64,
                },
                features: 4,
                affine_params: 8,
                buffers: 8,
            },
        ];
    }
};
#[allow(clippy::approx_constant)]
const _: () = {
    use ::quipu::private as q;
    #[allow(non_upper_case_globals)]
    const K__fc1: q::layers::fc::Small<6, 5, 5> = q::layers::fc::Small::<6, 5, 5> {};
    #[allow(non_upper_case_globals)]
    const K__batch_norm1: q::layers::batch_norm::Kernel = q::layers::batch_norm::Kernel {
        width: 5,
        eps: 0.00001f64,
        momentum: 0.1f64,
    };
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__fc2__down: q::layers::fc::Small<5, 2, 0> = q::layers::fc::Small::<5, 2, 0> {};
    #[allow(non_upper_case_globals)]
    const K__fc2__up: q::layers::fc::Small<2, 4, 4> = q::layers::fc::Small::<2, 4, 4> {};
    #[allow(non_upper_case_globals)]
    const K__batch_norm2: q::layers::batch_norm::Kernel = q::layers::batch_norm::Kernel {
        width: 4,
        eps: 0.00001f64,
        momentum: 0.1f64,
    };
    const HEAD: q::heads::huber::Kernel = q::heads::huber::Kernel {
        outputs: 4,
        delta: 0.5f64,
    };
    unsafe impl<T: q::Scalar> q::Model for NormedOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = NormedOf<S>;
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
                            shape: &[6, 5],
                            transposed: true,
                            init: Init::Normal(0.5773502691896257f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[5],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
                Node::Group {
                    name: "batch_norm1",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "weight",
                            shape: &[5],
                            transposed: false,
                            init: Init::Ones,
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[5],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
                Node::Group {
                    name: "fc2",
                    times: None,
                    children: &[
                        Node::Group {
                            name: "down",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[5, 2],
                                    transposed: true,
                                    init: Init::Normal(0.4472135954999579f64),
                                },
                            ],
                        },
                        Node::Group {
                            name: "up",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[2, 4],
                                    transposed: true,
                                    init: Init::Normal(1f64),
                                },
                                Node::Param {
                                    name: "bias",
                                    shape: &[4],
                                    transposed: false,
                                    init: Init::Zeros,
                                },
                            ],
                        },
                    ],
                },
                Node::Group {
                    name: "batch_norm2",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "weight",
                            shape: &[4],
                            transposed: false,
                            init: Init::Ones,
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[4],
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
            &[
                Node::Group {
                    name: "batch_norm1",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "running_mean",
                            shape: &[5],
                            transposed: false,
                            init: Init::Zeros,
                        },
                        Node::Param {
                            name: "running_var",
                            shape: &[5],
                            transposed: false,
                            init: Init::Ones,
                        },
                    ],
                },
                Node::Group {
                    name: "batch_norm2",
                    times: None,
                    children: &[
                        Node::Param {
                            name: "running_mean",
                            shape: &[4],
                            transposed: false,
                            init: Init::Zeros,
                        },
                        Node::Param {
                            name: "running_var",
                            shape: &[4],
                            transposed: false,
                            init: Init::Ones,
                        },
                    ],
                },
            ]
        };
        const BATCHWISE: ::core::option::Option<&'static str> = ::core::option::Option::Some(
            "batch_norm1",
        );
        const TARGETS: q::TargetKind = q::TargetKind::Values(4);
        const TRAIN: q::Sizes = q::Sizes {
            values: 21,
            statistics: 27,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 12,
            statistics: 18,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 60,
            planned: 21,
            live: 21,
            kept: 21,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 30,
            planned: 12,
            live: 12,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "Normed",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 5, "0")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                        1,
                        "batch_norm1 statistics",
                        &[q::Tensor::new("fc1", 5, "0")],
                        &[],
                    ),
                    q::Step::new(
                        2,
                        "batch_norm1 forward",
                        &[q::Tensor::new("fc1", 5, "0")],
                        &[
                            q::Tensor::new("batch_norm1", 5, "0"),
                            q::Tensor::new("batch_norm1 saved", 5, "5"),
                        ],
                    ),
                    q::Step::new(
                        2,
                        "relu1 forward",
                        &[q::Tensor::new("batch_norm1", 5, "0")],
                        &[q::Tensor::new("relu1", 5, "0")],
                    ),
                    q::Step::new(
                            2,
                            "fc2.down forward",
                            &[q::Tensor::new("relu1", 5, "0")],
                            &[q::Tensor::new("down", 2, "18")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            2,
                            "fc2.up forward",
                            &[q::Tensor::new("down", 2, "18")],
                            &[q::Tensor::new("up", 4, "10")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        3,
                        "batch_norm2 statistics",
                        &[q::Tensor::new("up", 4, "10")],
                        &[],
                    ),
                    q::Step::new(
                        4,
                        "batch_norm2 forward",
                        &[q::Tensor::new("up", 4, "10")],
                        &[
                            q::Tensor::new("batch_norm2", 4, "10"),
                            q::Tensor::new("batch_norm2 saved", 4, "14"),
                        ],
                    ),
                    q::Step::new(
                        4,
                        "head",
                        &[q::Tensor::new("batch_norm2", 4, "10")],
                        &[
                            q::Tensor::new("d logits", 4, "10"),
                            q::Tensor::new("losses", 1, "20"),
                        ],
                    ),
                    q::Step::new(
                        5,
                        "batch_norm2 sums and gradient",
                        &[
                            q::Tensor::new("d logits", 4, "10"),
                            q::Tensor::new("batch_norm2 saved", 4, "14"),
                        ],
                        &[],
                    ),
                    q::Step::new(
                        6,
                        "batch_norm2 backward",
                        &[
                            q::Tensor::new("d logits", 4, "10"),
                            q::Tensor::new("batch_norm2 saved", 4, "14"),
                        ],
                        &[q::Tensor::new("d up", 4, "10")],
                    ),
                    q::Step::new(
                            7,
                            "fc2.up backward",
                            &[q::Tensor::new("d up", 4, "10")],
                            &[q::Tensor::new("d down", 2, "15")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                            7,
                            "fc2.up gradient",
                            &[
                                q::Tensor::new("d up", 4, "10"),
                                q::Tensor::new("down", 2, "18"),
                            ],
                            &[],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                            8,
                            "fc2.down backward",
                            &[q::Tensor::new("d down", 2, "15")],
                            &[q::Tensor::new("d relu1", 5, "10")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            8,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 5, "10"),
                                q::Tensor::new("relu1", 5, "0"),
                            ],
                            &[q::Tensor::new("d batch_norm1", 5, "10")],
                        )
                        .by("with fc2.down backward"),
                    q::Step::new(
                            8,
                            "fc2.down gradient",
                            &[
                                q::Tensor::new("d down", 2, "15"),
                                q::Tensor::new("relu1", 5, "0"),
                            ],
                            &[],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                        9,
                        "batch_norm1 sums and gradient",
                        &[
                            q::Tensor::new("d batch_norm1", 5, "10"),
                            q::Tensor::new("batch_norm1 saved", 5, "5"),
                        ],
                        &[],
                    ),
                    q::Step::new(
                        10,
                        "batch_norm1 backward",
                        &[
                            q::Tensor::new("d batch_norm1", 5, "10"),
                            q::Tensor::new("batch_norm1 saved", 5, "5"),
                        ],
                        &[q::Tensor::new("d fc1", 5, "10")],
                    ),
                    q::Step::new(
                            11,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 5, "10")],
                            &[q::Tensor::new("d x", 6, "caller")],
                        )
                        .only_for_input()
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            11,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 5, "10"),
                                q::Tensor::new("x", 6, "data"),
                            ],
                            &[],
                        )
                        .by("loops: 30 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(0, "batch_norm1 from its buffers", &[], &[]),
                    q::Step::new(1, "batch_norm2 from its buffers", &[], &[]),
                    q::Step::new(
                            2,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 5, "chunk 0+0")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                        2,
                        "batch_norm1 forward",
                        &[q::Tensor::new("fc1", 5, "chunk 0+0")],
                        &[q::Tensor::new("batch_norm1", 5, "chunk 0+0")],
                    ),
                    q::Step::new(
                        2,
                        "relu1 forward",
                        &[q::Tensor::new("batch_norm1", 5, "chunk 0+0")],
                        &[q::Tensor::new("relu1", 5, "chunk 0+0")],
                    ),
                    q::Step::new(
                            2,
                            "fc2.down forward",
                            &[q::Tensor::new("relu1", 5, "chunk 0+0")],
                            &[q::Tensor::new("down", 2, "chunk 0+5")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            2,
                            "fc2.up forward",
                            &[q::Tensor::new("down", 2, "chunk 0+5")],
                            &[q::Tensor::new("up", 4, "7")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        2,
                        "batch_norm2 forward",
                        &[q::Tensor::new("up", 4, "7")],
                        &[q::Tensor::new("batch_norm2", 4, "7")],
                    ),
                    q::Step::new(
                        2,
                        "head",
                        &[q::Tensor::new("batch_norm2", 4, "7")],
                        &[
                            q::Tensor::new("prediction", 4, "7"),
                            q::Tensor::new("losses", 1, "11"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(20, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(11, 1);
        const PREDICTION: q::Place = q::Place::kept(7, 4);
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
        p: &mut q::Weights<'_, NormedOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut NormedOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        run.rows(|rows| {
            rows.forward(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::kept(0, 5),
                q::Keep::NONE,
            );
        });
        run.measure(&K__batch_norm1, q::Place::kept(0, 5), 0..15);
        run.rows(|rows| {
            rows.forward_measured(
                "batch_norm1",
                &K__batch_norm1,
                q::Plain::flat(&p.batch_norm1),
                q::Place::kept(0, 5),
                q::Place::kept(0, 5),
                ::core::option::Option::Some(q::Keep {
                    values: q::Place::kept(5, 5),
                    indices: q::Span::NONE,
                    bytes: q::Span::NONE,
                }),
                0..15,
            );
            rows.forward(
                "relu1",
                &K__relu1,
                &[],
                q::Place::kept(0, 5),
                q::Place::kept(0, 5),
                q::Keep::NONE,
            );
            rows.forward(
                "fc2.down",
                &K__fc2__down,
                q::Plain::flat(&p.fc2.down),
                q::Place::kept(0, 5),
                q::Place::kept(18, 2),
                q::Keep::NONE,
            );
            rows.forward(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::kept(18, 2),
                q::Place::kept(10, 4),
                q::Keep::NONE,
            );
        });
        run.measure(&K__batch_norm2, q::Place::kept(10, 4), 15..27);
        run.rows(|rows| {
            rows.forward_measured(
                "batch_norm2",
                &K__batch_norm2,
                q::Plain::flat(&p.batch_norm2),
                q::Place::kept(10, 4),
                q::Place::kept(10, 4),
                ::core::option::Option::Some(q::Keep {
                    values: q::Place::kept(14, 4),
                    indices: q::Span::NONE,
                    bytes: q::Span::NONE,
                }),
                15..27,
            );
            rows.head("huber", &HEAD, q::Place::kept(10, 4), q::Place::kept(20, 1));
        });
        run.reduce(
            &K__batch_norm2,
            q::Plain::flat(&p.batch_norm2),
            q::Plain::flat(&p.buffers.batch_norm2),
            gradient
                .as_deref_mut()
                .map(|g| (
                    q::Plain::flat_mut(&mut g.batch_norm2),
                    q::Plain::flat_mut(&mut g.buffers.batch_norm2),
                )),
            q::Keep {
                values: q::Place::kept(14, 4),
                indices: q::Span::NONE,
                bytes: q::Span::NONE,
            },
            q::Place::kept(10, 4),
            15..27,
        );
        p.update(run, gradient.as_deref_mut(), |p| &mut p.batch_norm2);
        run.rows(|rows| {
            rows.backward_reduced(
                "batch_norm2",
                &K__batch_norm2,
                q::Place::None,
                q::Place::None,
                q::Keep {
                    values: q::Place::kept(14, 4),
                    indices: q::Span::NONE,
                    bytes: q::Span::NONE,
                },
                q::Place::kept(10, 4),
                q::Place::kept(10, 4),
                15..27,
            );
        });
        run.rows(|rows| {
            rows.backward(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(10, 4),
                q::Place::kept(15, 2),
            );
        });
        run.gradient(
            &K__fc2__up,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2.up),
            q::Place::kept(18, 2),
            q::Keep::NONE,
            q::Place::kept(10, 4),
        );
        run.rows(|rows| {
            rows.backward_then(
                ["fc2.down", "relu1"],
                &K__fc2__down,
                &K__relu1,
                q::Plain::flat(&p.fc2.down),
                q::Keep::NONE,
                q::Place::kept(15, 2),
                q::Place::kept(10, 5),
                q::Place::kept(0, 5),
            );
        });
        run.gradient(
            &K__fc2__down,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2.down),
            q::Place::kept(0, 5),
            q::Keep::NONE,
            q::Place::kept(15, 2),
        );
        run.reduce(
            &K__batch_norm1,
            q::Plain::flat(&p.batch_norm1),
            q::Plain::flat(&p.buffers.batch_norm1),
            gradient
                .as_deref_mut()
                .map(|g| (
                    q::Plain::flat_mut(&mut g.batch_norm1),
                    q::Plain::flat_mut(&mut g.buffers.batch_norm1),
                )),
            q::Keep {
                values: q::Place::kept(5, 5),
                indices: q::Span::NONE,
                bytes: q::Span::NONE,
            },
            q::Place::kept(10, 5),
            0..15,
        );
        p.update(run, gradient.as_deref_mut(), |p| &mut p.batch_norm1);
        run.rows(|rows| {
            rows.backward_reduced(
                "batch_norm1",
                &K__batch_norm1,
                q::Place::None,
                q::Place::None,
                q::Keep {
                    values: q::Place::kept(5, 5),
                    indices: q::Span::NONE,
                    bytes: q::Span::NONE,
                },
                q::Place::kept(10, 5),
                q::Place::kept(10, 5),
                0..15,
            );
        });
        if wanted {
            run.rows(|rows| {
                rows.backward(
                    "fc1",
                    &K__fc1,
                    q::Plain::flat(&p.fc1),
                    q::Place::None,
                    q::Place::None,
                    q::Keep::NONE,
                    q::Place::kept(10, 5),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(10, 5),
        );
    }
    fn infer<T: q::Scalar>(p: &NormedOf<T>, run: &mut q::Run<'_, T>) {
        run.prepare(
            &K__batch_norm1,
            q::Plain::flat(&p.batch_norm1),
            q::Plain::flat(&p.buffers.batch_norm1),
            0..10,
        );
        run.prepare(
            &K__batch_norm2,
            q::Plain::flat(&p.batch_norm2),
            q::Plain::flat(&p.buffers.batch_norm2),
            10..18,
        );
        run.rows(|rows| {
            rows.infer(
                "fc1",
                &K__fc1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::local(0, 7, 0, 5),
            );
            rows.forward_measured(
                "batch_norm1",
                &K__batch_norm1,
                q::Plain::flat(&p.batch_norm1),
                q::Place::local(0, 7, 0, 5),
                q::Place::local(0, 7, 0, 5),
                ::core::option::Option::None,
                0..10,
            );
            rows.infer(
                "relu1",
                &K__relu1,
                &[],
                q::Place::local(0, 7, 0, 5),
                q::Place::local(0, 7, 0, 5),
            );
            rows.infer(
                "fc2.down",
                &K__fc2__down,
                q::Plain::flat(&p.fc2.down),
                q::Place::local(0, 7, 0, 5),
                q::Place::local(0, 7, 5, 2),
            );
            rows.infer(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::local(0, 7, 5, 2),
                q::Place::kept(7, 4),
            );
            rows.forward_measured(
                "batch_norm2",
                &K__batch_norm2,
                q::Plain::flat(&p.batch_norm2),
                q::Place::kept(7, 4),
                q::Place::kept(7, 4),
                ::core::option::Option::None,
                10..18,
            );
            rows.head("huber", &HEAD, q::Place::kept(7, 4), q::Place::kept(11, 1));
        });
    }
};
/// [`Normed`] for inference: what it has directly behind a layer that can absorb it is folded into that layer.
///
/// The parameters of `NormedFolded` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (5) | 35 | 30 | 65 | 65 | 0 | 45.0 % |
/// | `relu1` | (5) → (5) | 0 | 0 | 5 | 5 | 20 | 3.5 % |
/// | `fc2.down` | (5) → (2) | 10 | 10 | 20 | 40 | 8 | 20.8 % |
/// | `fc2.up` | (2) → (4) | 12 | 8 | 20 | 36 | 0 | 19.4 % |
/// | `huber` | (4) → (4) | 0 | 0 | 29 | 4 | 0 | 11.4 % |
/// | **total** | | 57 | 48 | 139 | 150 | 28 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub struct NormedFoldedOf<T: ::quipu::private::Scalar> {
    /// `fc`: (6) → (5).
    pub fc1: ::quipu::layers::Fc<T, 6, 5>,
    /// `fc`: (5) → (4).
    pub fc2: NormedFoldedFc2Of<T>,
}
/// [`Normed`] for inference: what it has directly behind a layer that can absorb it is folded into that layer.
///
/// `NormedFoldedOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (6) → (5) | 35 | 30 | 65 | 65 | 0 | 45.0 % |
/// | `relu1` | (5) → (5) | 0 | 0 | 5 | 5 | 20 | 3.5 % |
/// | `fc2.down` | (5) → (2) | 10 | 10 | 20 | 40 | 8 | 20.8 % |
/// | `fc2.up` | (2) → (4) | 12 | 8 | 20 | 36 | 0 | 19.4 % |
/// | `huber` | (4) → (4) | 0 | 0 | 29 | 4 | 0 | 11.4 % |
/// | **total** | | 57 | 48 | 139 | 150 | 28 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[allow(dead_code)]
pub type NormedFolded = NormedFoldedOf<f32>;
/// The parameters of `fc2` in [`NormedFoldedOf`].
#[repr(C)]
pub struct NormedFoldedFc2Of<T: ::quipu::private::Scalar> {
    /// To as many values as the rank.
    /// `fc`: (5) → (2).
    pub down: ::quipu::layers::Fc<T, 5, 2, 0>,
    /// From there to the outputs.
    /// `fc`: (2) → (4).
    pub up: ::quipu::layers::Fc<T, 2, 4>,
}
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T>
for NormedFoldedOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<NormedFoldedOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for NormedFoldedOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(NormedFolded), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> NormedFoldedOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 57;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 6;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 4;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "NormedFolded",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[6],
                output: &[5],
                times: 1,
                params: 35,
                buffers: 0,
                macs: 30,
                forward_flops: 65,
                backward_flops: 65,
                infer_flops: 65,
                input_grad_flops: 60,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 11,
                    backward: 22,
                    forward_per_step: 35,
                    backward_per_step: 70,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[5],
                output: &[5],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 5,
                backward_flops: 5,
                infer_flops: 5,
                input_grad_flops: 5,
                saved: 5,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 10,
                    backward: 15,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2.down",
                kind: "fc",
                input: &[5],
                output: &[2],
                times: 1,
                params: 10,
                buffers: 0,
                macs: 10,
                forward_flops: 20,
                backward_flops: 40,
                infer_flops: 20,
                input_grad_flops: 20,
                saved: 2,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 7,
                    backward: 14,
                    forward_per_step: 10,
                    backward_per_step: 20,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2.up",
                kind: "fc",
                input: &[2],
                output: &[4],
                times: 1,
                params: 12,
                buffers: 0,
                macs: 8,
                forward_flops: 20,
                backward_flops: 36,
                infer_flops: 20,
                input_grad_flops: 16,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 6,
                    backward: 12,
                    forward_per_step: 12,
                    backward_per_step: 24,
                },
            },
            ::quipu::private::LayerCost {
                name: "huber",
                kind: "huber",
                input: &[4],
                output: &[4],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 29,
                backward_flops: 4,
                infer_flops: 0,
                input_grad_flops: 4,
                saved: 0,
                per_step: ::quipu::private::PerStep {
                    forward: 1,
                    backward: 0,
                    infer: 0,
                    input_grad: 0,
                    update: 0,
                },
                moved: ::quipu::private::Moved {
                    forward: 8,
                    backward: 8,
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
    const K__fc1: q::layers::fc::Small<6, 5, 5> = q::layers::fc::Small::<6, 5, 5> {};
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__fc2__down: q::layers::fc::Small<5, 2, 0> = q::layers::fc::Small::<5, 2, 0> {};
    #[allow(non_upper_case_globals)]
    const K__fc2__up: q::layers::fc::Small<2, 4, 4> = q::layers::fc::Small::<2, 4, 4> {};
    const HEAD: q::heads::huber::Kernel = q::heads::huber::Kernel {
        outputs: 4,
        delta: 0.5f64,
    };
    unsafe impl<T: q::Scalar> q::Model for NormedFoldedOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = NormedFoldedOf<S>;
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
                            shape: &[6, 5],
                            transposed: true,
                            init: Init::Normal(0.5773502691896257f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[5],
                            transposed: false,
                            init: Init::Zeros,
                        },
                    ],
                },
                Node::Group {
                    name: "fc2",
                    times: None,
                    children: &[
                        Node::Group {
                            name: "down",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[5, 2],
                                    transposed: true,
                                    init: Init::Normal(0.4472135954999579f64),
                                },
                            ],
                        },
                        Node::Group {
                            name: "up",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[2, 4],
                                    transposed: true,
                                    init: Init::Normal(1f64),
                                },
                                Node::Param {
                                    name: "bias",
                                    shape: &[4],
                                    transposed: false,
                                    init: Init::Zeros,
                                },
                            ],
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
        const TARGETS: q::TargetKind = q::TargetKind::Values(4);
        const TRAIN: q::Sizes = q::Sizes {
            values: 14,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 12,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 33,
            planned: 14,
            live: 14,
            kept: 12,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 21,
            planned: 12,
            live: 12,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "NormedFolded",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 5, "0")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            0,
                            "relu1 forward",
                            &[q::Tensor::new("fc1", 5, "0")],
                            &[q::Tensor::new("relu1", 5, "0")],
                        )
                        .by("with fc1 forward"),
                    q::Step::new(
                            0,
                            "fc2.down forward",
                            &[q::Tensor::new("relu1", 5, "0")],
                            &[q::Tensor::new("down", 2, "9")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            0,
                            "fc2.up forward",
                            &[q::Tensor::new("down", 2, "9")],
                            &[q::Tensor::new("up", 4, "5")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("up", 4, "5")],
                        &[
                            q::Tensor::new("d logits", 4, "5"),
                            q::Tensor::new("losses", 1, "13"),
                        ],
                    ),
                    q::Step::new(
                            1,
                            "fc2.up backward",
                            &[q::Tensor::new("d logits", 4, "5")],
                            &[q::Tensor::new("d down", 2, "11")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                            1,
                            "fc2.up gradient",
                            &[
                                q::Tensor::new("d logits", 4, "5"),
                                q::Tensor::new("down", 2, "9"),
                            ],
                            &[],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                            2,
                            "fc2.down backward",
                            &[q::Tensor::new("d down", 2, "11")],
                            &[q::Tensor::new("d relu1", 5, "5")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            2,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 5, "5"),
                                q::Tensor::new("relu1", 5, "0"),
                            ],
                            &[q::Tensor::new("d fc1", 5, "5")],
                        )
                        .by("with fc2.down backward"),
                    q::Step::new(
                            2,
                            "fc2.down gradient",
                            &[
                                q::Tensor::new("d down", 2, "11"),
                                q::Tensor::new("relu1", 5, "0"),
                            ],
                            &[],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            3,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 5, "5")],
                            &[q::Tensor::new("d x", 6, "caller")],
                        )
                        .only_for_input()
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            3,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 5, "5"),
                                q::Tensor::new("x", 6, "data"),
                            ],
                            &[],
                        )
                        .by("loops: 30 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 6, "data")],
                            &[q::Tensor::new("fc1", 5, "chunk 0+0")],
                        )
                        .by("loops: 30 weights <= 1024"),
                    q::Step::new(
                            0,
                            "relu1 forward",
                            &[q::Tensor::new("fc1", 5, "chunk 0+0")],
                            &[q::Tensor::new("relu1", 5, "chunk 0+0")],
                        )
                        .by("with fc1 forward"),
                    q::Step::new(
                            0,
                            "fc2.down forward",
                            &[q::Tensor::new("relu1", 5, "chunk 0+0")],
                            &[q::Tensor::new("down", 2, "chunk 0+5")],
                        )
                        .by("loops: 10 weights <= 1024"),
                    q::Step::new(
                            0,
                            "fc2.up forward",
                            &[q::Tensor::new("down", 2, "chunk 0+5")],
                            &[q::Tensor::new("up", 4, "7")],
                        )
                        .by("loops: 8 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("up", 4, "7")],
                        &[
                            q::Tensor::new("prediction", 4, "7"),
                            q::Tensor::new("losses", 1, "11"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(13, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(11, 1);
        const PREDICTION: q::Place = q::Place::kept(7, 4);
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
        p: &mut q::Weights<'_, NormedFoldedOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut NormedFoldedOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        run.rows(|rows| {
            rows.forward_then(
                ["fc1", "relu1"],
                &K__fc1,
                &K__relu1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::kept(0, 5),
                ::core::option::Option::Some(q::Keep::NONE),
            );
            rows.forward(
                "fc2.down",
                &K__fc2__down,
                q::Plain::flat(&p.fc2.down),
                q::Place::kept(0, 5),
                q::Place::kept(9, 2),
                q::Keep::NONE,
            );
            rows.forward(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::kept(9, 2),
                q::Place::kept(5, 4),
                q::Keep::NONE,
            );
            rows.head("huber", &HEAD, q::Place::kept(5, 4), q::Place::kept(13, 1));
        });
        run.rows(|rows| {
            rows.backward(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(5, 4),
                q::Place::kept(11, 2),
            );
        });
        run.gradient(
            &K__fc2__up,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2.up),
            q::Place::kept(9, 2),
            q::Keep::NONE,
            q::Place::kept(5, 4),
        );
        run.rows(|rows| {
            rows.backward_then(
                ["fc2.down", "relu1"],
                &K__fc2__down,
                &K__relu1,
                q::Plain::flat(&p.fc2.down),
                q::Keep::NONE,
                q::Place::kept(11, 2),
                q::Place::kept(5, 5),
                q::Place::kept(0, 5),
            );
        });
        run.gradient(
            &K__fc2__down,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2.down),
            q::Place::kept(0, 5),
            q::Keep::NONE,
            q::Place::kept(11, 2),
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
                    q::Place::kept(5, 5),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(5, 5),
        );
    }
    fn infer<T: q::Scalar>(p: &NormedFoldedOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.forward_then(
                ["fc1", "relu1"],
                &K__fc1,
                &K__relu1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::local(0, 7, 0, 5),
                ::core::option::Option::None,
            );
            rows.infer(
                "fc2.down",
                &K__fc2__down,
                q::Plain::flat(&p.fc2.down),
                q::Place::local(0, 7, 0, 5),
                q::Place::local(0, 7, 5, 2),
            );
            rows.infer(
                "fc2.up",
                &K__fc2__up,
                q::Plain::flat(&p.fc2.up),
                q::Place::local(0, 7, 5, 2),
                q::Place::kept(7, 4),
            );
            rows.head("huber", &HEAD, q::Place::kept(7, 4), q::Place::kept(11, 1));
        });
    }
};
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod fc1 {
            /// `fc1`: (6) → (5), 35 parameters. A sample takes 30 MACs, 65 FLOPs forward and 65 backward (30.7 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod batch_norm1 {
            /// `batch_norm1`: (5) → (5), 10 parameters. A sample takes 0 MACs, 40 FLOPs forward and 35 backward (17.7 % of the network), and keeps 20 bytes over `f32`.
            mod batch_norm {}
        }
        mod relu1 {
            /// `relu1`: (5) → (5), 0 parameters. A sample takes 0 MACs, 5 FLOPs forward and 5 backward (2.4 % of the network), and keeps 20 bytes over `f32`.
            mod relu {}
        }
        mod fc2__down {
            /// `fc2.down`: (5) → (2), 10 parameters. A sample takes 10 MACs, 20 FLOPs forward and 40 backward (14.2 % of the network), and keeps 8 bytes over `f32`.
            mod fc {}
        }
        mod fc2__up {
            /// `fc2.up`: (2) → (4), 12 parameters. A sample takes 8 MACs, 20 FLOPs forward and 36 backward (13.2 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod batch_norm2 {
            /// `batch_norm2`: (4) → (4), 8 parameters. A sample takes 0 MACs, 32 FLOPs forward and 28 backward (14.2 % of the network), and keeps 16 bytes over `f32`.
            mod batch_norm {}
        }
        mod huber {
            /// `huber`: (4) → (4), 0 parameters. A sample takes 0 MACs, 29 FLOPs forward and 4 backward (7.8 % of the network), and keeps 0 bytes over `f32`.
            mod huber {}
        }
    }
    mod words {
        use ::quipu::{
            layers::fc as _, layers::batch_norm as _, layers::relu as _, layers::fc as _,
            layers::fc::words::rank as _, layers::batch_norm as _, heads::huber as _,
            heads::huber::words::delta as _,
        };
    }
};
