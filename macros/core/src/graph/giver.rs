//! Which layer made what flows in, as a message about it says: "`fc(256)` (line 4, column 9: (784) → (256)), through `relu`".

use std::fmt;

use crate::ast;
use crate::facts::Shape;
use crate::suggest::listed;

/// How many of the layers between a giver and a mistake are named, the last ones.
const NAMED: usize = 3;

/// The last layer that made a shape, and what has passed that on since.
#[derive(Clone, Debug)]
pub struct Giver {
    /// The layer as it was written.
    layer: String,
    /// Its line and column, both from 1 on, where the compiler tells them.
    place: Option<(usize, usize)>,
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
        Giver { layer: "input".to_owned(), place: None, shapes: None, through: Vec::new(), more: false }
    }

    /// A layer that made a shape of another.
    pub(super) fn new(layer: &ast::Layer, input: &Shape, output: &Shape) -> Giver {
        let start = layer.span().start();
        let place = (start.line > 0).then_some((start.line, start.column + 1));
        let shapes = Some((input.clone(), output.clone()));
        Giver { layer: layer.to_string(), place, shapes, through: Vec::new(), more: false }
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
        let place = self.place.map(|(line, column)| format!("line {line}, column {column}"));
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
