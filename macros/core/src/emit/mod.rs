//! The only place that writes Rust: a network's types, constants, methods and passes.
//!
//! What belongs to the user is at the top: the struct, its alias, its methods. Everything else stands in one
//! `const _: () = { … }`, whose names nobody outside can see.

mod constants;
mod folding;
mod hover;
mod methods;
mod passes;
mod places;
mod schedule;
mod sketch;
mod types;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::cost::Row;
use crate::facts::UNKNOWN;
use crate::graph::Graph;
use crate::graph::fold::Folded;
use crate::plan::Sizes;
use crate::schedule::{Program, Unit};
pub use hover::hover;
pub use sketch::sketch;

/// All that emission reads.
pub struct Emission<'a> {
    /// Who sees it.
    pub vis: &'a syn::Visibility,
    /// What is said of it.
    pub docs: &'a [String],
    /// The network.
    pub graph: &'a Graph,
    /// The cost table.
    pub rows: &'a [Row],
    /// The passes.
    pub program: &'a Program,
    /// The workspaces for training and for evaluation.
    pub sizes: (Sizes, Sizes),
    /// Whether it was made from another network, so that nobody need use it.
    pub derived: bool,
    /// What it is folded, where there is something to fold.
    pub folded: Option<&'a Folded>,
}

impl<'a> Emission<'a> {
    fn names(&self) -> Names<'a> {
        Names { vis: self.vis, alias: &self.graph.name, unknown: None }
    }

    /// The alias: the name that was written.
    fn alias(&self) -> &Ident {
        &self.graph.name
    }

    /// The generic struct: `MlpOf`.
    fn generic(&self) -> Ident {
        self.names().generic()
    }

    /// The struct of a unit's parameters.
    fn unit_type(&self, unit: &Unit) -> Ident {
        if unit.name.is_empty() { self.generic() } else { self.names().inner_type(&unit.name) }
    }

    /// The struct of the buffers beside the parameters that `ty` holds.
    fn buffers_type(&self, ty: &Ident) -> Ident {
        self.names().buffers_type(ty)
    }
}

/// What the generated types are called.
#[derive(Clone, Copy)]
struct Names<'a> {
    vis: &'a syn::Visibility,
    /// The name that was written.
    alias: &'a Ident,
    /// The constant that stands for every number that a mistake keeps from being known.
    unknown: Option<&'a Ident>,
}

impl Names<'_> {
    /// The generic struct: `MlpOf`.
    fn generic(&self) -> Ident {
        format_ident!("{}Of", self.alias)
    }

    /// The struct of the buffers beside the parameters that `ty` holds. It ends as no struct of parameters does.
    fn buffers_type(&self, ty: &Ident) -> Ident {
        format_ident!("{ty}Buffers")
    }

    /// The struct of an inner chain's parameters: `MlpRepeat1Of`.
    fn inner_type(&self, name: &str) -> Ident {
        let camel: String = name
            .split('_')
            .filter(|word| !word.is_empty())
            .map(|word| {
                let mut letters = word.chars();
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
            })
            .collect();
        Ident::new(&format!("{}{camel}Of", self.alias), Span::call_site())
    }

    /// A number in a type.
    fn number(&self, value: u64) -> TokenStream {
        match self.unknown {
            Some(unknown) if value == UNKNOWN => quote!({ #unknown }),
            _ => {
                let value = size(value);
                quote!(#value)
            }
        }
    }
}

/// Writes the whole expansion.
#[must_use]
pub fn emit(emission: &Emission<'_>) -> TokenStream {
    let types = types::types(emission);
    let methods = methods::methods(emission);
    let model = constants::model(emission);
    let passes = passes::passes(emission);
    let folding = emission.folded.map(|folded| folding::folding(emission, folded));
    quote! {
        #types
        #methods
        #folding
        // A deviation such as the root of 2/4 is near a constant of the library, and not meant as it.
        #[allow(clippy::approx_constant)]
        const _: () = {
            #model
            #passes
        };
    }
}

/// A `usize` literal.
fn size(value: u64) -> proc_macro2::Literal {
    proc_macro2::Literal::u64_unsuffixed(value)
}

/// An identifier for a field or a label, which may be any word that was accepted.
fn field(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
