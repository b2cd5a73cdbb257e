//! Reads what stands before an item: doc comments, attributes, visibility.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, Parser};
use syn::{Attribute, Expr, Lit, Meta, Visibility};

use super::tokens::Tokens;
use crate::errors::Errors;

/// Doc comments and the other attributes, apart.
#[derive(Debug, Default)]
pub(super) struct Attrs {
    pub(super) docs: Vec<String>,
    pub(super) others: Vec<Attribute>,
    /// The first token of it all, if there is any.
    pub(super) span: Option<Span>,
}

impl Attrs {
    /// Reads `#[…]` (a doc comment is one, to a macro) as long as there are any.
    pub(super) fn parse(tokens: &mut Tokens, errors: &Errors) -> Attrs {
        let mut attrs = Attrs::default();
        while let Some(pound) = tokens.next_is('#') {
            attrs.span.get_or_insert(pound);
            if let Some(bang) = tokens.next_is('!') {
                errors.push(
                    bang,
                    "an attribute stands before what it describes, found one with `!`; write `///` or `#[…]`",
                );
            }
            match tokens.next_group(Delimiter::Bracket) {
                Some(group) => attrs.add(pound, TokenTree::Group(group), errors),
                None => {
                    let found = tokens.found();
                    errors.push(
                        pound,
                        format_args!(
                            "expected an attribute, found {found} after `#`; write, say, `#[doc = \"…\"]`"
                        ),
                    );
                }
            }
        }
        attrs
    }

    /// Complains about everything but doc comments: `place` takes nothing else.
    pub(super) fn docs_only(&self, place: &str, errors: &Errors) -> Vec<String> {
        for attr in &self.others {
            errors.push(
                attr.pound_token.span,
                format_args!(
                    "only doc comments can stand before {place}, found another attribute; remove it"
                ),
            );
        }
        self.docs.clone()
    }

    /// Lets syn read one attribute, and takes the text out of a doc comment.
    fn add(&mut self, pound: Span, group: TokenTree, errors: &Errors) {
        let mut punct = proc_macro2::Punct::new('#', proc_macro2::Spacing::Alone);
        punct.set_span(pound);
        let tokens: TokenStream = [TokenTree::Punct(punct), group].into_iter().collect();
        // syn reads the value of `#[name = value]` by recursion, so that an endless value would exhaust the stack.
        if has_long_value(&tokens) {
            return errors.push(pound, "the value of this attribute is too long");
        }
        let parsed = match Attribute::parse_outer.parse2(tokens) {
            Ok(parsed) => parsed,
            Err(error) => {
                return errors.push(
                    error.span(),
                    format_args!("this is no attribute: {error}; write a doc comment, or remove it"),
                );
            }
        };
        for attr in parsed {
            match doc_text(&attr) {
                Some(text) => self
                    .docs
                    .extend(text.lines().map(str::to_string).chain(text.is_empty().then(String::new))),
                None => self.others.push(attr),
            }
        }
    }
}

/// The text of `#[doc = "text"]`.
fn doc_text(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(value) => match &value.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether `#[name = value]` has a value of hundreds of tokens. (A list, `#[name(…)]`, is kept as it is, however long.)
fn has_long_value(attr: &TokenStream) -> bool {
    const LIMIT: usize = 64;
    let Some(TokenTree::Group(brackets)) = attr.clone().into_iter().nth(1) else { return false };
    let mut stack = vec![brackets.stream().into_iter()];
    let (mut count, mut value) = (0, false);
    while let Some(top) = stack.last_mut() {
        match top.next() {
            None => drop(stack.pop()),
            Some(token) => {
                value |= matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '=');
                count += usize::from(value);
                if let (TokenTree::Group(group), true) = (token, value) {
                    stack.push(group.stream().into_iter());
                }
            }
        }
    }
    count > LIMIT
}

/// Reads `pub`, `pub(…)` or nothing.
pub(super) fn visibility(tokens: &mut Tokens, errors: &Errors) -> Visibility {
    if !tokens.is_word(0, "pub") {
        return Visibility::Inherited;
    }
    let mut written: TokenStream = tokens.next().into_iter().collect();
    let restriction = tokens.next_group(Delimiter::Parenthesis);
    let span = restriction.as_ref().map_or(Span::call_site(), Group::span);
    written.extend(restriction.map(TokenTree::Group));
    Visibility::parse.parse2(written).unwrap_or_else(|_| {
        errors.push(span, "expected `pub` or `pub(crate)`, found another word in the parentheses; write `crate`, `super` or `in path`");
        Visibility::Inherited
    })
}

/// Whether a word can stand in generated code, also as a part of other names, where `r#` cannot stand.
pub fn is_plain(name: &Ident) -> bool {
    let word: TokenStream = TokenTree::Ident(name.clone()).into();
    syn::parse2::<Ident>(word).is_ok() && *name == name.unraw()
}

/// Complains if `name`, which becomes the name of `what` in the generated code, is a word Rust keeps for itself. Returns a
/// name that can be written: the one proposed then.
pub(super) fn check_name(name: &Ident, what: &str, errors: &Errors) -> Ident {
    if !is_plain(name) {
        let bare = name.unraw();
        let instead = if bare == "_" { "name".to_owned() } else { format!("{bare}_") };
        let message = format!(
            "`{name}` is a word of Rust and cannot name {what}; choose another name, such as `{instead}`"
        );
        errors.push(name.span(), message);
        return Ident::new(&instead, name.span());
    }
    name.clone()
}
