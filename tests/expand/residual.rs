// network! { pub Residual < input(8); residual { layer_norm; fc(16); gelu; fc(8) } residual { fc(4) } shortcut { fc(4) } mse(4) > }

///
/// The parameters of `Residual` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `input1` | (8) → (8) | 0 | 0 | 0 | 0 | 0 | 0.0 % |
/// | `residual1.layer_norm1` | (8) → (8) | 16 | 0 | 59 | 24 | 68 | 3.5 % |
/// | `residual1.fc1` | (8) → (16) | 144 | 128 | 272 | 528 | 64 | 33.9 % |
/// | `residual1.gelu1` | (16) → (16) | 0 | 0 | 80 | 176 | 64 | 10.8 % |
/// | `residual1.fc2` | (16) → (8) | 136 | 128 | 264 | 520 | 0 | 33.2 % |
/// | `residual1` | (8) → (8) | 0 | 0 | 8 | 0 | 32 | 0.3 % |
/// | `residual2.fc1` | (8) → (4) | 36 | 32 | 68 | 132 | 0 | 8.5 % |
/// | `residual2.shortcut.fc1` | (8) → (4) | 36 | 32 | 68 | 132 | 0 | 8.5 % |
/// | `residual2` | (8) → (4) | 0 | 0 | 4 | 8 | 0 | 0.5 % |
/// | `mse` | (4) → (4) | 0 | 0 | 13 | 4 | 0 | 0.7 % |
/// | **total** | | 368 | 320 | 836 | 1,524 | 228 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub struct ResidualOf<T: ::quipu::private::Scalar> {
    /// `residual`: (8) → (8).
    pub residual1: ResidualResidual1Of<T>,
    /// `residual`: (8) → (4).
    pub residual2: ResidualResidual2Of<T>,
}
///
/// `ResidualOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `input1` | (8) → (8) | 0 | 0 | 0 | 0 | 0 | 0.0 % |
/// | `residual1.layer_norm1` | (8) → (8) | 16 | 0 | 59 | 24 | 68 | 3.5 % |
/// | `residual1.fc1` | (8) → (16) | 144 | 128 | 272 | 528 | 64 | 33.9 % |
/// | `residual1.gelu1` | (16) → (16) | 0 | 0 | 80 | 176 | 64 | 10.8 % |
/// | `residual1.fc2` | (16) → (8) | 136 | 128 | 264 | 520 | 0 | 33.2 % |
/// | `residual1` | (8) → (8) | 0 | 0 | 8 | 0 | 32 | 0.3 % |
/// | `residual2.fc1` | (8) → (4) | 36 | 32 | 68 | 132 | 0 | 8.5 % |
/// | `residual2.shortcut.fc1` | (8) → (4) | 36 | 32 | 68 | 132 | 0 | 8.5 % |
/// | `residual2` | (8) → (4) | 0 | 0 | 4 | 8 | 0 | 0.5 % |
/// | `mse` | (4) → (4) | 0 | 0 | 13 | 4 | 0 | 0.7 % |
/// | **total** | | 368 | 320 | 836 | 1,524 | 228 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
pub type Residual = ResidualOf<f32>;
/// The parameters of `residual1` in [`ResidualOf`].
#[repr(C)]
pub struct ResidualResidual1Of<T: ::quipu::private::Scalar> {
    /// `layer_norm`: (8) → (8).
    pub layer_norm1: ::quipu::layers::LayerNorm<T, 8>,
    /// `fc`: (8) → (16).
    pub fc1: ::quipu::layers::Fc<T, 8, 16>,
    /// `fc`: (16) → (8).
    pub fc2: ::quipu::layers::Fc<T, 16, 8>,
}
/// The parameters of `shortcut` in [`ResidualOf`].
#[repr(C)]
pub struct ResidualResidual2ShortcutOf<T: ::quipu::private::Scalar> {
    /// `fc`: (8) → (4).
    pub fc1: ::quipu::layers::Fc<T, 8, 4>,
}
/// The parameters of `residual2` in [`ResidualOf`].
#[repr(C)]
pub struct ResidualResidual2Of<T: ::quipu::private::Scalar> {
    /// `fc`: (8) → (4).
    pub fc1: ::quipu::layers::Fc<T, 8, 4>,
    /// The parameters of the `shortcut` branch.
    pub shortcut: ResidualResidual2ShortcutOf<T>,
}
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for ResidualOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<ResidualOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for ResidualOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(Residual), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> ResidualOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 368;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 8;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 4;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Residual",
        layers: &[
            ::quipu::private::LayerCost {
                name: "input1",
                kind: "input",
                input: &[8],
                output: &[8],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 0,
                backward_flops: 0,
                infer_flops: 0,
                input_grad_flops: 0,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 0,
                    backward: 0,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual1.layer_norm1",
                kind: "layer_norm",
                input: &[8],
                output: &[8],
                times: 1,
                params: 16,
                buffers: 0,
                macs: 0,
                forward_flops: 59,
                backward_flops: 24,
                infer_flops: 59,
                input_grad_flops: 64,
                saved: 17,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 25,
                    backward: 42,
                    forward_per_step: 16,
                    backward_per_step: 32,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual1.fc1",
                kind: "fc",
                input: &[8],
                output: &[16],
                times: 1,
                params: 144,
                buffers: 0,
                macs: 128,
                forward_flops: 272,
                backward_flops: 528,
                infer_flops: 272,
                input_grad_flops: 256,
                saved: 16,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 24,
                    backward: 48,
                    forward_per_step: 144,
                    backward_per_step: 288,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual1.gelu1",
                kind: "gelu",
                input: &[16],
                output: &[16],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 80,
                backward_flops: 176,
                infer_flops: 80,
                input_grad_flops: 176,
                saved: 16,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 32,
                    backward: 48,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual1.fc2",
                kind: "fc",
                input: &[16],
                output: &[8],
                times: 1,
                params: 136,
                buffers: 0,
                macs: 128,
                forward_flops: 264,
                backward_flops: 520,
                infer_flops: 264,
                input_grad_flops: 256,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 24,
                    backward: 48,
                    forward_per_step: 136,
                    backward_per_step: 272,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual1",
                kind: "residual",
                input: &[8],
                output: &[8],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 8,
                backward_flops: 0,
                infer_flops: 8,
                input_grad_flops: 8,
                saved: 8,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 24,
                    backward: 24,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual2.fc1",
                kind: "fc",
                input: &[8],
                output: &[4],
                times: 1,
                params: 36,
                buffers: 0,
                macs: 32,
                forward_flops: 68,
                backward_flops: 132,
                infer_flops: 68,
                input_grad_flops: 64,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 12,
                    backward: 24,
                    forward_per_step: 36,
                    backward_per_step: 72,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual2.shortcut.fc1",
                kind: "fc",
                input: &[8],
                output: &[4],
                times: 1,
                params: 36,
                buffers: 0,
                macs: 32,
                forward_flops: 68,
                backward_flops: 132,
                infer_flops: 68,
                input_grad_flops: 64,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 12,
                    backward: 24,
                    forward_per_step: 36,
                    backward_per_step: 72,
                },
            },
            ::quipu::private::LayerCost {
                name: "residual2",
                kind: "residual",
                input: &[8],
                output: &[4],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 4,
                backward_flops: 8,
                infer_flops: 4,
                input_grad_flops: 8,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 12,
                    backward: 24,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "mse",
                kind: "mse",
                input: &[4],
                output: &[4],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 13,
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
    const K__residual1__layer_norm1: q::layers::layer_norm::Kernel = q::layers::layer_norm::Kernel {
        groups: 1,
        width: 8,
        eps: 0.00001f64,
    };
    #[allow(non_upper_case_globals)]
    const K__residual1__fc1: q::layers::fc::Small<8, 16, 16> = q::layers::fc::Small::<
        8,
        16,
        16,
    > {};
    #[allow(non_upper_case_globals)]
    const K__residual1__gelu1: q::layers::gelu::Kernel = q::layers::gelu::Kernel {
        tanh: false,
    };
    #[allow(non_upper_case_globals)]
    const K__residual1__fc2: q::layers::fc::Small<16, 8, 8> = q::layers::fc::Small::<
        16,
        8,
        8,
    > {};
    #[allow(non_upper_case_globals)]
    const K__residual2__fc1: q::layers::fc::Small<8, 4, 4> = q::layers::fc::Small::<
        8,
        4,
        4,
    > {};
    #[allow(non_upper_case_globals)]
    const K__residual2__shortcut__fc1: q::layers::fc::Small<8, 4, 4> = q::layers::fc::Small::<
        8,
        4,
        4,
    > {};
    const HEAD: q::heads::mse::Kernel = q::heads::mse::Kernel {
        outputs: 4,
    };
    unsafe impl<T: q::Scalar> q::Model for ResidualOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = ResidualOf<S>;
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
                    name: "residual1",
                    times: None,
                    children: &[
                        Node::Group {
                            name: "layer_norm1",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[8],
                                    transposed: false,
                                    init: Init::Ones,
                                },
                                Node::Param {
                                    name: "bias",
                                    shape: &[8],
                                    transposed: false,
                                    init: Init::Zeros,
                                },
                            ],
                        },
                        Node::Group {
                            name: "fc1",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[8, 16],
                                    transposed: true,
                                    init: Init::Normal(0.5f64),
                                },
                                Node::Param {
                                    name: "bias",
                                    shape: &[16],
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
                                    shape: &[16, 8],
                                    transposed: true,
                                    init: Init::Normal(0.3535533905932738f64),
                                },
                                Node::Param {
                                    name: "bias",
                                    shape: &[8],
                                    transposed: false,
                                    init: Init::Zeros,
                                },
                            ],
                        },
                    ],
                },
                Node::Group {
                    name: "residual2",
                    times: None,
                    children: &[
                        Node::Group {
                            name: "fc1",
                            times: None,
                            children: &[
                                Node::Param {
                                    name: "weight",
                                    shape: &[8, 4],
                                    transposed: true,
                                    init: Init::Normal(0.5f64),
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
                            name: "shortcut",
                            times: None,
                            children: &[
                                Node::Group {
                                    name: "fc1",
                                    times: None,
                                    children: &[
                                        Node::Param {
                                            name: "weight",
                                            shape: &[8, 4],
                                            transposed: true,
                                            init: Init::Normal(0.5f64),
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
            values: 78,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 37,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 162,
            planned: 78,
            live: 78,
            kept: 62,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 81,
            planned: 37,
            live: 37,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "Residual",
                training: &[
                    q::Step::new(
                        0,
                        "lift",
                        &[q::Tensor::new("x", 8, "data")],
                        &[q::Tensor::new("input", 8, "chunk 40+0")],
                    ),
                    q::Step::new(
                        0,
                        "residual1.layer_norm1 forward",
                        &[q::Tensor::new("input", 8, "chunk 40+0")],
                        &[
                            q::Tensor::new("layer_norm1", 8, "57"),
                            q::Tensor::new("layer_norm1 saved", 9, "48"),
                        ],
                    ),
                    q::Step::new(
                            0,
                            "residual1.fc1 forward",
                            &[q::Tensor::new("layer_norm1", 8, "57")],
                            &[q::Tensor::new("fc1", 16, "0")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                        0,
                        "residual1.gelu1 forward",
                        &[q::Tensor::new("fc1", 16, "0")],
                        &[q::Tensor::new("gelu1", 16, "16")],
                    ),
                    q::Step::new(
                            0,
                            "residual1.fc2 forward",
                            &[q::Tensor::new("gelu1", 16, "16")],
                            &[q::Tensor::new("fc2", 8, "32")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                        0,
                        "add",
                        &[
                            q::Tensor::new("fc2", 8, "32"),
                            q::Tensor::new("input", 8, "chunk 40+0"),
                        ],
                        &[q::Tensor::new("residual1", 8, "32")],
                    ),
                    q::Step::new(
                            0,
                            "residual2.fc1 forward",
                            &[q::Tensor::new("residual1", 8, "32")],
                            &[q::Tensor::new("fc1", 4, "73")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                            0,
                            "residual2.shortcut.fc1 forward",
                            &[q::Tensor::new("residual1", 8, "32")],
                            &[q::Tensor::new("fc1", 4, "chunk 40+0")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                        0,
                        "add",
                        &[
                            q::Tensor::new("fc1", 4, "73"),
                            q::Tensor::new("fc1", 4, "chunk 40+0"),
                        ],
                        &[q::Tensor::new("residual2", 4, "73")],
                    ),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("residual2", 4, "73")],
                        &[
                            q::Tensor::new("d logits", 4, "73"),
                            q::Tensor::new("losses", 1, "77"),
                        ],
                    ),
                    q::Step::new(
                            1,
                            "residual2.shortcut.fc1 backward",
                            &[q::Tensor::new("d logits", 4, "73")],
                            &[q::Tensor::new("d residual1", 8, "65")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                            1,
                            "residual2.fc1 backward",
                            &[q::Tensor::new("d logits", 4, "73")],
                            &[q::Tensor::new("d residual1", 8, "chunk 40+0")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                        1,
                        "add",
                        &[
                            q::Tensor::new("d residual1", 8, "65"),
                            q::Tensor::new("d residual1", 8, "chunk 40+0"),
                        ],
                        &[q::Tensor::new("d residual1", 8, "65")],
                    ),
                    q::Step::new(
                            1,
                            "residual2.shortcut.fc1 gradient",
                            &[
                                q::Tensor::new("d logits", 4, "73"),
                                q::Tensor::new("residual1", 8, "32"),
                            ],
                            &[],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                            1,
                            "residual2.fc1 gradient",
                            &[
                                q::Tensor::new("d logits", 4, "73"),
                                q::Tensor::new("residual1", 8, "32"),
                            ],
                            &[],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                            2,
                            "residual1.fc2 backward",
                            &[q::Tensor::new("d residual1", 8, "65")],
                            &[q::Tensor::new("d gelu1", 16, "32")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                            2,
                            "residual1.gelu1 backward",
                            &[
                                q::Tensor::new("d gelu1", 16, "32"),
                                q::Tensor::new("fc1", 16, "0"),
                            ],
                            &[q::Tensor::new("d fc1", 16, "32")],
                        )
                        .by("with residual1.fc2 backward"),
                    q::Step::new(
                            2,
                            "residual1.fc2 gradient",
                            &[
                                q::Tensor::new("d residual1", 8, "65"),
                                q::Tensor::new("gelu1", 16, "16"),
                            ],
                            &[],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                            3,
                            "residual1.fc1 backward",
                            &[q::Tensor::new("d fc1", 16, "32")],
                            &[q::Tensor::new("d layer_norm1", 8, "0")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                            3,
                            "residual1.fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 16, "32"),
                                q::Tensor::new("layer_norm1", 8, "57"),
                            ],
                            &[],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                            4,
                            "residual1.layer_norm1 backward",
                            &[
                                q::Tensor::new("d layer_norm1", 8, "0"),
                                q::Tensor::new("layer_norm1 saved", 9, "48"),
                            ],
                            &[q::Tensor::new("d input", 8, "chunk 8+0")],
                        )
                        .only_for_input(),
                    q::Step::new(
                            4,
                            "add",
                            &[
                                q::Tensor::new("d residual1", 8, "65"),
                                q::Tensor::new("d input", 8, "chunk 8+0"),
                            ],
                            &[q::Tensor::new("d input", 8, "caller")],
                        )
                        .only_for_input(),
                    q::Step::new(
                        4,
                        "residual1.layer_norm1 gradient",
                        &[
                            q::Tensor::new("d layer_norm1", 8, "0"),
                            q::Tensor::new("layer_norm1 saved", 9, "48"),
                        ],
                        &[],
                    ),
                ],
                inference: &[
                    q::Step::new(
                        0,
                        "lift",
                        &[q::Tensor::new("x", 8, "data")],
                        &[q::Tensor::new("input", 8, "chunk 0+16")],
                    ),
                    q::Step::new(
                        0,
                        "residual1.layer_norm1 forward",
                        &[q::Tensor::new("input", 8, "chunk 0+16")],
                        &[q::Tensor::new("layer_norm1", 8, "chunk 0+24")],
                    ),
                    q::Step::new(
                            0,
                            "residual1.fc1 forward",
                            &[q::Tensor::new("layer_norm1", 8, "chunk 0+24")],
                            &[q::Tensor::new("fc1", 16, "chunk 0+0")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                            0,
                            "residual1.gelu1 forward",
                            &[q::Tensor::new("fc1", 16, "chunk 0+0")],
                            &[q::Tensor::new("gelu1", 16, "chunk 0+0")],
                        )
                        .by("with residual1.fc1 forward"),
                    q::Step::new(
                            0,
                            "residual1.fc2 forward",
                            &[q::Tensor::new("gelu1", 16, "chunk 0+0")],
                            &[q::Tensor::new("fc2", 8, "chunk 0+24")],
                        )
                        .by("loops: 128 weights <= 1024"),
                    q::Step::new(
                        0,
                        "add",
                        &[
                            q::Tensor::new("fc2", 8, "chunk 0+24"),
                            q::Tensor::new("input", 8, "chunk 0+16"),
                        ],
                        &[q::Tensor::new("residual1", 8, "chunk 0+24")],
                    ),
                    q::Step::new(
                            0,
                            "residual2.fc1 forward",
                            &[q::Tensor::new("residual1", 8, "chunk 0+24")],
                            &[q::Tensor::new("fc1", 4, "32")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                            0,
                            "residual2.shortcut.fc1 forward",
                            &[q::Tensor::new("residual1", 8, "chunk 0+24")],
                            &[q::Tensor::new("fc1", 4, "chunk 0+0")],
                        )
                        .by("loops: 32 weights <= 1024"),
                    q::Step::new(
                        0,
                        "add",
                        &[
                            q::Tensor::new("fc1", 4, "32"),
                            q::Tensor::new("fc1", 4, "chunk 0+0"),
                        ],
                        &[q::Tensor::new("residual2", 4, "32")],
                    ),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("residual2", 4, "32")],
                        &[
                            q::Tensor::new("prediction", 4, "32"),
                            q::Tensor::new("losses", 1, "36"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(77, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(36, 1);
        const PREDICTION: q::Place = q::Place::kept(32, 4);
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
        p: &mut q::Weights<'_, ResidualOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut ResidualOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        run.rows(|rows| {
            rows.lift(q::Place::local(40, 8, 0, 8));
            rows.forward(
                "residual1.layer_norm1",
                &K__residual1__layer_norm1,
                q::Plain::flat(&p.residual1.layer_norm1),
                q::Place::local(40, 8, 0, 8),
                q::Place::kept(57, 8),
                q::Keep {
                    values: q::Place::kept(48, 9),
                    indices: q::Span::NONE,
                    bytes: q::Span::NONE,
                },
            );
            rows.forward(
                "residual1.fc1",
                &K__residual1__fc1,
                q::Plain::flat(&p.residual1.fc1),
                q::Place::kept(57, 8),
                q::Place::kept(0, 16),
                q::Keep::NONE,
            );
            rows.forward(
                "residual1.gelu1",
                &K__residual1__gelu1,
                &[],
                q::Place::kept(0, 16),
                q::Place::kept(16, 16),
                q::Keep::NONE,
            );
            rows.forward(
                "residual1.fc2",
                &K__residual1__fc2,
                q::Plain::flat(&p.residual1.fc2),
                q::Place::kept(16, 16),
                q::Place::kept(32, 8),
                q::Keep::NONE,
            );
            rows.add(q::Place::local(40, 8, 0, 8), q::Place::kept(32, 8));
            rows.forward(
                "residual2.fc1",
                &K__residual2__fc1,
                q::Plain::flat(&p.residual2.fc1),
                q::Place::kept(32, 8),
                q::Place::kept(73, 4),
                q::Keep::NONE,
            );
            rows.forward(
                "residual2.shortcut.fc1",
                &K__residual2__shortcut__fc1,
                q::Plain::flat(&p.residual2.shortcut.fc1),
                q::Place::kept(32, 8),
                q::Place::local(40, 8, 0, 4),
                q::Keep::NONE,
            );
            rows.add(q::Place::local(40, 8, 0, 4), q::Place::kept(73, 4));
            rows.head("mse", &HEAD, q::Place::kept(73, 4), q::Place::kept(77, 1));
        });
        run.rows(|rows| {
            rows.backward(
                "residual2.shortcut.fc1",
                &K__residual2__shortcut__fc1,
                q::Plain::flat(&p.residual2.shortcut.fc1),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(73, 4),
                q::Place::kept(65, 8),
            );
            rows.backward(
                "residual2.fc1",
                &K__residual2__fc1,
                q::Plain::flat(&p.residual2.fc1),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(73, 4),
                q::Place::local(40, 8, 0, 8),
            );
            rows.add(q::Place::local(40, 8, 0, 8), q::Place::kept(65, 8));
        });
        run.gradient(
            &K__residual2__shortcut__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.residual2.shortcut.fc1),
            q::Place::kept(32, 8),
            q::Keep::NONE,
            q::Place::kept(73, 4),
        );
        run.gradient(
            &K__residual2__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.residual2.fc1),
            q::Place::kept(32, 8),
            q::Keep::NONE,
            q::Place::kept(73, 4),
        );
        run.rows(|rows| {
            rows.backward_then(
                ["residual1.fc2", "residual1.gelu1"],
                &K__residual1__fc2,
                &K__residual1__gelu1,
                q::Plain::flat(&p.residual1.fc2),
                q::Keep::NONE,
                q::Place::kept(65, 8),
                q::Place::kept(32, 16),
                q::Place::kept(0, 16),
            );
        });
        run.gradient(
            &K__residual1__fc2,
            p.target(gradient.as_deref_mut(), |p| &mut p.residual1.fc2),
            q::Place::kept(16, 16),
            q::Keep::NONE,
            q::Place::kept(65, 8),
        );
        run.rows(|rows| {
            rows.backward(
                "residual1.fc1",
                &K__residual1__fc1,
                q::Plain::flat(&p.residual1.fc1),
                q::Place::None,
                q::Place::None,
                q::Keep::NONE,
                q::Place::kept(32, 16),
                q::Place::kept(0, 8),
            );
        });
        run.gradient(
            &K__residual1__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.residual1.fc1),
            q::Place::kept(57, 8),
            q::Keep::NONE,
            q::Place::kept(32, 16),
        );
        if wanted {
            run.rows(|rows| {
                rows.backward(
                    "residual1.layer_norm1",
                    &K__residual1__layer_norm1,
                    q::Plain::flat(&p.residual1.layer_norm1),
                    q::Place::None,
                    q::Place::None,
                    q::Keep {
                        values: q::Place::kept(48, 9),
                        indices: q::Span::NONE,
                        bytes: q::Span::NONE,
                    },
                    q::Place::kept(0, 8),
                    q::Place::local(8, 8, 0, 8),
                );
                rows.copy(q::Place::kept(65, 8), dx);
                rows.add(q::Place::local(8, 8, 0, 8), dx);
            });
        }
        run.gradient(
            &K__residual1__layer_norm1,
            p.target(gradient.as_deref_mut(), |p| &mut p.residual1.layer_norm1),
            q::Place::None,
            q::Keep {
                values: q::Place::kept(48, 9),
                indices: q::Span::NONE,
                bytes: q::Span::NONE,
            },
            q::Place::kept(0, 8),
        );
    }
    fn infer<T: q::Scalar>(p: &ResidualOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.lift(q::Place::local(0, 32, 16, 8));
            rows.infer(
                "residual1.layer_norm1",
                &K__residual1__layer_norm1,
                q::Plain::flat(&p.residual1.layer_norm1),
                q::Place::local(0, 32, 16, 8),
                q::Place::local(0, 32, 24, 8),
            );
            rows.forward_then(
                ["residual1.fc1", "residual1.gelu1"],
                &K__residual1__fc1,
                &K__residual1__gelu1,
                q::Plain::flat(&p.residual1.fc1),
                q::Place::local(0, 32, 24, 8),
                q::Place::local(0, 32, 0, 16),
                ::core::option::Option::None,
            );
            rows.infer(
                "residual1.fc2",
                &K__residual1__fc2,
                q::Plain::flat(&p.residual1.fc2),
                q::Place::local(0, 32, 0, 16),
                q::Place::local(0, 32, 24, 8),
            );
            rows.add(q::Place::local(0, 32, 16, 8), q::Place::local(0, 32, 24, 8));
            rows.infer(
                "residual2.fc1",
                &K__residual2__fc1,
                q::Plain::flat(&p.residual2.fc1),
                q::Place::local(0, 32, 24, 8),
                q::Place::kept(32, 4),
            );
            rows.infer(
                "residual2.shortcut.fc1",
                &K__residual2__shortcut__fc1,
                q::Plain::flat(&p.residual2.shortcut.fc1),
                q::Place::local(0, 32, 24, 8),
                q::Place::local(0, 32, 0, 4),
            );
            rows.add(q::Place::local(0, 32, 0, 4), q::Place::kept(32, 4));
            rows.head("mse", &HEAD, q::Place::kept(32, 4), q::Place::kept(36, 1));
        });
    }
};
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod input1 {
            /// `input1`: (8) → (8), 0 parameters. A sample takes 0 MACs, 0 FLOPs forward and 0 backward (0.0 % of the network), and keeps 0 bytes over `f32`.
            mod input {}
        }
        mod residual1 {
            /// `residual1`: (8) → (8), 0 parameters. A sample takes 0 MACs, 8 FLOPs forward and 0 backward (0.3 % of the network), and keeps 32 bytes over `f32`.
            mod residual {}
        }
        mod residual1__layer_norm1 {
            /// `residual1.layer_norm1`: (8) → (8), 16 parameters. A sample takes 0 MACs, 59 FLOPs forward and 24 backward (3.5 % of the network), and keeps 68 bytes over `f32`.
            mod layer_norm {}
        }
        mod residual1__fc1 {
            /// `residual1.fc1`: (8) → (16), 144 parameters. A sample takes 128 MACs, 272 FLOPs forward and 528 backward (33.9 % of the network), and keeps 64 bytes over `f32`.
            mod fc {}
        }
        mod residual1__gelu1 {
            /// `residual1.gelu1`: (16) → (16), 0 parameters. A sample takes 0 MACs, 80 FLOPs forward and 176 backward (10.8 % of the network), and keeps 64 bytes over `f32`.
            mod gelu {}
        }
        mod residual1__fc2 {
            /// `residual1.fc2`: (16) → (8), 136 parameters. A sample takes 128 MACs, 264 FLOPs forward and 520 backward (33.2 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod residual2 {
            /// `residual2`: (8) → (4), 0 parameters. A sample takes 0 MACs, 4 FLOPs forward and 8 backward (0.5 % of the network), and keeps 0 bytes over `f32`.
            mod residual {}
        }
        mod residual2__fc1 {
            /// `residual2.fc1`: (8) → (4), 36 parameters. A sample takes 32 MACs, 68 FLOPs forward and 132 backward (8.5 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod residual2__shortcut__fc1 {
            /// `residual2.shortcut.fc1`: (8) → (4), 36 parameters. A sample takes 32 MACs, 68 FLOPs forward and 132 backward (8.5 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod mse {
            /// `mse`: (4) → (4), 0 parameters. A sample takes 0 MACs, 13 FLOPs forward and 4 backward (0.7 % of the network), and keeps 0 bytes over `f32`.
            mod mse {}
        }
    }
    mod words {
        use ::quipu::{
            layers::input as _, layers::residual as _, layers::layer_norm as _,
            layers::fc as _, layers::gelu as _, layers::fc as _, layers::residual as _,
            layers::fc as _, layers::residual::words::shortcut as _, layers::fc as _,
            heads::mse as _,
        };
    }
};
