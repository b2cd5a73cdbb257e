//! Collects every spanned error of one expansion, so that none can be forgotten and all are reported in one go.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::{self, Display};

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// The errors found so far. Every stage of the pipeline writes into the same collection through a shared reference.
///
/// A collection that still holds unreported errors panics when it is dropped (unless a panic is already under way):
/// [`Errors::into_compile_errors`] is the only way to get rid of them.
#[derive(Debug, Default)]
pub struct Errors {
    list: RefCell<Vec<Mistake>>,
}

/// One error: where, and what to say there.
#[derive(Clone, Debug)]
struct Mistake {
    start: Span,
    end: Span,
    message: String,
    note: Option<Note>,
}

/// What a compiler that can do so shows beside an error, at another place.
#[derive(Clone, Debug)]
pub struct Note {
    /// The place.
    pub span: Span,
    /// What to say there.
    pub text: String,
}

/// What a stage returns in place of its result when it has reported errors: the proof that somebody wrote them down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported;

impl Errors {
    /// An empty collection.
    pub fn new() -> Errors {
        Errors::default()
    }

    /// Adds an error at `span`.
    pub fn push(&self, span: Span, message: impl Display) {
        self.push_range(span, span, message);
    }

    /// Adds an error under everything from the token at `start` to the token at `end`. (Joining two spans is not
    /// possible on stable Rust, but a `compile_error!` is underlined from its first token to its last.)
    pub fn push_range(&self, start: Span, end: Span, message: impl Display) {
        self.list.borrow_mut().push(Mistake { start, end, message: message.to_string(), note: None });
    }

    /// Adds an error at `span` with a note at another place, where there is one.
    pub fn push_noted(&self, span: Span, message: impl Display, note: Option<Note>) {
        self.list.borrow_mut().push(Mistake { start: span, end: span, message: message.to_string(), note });
    }

    /// The notes of the errors, in the order of discovery. What they say stands in the messages, too.
    pub fn notes(&self) -> Vec<Note> {
        distinct(&self.list.borrow()).filter_map(|mistake| mistake.note.clone()).collect()
    }

    /// How many errors have been added, repetitions included.
    pub fn len(&self) -> usize {
        self.list.borrow().len()
    }

    /// Whether there is no error yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where each error starts and what it says, in the order of discovery (for tests and tools).
    pub fn messages(&self) -> Vec<(Span, String)> {
        distinct(&self.list.borrow()).map(|mistake| (mistake.start, mistake.message.clone())).collect()
    }

    /// Drops what was found: echoes of mistakes that are reported elsewhere.
    pub fn forget(self) {
        self.list.take();
    }

    /// One `::core::compile_error! { "…" }` for each error, under its span. No error: no tokens.
    pub fn into_compile_errors(self) -> TokenStream {
        distinct(&self.list.take()).flat_map(Mistake::tokens).collect()
    }
}

/// The same message at the same place counts once: the body of a block is read at each of its uses.
fn distinct(list: &[Mistake]) -> impl Iterator<Item = &Mistake> {
    let mut seen = HashSet::new();
    // Spans cannot be compared, but the compiler prints their byte range.
    list.iter().filter(move |mistake| seen.insert((format!("{:?}", mistake.start), &mistake.message)))
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !self.is_empty() && !std::thread::panicking() {
            panic!("errors were found and not reported: {self}");
        }
    }
}

impl Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.list.borrow().iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{}", mistake.message)?;
        }
        Ok(())
    }
}

impl Mistake {
    /// `::core::compile_error! { "message" }`. The path carries the first span and the braces the last: rustc underlines
    /// from one to the other.
    fn tokens(&self) -> Vec<TokenTree> {
        let punct = |ch, spacing| {
            let mut punct = Punct::new(ch, spacing);
            punct.set_span(self.start);
            TokenTree::Punct(punct)
        };
        let mut message = Literal::string(&self.message);
        message.set_span(self.end);
        let mut body = Group::new(Delimiter::Brace, TokenTree::Literal(message).into());
        body.set_span(self.end);
        vec![
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            TokenTree::Ident(Ident::new("core", self.start)),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            TokenTree::Ident(Ident::new("compile_error", self.start)),
            punct('!', Spacing::Alone),
            TokenTree::Group(body),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_becomes_one_compile_error() {
        let errors = Errors::new();
        errors.push(Span::call_site(), "first");
        errors.push(Span::call_site(), format_args!("second of {}", 2));
        errors.push(Span::call_site(), "first");
        assert_eq!(errors.messages().len(), 2);
        let tokens = errors.into_compile_errors().to_string();
        let expected =
            ":: core :: compile_error ! { \"first\" } :: core :: compile_error ! { \"second of 2\" }";
        assert_eq!(tokens, expected);
    }

    #[test]
    fn no_error_no_tokens() {
        assert!(Errors::new().into_compile_errors().is_empty());
    }

    #[test]
    #[should_panic(expected = "errors were found and not reported: forgotten")]
    fn an_unreported_error_panics() {
        Errors::new().push(Span::call_site(), "forgotten");
    }
}
