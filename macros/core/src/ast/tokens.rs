//! A cursor over tokens that can look ahead, never fails, and always knows a span to complain at.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// How deep braces and parentheses may be nested: the stages after the parser walk the tree by recursion.
pub(super) const MAX_DEPTH: usize = 64;

/// The tokens of one group (or of the whole call) and a position among them.
#[derive(Debug)]
pub(super) struct Tokens {
    list: Vec<TokenTree>,
    at: usize,
    end: Span,
}

impl Tokens {
    /// The tokens of the whole call. Invisible groups (what `macro_rules!` puts around `$vis:vis`) are opened.
    pub(super) fn new(stream: TokenStream) -> Tokens {
        let mut list = Vec::new();
        // A stack instead of recursion: nesting is not bounded yet.
        let mut stack = vec![stream.into_iter()];
        while let Some(top) = stack.last_mut() {
            match top.next() {
                None => drop(stack.pop()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
                    stack.push(group.stream().into_iter());
                }
                Some(token) => list.push(token),
            }
        }
        let end = list.last().map_or_else(Span::call_site, TokenTree::span);
        Tokens { list, at: 0, end }
    }

    /// The tokens of a pair of parentheses or braces. An invisible group (`$n:expr`) stays one operand unless it holds
    /// a single token.
    pub(super) fn inside(group: &Group) -> Tokens {
        let list = group.stream().into_iter().filter_map(open_invisible).collect();
        Tokens { list, at: 0, end: group.span_close() }
    }

    /// The token `ahead` places on.
    pub(super) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.list.get(self.at + ahead)
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Option<TokenTree> {
        let token = self.list.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    /// Passes over some tokens.
    pub(super) fn advance(&mut self, count: usize) {
        self.at = (self.at + count).min(self.list.len());
    }

    /// Whether no token is left.
    pub(super) fn at_end(&self) -> bool {
        self.at >= self.list.len()
    }

    /// The span of the next token, or of the place where the tokens end.
    pub(super) fn span(&self) -> Span {
        self.peek(0).map_or(self.end, TokenTree::span)
    }

    /// The identifier `ahead` places on.
    pub(super) fn ident(&self, ahead: usize) -> Option<&Ident> {
        match self.peek(ahead) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    /// Takes the next token if it is an identifier.
    pub(super) fn next_ident(&mut self) -> Option<Ident> {
        let ident = self.ident(0).cloned();
        self.at += usize::from(ident.is_some());
        ident
    }

    /// Whether the token `ahead` places on is this identifier.
    pub(super) fn is_word(&self, ahead: usize, word: &str) -> bool {
        self.ident(ahead).is_some_and(|ident| ident == word)
    }

    /// The punctuation `ahead` places on.
    pub(super) fn punct(&self, ahead: usize) -> Option<&Punct> {
        match self.peek(ahead) {
            Some(TokenTree::Punct(punct)) => Some(punct),
            _ => None,
        }
    }

    /// Whether the token `ahead` places on is this punctuation character.
    pub(super) fn is(&self, ahead: usize, ch: char) -> bool {
        self.punct(ahead).is_some_and(|punct| punct.as_char() == ch)
    }

    /// Takes the next token if it is this punctuation character; its span.
    pub(super) fn next_is(&mut self, ch: char) -> Option<Span> {
        let span = self.is(0, ch).then(|| self.span())?;
        self.at += 1;
        Some(span)
    }

    /// The group with this delimiter `ahead` places on.
    pub(super) fn group(&self, ahead: usize, delimiter: Delimiter) -> Option<&Group> {
        match self.peek(ahead) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    /// Takes the next token if it is a group with this delimiter.
    pub(super) fn next_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        let group = self.group(0, delimiter).cloned();
        self.at += usize::from(group.is_some());
        group
    }

    /// Whether the next two characters are this operator, written without a space (`->`, `::`, `>>`).
    pub(super) fn is_joint(&self, first: char, second: char) -> bool {
        self.punct(0).is_some_and(|punct| punct.as_char() == first && punct.spacing() == Spacing::Joint)
            && self.is(1, second)
    }

    /// What stands next, for "found …".
    pub(super) fn found(&self) -> String {
        match self.peek(0) {
            None => "the end".to_string(),
            Some(TokenTree::Group(group)) => match group.delimiter() {
                Delimiter::Parenthesis => "`( … )`".to_string(),
                Delimiter::Brace => "`{ … }`".to_string(),
                Delimiter::Bracket => "`[ … ]`".to_string(),
                Delimiter::None => format!("`{}`", shortened(&group.stream().to_string())),
            },
            Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint => match self.punct(1) {
                Some(second) => format!("`{}{}`", punct.as_char(), second.as_char()),
                None => format!("`{}`", punct.as_char()),
            },
            Some(token) => format!("`{}`", shortened(&token.to_string())),
        }
    }

    /// The tokens not yet taken, without taking them.
    pub(super) fn rest(&self) -> &[TokenTree] {
        self.list.get(self.at..).unwrap_or(&[])
    }

    /// Whether groups are nested deeper than [`MAX_DEPTH`]; where, if so.
    pub(super) fn too_deep(&self) -> Option<Span> {
        let mut stack: Vec<(usize, TokenTree)> = self.rest().iter().map(|token| (1, token.clone())).collect();
        while let Some((depth, token)) = stack.pop() {
            if let TokenTree::Group(group) = token {
                if depth > MAX_DEPTH {
                    return Some(group.span_open());
                }
                stack.extend(group.stream().into_iter().map(|inner| (depth + 1, inner)));
            }
        }
        None
    }
}

/// An invisible group of one token is that token, an empty one is nothing.
fn open_invisible(token: TokenTree) -> Option<TokenTree> {
    let mut token = token;
    while let TokenTree::Group(group) = &token {
        if group.delimiter() != Delimiter::None {
            break;
        }
        let mut inner = group.stream().into_iter();
        let (first, second) = (inner.next(), inner.next());
        if second.is_some() {
            break;
        }
        token = first?;
    }
    Some(token)
}

/// Source text for a message: on one line, and not longer than a reader wants.
pub(super) fn shortened(text: &str) -> String {
    const LIMIT: usize = 40;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",");
    if text.chars().count() <= LIMIT { text } else { text.chars().take(LIMIT - 1).chain(['…']).collect() }
}
