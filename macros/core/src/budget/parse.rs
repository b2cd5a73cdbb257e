//! How bounds are written: `train_bytes(batch = 128, optimizer = adam) <= 4 MiB, params <= MAX`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

use super::limit::Limit;
use super::mention::Item;
use super::settings::{Settings, Takes};
use crate::errors::Errors;
use crate::suggest::did_you_mean;

/// What can be bounded.
pub(super) struct Quantity {
    pub(super) word: &'static str,
    /// Whether it is counted in bytes.
    pub(super) bytes: bool,
    pub(super) takes: Takes,
}

impl Quantity {
    /// What has its documentation.
    pub(super) fn item(&self) -> Item {
        match self.word {
            "params" => Item::OfNetwork("PARAMS"),
            word if self.bytes => Item::OfNetwork(word),
            word => Item::OfCosts(word),
        }
    }
}

/// Everything that can be bounded.
const QUANTITIES: [Quantity; 10] = [
    Quantity { word: "params", bytes: false, takes: Takes::Nothing },
    Quantity { word: "param_bytes", bytes: true, takes: Takes::Nothing },
    Quantity { word: "macs", bytes: false, takes: Takes::Batch },
    Quantity { word: "forward_flops", bytes: false, takes: Takes::Batch },
    Quantity { word: "backward_flops", bytes: false, takes: Takes::Batch },
    Quantity { word: "infer_flops", bytes: false, takes: Takes::Batch },
    Quantity { word: "step_flops", bytes: false, takes: Takes::Optimizer },
    Quantity { word: "train_bytes", bytes: true, takes: Takes::Optimizer },
    Quantity { word: "infer_bytes", bytes: true, takes: Takes::Batch },
    Quantity { word: "roofline_us", bytes: false, takes: Takes::Machine },
];

/// One bound: `train_bytes(batch = 128, optimizer = adam) <= 4 MiB`.
pub struct Bound {
    pub(super) quantity: &'static Quantity,
    /// Where that is written.
    pub(super) span: Span,
    pub(super) settings: Settings,
    pub(super) comparison: Comparison,
    pub(super) limit: Limit,
}

/// How a quantity is held against its limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    AtMost,
    Below,
    Equal,
}

impl Comparison {
    /// As it is written.
    pub(super) fn tokens(self) -> TokenStream {
        match self {
            Comparison::AtMost => quote!(<=),
            Comparison::Below => quote!(<),
            Comparison::Equal => quote!(==),
        }
    }

    /// Whether it holds.
    pub(super) fn holds(self, value: u64, limit: u64) -> bool {
        match self {
            Comparison::AtMost => value <= limit,
            Comparison::Below => value < limit,
            Comparison::Equal => value == limit,
        }
    }
}

/// The bounds of an attribute. One that cannot be read is reported, and the next is read behind its comma.
pub(super) fn bounds(list: &syn::MetaList, errors: &Errors) -> Vec<Bound> {
    let mut bounds = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match Bound::parse(input).and_then(|bound| end(input).map(|()| bound)) {
                Ok(bound) => bounds.push(bound),
                Err(error) => {
                    errors.push(error.span(), error);
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    // All that is wrong with a bound has been said; what is left cannot fail.
    if let Err(error) = list.parse_args_with(read) {
        errors.push(error.span(), error);
    }
    bounds
}

/// Behind a bound comes a comma or nothing.
fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error("expected `,` before the next bound; write one here"))
}

impl Parse for Bound {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let known = QUANTITIES.map(|quantity| quantity.word);
        let word: Ident = input.parse().map_err(|error: syn::Error| {
            let message = "expected a quantity and its bound; write, say, `params <= 250_000`";
            syn::Error::new(error.span(), message)
        })?;
        let Some(quantity) = QUANTITIES.iter().find(|quantity| word == quantity.word) else {
            let hint = did_you_mean(&word.to_string(), &known);
            return Err(syn::Error::new(word.span(), format!("unknown quantity `{word}`{hint}")));
        };
        let settings = Settings::parse(input, quantity, word.span())?;
        let comparison = if input.parse::<Option<Token![<=]>>()?.is_some() {
            Comparison::AtMost
        } else if input.parse::<Option<Token![<]>>()?.is_some() {
            Comparison::Below
        } else if input.parse::<Option<Token![==]>>()?.is_some() {
            Comparison::Equal
        } else {
            let message = format!("expected `<=`, `<` or `==` and a limit; write, say, `{word} <= 250_000`");
            return Err(input.error(message));
        };
        Ok(Bound { quantity, span: word.span(), settings, comparison, limit: input.parse()? })
    }
}
