//! The methods and constants that users call, all inherent: each is one line into the runtime.

use proc_macro2::{Ident, TokenStream};
use quipu_cost::{Moved, PerStep};
use quote::{ToTokens, quote};

use super::{Emission, size};
use crate::ast::constant_name;
use crate::cost::Row;
use crate::facts::Shape;

/// The inherent impl of a network.
pub(super) fn methods(emission: &Emission<'_>) -> TokenStream {
    let [params, inputs, outputs] = [
        emission.rows.iter().map(|row| row.params).sum(),
        emission.graph.chain.input.elements(),
        emission.graph.head.facts.features,
    ]
    .map(|value| size(value).to_token_stream());
    let lets = emission.graph.lets.iter().map(|(name, value)| (name, size(*value).to_token_stream()));
    inherent(&emission.generic(), lets.collect(), [params, inputs, outputs, cost(emission)])
}

/// The inherent impl, with the values of its constants: those made of `let`s, and parameters, inputs, outputs and cost.
pub(super) fn inherent(
    generic: &Ident,
    lets: Vec<(&Ident, TokenStream)>,
    [params, inputs, outputs, cost]: [TokenStream; 4],
) -> TokenStream {
    let lets = lets.into_iter().map(|(name, value)| {
        let constant = Ident::new(&constant_name(name), name.span());
        let about = format!(" The `let {name}` of the definition.");
        quote! { #[doc = #about] pub const #constant: usize = #value; }
    });
    quote! {
        #[allow(dead_code)]
        impl<T: ::quipu::private::Scalar> #generic<T> {
            #(#lets)*
            /// Trainable parameters, in elements.
            pub const PARAMS: usize = #params;
            /// Elements a sample that flow in.
            pub const INPUTS: usize = #inputs;
            /// Elements a sample of the prediction.
            pub const OUTPUTS: usize = #outputs;
            /// What the network costs: FLOPs and MACs as `const fn`s of the batch, and a row for each layer.
            pub const COST: ::quipu::private::NetworkCost = #cost;

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
                <Self as ::quipu::private::Model>::TRAIN.total_bytes(batch, ::core::mem::size_of::<T>())
            }

            /// Bytes of inference in all: parameters, an inference workspace and the inputs of one batch.
            #[must_use]
            pub const fn infer_bytes(batch: usize) -> usize {
                ::quipu::private::infer_bytes::<Self>(batch)
            }

            /// Bytes of training in all, on one worker: parameters, gradients, optimizer state, workspace and one
            /// staged batch.
            #[must_use]
            pub const fn train_bytes(batch: usize, optimizer: ::quipu::private::OptimizerKind) -> usize {
                ::quipu::private::train_bytes::<Self>(batch, optimizer)
            }

            /// `train_bytes` of steps that keep no gradient: those of `train_step`, and a trainer's unless it accumulates.
            #[must_use]
            pub const fn train_bytes_fused(batch: usize, optimizer: ::quipu::private::OptimizerKind) -> usize {
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
            pub const fn memory(batch: usize, optimizer: ::quipu::private::OptimizerKind) -> ::quipu::private::Memory {
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
            pub fn save(&self, path: impl ::core::convert::AsRef<::std::path::Path>) -> ::quipu::private::Result<()> {
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
    }
}

fn cost(emission: &Emission<'_>) -> TokenStream {
    let name = emission.alias().to_string();
    let rows = emission.rows.iter().map(row);
    quote! { ::quipu::private::NetworkCost { name: #name, layers: &[#(#rows),*] } }
}

fn row(row: &Row) -> TokenStream {
    let axes = |shape: &Shape| shape.0.iter().map(|&axis| size(axis)).collect::<Vec<_>>();
    let Row { name, kind, .. } = row;
    let (input, output) = (axes(&row.input), axes(&row.output));
    let [times, params, buffers, macs] = [row.times, row.params, row.buffers, row.macs].map(size);
    let [forward, backward, infer, input_grad, saved] =
        [row.forward, row.backward, row.infer, row.input_grad, row.saved].map(size);
    let (per_step, moved) = (per_step(row.per_step), moved(row.moved));
    quote! {
        ::quipu::private::LayerCost {
            name: #name,
            kind: #kind,
            input: &[#(#input),*],
            output: &[#(#output),*],
            times: #times,
            params: #params,
            buffers: #buffers,
            macs: #macs,
            forward_flops: #forward,
            backward_flops: #backward,
            infer_flops: #infer,
            input_grad_flops: #input_grad,
            saved: #saved,
            per_step: #per_step,
            moved: #moved,
        }
    }
}

fn per_step(per_step: PerStep) -> TokenStream {
    if per_step == PerStep::NONE {
        return quote!(::quipu::private::PerStep::NONE);
    }
    let PerStep { forward, backward, infer, input_grad, update } = per_step;
    let [forward, backward, infer, input_grad, update] =
        [forward, backward, infer, input_grad, update].map(size);
    quote! {
        ::quipu::private::PerStep {
            forward: #forward, backward: #backward, infer: #infer, input_grad: #input_grad, update: #update
        }
    }
}

fn moved(moved: Moved) -> TokenStream {
    let Moved { forward, backward, forward_per_step, backward_per_step } = moved;
    let [forward, backward, forward_per_step, backward_per_step] =
        [forward, backward, forward_per_step, backward_per_step].map(size);
    quote! {
        ::quipu::private::Moved {
            forward: #forward,
            backward: #backward,
            forward_per_step: #forward_per_step,
            backward_per_step: #backward_per_step
        }
    }
}
