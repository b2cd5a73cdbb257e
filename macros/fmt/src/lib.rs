//! The formatter of `network!`: one style for every network in a Rust file, and not a byte of the rest changed.
//!
//! rustfmt leaves what stands in the braces of a macro alone. [`format()`] finds every `network! { … }` (`find`), lets the
//! macro's own parser read it, gives each comment to what it stands at (`tree`, over the tokens and comments of `lex`), and
//! writes it anew (`layout`). Nothing is returned before `check` has compared the result with the input.
//!
//! The style: what was written on one line and fits stays on one line; otherwise one layer a line, four spaces a level. A
//! `;` stands between layers, but not after `}`.
//!
//! ```
//! let source = "network!{pub Mlp<fc(784,256);relu ;softmax_ce( 10 )>}";
//! let formatted = "network!{ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }";
//! assert_eq!(quipu_fmt::format(source)?, formatted);
//! # Ok::<(), quipu_fmt::Error>(())
//! ```

mod check;
mod find;
mod layout;
mod lex;
mod tree;

use std::fmt::{Display, Formatter};

use quipu_macros_core::errors::Errors;
use quipu_macros_core::{ast, layers};

use crate::find::Site;
use crate::lex::Lexemes;

/// How long a line may be, counted from the indentation of the macro, so that a network looks the same wherever it stands.
pub const WIDTH: usize = 100;

/// Why a file cannot be formatted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no Rust, or a network in it cannot be read.
    #[error("{}", Mistake::list(.0))]
    Syntax(Vec<Mistake>),
    /// What was written would not be what was read: a fault of the formatter.
    #[error("{0}")]
    Changed(Mistake),
}

impl Error {
    /// All that is to be said, in the order of the file.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match self {
            Error::Syntax(list) => list,
            Error::Changed(mistake) => std::slice::from_ref(mistake),
        }
    }
}

/// One message and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what to write.
    pub message: String,
}

impl Mistake {
    fn at(code: &str, byte: usize, message: String) -> Mistake {
        let before = code.get(..byte).unwrap_or(code);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&letter| letter != '\n').count() + 1;
        Mistake { line, column, message }
    }

    fn list(list: &[Mistake]) -> String {
        list.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n")
    }
}

impl Display for Mistake {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Formats every `network! { … }` of a Rust file; the rest is returned byte for byte.
///
/// # Errors
/// [`Error::Syntax`] with every mistake if the file or a network in it cannot be read; [`Error::Changed`] if the result
/// would not be the same network with the same comments.
pub fn format(source: &str) -> Result<String, Error> {
    let (skipped, code) = find::code(source);
    let (head, _) = source.split_at(skipped);
    let formatted = once(code)?;
    if formatted != code {
        check::check(code, &formatted)?;
    }
    Ok(format!("{head}{formatted}"))
}

/// One pass over a file, unchecked.
fn once(code: &str) -> Result<String, Error> {
    let mut formatted = String::with_capacity(code.len());
    let (mut at, mut mistakes) = (0, Vec::new());
    let windows = code.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    for site in find::networks(code)? {
        match network(code, &site) {
            Ok(text) => {
                let text = if windows { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
                formatted.push_str(code.get(at..site.start).unwrap_or(""));
                formatted.push_str(&text);
                at = site.end;
            }
            Err(more) => mistakes.extend(more),
        }
    }
    formatted.push_str(code.get(at..).unwrap_or(""));
    if mistakes.is_empty() { Ok(formatted) } else { Err(Error::Syntax(mistakes)) }
}

/// What to write between the braces of one network, or what is wrong with it.
fn network(code: &str, site: &Site) -> Result<String, Vec<Mistake>> {
    let words = layers::branch_words();
    let network = parse(code, site, &words)?;
    let lexemes = Lexemes::of(code, &site.tokens, site.start, site.end);
    let tree = tree::tree(&lexemes, &network, &words);
    let line = code.get(site.line..site.start).unwrap_or("");
    Ok(layout::layout(&lexemes, &tree, line))
}

/// Lets the macro's parser read a network.
fn parse(code: &str, site: &Site, words: &[&str]) -> Result<ast::Network, Vec<Mistake>> {
    let errors = Errors::new();
    let network = ast::parse(site.tokens.clone(), words, &errors);
    let mut found: Vec<(usize, String)> = errors
        .messages()
        .into_iter()
        .map(|(span, message)| {
            // An empty network has no token to point at.
            let range = span.byte_range();
            (if site.tokens.is_empty() { site.start } else { range.start }, message)
        })
        .collect();
    errors.forget();
    found.sort_by_key(|(byte, _)| *byte);
    let mistakes: Vec<Mistake> =
        found.into_iter().map(|(byte, message)| Mistake::at(code, byte, message)).collect();
    match network {
        Some(network) if mistakes.is_empty() => Ok(network),
        _ => Err(mistakes),
    }
}
