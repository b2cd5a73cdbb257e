//! `#[budget(…)]`: bounds on what a network costs, checked while it compiles.
//!
//! A bound that is a number is checked here, so that the error stands on it and names the layers that cost most. A
//! bound that is a Rust constant is only known to the compiler: an assertion is emitted for it.

mod limit;
mod mention;
mod message;
mod parse;
mod settings;
mod value;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::cost::Row;
use crate::errors::Errors;
use crate::plan::Sizes;
use limit::Limit;
pub use mention::{Item, Mention};
pub use parse::Bound;
pub use settings::OPTIMIZERS;

/// What the bounds are checked against.
pub struct Costs<'a> {
    /// The cost table.
    pub rows: &'a [Row],
    /// The workspaces for training and for evaluation.
    pub sizes: (Sizes, Sizes),
    /// Elements a sample that flow in.
    pub inputs: u64,
    /// Bytes a sample of the staged targets.
    pub target_bytes: u64,
}

/// Reads the bounds of an attribute, whose word is at `span`.
pub fn read(attribute: &syn::Attribute, span: Span, errors: &Errors) -> Vec<Bound> {
    if let syn::Meta::List(list) = &attribute.meta {
        return parse::bounds(list, errors);
    }
    errors.push(span, "a budget has bounds in parentheses; write, say, `#[budget(params <= 250_000)]`");
    Vec::new()
}

/// Checks the bounds of a network; returns the assertions for those that are Rust constants.
pub fn check(bounds: &[Bound], name: &Ident, costs: &Costs<'_>, errors: &Errors) -> TokenStream {
    bounds.iter().map(|bound| bound.check(name, costs, errors)).collect()
}

impl Bound {
    /// Compares with a number here, and leaves a constant to the compiler.
    fn check(&self, name: &Ident, costs: &Costs<'_>, errors: &Errors) -> TokenStream {
        let value = self.value(costs);
        match &self.limit {
            Limit::Number(limit) => {
                if !self.comparison.holds(value, limit.value) {
                    errors.push(limit.span, self.message(value, limit, &self.largest(costs)));
                }
                TokenStream::new()
            }
            Limit::Constant(path) => {
                let comparison = self.comparison.tokens();
                let what = format!("{name}: {} {comparison} {}", self.shown(), quote!(#path));
                let (layer, share) = self.largest(costs).first().copied().unwrap_or(("no layer", 0));
                // Where the call stands is where the compiler points; its arguments are nobody's code but the macro's.
                let span = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
                let call = quote_spanned!(span=> ::quipu::cost::assert_budget);
                let arguments = quote! {
                    #value #comparison (#path as u64), #what, #value, #path as u64, (#layer, #share)
                };
                let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
                arguments.set_span(span);
                quote!(const _: () = #call #arguments;)
            }
        }
    }
}
