//! The hidden half of a network: its kernels as constants, and the runtime's trait that names its passes and plan.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::places::Places;
use super::types::Part;
use super::{Emission, field, schedule, size, types};
use crate::facts::{Kernel, Setting, TargetKind};
use crate::plan::{self, Quality, Sizes};
use crate::schedule::{Leaf, Unit};

/// The imports, the kernels and the trait's impl.
pub(super) fn model(emission: &Emission<'_>) -> TokenStream {
    let Some(unit) = emission.program.units.last() else { return TokenStream::new() };
    let kernels = emission.program.units.iter().flat_map(|unit| {
        unit.leaves.iter().map(move |leaf| {
            let name = kernel_name(unit, leaf);
            leaf.facts.kernel.as_ref().map(|kernel| {
                let (of_type, value) = layer_kernel(&leaf.kind, kernel);
                quote! { #[allow(non_upper_case_globals)] const #name: #of_type = #value; }
            })
        })
    });
    let head = &emission.graph.head;
    let (head_type, head_kernel) = kernel_of("heads", &head.kind, &head.facts.kernel);
    let generic = emission.generic();
    let [tree, buffer_tree] =
        [Part::Params, Part::Buffers].map(|part| types::tree(&emission.graph.chain, part));
    let batchwise = emission.rows.iter().find(|row| row.buffers > 0).map_or_else(
        || quote!(::core::option::Option::None),
        |row| {
            let name = &row.name;
            quote!(::core::option::Option::Some(#name))
        },
    );
    let targets = match head.facts.targets {
        TargetKind::Classes(n) => {
            let n = size(n);
            quote!(q::TargetKind::Classes(#n))
        }
        TargetKind::Labels(n) => {
            let n = size(n);
            quote!(q::TargetKind::Labels(#n))
        }
        TargetKind::Binary(n) => {
            let n = size(n);
            quote!(q::TargetKind::Binary(#n))
        }
        TargetKind::Values(n) => {
            let n = size(n);
            quote!(q::TargetKind::Values(#n))
        }
    };
    let (train, infer) = (sizes(emission.sizes.0), sizes(emission.sizes.1));
    let (train_quality, infer_quality) =
        plan::quality(emission.program).map(|(train, infer)| (quality(train), quality(infer))).unzip();
    let schedule = schedule::tables(emission);
    let (train_layout, infer_layout) = (plan::layout(&unit.train, unit), plan::layout(&unit.infer, unit));
    let (train_places, infer_places) =
        (Places::new(unit, &unit.train, &train_layout), Places::new(unit, &unit.infer, &infer_layout));
    let losses = unit.train.losses.map(|id| train_places.place(id));
    let infer_losses = unit.infer.losses.map(|id| infer_places.place(id));
    let prediction = infer_places.place(unit.infer.y);
    quote! {
        use ::quipu::private as q;

        #(#kernels)*
        const HEAD: #head_type = #head_kernel;

        unsafe impl<T: q::Scalar> q::Model for #generic<T> {
            type Scalar = T;
            type Over<S: q::Scalar> = #generic<S>;
            const PARAMS: usize = Self::PARAMS;
            const INPUTS: usize = Self::INPUTS;
            const OUTPUTS: usize = Self::OUTPUTS;
            const COST: q::NetworkCost = Self::COST;
                        #[allow(clippy::approx_constant)]
            const TREE: &'static [q::Node] = {
                #[allow(unused_imports)]
                use q::{Init, Node};
                &[#tree]
            };
            const BUFFER_TREE: &'static [q::Node] = {
                #[allow(unused_imports)]
                use q::{Init, Node};
                &[#buffer_tree]
            };
            const BATCHWISE: ::core::option::Option<&'static str> = #batchwise;
            const TARGETS: q::TargetKind = #targets;
            const TRAIN: q::Sizes = #train;
            const INFER: q::Sizes = #infer;
            const TRAIN_QUALITY: q::Quality = #train_quality;
            const INFER_QUALITY: q::Quality = #infer_quality;
            const SCHEDULE: &'static [q::UnitSchedule] = &[#schedule];
            const LOSSES: q::Place = #losses;
            const INFER_LOSSES: q::Place = #infer_losses;
            const PREDICTION: q::Place = #prediction;

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
    }
}

/// The constant that holds a layer's kernel.
pub(super) fn kernel_name(unit: &Unit, leaf: &Leaf) -> Ident {
    // Two underscores stand in no label, so that no two layers share a name; the prefix keeps off local names.
    let mut words: Vec<&str> = vec!["K", &unit.name];
    words.extend(leaf.path.iter().map(String::as_str));
    words.retain(|word| !word.is_empty());
    format_ident!("{}", words.join("__"))
}

/// The type of a layer's kernel, and the kernel.
pub(super) fn layer_kernel(kind: &str, kernel: &Kernel) -> (TokenStream, TokenStream) {
    kernel_of("layers", kind, kernel)
}

/// The type of a kernel of the runtime's module `family`, and the kernel.
fn kernel_of(family: &str, kind: &str, kernel: &Kernel) -> (TokenStream, TokenStream) {
    let [family, kind, type_name] = [family, kind, kernel.type_name].map(field);
    let settings = settings(kernel);
    let mut of_type = quote!(q::#family::#kind::#type_name);
    if !kernel.consts.is_empty() {
        let consts = kernel.consts.iter().map(|&value| size(value));
        of_type.extend(quote!(::<#(#consts),*>));
    }
    (of_type.clone(), quote!(#of_type { #settings }))
}

fn settings(kernel: &Kernel) -> TokenStream {
    let fields = kernel.fields.iter().map(|(name, setting)| {
        let name = field(name);
        match setting {
            Setting::Int(value) => {
                let value = size(*value);
                quote!(#name: #value)
            }
            Setting::Float(value) => quote!(#name: #value),
            Setting::Floats(values) => quote!(#name: &[#(#values),*]),
            Setting::Bool(value) => quote!(#name: #value),
        }
    });
    quote!(#(#fields),*)
}

fn quality(quality: Quality) -> TokenStream {
    let [naive, planned, live, kept] = [quality.naive, quality.planned, quality.live, quality.kept].map(size);
    quote!(q::Quality { naive: #naive, planned: #planned, live: #live, kept: #kept })
}

fn sizes(sizes: Sizes) -> TokenStream {
    let [values, statistics, indices, bytes] =
        [sizes.values, sizes.statistics, sizes.indices, sizes.bytes].map(size);
    quote!(q::Sizes { values: #values, statistics: #statistics, indices: #indices, bytes: #bytes })
}
