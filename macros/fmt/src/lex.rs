//! The tokens and the comments between a network's braces, in order, with their bytes; and where spaces stand between them.

use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Operators of two characters, which stay together.
const PAIRS: [&str; 11] = ["::", "<=", ">=", "==", "!=", "->", "=>", "&&", "||", "..", "<<"];
/// Operators with a space on each side.
const SPACED: [&str; 13] = ["+", "-", "*", "/", "%", "=", "<=", ">=", "==", "!=", "->", "=>", "&&"];

/// What a piece of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a literal.
    Word,
    /// One or two characters of punctuation.
    Punct,
    /// An opening bracket; the place of the closing one.
    Open(usize),
    /// A closing bracket; the place of the opening one.
    Close(usize),
    /// `// …` or `/// …`: nothing else can follow on its line.
    LineComment,
    /// `/* … */` or `/** … */`.
    BlockComment,
}

/// One token or comment.
#[derive(Clone, Debug)]
pub(crate) struct Lexeme {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// All of a network, and the text it stands in.
pub(crate) struct Lexemes<'a> {
    pub(crate) code: &'a str,
    pub(crate) list: Vec<Lexeme>,
}

impl<'a> Lexemes<'a> {
    /// Reads what stands between the bytes `start` (behind `{`) and `end` (before `}`), which are the `tokens`. The braces
    /// are the first and the last lexeme. The parser has bounded the nesting.
    pub(crate) fn of(code: &'a str, tokens: &TokenStream, start: usize, end: usize) -> Lexemes<'a> {
        let mut tokens_only = Vec::new();
        push(&mut tokens_only, Kind::Open(0), start.saturating_sub(1)..start);
        flatten(code, tokens.clone(), &mut tokens_only);
        push(&mut tokens_only, Kind::Close(0), end..end + 1);
        let mut lexemes = Lexemes { code, list: Vec::new() };
        let mut at = start;
        for token in tokens_only {
            lexemes.comments(at, token.range.start);
            at = token.range.end;
            lexemes.list.push(token);
        }
        lexemes.match_brackets();
        lexemes
    }

    /// Adds the comments between two tokens, where there is nothing but those and white space.
    fn comments(&mut self, from: usize, to: usize) {
        let mut at = from;
        while let Some(found) = self.code.get(at..to).and_then(|gap| gap.find('/')) {
            let start = at + found;
            let rest = self.code.get(start..to).unwrap_or("");
            let length = comment_length(rest);
            let kind = if rest.starts_with("//") { Kind::LineComment } else { Kind::BlockComment };
            push(&mut self.list, kind, start..start + length);
            at = start + length;
        }
    }

    fn match_brackets(&mut self) {
        let mut open = Vec::new();
        for at in 0..self.list.len() {
            match self.kind(at) {
                Some(Kind::Open(_)) => open.push(at),
                Some(Kind::Close(_)) => {
                    let from = open.pop().unwrap_or(0);
                    self.set(at, Kind::Close(from));
                    self.set(from, Kind::Open(at));
                }
                _ => {}
            }
        }
    }

    fn set(&mut self, at: usize, kind: Kind) {
        if let Some(lexeme) = self.list.get_mut(at) {
            lexeme.kind = kind;
        }
    }

    /// What stands at a place.
    pub(crate) fn kind(&self, at: usize) -> Option<Kind> {
        self.list.get(at).map(|lexeme| lexeme.kind)
    }

    /// Its text.
    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.list.get(at).and_then(|lexeme| self.code.get(lexeme.range.clone())).unwrap_or("")
    }

    /// The place of the closing bracket that belongs to an opening one.
    pub(crate) fn close(&self, open: usize) -> usize {
        match self.kind(open) {
            Some(Kind::Open(close)) => close,
            _ => open,
        }
    }

    /// The place of the token that starts at a byte (or of the next one).
    pub(crate) fn place(&self, byte: usize) -> usize {
        self.list.partition_point(|lexeme| lexeme.range.start < byte)
    }

    /// Whether a comment of any sort stands at a place.
    pub(crate) fn is_comment(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::LineComment | Kind::BlockComment))
    }

    /// Whether it is a doc comment, which is a part of the network. (`////` and `/***` are none, and neither is `/**/`.)
    pub(crate) fn is_doc(&self, at: usize) -> bool {
        let text = self.text(at);
        let line = text.starts_with("///") && !text.starts_with("////");
        let block = text.starts_with("/**") && !text.starts_with("/***") && text.len() > 4;
        self.is_comment(at) && (line || block)
    }

    /// Whether something can stand in the middle of a line.
    pub(crate) fn fits_inside_a_line(&self, at: usize) -> bool {
        self.kind(at) != Some(Kind::LineComment) && !self.text(at).contains('\n')
    }

    /// How many line ends stand between the lexeme at a place and the one before it.
    pub(crate) fn newlines_before(&self, at: usize) -> usize {
        let end = at.checked_sub(1).and_then(|before| self.list.get(before)).map(|lexeme| lexeme.range.end);
        let start = self.list.get(at).map(|lexeme| lexeme.range.start);
        let gap = end.zip(start).and_then(|(end, start)| self.code.get(end..start));
        gap.map_or(0, |gap| gap.matches('\n').count())
    }

    /// Whether a line ends anywhere between two places.
    pub(crate) fn spans_lines(&self, from: usize, to: usize) -> bool {
        let end = self.list.get(from).map(|lexeme| lexeme.range.end);
        let start = self.list.get(to).map(|lexeme| lexeme.range.start);
        end.zip(start)
            .and_then(|(end, start)| self.code.get(end..start))
            .is_some_and(|text| text.contains('\n'))
    }

    /// Whether a space stands before a lexeme of an argument, a value, a head or an attribute.
    pub(crate) fn space_before(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let (previous, next) = (self.text(before), self.text(at));
        let written = self.list.get(before).map(|lexeme| lexeme.range.end)
            != self.list.get(at).map(|lexeme| lexeme.range.start);
        match (self.kind(before), self.kind(at)) {
            (Some(Kind::Open(_)), _) | (_, Some(Kind::Close(_))) => false,
            _ if [",", ";", ":"].contains(&next) => false,
            // After anything else it begins a path: `crate = ::quipu`.
            (Some(Kind::Word | Kind::Close(_)), _) if next == "::" => false,
            _ if ["::", "#", "'"].contains(&previous) || self.is_sign(before) => false,
            _ if self.is_comment(before) || self.is_comment(at) => true,
            (Some(Kind::Word), Some(Kind::Open(_))) if next != "{" => false,
            (Some(Kind::Word | Kind::Close(_)), Some(Kind::Word)) => true,
            _ if [",", ";", ":"].contains(&previous) => true,
            _ if SPACED.contains(&next) || SPACED.contains(&previous) => true,
            _ => written,
        }
    }

    /// Whether a `-` is the sign of what follows, and no subtraction.
    fn is_sign(&self, at: usize) -> bool {
        let before = (0..at).rev().find(|&before| !self.is_comment(before));
        let operand = before.is_some_and(|before| {
            matches!(self.kind(before), Some(Kind::Word | Kind::Close(_))) && !self.is_comment(before)
        });
        self.text(at) == "-" && !operand
    }
}

fn push(list: &mut Vec<Lexeme>, kind: Kind, range: Range<usize>) {
    list.push(Lexeme { kind, range });
}

/// Adds the tokens, those in brackets too. A doc comment is a comment again: to proc-macro2 it is an attribute whose
/// tokens all have the comment's bytes.
fn flatten(code: &str, tokens: TokenStream, list: &mut Vec<Lexeme>) {
    let (mut doc, mut joint) = (0, false);
    for token in tokens {
        let range = token.span().byte_range();
        if range.end <= doc {
            continue;
        }
        let text = code.get(range.clone()).unwrap_or("");
        let was_joint = std::mem::take(&mut joint);
        match token {
            _ if text.starts_with("//") || text.starts_with("/*") => {
                doc = range.end;
                push(
                    list,
                    if text.starts_with("//") { Kind::LineComment } else { Kind::BlockComment },
                    range,
                );
            }
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::None {
                    flatten(code, group.stream(), list);
                    continue;
                }
                push(list, Kind::Open(0), group.span_open().byte_range());
                flatten(code, group.stream(), list);
                push(list, Kind::Close(0), group.span_close().byte_range());
            }
            TokenTree::Punct(punct) => {
                joint = punct.spacing() == Spacing::Joint;
                if let (Some(last), true) = (list.last_mut(), was_joint)
                    && code.get(last.range.start..range.end).is_some_and(|both| PAIRS.contains(&both))
                {
                    last.range.end = range.end;
                    joint = false;
                    continue;
                }
                push(list, Kind::Punct, range);
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => push(list, Kind::Word, range),
        }
    }
}

/// How many bytes the comment at the start of a text has.
fn comment_length(text: &str) -> usize {
    if text.starts_with("//") {
        let line = text.split('\n').next().unwrap_or(text);
        return line.trim_end().len();
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        let step = match rest {
            "" => break,
            _ if rest.starts_with("/*") => {
                depth += 1;
                2
            }
            _ if rest.starts_with("*/") => {
                depth = depth.saturating_sub(1);
                2
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}
