// network! { /** Handwritten digits: 28×28 grey levels, ten classes. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

/// Handwritten digits: 28×28 grey levels, ten classes.
///
/// The parameters of `Mlp` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (784) → (256) | 200,960 | 200,704 | 401,664 | 401,664 | 0 | 98.1 % |
/// | `relu1` | (256) → (256) | 0 | 0 | 256 | 256 | 1,024 | 0.1 % |
/// | `fc2` | (256) → (10) | 2,570 | 2,560 | 5,130 | 10,250 | 0 | 1.9 % |
/// | `softmax_ce` | (10) → (10) | 0 | 0 | 51 | 20 | 0 | 0.0 % |
/// | **total** | | 203,530 | 203,264 | 407,101 | 412,190 | 1,024 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub struct MlpOf<T: ::quipu::private::Scalar> {
    /// `fc`: (784) → (256).
    pub fc1: ::quipu::layers::Fc<T, 784, 256>,
    /// The projection of the head `softmax_ce`.
    /// `fc`: (256) → (10).
    pub fc2: ::quipu::layers::Fc<T, 256, 10>,
}
/// Handwritten digits: 28×28 grey levels, ten classes.
///
/// `MlpOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (784) → (256) | 200,960 | 200,704 | 401,664 | 401,664 | 0 | 98.1 % |
/// | `relu1` | (256) → (256) | 0 | 0 | 256 | 256 | 1,024 | 0.1 % |
/// | `fc2` | (256) → (10) | 2,570 | 2,560 | 5,130 | 10,250 | 0 | 1.9 % |
/// | `softmax_ce` | (10) → (10) | 0 | 0 | 51 | 20 | 0 | 0.0 % |
/// | **total** | | 203,530 | 203,264 | 407,101 | 412,190 | 1,024 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
pub type Mlp = MlpOf<f32>;
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for MlpOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone for ::std::boxed::Box<MlpOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for MlpOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(f, "{} with {} parameters", ::core::stringify!(Mlp), Self::PARAMS)
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> MlpOf<T> {
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 203530;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 784;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 10;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Mlp",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[784],
                output: &[256],
                times: 1,
                params: 200960,
                buffers: 0,
                macs: 200704,
                forward_flops: 401664,
                backward_flops: 401664,
                infer_flops: 401664,
                input_grad_flops: 401408,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 1040,
                    backward: 2080,
                    forward_per_step: 200960,
                    backward_per_step: 401920,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[256],
                output: &[256],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 256,
                backward_flops: 256,
                infer_flops: 256,
                input_grad_flops: 256,
                saved: 256,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 512,
                    backward: 768,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2",
                kind: "fc",
                input: &[256],
                output: &[10],
                times: 1,
                params: 2570,
                buffers: 0,
                macs: 2560,
                forward_flops: 5130,
                backward_flops: 10250,
                infer_flops: 5130,
                input_grad_flops: 5120,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 266,
                    backward: 532,
                    forward_per_step: 2570,
                    backward_per_step: 5140,
                },
            },
            ::quipu::private::LayerCost {
                name: "softmax_ce",
                kind: "softmax_ce",
                input: &[10],
                output: &[10],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 51,
                backward_flops: 20,
                infer_flops: 48,
                input_grad_flops: 20,
                saved: 0,
                per_step: ::quipu::private::PerStep {
                    forward: 1,
                    backward: 0,
                    infer: 0,
                    input_grad: 0,
                    update: 0,
                },
                moved: ::quipu::private::Moved {
                    forward: 20,
                    backward: 20,
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
    const K__fc1: q::layers::fc::Kernel = q::layers::fc::Kernel {
        inputs: 784,
        outputs: 256,
        bias: true,
    };
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__fc2: q::layers::fc::Kernel = q::layers::fc::Kernel {
        inputs: 256,
        outputs: 10,
        bias: true,
    };
    const HEAD: q::heads::softmax_ce::Kernel<10> = q::heads::softmax_ce::Kernel::<10> {
        smoothing: 0f64,
        weights: &[],
    };
    unsafe impl<T: q::Scalar> q::Model for MlpOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = MlpOf<S>;
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
                            shape: &[784, 256],
                            transposed: true,
                            init: Init::Normal(0.050507627227610534f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[256],
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
                            shape: &[256, 10],
                            transposed: true,
                            init: Init::Uniform(0.15018785229652765f64),
                        },
                        Node::Param {
                            name: "bias",
                            shape: &[10],
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
        const TARGETS: q::TargetKind = q::TargetKind::Classes(10);
        const TRAIN: q::Sizes = q::Sizes {
            values: 523,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 267,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 1045,
            planned: 523,
            live: 523,
            kept: 267,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 533,
            planned: 267,
            live: 267,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "Mlp",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 784, "data")],
                            &[q::Tensor::new("fc1", 256, "0")],
                        )
                        .by("product: 200704 weights > 1024"),
                    q::Step::new(
                        0,
                        "relu1 forward",
                        &[q::Tensor::new("fc1", 256, "0")],
                        &[q::Tensor::new("relu1", 256, "0")],
                    ),
                    q::Step::new(
                            0,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 256, "0")],
                            &[q::Tensor::new("fc2", 10, "512")],
                        )
                        .by("product: 2560 weights > 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("fc2", 10, "512")],
                        &[
                            q::Tensor::new("d logits", 10, "512"),
                            q::Tensor::new("losses", 1, "522"),
                        ],
                    ),
                    q::Step::new(
                            1,
                            "fc2 backward",
                            &[q::Tensor::new("d logits", 10, "512")],
                            &[q::Tensor::new("d relu1", 256, "256")],
                        )
                        .by("product: 2560 weights > 1024"),
                    q::Step::new(
                            1,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 256, "256"),
                                q::Tensor::new("relu1", 256, "0"),
                            ],
                            &[q::Tensor::new("d fc1", 256, "256")],
                        )
                        .by("with fc2 backward"),
                    q::Step::new(
                            1,
                            "fc2 gradient",
                            &[
                                q::Tensor::new("d logits", 10, "512"),
                                q::Tensor::new("relu1", 256, "0"),
                            ],
                            &[],
                        )
                        .by("product: 2560 weights > 1024"),
                    q::Step::new(
                            2,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 256, "256")],
                            &[q::Tensor::new("d x", 784, "caller")],
                        )
                        .only_for_input()
                        .by("product: 200704 weights > 1024"),
                    q::Step::new(
                            2,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 256, "256"),
                                q::Tensor::new("x", 784, "data"),
                            ],
                            &[],
                        )
                        .by("product: 200704 weights > 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 784, "data")],
                            &[q::Tensor::new("fc1", 256, "chunk 0+0")],
                        )
                        .by("product: 200704 weights > 1024"),
                    q::Step::new(
                            0,
                            "relu1 forward",
                            &[q::Tensor::new("fc1", 256, "chunk 0+0")],
                            &[q::Tensor::new("relu1", 256, "chunk 0+0")],
                        )
                        .by("with fc1 forward"),
                    q::Step::new(
                            0,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 256, "chunk 0+0")],
                            &[q::Tensor::new("fc2", 10, "256")],
                        )
                        .by("product: 2560 weights > 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("fc2", 10, "256")],
                        &[
                            q::Tensor::new("prediction", 10, "256"),
                            q::Tensor::new("losses", 1, "266"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(522, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(266, 1);
        const PREDICTION: q::Place = q::Place::kept(256, 10);
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
        p: &mut q::Weights<'_, MlpOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut MlpOf<T>>,
    ) {
        let wanted = run.wants_input_gradient();
        let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
        let split = run.split(&K__fc1, q::Plain::flat(&p.fc1), q::Place::kept(0, 256));
        run.rows(|rows| {
            if !split {
                rows.forward(
                    "fc1",
                    &K__fc1,
                    q::Plain::flat(&p.fc1),
                    q::Place::Input,
                    q::Place::kept(0, 256),
                    q::Keep::NONE,
                );
            }
            rows.forward(
                "relu1",
                &K__relu1,
                &[],
                q::Place::kept(0, 256),
                q::Place::kept(0, 256),
                q::Keep::NONE,
            );
            rows.forward(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::kept(0, 256),
                q::Place::kept(512, 10),
                q::Keep::NONE,
            );
            rows.head(
                "softmax_ce",
                &HEAD,
                q::Place::kept(512, 10),
                q::Place::kept(522, 1),
            );
        });
        run.rows(|rows| {
            rows.backward_then(
                ["fc2", "relu1"],
                &K__fc2,
                &K__relu1,
                q::Plain::flat(&p.fc2),
                q::Keep::NONE,
                q::Place::kept(512, 10),
                q::Place::kept(256, 256),
                q::Place::kept(0, 256),
            );
        });
        run.gradient(
            &K__fc2,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2),
            q::Place::kept(0, 256),
            q::Keep::NONE,
            q::Place::kept(512, 10),
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
                    q::Place::kept(256, 256),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(256, 256),
        );
    }
    fn infer<T: q::Scalar>(p: &MlpOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.forward_then(
                ["fc1", "relu1"],
                &K__fc1,
                &K__relu1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::local(0, 256, 0, 256),
                ::core::option::Option::None,
            );
            rows.infer(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::local(0, 256, 0, 256),
                q::Place::kept(256, 10),
            );
            rows.head(
                "softmax_ce",
                &HEAD,
                q::Place::kept(256, 10),
                q::Place::kept(266, 1),
            );
        });
    }
};
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod fc1 {
            /// `fc1`: (784) → (256), 200,960 parameters. A sample takes 200,704 MACs, 401,664 FLOPs forward and 401,664 backward (98.1 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod relu1 {
            /// `relu1`: (256) → (256), 0 parameters. A sample takes 0 MACs, 256 FLOPs forward and 256 backward (0.1 % of the network), and keeps 1,024 bytes over `f32`.
            mod relu {}
        }
        mod fc2 {
            /// `fc2`: (256) → (10), 2,570 parameters. A sample takes 2,560 MACs, 5,130 FLOPs forward and 10,250 backward (1.9 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod softmax_ce {
            /// `softmax_ce`: (10) → (10), 0 parameters. A sample takes 0 MACs, 51 FLOPs forward and 20 backward (0.0 % of the network), and keeps 0 bytes over `f32`.
            mod softmax_ce {}
        }
    }
    mod words {
        use ::quipu::{layers::fc as _, layers::relu as _, heads::softmax_ce as _};
    }
};
