//! Which layer made what flows in, as a message about it says: "`fc(256)` (line 4, column 9: (784) → (256)), through `relu`".

use std::fmt;

use proc_macro2::Span;

use crate::ast;
use crate::errors::Note;
use crate::facts::Shape;
use crate::suggest::listed;

/// How many of the layers between a giver and a mistake are named, the last ones.
const NAMED: usize = 3;

/// The last layer that made a shape, and what has passed that on since.
#[derive(Clone, Debug)]
pub struct Giver {
    /// The layer as it was written.
    layer: String,
    /// Where it stands.
    span: Option<Span>,
    /// What it made of what.
    shapes: Option<(Shape, Shape)>,
    /// The last layers behind it, as they were written.
    through: Vec<String>,
    /// Whether there were more of them.
    more: bool,
}

impl Giver {
    /// The input of a network that begins with what it states.
    pub(super) fn input() -> Giver {
        Giver { layer: "input".to_owned(), span: None, shapes: None, through: Vec::new(), more: false }
    }

    /// A layer that made a shape of another.
    pub(super) fn new(layer: &ast::Layer, input: &Shape, output: &Shape) -> Giver {
        let shapes = Some((input.clone(), output.clone()));
        Giver { layer: layer.to_string(), span: Some(layer.span()), shapes, through: Vec::new(), more: false }
    }

    /// What to show at the layer.
    pub(crate) fn note(&self) -> Option<Note> {
        let (_, output) = self.shapes.as_ref()?;
        Some(Note { span: self.span?, text: format!("{output} comes from here") })
    }

    /// A layer passes the shape on.
    pub(super) fn pass(&mut self, layer: &ast::Layer) {
        if self.through.len() == NAMED {
            self.through.remove(0);
            self.more = true;
        }
        self.through.push(layer.to_string());
    }
}

impl fmt::Display for Giver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.layer)?;
        let shapes = self.shapes.as_ref().filter(|(input, output)| input != output);
        // The compiler counts lines from 1; 0 stands for one that it does not tell.
        let start = self.span.map(|span| span.start()).filter(|start| start.line > 0);
        let place = start.map(|start| format!("line {}, column {}", start.line, start.column + 1));
        let about = [place, shapes.map(|(input, output)| format!("{input} → {output}"))];
        let about: Vec<String> = about.into_iter().flatten().collect();
        if !about.is_empty() {
            write!(f, " ({})", about.join(": "))?;
        }
        if self.through.is_empty() {
            return Ok(());
        }
        let through: Vec<&str> = self.through.iter().map(String::as_str).collect();
        let more = if self.more { "…, " } else { "" };
        write!(f, ", through {more}{}", listed(&through, "and"))
    }
}
