//! Writes a tree: on one line where it was so and fits, otherwise broken.

use std::ops::Range;

use crate::WIDTH;
use crate::lex::Lexemes;
use crate::tree::{Item, Last, Line, List, Piece, Shape, What};

/// One level.
const INDENT: usize = 4;

/// What stands between the braces of the macro; `line` is the text from the beginning of its line to behind the `{`.
pub(crate) fn layout(lexemes: &Lexemes<'_>, tree: &List, line: &str) -> String {
    // A path may be written over lines: the last one counts.
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    let (base, head) = line.split_at(length);
    let column = head.rsplit('\n').next().unwrap_or(head).chars().count();
    let mut writer = Writer { lexemes, base, out: String::new(), column, pending: false };
    match (tree.opening.as_slice(), tree.lines.as_slice()) {
        // Without a name and anything before it: `{< … >}`.
        ([], [Line { what: What::Item(Item { pieces, trailing, .. }), .. }])
            if matches!(pieces.as_slice(), [Piece::Layers(_)]) && trailing.is_empty() =>
        {
            writer.pieces(pieces, 0, 1);
        }
        _ => {
            let inline = writer.inline_list(tree).filter(|text| writer.fits(text.chars().count() - 1));
            let brackets = inline.as_deref().and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
            match brackets {
                Some(inside) => writer.push(inside),
                None => writer.broken_inside(tree, 0),
            }
        }
    }
    writer.out
}

/// The text so far.
struct Writer<'a> {
    lexemes: &'a Lexemes<'a>,
    /// The indentation of the macro, which every line gets.
    base: &'a str,
    out: String,
    /// How many characters the line has, without that indentation.
    column: usize,
    /// Whether a line comment was written, so that the line has to end.
    pending: bool,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn newline(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.push_str(self.base);
        self.out.push_str(&" ".repeat(indent));
        (self.column, self.pending) = (indent, false);
    }

    /// Whether so many characters more still fit.
    fn fits(&self, more: usize) -> bool {
        self.column + more <= WIDTH
    }

    /// Tokens and comments in one line; `None` if one of them ends it.
    fn inline_text(&self, range: &Range<usize>) -> Option<String> {
        let mut text = String::new();
        for at in range.clone() {
            if !self.lexemes.fits_inside_a_line(at) {
                return None;
            }
            if at > range.start && self.lexemes.space_before(at) {
                text.push(' ');
            }
            text.push_str(self.lexemes.text(at));
        }
        Some(text)
    }

    /// Pieces in one line.
    fn inline_pieces(&self, pieces: &[Piece]) -> Option<String> {
        let mut text = String::new();
        for piece in pieces {
            if !text.is_empty() && self.space_before(piece) {
                text.push(' ');
            }
            text.push_str(&match piece {
                Piece::Text(range) => self.inline_text(range)?,
                Piece::Values(list) | Piece::Layers(list) => self.inline_list(list)?,
            });
        }
        Some(text)
    }

    /// Whether a space stands before a piece that is not the first.
    fn space_before(&self, piece: &Piece) -> bool {
        match piece {
            Piece::Text(range) => self.lexemes.space_before(range.start),
            Piece::Values(list) => self.lexemes.space_before(list.open),
            Piece::Layers(_) => true,
        }
    }

    /// An item (or an attribute) and the comments behind it, in one line.
    fn inline_item(&self, pieces: &[Piece], trailing: &[usize]) -> Option<String> {
        let mut text = self.inline_pieces(pieces)?;
        for &at in trailing {
            text.push(' ');
            text.push_str(self.inline_comment(at)?);
        }
        Some(text)
    }

    fn inline_comment(&self, at: usize) -> Option<&str> {
        self.lexemes.fits_inside_a_line(at).then(|| self.lexemes.text(at))
    }

    /// A list in one line; `None` if it has to be broken, or was.
    fn inline_list(&self, list: &List) -> Option<String> {
        let (open, close) = (self.lexemes.text(list.open), self.lexemes.text(list.close));
        let (space, comma) = if list.shape == Shape::Seq { (" ", ";") } else { ("", ",") };
        if !list.opening.is_empty() {
            return None;
        }
        if list.lines.is_empty() {
            return Some(format!("{open}{space}{close}"));
        }
        // Values that were broken are joined, if no comment tells one line from another.
        let comments = || (list.open..list.close).any(|at| self.lexemes.is_comment(at));
        if list.tall && (list.shape == Shape::Seq || comments()) {
            return None;
        }
        let mut text = format!("{open}{space}");
        for (index, line) in list.lines.iter().enumerate() {
            match &line.what {
                What::Comment { at, .. } => text.push_str(self.inline_comment(*at)?),
                What::Attr { pieces, trailing } => text.push_str(&self.inline_item(pieces, trailing)?),
                What::Item(item) => {
                    text.push_str(&self.inline_item(&item.pieces, &item.trailing)?);
                    let more = list.lines.iter().skip(index + 1);
                    let last = !more.map(|line| &line.what).any(|what| matches!(what, What::Item(_)));
                    if separated(list.shape, item, last, false) {
                        text.push_str(comma);
                    }
                }
            }
            if index + 1 < list.lines.len() {
                text.push(' ');
            }
        }
        text.push_str(space);
        text.push_str(close);
        Some(text)
    }

    /// A list over several lines.
    fn broken(&mut self, list: &List, indent: usize) {
        self.push(self.lexemes.text(list.open));
        self.broken_inside(list, indent);
        self.push(self.lexemes.text(list.close));
    }

    /// What stands between its brackets.
    fn broken_inside(&mut self, list: &List, indent: usize) {
        self.trailing(&list.opening, indent);
        let filled = self.filled(list);
        let comma = if list.shape == Shape::Seq { ";" } else { "," };
        let last = list.lines.iter().rposition(|line| matches!(line.what, What::Item(_)));
        let mut glued = false;
        for (index, line) in list.lines.iter().enumerate() {
            if line.blank && index > 0 {
                self.out.push('\n');
            }
            let width = filled.as_ref().and_then(|widths| widths.get(index));
            if glued || (index > 0 && width.is_some_and(|width| self.fits(width + 2))) {
                self.push(" ");
            } else {
                self.newline(indent + INDENT);
            }
            glued = false;
            match &line.what {
                What::Comment { at, glued: same_line } => {
                    self.comment(*at, indent + INDENT);
                    glued = *same_line && !self.pending;
                }
                What::Attr { pieces, trailing } => {
                    self.pieces(pieces, indent + INDENT, 0);
                    self.trailing(trailing, indent + INDENT);
                }
                What::Item(item) => {
                    let separated = separated(list.shape, item, Some(index) == last, true);
                    self.pieces(&item.pieces, indent + INDENT, usize::from(separated));
                    if separated {
                        self.push(comma);
                    }
                    self.trailing(&item.trailing, indent + INDENT);
                }
            }
        }
        self.newline(indent);
    }

    /// The widths of the values of a list `[…]` of plain ones, which fill its lines.
    fn filled(&self, list: &List) -> Option<Vec<usize>> {
        let plain = |line: &Line| match &line.what {
            What::Item(Item { pieces, trailing, .. }) if trailing.is_empty() => match pieces.as_slice() {
                [Piece::Text(range)] => Some(self.inline_text(range)?.chars().count()),
                _ => None,
            },
            _ => None,
        };
        if self.lexemes.text(list.open) != "[" || !list.opening.is_empty() {
            return None;
        }
        list.lines.iter().map(plain).collect()
    }

    /// An item: on one line if it fits with the `suffix` characters behind it.
    fn pieces(&mut self, pieces: &[Piece], indent: usize, suffix: usize) {
        if let Some(text) = self.inline_pieces(pieces).filter(|text| self.fits(text.chars().count() + suffix))
        {
            return self.push(&text);
        }
        // Branches that stood side by side and have no room are all broken; those of mixed shapes stay as they are.
        let inline = |piece: &Piece| match piece {
            Piece::Layers(list) => self.inline_list(list).is_some(),
            _ => true,
        };
        let side_by_side = pieces.iter().all(inline);
        for (index, piece) in pieces.iter().enumerate() {
            if self.pending {
                self.newline(indent + INDENT);
            } else if index > 0 && self.space_before(piece) {
                self.push(" ");
            }
            let tail = match pieces.get(index + 1) {
                Some(Piece::Layers(_)) => 2,
                Some(Piece::Text(range)) => {
                    self.inline_text(range).map_or(0, |text| text.chars().count() + 1)
                }
                _ => suffix,
            };
            match piece {
                Piece::Text(range) => self.text(range.clone(), indent),
                Piece::Layers(list) if side_by_side && !list.lines.is_empty() => self.broken(list, indent),
                Piece::Values(list) | Piece::Layers(list) => {
                    match self.inline_list(list).filter(|text| self.fits(text.chars().count() + tail)) {
                        Some(text) => self.push(&text),
                        None if list.lines.is_empty() && list.opening.is_empty() => {
                            let text = self.inline_list(list).unwrap_or_default();
                            self.push(&text);
                        }
                        None => self.broken(list, indent),
                    }
                }
            }
        }
    }

    /// Tokens with comments among them: what follows a line comment stands on the next line.
    fn text(&mut self, range: Range<usize>, indent: usize) {
        for at in range.clone() {
            if self.pending {
                self.newline(indent + INDENT);
            } else if at > range.start && self.lexemes.space_before(at) {
                self.push(" ");
            }
            if self.lexemes.is_comment(at) {
                self.comment(at, indent);
            } else {
                self.push(self.lexemes.text(at));
            }
        }
    }

    /// The comments at the end of a line.
    fn trailing(&mut self, comments: &[usize], indent: usize) {
        for &at in comments {
            self.push(" ");
            self.comment(at, indent);
        }
    }

    /// A comment. The lines of `/*` that begin with `*` stand under the first; others, and doc comments, stay as they are.
    fn comment(&mut self, at: usize, indent: usize) {
        let text = self.lexemes.text(at);
        let mut lines = text.lines().skip(1);
        if !self.lexemes.is_doc(at) && lines.all(|line| line.trim_start().starts_with('*')) {
            for (index, line) in text.lines().enumerate() {
                if index > 0 {
                    self.newline(indent + 1);
                }
                self.push(line.trim());
            }
        } else {
            self.push(text);
        }
        self.pending = !self.lexemes.fits_inside_a_line(at) && text.starts_with("//");
    }
}

/// Whether a `;` or `,` stands behind an item.
fn separated(shape: Shape, item: &Item, last: bool, broken: bool) -> bool {
    match shape {
        Shape::Commas(rule) if last => rule == Last::Always || (rule == Last::WhereBroken && broken),
        _ => item.separated,
    }
}
