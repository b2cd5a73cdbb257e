// network! { #[budget(params <= MOST, forward_flops(batch = 8) < 2 K)] pub Budget < let d = 3; let wide = 4 * d; fc(d, wide); relu; mse(d) > }

///
/// The parameters of `Budget` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (3) → (12) | 48 | 36 | 84 | 84 | 0 | 39.3 % |
/// | `relu1` | (12) → (12) | 0 | 0 | 12 | 12 | 48 | 5.6 % |
/// | `fc2` | (12) → (3) | 39 | 36 | 75 | 147 | 0 | 52.0 % |
/// | `mse` | (3) → (3) | 0 | 0 | 10 | 3 | 0 | 3.0 % |
/// | **total** | | 87 | 72 | 181 | 246 | 48 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
#[repr(C)]
#[allow(clippy::large_stack_frames)]
pub struct BudgetOf<T: ::quipu::private::Scalar> {
    /// `fc`: (3) → (12).
    pub fc1: ::quipu::layers::Fc<T, 3, 12>,
    /// The projection of the head `mse`.
    /// `fc`: (12) → (3).
    pub fc2: ::quipu::layers::Fc<T, 12, 3>,
}
///
/// `BudgetOf` over `f32`, and so its parameters.
///
/// | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |
/// |---|---|---:|---:|---:|---:|---:|---:|
/// | `fc1` | (3) → (12) | 48 | 36 | 84 | 84 | 0 | 39.3 % |
/// | `relu1` | (12) → (12) | 0 | 0 | 12 | 12 | 48 | 5.6 % |
/// | `fc2` | (12) → (3) | 39 | 36 | 75 | 147 | 0 | 52.0 % |
/// | `mse` | (3) → (3) | 0 | 0 | 10 | 3 | 0 | 3.0 % |
/// | **total** | | 87 | 72 | 181 | 246 | 48 | |
///
/// A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward.
pub type Budget = BudgetOf<f32>;
unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for BudgetOf<T> {
    const BUFFERS: usize = 0;
}
impl<T: ::quipu::private::Scalar> ::core::clone::Clone
for ::std::boxed::Box<BudgetOf<T>> {
    fn clone(&self) -> Self {
        ::quipu::private::copied(&**self)
    }
}
impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for BudgetOf<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(
            f, "{} with {} parameters", ::core::stringify!(Budget), Self::PARAMS
        )
    }
}
#[allow(dead_code)]
impl<T: ::quipu::private::Scalar> BudgetOf<T> {
    /// The `let d` of the definition.
    pub const D: usize = 3;
    /// The `let wide` of the definition.
    pub const WIDE: usize = 12;
    /// Trainable parameters, in elements.
    pub const PARAMS: usize = 87;
    /// Elements a sample that flow in.
    pub const INPUTS: usize = 3;
    /// Elements a sample of the prediction.
    pub const OUTPUTS: usize = 3;
    /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
    pub const COST: ::quipu::private::NetworkCost = ::quipu::private::NetworkCost {
        name: "Budget",
        layers: &[
            ::quipu::private::LayerCost {
                name: "fc1",
                kind: "fc",
                input: &[3],
                output: &[12],
                times: 1,
                params: 48,
                buffers: 0,
                macs: 36,
                forward_flops: 84,
                backward_flops: 84,
                infer_flops: 84,
                input_grad_flops: 72,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 15,
                    backward: 30,
                    forward_per_step: 48,
                    backward_per_step: 96,
                },
            },
            ::quipu::private::LayerCost {
                name: "relu1",
                kind: "relu",
                input: &[12],
                output: &[12],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 12,
                backward_flops: 12,
                infer_flops: 12,
                input_grad_flops: 12,
                saved: 12,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 24,
                    backward: 36,
                    forward_per_step: 0,
                    backward_per_step: 0,
                },
            },
            ::quipu::private::LayerCost {
                name: "fc2",
                kind: "fc",
                input: &[12],
                output: &[3],
                times: 1,
                params: 39,
                buffers: 0,
                macs: 36,
                forward_flops: 75,
                backward_flops: 147,
                infer_flops: 75,
                input_grad_flops: 72,
                saved: 0,
                per_step: ::quipu::private::PerStep::NONE,
                moved: ::quipu::private::Moved {
                    forward: 15,
                    backward: 30,
                    forward_per_step: 39,
                    backward_per_step: 78,
                },
            },
            ::quipu::private::LayerCost {
                name: "mse",
                kind: "mse",
                input: &[3],
                output: &[3],
                times: 1,
                params: 0,
                buffers: 0,
                macs: 0,
                forward_flops: 10,
                backward_flops: 3,
                infer_flops: 0,
                input_grad_flops: 3,
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
    const K__fc1: q::layers::fc::Small<3, 12, 12> = q::layers::fc::Small::<3, 12, 12> {
    };
    #[allow(non_upper_case_globals)]
    const K__relu1: q::layers::relu::Kernel = q::layers::relu::Kernel {};
    #[allow(non_upper_case_globals)]
    const K__fc2: q::layers::fc::Small<12, 3, 3> = q::layers::fc::Small::<12, 3, 3> {
    };
    const HEAD: q::heads::mse::Kernel = q::heads::mse::Kernel {
        outputs: 3,
    };
    unsafe impl<T: q::Scalar> q::Model for BudgetOf<T> {
        type Scalar = T;
        type Over<S: q::Scalar> = BudgetOf<S>;
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
                            init: Init::Uniform(0.6324555320336759f64),
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
        const TARGETS: q::TargetKind = q::TargetKind::Values(3);
        const TRAIN: q::Sizes = q::Sizes {
            values: 28,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const INFER: q::Sizes = q::Sizes {
            values: 16,
            statistics: 0,
            indices: 0,
            bytes: 0,
        };
        const TRAIN_QUALITY: q::Quality = q::Quality {
            naive: 55,
            planned: 28,
            live: 28,
            kept: 16,
        };
        const INFER_QUALITY: q::Quality = q::Quality {
            naive: 31,
            planned: 16,
            live: 16,
            kept: 0,
        };
        const SCHEDULE: &'static [q::UnitSchedule] = &[
            q::UnitSchedule {
                name: "Budget",
                training: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 3, "data")],
                            &[q::Tensor::new("fc1", 12, "0")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            0,
                            "relu1 forward",
                            &[q::Tensor::new("fc1", 12, "0")],
                            &[q::Tensor::new("relu1", 12, "0")],
                        )
                        .by("with fc1 forward"),
                    q::Step::new(
                            0,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 12, "0")],
                            &[q::Tensor::new("fc2", 3, "24")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("fc2", 3, "24")],
                        &[
                            q::Tensor::new("d logits", 3, "24"),
                            q::Tensor::new("losses", 1, "27"),
                        ],
                    ),
                    q::Step::new(
                            1,
                            "fc2 backward",
                            &[q::Tensor::new("d logits", 3, "24")],
                            &[q::Tensor::new("d relu1", 12, "12")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            1,
                            "relu1 backward",
                            &[
                                q::Tensor::new("d relu1", 12, "12"),
                                q::Tensor::new("relu1", 12, "0"),
                            ],
                            &[q::Tensor::new("d fc1", 12, "12")],
                        )
                        .by("with fc2 backward"),
                    q::Step::new(
                            1,
                            "fc2 gradient",
                            &[
                                q::Tensor::new("d logits", 3, "24"),
                                q::Tensor::new("relu1", 12, "0"),
                            ],
                            &[],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            2,
                            "fc1 backward",
                            &[q::Tensor::new("d fc1", 12, "12")],
                            &[q::Tensor::new("d x", 3, "caller")],
                        )
                        .only_for_input()
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            2,
                            "fc1 gradient",
                            &[
                                q::Tensor::new("d fc1", 12, "12"),
                                q::Tensor::new("x", 3, "data"),
                            ],
                            &[],
                        )
                        .by("loops: 36 weights <= 1024"),
                ],
                inference: &[
                    q::Step::new(
                            0,
                            "fc1 forward",
                            &[q::Tensor::new("x", 3, "data")],
                            &[q::Tensor::new("fc1", 12, "chunk 0+0")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                            0,
                            "relu1 forward",
                            &[q::Tensor::new("fc1", 12, "chunk 0+0")],
                            &[q::Tensor::new("relu1", 12, "chunk 0+0")],
                        )
                        .by("with fc1 forward"),
                    q::Step::new(
                            0,
                            "fc2 forward",
                            &[q::Tensor::new("relu1", 12, "chunk 0+0")],
                            &[q::Tensor::new("fc2", 3, "12")],
                        )
                        .by("loops: 36 weights <= 1024"),
                    q::Step::new(
                        0,
                        "head",
                        &[q::Tensor::new("fc2", 3, "12")],
                        &[
                            q::Tensor::new("prediction", 3, "12"),
                            q::Tensor::new("losses", 1, "15"),
                        ],
                    ),
                ],
            },
        ];
        const LOSSES: q::Place = q::Place::kept(27, 1);
        const INFER_LOSSES: q::Place = q::Place::kept(15, 1);
        const PREDICTION: q::Place = q::Place::kept(12, 3);
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
        p: &mut q::Weights<'_, BudgetOf<T>>,
        run: &mut q::Run<'_, T>,
        mut gradient: ::core::option::Option<&mut BudgetOf<T>>,
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
                q::Place::kept(0, 12),
                ::core::option::Option::Some(q::Keep::NONE),
            );
            rows.forward(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::kept(0, 12),
                q::Place::kept(24, 3),
                q::Keep::NONE,
            );
            rows.head("mse", &HEAD, q::Place::kept(24, 3), q::Place::kept(27, 1));
        });
        run.rows(|rows| {
            rows.backward_then(
                ["fc2", "relu1"],
                &K__fc2,
                &K__relu1,
                q::Plain::flat(&p.fc2),
                q::Keep::NONE,
                q::Place::kept(24, 3),
                q::Place::kept(12, 12),
                q::Place::kept(0, 12),
            );
        });
        run.gradient(
            &K__fc2,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc2),
            q::Place::kept(0, 12),
            q::Keep::NONE,
            q::Place::kept(24, 3),
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
                    q::Place::kept(12, 12),
                    dx,
                );
            });
        }
        run.gradient(
            &K__fc1,
            p.target(gradient.as_deref_mut(), |p| &mut p.fc1),
            q::Place::Input,
            q::Keep::NONE,
            q::Place::kept(12, 12),
        );
    }
    fn infer<T: q::Scalar>(p: &BudgetOf<T>, run: &mut q::Run<'_, T>) {
        run.rows(|rows| {
            rows.forward_then(
                ["fc1", "relu1"],
                &K__fc1,
                &K__relu1,
                q::Plain::flat(&p.fc1),
                q::Place::Input,
                q::Place::local(0, 12, 0, 12),
                ::core::option::Option::None,
            );
            rows.infer(
                "fc2",
                &K__fc2,
                q::Plain::flat(&p.fc2),
                q::Place::local(0, 12, 0, 12),
                q::Place::kept(12, 3),
            );
            rows.head("mse", &HEAD, q::Place::kept(12, 3), q::Place::kept(15, 1));
        });
    }
};
const _: () = ::quipu::cost::assert_budget(
    87u64 <= (MOST as u64),
    "Budget: params <= MOST",
    87u64,
    MOST as u64,
    ("fc1", 48u64),
);
#[allow(unused_imports, non_snake_case)]
const _: () = {
    mod layers {
        mod fc1 {
            /// `fc1`: (3) → (12), 48 parameters. A sample takes 36 MACs, 84 FLOPs forward and 84 backward (39.3 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod relu1 {
            /// `relu1`: (12) → (12), 0 parameters. A sample takes 0 MACs, 12 FLOPs forward and 12 backward (5.6 % of the network), and keeps 48 bytes over `f32`.
            mod relu {}
        }
        mod fc2 {
            /// `fc2`: (12) → (3), 39 parameters. A sample takes 36 MACs, 75 FLOPs forward and 147 backward (52.0 % of the network), and keeps 0 bytes over `f32`.
            mod fc {}
        }
        mod mse {
            /// `mse`: (3) → (3), 0 parameters. A sample takes 0 MACs, 10 FLOPs forward and 3 backward (3.0 % of the network), and keeps 0 bytes over `f32`.
            mod mse {}
        }
    }
    mod words {
        use ::quipu::{layers::fc as _, layers::relu as _, heads::mse as _};
    }
    const _: fn() = || {
        _ = Budget::PARAMS;
        _ = ::quipu::NetworkCost::forward_flops;
        _ = Budget::D;
        _ = Budget::D;
        _ = Budget::WIDE;
        _ = Budget::D;
    };
};
