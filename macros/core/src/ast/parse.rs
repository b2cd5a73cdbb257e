//! Reads a network: its head and its layers; after a mistake it goes on at the next layer.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::attr::{Attrs, check_name, visibility};
use super::tokens::{MAX_DEPTH, Tokens, shortened};
use super::{Arg, Args, Block, Branch, Call, Expr, Layer, Let, Network, Node, Seq, Value, value};
use crate::errors::Errors;

/// What people write between layers elsewhere. (The `>` of an arrow does not close the network.)
const ARROWS: [(char, char); 3] = [('-', '>'), ('=', '>'), ('|', '>')];

/// Reads what stands between the braces of `network!`.
///
/// `words` are the words that begin a further branch of the layer before them (`shortcut` in
/// `residual { … } shortcut { … }`). A `;` may be left out after `}`, so that only they tell a branch from the next layer,
/// and only the kinds know them.
///
/// # Errors
/// Every mistake is reported, one message each. The result is what could be read, with the mistaken parts left out, and
/// `None` only if there is nothing to read a network from.
pub fn parse(tokens: TokenStream, words: &[&str], errors: &Errors) -> Option<Network> {
    let mut tokens = Tokens::new(tokens);
    if tokens.at_end() {
        errors.push(
            tokens.span(),
            "expected a network, found nothing; write, say, `pub Mlp < fc(784, 256); relu; softmax_ce(10) >`",
        );
        return None;
    }
    if let Some(span) = tokens.too_deep() {
        errors.push(
            span,
            format_args!("brackets are nested more than {MAX_DEPTH} deep; take parts out with `block`"),
        );
        return None;
    }
    let mut parser = Parser { words, errors, lets: Vec::new(), blocks: Vec::new() };
    Some(parser.network(&mut tokens))
}

/// The parser's state: what it was told, and the items met so far.
pub(super) struct Parser<'a> {
    pub(super) words: &'a [&'a str],
    pub(super) errors: &'a Errors,
    pub(super) lets: Vec<Let>,
    pub(super) blocks: Vec<Block>,
}

/// What encloses a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `< … >`: items may come first.
    Network,
    /// `{ … }`.
    Braces,
}

impl Parser<'_> {
    fn network(&mut self, tokens: &mut Tokens) -> Network {
        let Attrs { docs, others: attrs, .. } = Attrs::parse(tokens, self.errors);
        let vis = visibility(tokens, self.errors);
        let name = self.head(tokens);
        let (open, body, close) = match tokens.next_group(Delimiter::Brace) {
            // `Mlp { … }`; `head` has complained.
            Some(group) => {
                let body = self.seq(&mut Tokens::inside(&group), group.span_open(), Place::Network);
                self.nothing_more(tokens);
                (group.span_open(), body, group.span_close())
            }
            None => {
                let open = tokens.next_is('<');
                let body = self.seq(tokens, open.unwrap_or_else(|| tokens.span()), Place::Network);
                let close = self.close(tokens, name.as_ref(), open.is_some());
                (body.span, body, close)
            }
        };
        let (lets, blocks) = (std::mem::take(&mut self.lets), std::mem::take(&mut self.blocks));
        Network { docs, attrs, vis, name, lets, blocks, body, open, close }
    }

    /// Reads the name and stops before the `<`, or before the first layer where the `<` is missing.
    fn head(&mut self, tokens: &mut Tokens) -> Option<Ident> {
        const NOT_NEEDED: [&str; 8] = ["struct", "enum", "type", "mod", "fn", "network", "let", "const"];
        if let (Some(keyword), Some(_), true) = (tokens.ident(0), tokens.ident(1), tokens.is(2, '<'))
            && NOT_NEEDED.iter().any(|word| keyword == word)
        {
            self.errors.push(
                keyword.span(),
                format_args!("a network begins with its name, found `{keyword}`; remove it"),
            );
            tokens.next();
        }
        if tokens.is(0, '<') {
            return None;
        }
        // Without `<` an upper-case word is taken for the name, any other for the first layer.
        let named = tokens.ident(0).is_some_and(|name| name.to_string().starts_with(char::is_uppercase));
        let name = if named || tokens.is(1, '<') { tokens.next_ident() } else { None };
        let name = name.map(|name| check_name(&name, "a network", self.errors));
        self.type_parameters(tokens, name.as_ref());
        if !tokens.is(0, '<') {
            let shown = name.as_ref().map_or("Mlp".to_string(), Ident::to_string);
            let message = match tokens.peek(0) {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    format!(
                        "the layers of a network stand between `<` and `>`, found braces; write `{shown} < … >`"
                    )
                }
                _ => format!(
                    "expected `<` before the first layer, found {}; write `{shown} < … >`",
                    tokens.found()
                ),
            };
            self.errors.push(tokens.span(), message);
        }
        name
    }

    /// Passes over the `<T>` of `Mlp<T> < … >`, with a complaint.
    fn type_parameters(&self, tokens: &mut Tokens, name: Option<&Ident>) {
        let Some(name) = name.filter(|_| tokens.is(0, '<')) else { return };
        let Some(close) = tokens.rest().iter().position(is_closing) else { return };
        let again = matches!(tokens.peek(close + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
        let list = |token: &TokenTree| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        if !again || !tokens.rest().iter().take(close).all(list) {
            return;
        }
        let message = format!(
            "a network takes no type parameters, since it is generic over its scalar already, as `{name}Of<f64>`; \
             write `{name} < … >`"
        );
        self.errors.push(tokens.span(), message);
        tokens.advance(close + 1);
    }

    /// Reads the closing `>` and complains about what follows it. Who forgot the `<` has read about the `>` already.
    fn close(&mut self, tokens: &mut Tokens, name: Option<&Ident>, opened: bool) -> Span {
        if let Some(close) = tokens.next_is('>') {
            self.nothing_more(tokens);
            return close;
        }
        if opened {
            let name = name.map_or(String::new(), |name| format!("{name} "));
            let message =
                format!("expected `>` after this to close the network, found the end; write `{name}< … >`");
            self.errors.push(tokens.span(), message);
        }
        tokens.span()
    }

    /// Complains about tokens behind the network.
    fn nothing_more(&mut self, tokens: &Tokens) {
        let rest = tokens.rest();
        let Some(first) = rest.first() else { return };
        let open =
            rest.iter().position(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '<'));
        let message = match open.and_then(|open| open.checked_sub(1)).and_then(|before| rest.get(before)) {
            Some(TokenTree::Ident(name)) => {
                format!(
                    "a `network!` holds one network, found a second; write `{name}` into a `network! {{ … }}` of its own"
                )
            }
            _ => format!("nothing may follow the closing `>`, found {}; remove it", tokens.found()),
        };
        self.errors.push(first.span(), message);
    }

    /// Reads layers (in a network also items) up to the `>` or to the end.
    fn seq(&mut self, tokens: &mut Tokens, span: Span, place: Place) -> Seq {
        let mut seq = Seq { layers: Vec::new(), span, whole: true };
        while !tokens.at_end() && !closes(tokens, place) {
            let attrs = Attrs::parse(tokens, self.errors);
            let items = place == Place::Network && seq.layers.is_empty();
            if self.item(tokens, &attrs, items, place) {
                continue;
            }
            // A `;` too many hides no layer.
            let stray = attrs.span.is_none() && tokens.is(0, ';');
            if let Some(mut layer) = self.layer(tokens, attrs, place) {
                seq.whole &= self.separator(tokens, &mut layer, place);
                seq.layers.push(layer);
            } else {
                seq.whole &= stray;
                skip(tokens, place);
            }
        }
        seq
    }

    /// The layers between two braces.
    pub(super) fn braces(&mut self, group: &Group) -> Seq {
        self.seq(&mut Tokens::inside(group), group.span(), Place::Braces)
    }

    /// Reads one layer, up to what separates it from the next.
    fn layer(&mut self, tokens: &mut Tokens, attrs: Attrs, place: Place) -> Option<Layer> {
        let label = self.label(tokens);
        let node = if let Some(group) = tokens.next_group(Delimiter::Brace) {
            Node::Group(self.braces(&group))
        } else if let Some(name) = tokens.next_ident() {
            Node::Call(self.call(tokens, name))
        } else {
            let found = if closes(tokens, place) { "`>`".to_string() } else { tokens.found() };
            let message = match (&label, attrs.span) {
                (Some(label), _) => {
                    format!("expected a layer after the label, found {found}; write, say, `{label}: fc(10)`")
                }
                (None, Some(_)) => format!(
                    "expected the layer that this describes, found {found}; write one, or remove this"
                ),
                (None, None) if tokens.is(0, ';') => {
                    "there is no layer before this `;`; remove it".to_string()
                }
                (None, None) => format!("expected a layer, found {found}; write, say, `relu` or `fc(10)`"),
            };
            let at = attrs.span.filter(|_| label.is_none());
            return self.fail(at.unwrap_or_else(|| tokens.span()), message);
        };
        Some(Layer { docs: attrs.docs, attrs: attrs.others, label, node })
    }

    /// `hidden:`, also where somebody wrote `hidden =`.
    fn label(&mut self, tokens: &mut Tokens) -> Option<Ident> {
        let colon = tokens.is(1, ':') && !tokens.is(2, ':');
        let equals = tokens.is(1, '=') && !tokens.is(2, '=') && !tokens.is(2, '>');
        if !colon && !equals {
            return None;
        }
        let label = check_name(&tokens.next_ident()?, "a layer", self.errors);
        if equals {
            self.errors.push(
                tokens.span(),
                format_args!("a label has `:` behind it, found `=`; write `{label}: …`"),
            );
        }
        tokens.next();
        Some(label)
    }

    /// Reads what follows a kind's name.
    fn call(&mut self, tokens: &mut Tokens, name: Ident) -> Call {
        let args = tokens.next_group(Delimiter::Parenthesis).map(|group| value::args(&group, self.errors));
        let mut branches = Vec::new();
        loop {
            let worded = tokens.group(1, Delimiter::Brace).is_some()
                && self.words.iter().any(|word| tokens.is_word(0, word));
            let word = if worded { tokens.next_ident() } else { None };
            let Some(group) = tokens.next_group(Delimiter::Brace) else { break };
            branches.push(Branch { word, seq: self.braces(&group) });
        }
        Call { name, args, branches }
    }

    /// Reads the `;` after a layer, or says what is wrong with what stands there; `false` if it had to skip something.
    fn separator(&mut self, tokens: &mut Tokens, layer: &mut Layer, place: Place) -> bool {
        let arrow = ARROWS.into_iter().any(|(a, b)| tokens.is_joint(a, b)) || tokens.is_joint('>', '>');
        if tokens.next_is(';').is_some() || tokens.at_end() || (closes(tokens, place) && !arrow) {
            return true;
        }
        let (last, braced) = match &layer.node {
            Node::Call(call) => (shortened(&call.to_string()), !call.branches.is_empty()),
            Node::Group(_) => ("{ … }".to_string(), true),
        };
        let begins_layer = tokens.ident(0).is_some() || tokens.is(0, '#');
        let (span, found) = (tokens.span(), tokens.found());
        if begins_layer && tokens.is(1, '<') && place == Place::Network {
            let message = format!(
                "the network before {found} is still open, and a `network!` holds one; write `>` here, and {found} into another"
            );
            self.errors.push(span, message);
            skip(tokens, place);
            false
        } else if braced && (begins_layer || tokens.group(0, Delimiter::Brace).is_some()) {
            true // After `}` the `;` may be left out.
        } else if arrow || tokens.is(0, ',') || tokens.is(0, '|') {
            let length = if arrow { 2 } else { 1 };
            let next = beginning(tokens, length);
            let message = format!("layers are separated by `;`, found {found}; write `{last}; {next}`");
            self.errors.push_range(span, tokens.peek(length - 1).map_or(span, TokenTree::span), message);
            tokens.advance(length);
            true
        } else if begins_layer {
            let next = beginning(tokens, 0);
            self.errors.push(
                span,
                format_args!("expected `;` between layers, found {found}; write `{last}; {next}`"),
            );
            true
        } else if tokens.is(0, '<') {
            // The first `>` belongs to this `<` if there is another one to close the network.
            let first = tokens.rest().iter().position(is_closing);
            let first = first.filter(|first| tokens.rest().iter().skip(first + 1).any(is_closing));
            let inside: TokenStream =
                tokens.rest().iter().take(first.unwrap_or(0)).skip(1).cloned().collect();
            let shown = if inside.is_empty() { "…".to_owned() } else { shortened(&inside.to_string()) };
            let message = format!("arguments stand in parentheses, found `<`; write `{last}({shown})`");
            self.errors.push(span, message);
            if let Node::Call(call @ Call { args: None, .. }) = &mut layer.node {
                // What was meant is known to be there, so that nobody misses it.
                let meant = Arg { name: None, value: Value::Expr(Expr::Bad(span)) };
                call.args = Some(Args { span, values: vec![meant] });
            }
            tokens.advance(first.map_or(0, |first| first + 1));
            skip(tokens, place);
            false
        } else {
            self.errors
                .push(span, format_args!("expected `;` after `{last}`, found {found}; write `;` instead"));
            skip(tokens, place);
            false
        }
    }

    /// Reports a mistake that leaves nothing to return.
    pub(super) fn fail<T>(&self, span: Span, message: impl std::fmt::Display) -> Option<T> {
        self.errors.push(span, message);
        None
    }
}

/// Whether a token is a `>`.
fn is_closing(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '>')
}

/// Whether the network's closing `>` stands here. The `>` of an arrow is no such thing, but arrows are taken whole.
fn closes(tokens: &Tokens, place: Place) -> bool {
    place == Place::Network && tokens.is(0, '>')
}

/// Goes behind the next `;`, or to the end of the sequence.
pub(super) fn skip(tokens: &mut Tokens, place: Place) {
    while !tokens.at_end() && !closes(tokens, place) && tokens.next_is(';').is_none() {
        let arrow = ARROWS.into_iter().any(|(a, b)| tokens.is_joint(a, b));
        tokens.advance(if arrow { 2 } else { 1 });
    }
}

/// How the layer that begins `ahead` places on is written, as far as a message needs it.
fn beginning(tokens: &Tokens, ahead: usize) -> String {
    match (tokens.ident(ahead), tokens.group(ahead + 1, Delimiter::Parenthesis)) {
        (Some(name), Some(args)) => format!("{name}({})", shortened(&args.stream().to_string())),
        (Some(name), None) if tokens.is(ahead + 1, ':') => format!("{name}: …"),
        (Some(name), None) => name.to_string(),
        (None, _) => "…".to_string(),
    }
}
