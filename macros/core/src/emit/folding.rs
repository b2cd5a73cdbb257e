//! What leads from a network to its folded one: a method, and the list that the runtime goes through.

use proc_macro2::TokenStream;
use quote::quote;

use super::constants::layer_kernel;
use super::{Emission, size};
use crate::graph::fold::{Fold, Folded, Part};

/// The method and the trait's impl.
pub(super) fn folding(emission: &Emission<'_>, folded: &Folded) -> TokenStream {
    let (generic, alias) = (emission.generic(), &folded.graph.name);
    let target = quote::format_ident!("{alias}Of");
    let folds = list(&folded.folds);
    let about = format!(
        " The network for inference, an [`{alias}`]: the same function in evaluation, but for rounding, without the layers \
         that go into the weights before them. Allocates the network and a few rows."
    );
    quote! {
        #[allow(dead_code)]
        impl<T: ::quipu::private::Scalar> #generic<T> {
            #[doc = #about]
            #[must_use]
            pub fn fold(&self) -> ::std::boxed::Box<#target<T>> {
                ::quipu::private::fold(self)
            }
        }

        const _: () = {
            use ::quipu::private as q;

            impl<T: q::Scalar> q::Foldable for #generic<T> {
                type Folded = #target<T>;
                const FOLDS: &'static [q::Fold<T>] = &[#folds];
            }
        };
    }
}

fn list(folds: &[Fold]) -> TokenStream {
    let folds = folds.iter().map(|fold| match fold {
        Fold::Same { params, buffers } => {
            let (params, buffers) = (size(*params), size(*buffers));
            quote!(q::Fold::Same { params: #params, buffers: #buffers })
        }
        Fold::Absorb { layer, folded, affine, buffers, features } => {
            let (layer_kernel, affine_kernel) = (kernel(layer), kernel(affine));
            let [params, folded, affine_params, buffers, features] =
                [layer.params, *folded, affine.params, *buffers, *features].map(size);
            quote! {
                q::Fold::Absorb {
                    layer: &#layer_kernel,
                    params: #params,
                    folded: #folded,
                    affine: &#affine_kernel,
                    features: #features,
                    affine_params: #affine_params,
                    buffers: #buffers,
                }
            }
        }
        Fold::Repeat { times, body } => {
            let (times, body) = (size(*times), list(body));
            quote!(q::Fold::Repeat { times: #times, body: &[#body] })
        }
    });
    quote!(#(#folds),*)
}

fn kernel(part: &Part) -> TokenStream {
    part.kernel.as_ref().map(|kernel| layer_kernel(&part.kind, kernel).1).unwrap_or_default()
}
