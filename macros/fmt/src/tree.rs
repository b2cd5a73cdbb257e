//! What is laid out: lists in lists, with each comment given to what it stands at.

use std::ops::Range;

use proc_macro2::Span;
use quipu_macros_core::ast::{Block, Layer, Let, Network, Node, Seq};

use crate::lex::{Kind, Lexemes};

/// Brackets and what is in them.
#[derive(Debug)]
pub(crate) struct List {
    /// The place of the opening bracket; comments at the end of its line.
    pub(crate) open: usize,
    pub(crate) opening: Vec<usize>,
    /// The place of the closing one.
    pub(crate) close: usize,
    pub(crate) shape: Shape,
    pub(crate) lines: Vec<Line>,
    /// Whether it was written over several lines.
    pub(crate) tall: bool,
}

/// What sort of list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{ … }` or `< … >`: `;` between the items.
    Seq,
    /// `(…)` or `[…]`: `,` between the items; behind the last one never, always, or where the list is broken.
    Commas(Last),
}

/// Whether a comma stands behind the last item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Never,
    Always,
    WhereBroken,
}

/// What has a line of its own where the list is broken.
#[derive(Debug)]
pub(crate) struct Line {
    /// Whether an empty line stands before it.
    pub(crate) blank: bool,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// A comment; whether the next line follows it on the same line.
    Comment { at: usize, glued: bool },
    /// An attribute, and the comments at the end of its line.
    Attr { pieces: Vec<Piece>, trailing: Vec<usize> },
    /// A layer, a `let`, a block, an argument, or the network itself.
    Item(Item),
}

/// An item of a list.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) pieces: Vec<Piece>,
    /// Whether a `;` or `,` must follow.
    pub(crate) separated: bool,
    /// The comments at the end of its line.
    pub(crate) trailing: Vec<usize>,
}

/// A part of an item.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Tokens in one line, and the comments among them.
    Text(Range<usize>),
    /// A list of arguments or values.
    Values(List),
    /// Layers.
    Layers(List),
}

/// The first and the last token of an item, and what it is made of.
struct Element {
    first: usize,
    last: usize,
    pieces: Vec<Piece>,
    separated: bool,
}

/// Builds the tree of one network; the whole is the list of its macro's braces.
pub(crate) fn tree(lexemes: &Lexemes<'_>, network: &Network, words: &[&str]) -> List {
    let builder = Builder { lexemes, words };
    let last = lexemes.list.len().saturating_sub(1);
    let (open, close) = (builder.place(network.open), builder.place(network.close));
    // Behind the comments and the attributes: the visibility, the name, or the `<`.
    let mut first = 1;
    while lexemes.is_comment(first) || lexemes.text(first) == "#" {
        first = builder.behind(first);
    }
    let pieces = builder.head(first..open, builder.network(open, close, network));
    builder.list(0, last, Shape::Seq, vec![Element { first, last: close, pieces, separated: false }])
}

struct Builder<'a> {
    lexemes: &'a Lexemes<'a>,
    words: &'a [&'a str],
}

impl Builder<'_> {
    /// The place of the first token of a span.
    fn place(&self, span: Span) -> usize {
        self.lexemes.place(span.byte_range().start)
    }

    /// The place behind a comment or an attribute.
    fn behind(&self, at: usize) -> usize {
        if self.lexemes.text(at) == "#" { self.lexemes.close(self.next(at)) + 1 } else { at + 1 }
    }

    /// The place of the next token.
    fn next(&self, at: usize) -> usize {
        (at + 1..self.lexemes.list.len()).find(|&at| !self.lexemes.is_comment(at)).unwrap_or(at)
    }

    /// A piece of text, if there is any.
    fn text(&self, range: Range<usize>) -> Vec<Piece> {
        if range.is_empty() { Vec::new() } else { vec![Piece::Text(range)] }
    }

    /// Layers and the text before them. A comment between the two that ends its line moves behind the bracket.
    fn head(&self, range: Range<usize>, mut list: List) -> Vec<Piece> {
        let comments = range.clone().rev().take_while(|&at| self.lexemes.is_comment(at)).count();
        let mut end = range.end - comments;
        if (end..range.end).all(|at| self.lexemes.fits_inside_a_line(at)) {
            end = range.end;
        }
        list.opening.splice(0..0, end..range.end);
        // One line comment ends the line; what stands behind it is the first inside.
        let line = list.opening.iter().position(|&at| self.lexemes.kind(at) == Some(Kind::LineComment));
        let rest = list.opening.split_off(line.map_or(list.opening.len(), |line| line + 1));
        let line = |at| Line { blank: false, what: What::Comment { at, glued: false } };
        list.lines.splice(0..0, rest.into_iter().map(line));
        let mut pieces = self.text(range.start..end);
        pieces.push(Piece::Layers(list));
        pieces
    }

    /// `< … >` with its items, in the order in which they were written.
    fn network(&self, open: usize, close: usize, network: &Network) -> List {
        let mut elements: Vec<Element> = network.lets.iter().map(|item| self.let_item(item)).collect();
        elements.extend(network.blocks.iter().map(|block| self.block(block)));
        elements.sort_by_key(|element| element.first);
        elements.extend(self.layers(&network.body));
        self.list(open, close, Shape::Seq, elements)
    }

    /// `{ … }`
    fn braces(&self, seq: &Seq) -> List {
        let open = self.place(seq.span);
        self.list(open, self.lexemes.close(open), Shape::Seq, self.layers(seq))
    }

    /// `let NAME = expr;`
    fn let_item(&self, item: &Let) -> Element {
        let name = self.place(item.name.span());
        let first = self.before(name);
        let mut last = name;
        while self.lexemes.text(self.next(last)) != ";" && self.next(last) != last {
            last = self.next(last);
        }
        Element { first, last, pieces: self.text(first..last + 1), separated: true }
    }

    /// `block NAME(params) { … }`
    fn block(&self, block: &Block) -> Element {
        let name = self.place(block.name.span());
        let first = self.before(name);
        let body = self.braces(&block.body);
        let (mut text, last) = (first, body.close);
        let mut pieces = Vec::new();
        let params = self.next(name);
        if self.lexemes.text(params) == "(" {
            pieces.extend(self.text(first..params));
            text = self.lexemes.close(params) + 1;
            pieces.push(Piece::Values(self.values(params, Some(Last::WhereBroken))));
        }
        pieces.extend(self.head(text..body.open, body));
        Element { first, last, pieces, separated: false }
    }

    /// The place of the token before.
    fn before(&self, at: usize) -> usize {
        (0..at).rev().find(|&at| !self.lexemes.is_comment(at)).unwrap_or(at)
    }

    fn layers(&self, seq: &Seq) -> Vec<Element> {
        let followers = seq.layers.iter().skip(1).map(Some).chain([None]);
        seq.layers.iter().zip(followers).map(|(layer, next)| self.layer(layer, next)).collect()
    }

    /// A layer, which may need a `;` before the `next` one.
    fn layer(&self, layer: &Layer, next: Option<&Layer>) -> Element {
        let separated = next.is_some_and(|next| layer.needs_separator(next, self.words));
        let core = self.place(layer.span());
        let first = layer.label.as_ref().map_or(core, |label| self.place(label.span()));
        let (mut pieces, mut text, mut last) = (Vec::new(), first, core);
        let mut values = None;
        let braces = match &layer.node {
            Node::Group(seq) => vec![seq],
            Node::Call(call) => {
                values = call.args.as_ref().map(|args| self.place(args.span));
                call.branches.iter().map(|branch| &branch.seq).collect()
            }
        };
        if let Some(open) = values {
            pieces.extend(self.text(text..open));
            pieces.push(Piece::Values(self.values(open, Some(Last::WhereBroken))));
            last = self.lexemes.close(open);
            text = last + 1;
        }
        for seq in braces {
            let list = self.braces(seq);
            last = list.close;
            pieces.extend(self.head(text..list.open, list));
            text = last + 1;
        }
        pieces.extend(self.text(text..last + 1));
        Element { first, last, pieces, separated }
    }

    /// `(a, b = c)` or `[a, b]`. The comma behind the last is one of style in arguments, but makes a tuple of one value;
    /// `None`: a value, of which its own commas say what it is.
    fn values(&self, open: usize, last: Option<Last>) -> List {
        let close = self.lexemes.close(open);
        let ranges = self.between_commas(open, close);
        let comma = self.lexemes.text(self.before(close)) == ",";
        let last = last.unwrap_or(match (ranges.len(), comma, self.lexemes.text(open)) {
            (1, true, "(") => Last::Always,
            (1, false, "(") => Last::Never,
            _ => Last::WhereBroken,
        });
        let elements = ranges.into_iter().map(|(first, last)| self.value(first, last)).collect();
        self.list(open, close, Shape::Commas(last), elements)
    }

    /// `name = value`; a tuple or a list at its end may be broken.
    fn value(&self, first: usize, last: usize) -> Element {
        let open = match self.lexemes.kind(last) {
            Some(Kind::Close(open)) if open == first || self.lexemes.text(self.before(open)) == "=" => {
                Some(open)
            }
            _ => None,
        };
        let mut pieces = self.text(first..open.unwrap_or(last + 1));
        pieces.extend(open.map(|open| Piece::Values(self.values(open, None))));
        Element { first, last, pieces, separated: true }
    }

    /// The first and the last token of all that stands between the commas.
    fn between_commas(&self, open: usize, close: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        let (mut at, mut comma) = (self.next(open), true);
        while at < close {
            let last = self.lexemes.close(at);
            if self.lexemes.text(at) == "," {
                comma = true;
            } else {
                match found.last_mut().filter(|_| !comma) {
                    Some(range) => range.1 = last,
                    None => found.push((at, last)),
                }
                comma = false;
            }
            at = self.next(last);
        }
        found
    }

    /// `#[name(a, b)]`; its commas stay as they are.
    fn attribute(&self, pound: usize) -> Vec<Piece> {
        let bracket = self.next(pound);
        let end = self.lexemes.close(bracket);
        let close = self.before(end);
        match self.lexemes.kind(close) {
            Some(Kind::Close(open)) if open > bracket && self.lexemes.text(open) == "(" => {
                let comma = self.lexemes.text(self.before(close)) == ",";
                let elements = self.between_commas(open, close).into_iter().map(|(first, last)| Element {
                    first,
                    last,
                    pieces: self.text(first..last + 1),
                    separated: true,
                });
                let shape = Shape::Commas(if comma { Last::Always } else { Last::Never });
                let list = self.list(open, close, shape, elements.collect());
                let mut pieces = self.text(pound..open);
                pieces.push(Piece::Values(list));
                pieces.extend(self.text(close + 1..end + 1));
                pieces
            }
            _ => self.text(pound..end + 1),
        }
    }

    /// Gives the comments around the elements to them.
    fn list(&self, open: usize, close: usize, shape: Shape, elements: Vec<Element>) -> List {
        let mut list = List {
            open,
            opening: Vec::new(),
            close,
            shape,
            lines: Vec::new(),
            tall: self.lexemes.spans_lines(open, close),
        };
        let mut from = open + 1;
        // An attribute or a doc comment belongs to what follows: no empty line in between.
        let mut attached = true;
        for element in elements {
            let start = self.end_of_line(&mut list, from, element.first);
            self.own_lines(&mut list, start, element.first, &mut attached);
            let blank = !attached && self.lexemes.newlines_before(element.first) > 1;
            let Element { pieces, separated, .. } = element;
            let item = Item { pieces, separated, trailing: Vec::new() };
            list.lines.push(Line { blank, what: What::Item(item) });
            attached = false;
            from = element.last + 1;
        }
        let start = self.end_of_line(&mut list, from, close);
        self.own_lines(&mut list, start, close, &mut attached);
        list
    }

    /// Gives the comments that stand at the end of its line to the last item (or to the opening bracket); returns the place
    /// behind them.
    fn end_of_line(&self, list: &mut List, from: usize, to: usize) -> usize {
        let separator = |at: usize| [";", ","].contains(&self.lexemes.text(at));
        let same_line = (from..to)
            .take_while(|&at| self.lexemes.newlines_before(at) == 0)
            .take_while(|&at| separator(at) || (self.lexemes.is_comment(at) && !self.lexemes.is_doc(at)))
            .count();
        let mut end = from + same_line;
        let item = list.lines.iter_mut().rev().find_map(|line| match &mut line.what {
            What::Item(item) => Some(item),
            _ => None,
        });
        let line_ends = self.lexemes.newlines_before(end) > 0;
        let trailing = match item {
            Some(item) => {
                // In the middle of a line: what stands before the separator belongs to the item, the rest to the next.
                if !line_ends && end != list.close {
                    end = (from..end).rev().find(|&at| separator(at)).map_or(from, |at| at + 1);
                }
                &mut item.trailing
            }
            None if line_ends => &mut list.opening,
            None => return from,
        };
        trailing.extend((from..end).filter(|&at| self.lexemes.is_comment(at)));
        end
    }

    /// Whether a comment, and nothing but comments, ends the line of what stands before it.
    fn ends_line(&self, at: usize) -> bool {
        let plain = |at: usize| self.lexemes.is_comment(at) && !self.lexemes.is_doc(at);
        let end = (at..self.lexemes.list.len())
            .find(|&end| !plain(end) || (end > at && self.lexemes.newlines_before(end) > 0));
        plain(at)
            && self.lexemes.newlines_before(at) == 0
            && end.is_some_and(|end| self.lexemes.newlines_before(end) > 0)
    }

    /// Makes lines of the comments and attributes between two items.
    fn own_lines(&self, list: &mut List, from: usize, to: usize, attached: &mut bool) {
        let mut at = from;
        while at < to {
            let blank = !*attached && self.lexemes.newlines_before(at) > 1;
            let next = self.behind(at);
            let above = list.lines.last_mut().map(|line| &mut line.what);
            if let (Some(What::Attr { trailing, .. }), true) = (above, self.ends_line(at)) {
                trailing.push(at);
            } else if self.lexemes.is_comment(at) {
                let plain = self.lexemes.kind(at) == Some(Kind::BlockComment) && !self.lexemes.is_doc(at);
                let glued = plain && next < list.close && self.lexemes.newlines_before(next) == 0;
                *attached = self.lexemes.is_doc(at);
                list.lines.push(Line { blank, what: What::Comment { at, glued } });
            } else if self.lexemes.text(at) == "#" {
                *attached = true;
                list.lines.push(Line {
                    blank,
                    what: What::Attr { pieces: self.attribute(at), trailing: Vec::new() },
                });
            }
            at = next;
        }
    }
}
