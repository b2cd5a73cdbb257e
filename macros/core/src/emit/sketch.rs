//! What is written of a network with mistakes: its types, constants and methods all the same, so that the rest of a crate
//! is not full of echoes, and an editor goes on knowing them.
//!
//! A number that a mistake keeps from being known is one constant, in whose body all the mistakes are reported. The
//! compiler says nothing more of what is made of a constant that is wrong: of an assertion on a cost, of an array of such
//! a length.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::types::{Written, written};
use super::{Names, methods, size};
use crate::ast::{self, RESERVED, constant_name};
use crate::graph::Sketch;

/// Writes a sketch; `mistakes` is a `compile_error!` for each.
#[must_use]
pub fn sketch(network: &ast::Network, sketch: &Sketch, mistakes: &TokenStream) -> TokenStream {
    // Not at the name: that leads to the type.
    let unknown = format_ident!("__{}_is_not_known", sketch.name, span = Span::call_site());
    let names = Names { vis: &network.vis, alias: &sketch.name, unknown: Some(&unknown) };
    let generic = names.generic();
    let note = "The definition has mistakes: what depends on them is not known.";
    let types = written(&Written {
        names,
        docs: &network.docs,
        chain: &sketch.chain,
        table: quote!(#[doc = #note]),
        alias_lints: None,
        buffers: unknown.to_token_stream(),
    });
    let number =
        |value: Option<u64>| value.map_or(unknown.to_token_stream(), |value| size(value).to_token_stream());
    let unread = quote!(::quipu::private::unknown(#unknown));
    // A name that hides a constant, or cannot be one, is one of the mistakes.
    let is_constant = |name: &Ident| ast::is_plain(name) && !RESERVED.contains(&constant_name(name).as_str());
    let lets = sketch.lets.iter().filter(|(name, _)| is_constant(name));
    let lets = lets.map(|(name, value)| (name, number(*value))).collect();
    let outputs = sketch.head.as_ref().map(|head| head.facts.features);
    let [params, inputs, outputs] = [None, sketch.inputs, outputs].map(number);
    let methods = methods::inherent(&generic, lets, [params, inputs, outputs, unread.clone()]);
    let constants = constants(&unread);
    quote! {
        #types
        #methods
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        const #unknown: usize = { #mistakes 0 };
        const _: () = {
            use ::quipu::private as q;

            unsafe impl<T: q::Scalar> q::Model for #generic<T> {
                type Scalar = T;
                type Over<S: q::Scalar> = #generic<S>;
                const PARAMS: usize = Self::PARAMS;
                const INPUTS: usize = Self::INPUTS;
                const OUTPUTS: usize = Self::OUTPUTS;
                const COST: q::NetworkCost = Self::COST;
                #constants

                fn train(
                    _: &mut q::Weights<'_, Self>,
                    _: &mut q::Run<'_, T>,
                    _: ::core::option::Option<&mut Self>,
                ) {
                }

                fn infer(&self, _: &mut q::Run<'_, T>) {}
            }
        };
    }
}

/// The constants of the trait that come of the passes.
fn constants(unread: &TokenStream) -> TokenStream {
    let of = |names: &[&str], ty: &TokenStream| -> TokenStream {
        let names = names.iter().map(|name| Ident::new(name, Span::call_site()));
        quote!(#(const #names: #ty = #unread;)*)
    };
    [
        of(&["TREE", "BUFFER_TREE"], &quote!(&'static [q::Node])),
        of(&["BATCHWISE"], &quote!(::core::option::Option<&'static str>)),
        of(&["TARGETS"], &quote!(q::TargetKind)),
        of(&["TRAIN", "INFER"], &quote!(q::Sizes)),
        of(&["TRAIN_QUALITY", "INFER_QUALITY"], &quote!(q::Quality)),
        of(&["SCHEDULE"], &quote!(&'static [q::UnitSchedule])),
        of(&["LOSSES", "INFER_LOSSES", "PREDICTION"], &quote!(q::Place)),
    ]
    .into_iter()
    .collect()
}
