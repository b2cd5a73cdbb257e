//! The attributes of a network: `#[budget(…)]`, and `#[quipu(crate = …)]` where the runtime goes by another name.

use proc_macro2::{Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Token;
use syn::parse::ParseStream;

use crate::ast::Network;
use crate::budget::{self, Bound};
use crate::errors::Errors;
use crate::suggest::did_you_mean;

/// What a network's attributes say.
#[derive(Default)]
pub struct Attributes {
    /// The bounds on its costs.
    pub bounds: Vec<Bound>,
    /// The path to the runtime, where it is not `::quipu`.
    pub home: Option<syn::Path>,
}

/// Reads the attributes.
///
/// # Errors
/// Any other attribute, and what cannot be read of these; all of it is reported.
pub fn read(network: &Network, errors: &Errors) -> Attributes {
    let mut read = Attributes::default();
    for attribute in &network.attrs {
        let path = attribute.path();
        let span = path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span());
        if path.is_ident("budget") {
            read.bounds.extend(budget::read(attribute, span, errors));
        } else if path.is_ident("quipu") {
            match attribute.parse_args_with(home) {
                Ok(path) => read.home = Some(path),
                Err(error) => errors.push(
                    error.span(),
                    "expected where the runtime is, `crate = path`; write, say, `#[quipu(crate = my_quipu)]`",
                ),
            }
        } else {
            let word = quote!(#path).to_string();
            let hint = did_you_mean(&word, &["budget", "quipu"]);
            let message = format!(
                "a network takes doc comments, `#[budget(…)]` and `#[quipu(crate = …)]`, found `#[{word}]`{hint}"
            );
            errors.push(span, message);
        }
    }
    read
}

/// `crate = path`
fn home(input: ParseStream<'_>) -> syn::Result<syn::Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    input.parse()
}

/// What is written with every `::quipu` replaced by the path to the runtime.
#[must_use]
pub fn moved(items: TokenStream, home: &syn::Path) -> TokenStream {
    // Behind these a path begins; behind any other word it goes on.
    const BEFORE_PATHS: [&str; 5] = ["use", "for", "as", "impl", "mut"];
    let mut out: Vec<TokenTree> = Vec::new();
    for token in items {
        match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), moved(group.stream(), home));
                inside.set_span(group.span());
                out.push(inside.into());
            }
            TokenTree::Ident(word) if word == "quipu" && leads(&out, &BEFORE_PATHS) => {
                out.truncate(out.len() - 2);
                out.extend(home.to_token_stream());
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

/// Whether these tokens end in the `::` with which a path begins.
fn leads(tokens: &[TokenTree], before: &[&str]) -> bool {
    let [rest @ .., TokenTree::Punct(first), TokenTree::Punct(second)] = tokens else { return false };
    let colons = first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':';
    let goes_on = |word: &Ident| !before.iter().any(|known| word == known);
    colons && !matches!(rest.last(), Some(TokenTree::Ident(word)) if goes_on(word))
}
