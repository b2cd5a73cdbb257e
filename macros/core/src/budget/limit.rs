//! What a quantity is held against: `250_000`, `4 MiB`, or a Rust constant.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

use crate::suggest::did_you_mean;

/// What a quantity is held against.
pub(super) enum Limit {
    /// A number.
    Number(Number),
    /// A Rust constant.
    Constant(syn::Path),
}

/// A limit that is a number, and how it was written.
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) written: String,
    /// Its unit's name and size, where it has one.
    pub(super) unit: Option<(&'static str, f64)>,
    pub(super) span: Span,
}

/// Units of limits; those of bytes are powers of 1024.
const UNITS: [(&str, f64); 6] = [
    ("K", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("KiB", 1024.0),
    ("MiB", 1024.0 * 1024.0),
    ("GiB", 1024.0 * 1024.0 * 1024.0),
];

impl Parse for Limit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path =
            [input.peek(Ident), input.peek(Token![::]), input.peek(Token![crate]), input.peek(Token![self])];
        if path.contains(&true) {
            return input.parse().map(Limit::Constant);
        }
        let expected = |span| {
            syn::Error::new(
                span,
                "expected a number or a constant; write one, as in `250_000`, `4 MiB` or `MAX_PARAMS`",
            )
        };
        let literal: syn::Lit = input.parse().map_err(|error| expected(error.span()))?;
        let too_large = |_| {
            syn::Error::new(
                literal.span(),
                format!("`{}` is no u64; write at most {}", literal_text(&literal), u64::MAX),
            )
        };
        let number = match &literal {
            syn::Lit::Int(int) => int.base10_parse::<u64>().map_err(too_large)? as f64,
            syn::Lit::Float(float) => float.base10_parse::<f64>().map_err(too_large)?,
            other => return Err(expected(other.span())),
        };
        let (mut written, mut unit) = (literal_text(&literal), None);
        if input.peek(Ident) {
            let word: Ident = input.parse()?;
            let Some(known) = UNITS.iter().find(|(name, _)| word == name) else {
                let hint = did_you_mean(&word.to_string(), &UNITS.map(|(name, _)| name));
                return Err(syn::Error::new(word.span(), format!("unknown unit `{word}`{hint}")));
            };
            unit = Some(*known);
            written = format!("{written} {word}");
        }
        // A bound without a unit stays exact: only numbers with one go through floating point.
        let value = match &literal {
            syn::Lit::Int(int) if unit.is_none() => int.base10_parse()?,
            _ => (number * unit.map_or(1.0, |(_, size)| size)) as u64,
        };
        Ok(Limit::Number(Number { value, written, unit, span: literal.span() }))
    }
}

/// A number as it stands in the source.
fn literal_text(literal: &syn::Lit) -> String {
    quote::quote!(#literal).to_string()
}
