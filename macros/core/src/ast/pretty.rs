//! Prints whole networks as they would be written: one layer a line, four spaces a level.

use std::fmt::{Display, Formatter, Result};

use quote::ToTokens;

use super::{Block, Layer, Let, Network, Node, Seq};

/// One level of braces.
const INDENT: &str = "    ";

impl Display for Network {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        before(f, "", &self.docs, &self.attrs)?;
        let vis = self.vis.to_token_stream();
        if !vis.is_empty() {
            write!(f, "{vis} ")?;
        }
        match &self.name {
            Some(name) => writeln!(f, "{name} <")?,
            None => writeln!(f, "<")?,
        }
        self.lets.iter().try_for_each(|item| write!(f, "{item}"))?;
        self.blocks.iter().try_for_each(|block| write!(f, "{block}"))?;
        layers(f, &self.body, INDENT)?;
        f.write_str(">")
    }
}

impl Display for Let {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        before(f, INDENT, &self.docs, &[])?;
        writeln!(f, "{INDENT}let {} = {};", self.name, self.value)
    }
}

impl Display for Block {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        before(f, INDENT, &self.docs, &[])?;
        let params: Vec<String> = self.params.iter().map(ToString::to_string).collect();
        writeln!(f, "{INDENT}block {}({}) {{", self.name, params.join(", "))?;
        layers(f, &self.body, &INDENT.repeat(2))?;
        writeln!(f, "{INDENT}}}")
    }
}

/// Docs and attributes, a line each.
fn before(f: &mut Formatter<'_>, indent: &str, docs: &[String], attrs: &[syn::Attribute]) -> Result {
    docs.iter().try_for_each(|line| writeln!(f, "{indent}///{line}"))?;
    attrs.iter().try_for_each(|attr| writeln!(f, "{indent}{}", attr.to_token_stream()))
}

/// Layers, a line each; those with braces take several.
fn layers(f: &mut Formatter<'_>, seq: &Seq, indent: &str) -> Result {
    for (index, layer) in seq.layers.iter().enumerate() {
        before(f, indent, &layer.docs, &layer.attrs)?;
        f.write_str(indent)?;
        head(f, layer)?;
        let braces: Vec<(String, &Seq)> = match &layer.node {
            Node::Group(seq) => vec![(String::new(), seq)],
            Node::Call(call) => call
                .branches
                .iter()
                .map(|branch| {
                    (branch.word.as_ref().map_or(String::new(), |word| format!("{word} ")), &branch.seq)
                })
                .collect(),
        };
        for (number, (word, seq)) in braces.iter().enumerate() {
            let space = if number == 0 && matches!(layer.node, Node::Group(_)) { "" } else { " " };
            if seq.layers.is_empty() {
                write!(f, "{space}{word}{{ }}")?;
            } else {
                writeln!(f, "{space}{word}{{")?;
                layers(f, seq, &format!("{indent}{INDENT}"))?;
                write!(f, "{indent}}}")?;
            }
        }
        let semicolon = seq.layers.get(index + 1).is_some_and(|next| layer.needs_separator(next, &[]));
        writeln!(f, "{}", if semicolon { ";" } else { "" })?;
    }
    Ok(())
}

/// What stands before a layer's braces: its label, and the call.
fn head(f: &mut Formatter<'_>, layer: &Layer) -> Result {
    if let Some(label) = &layer.label {
        write!(f, "{label}: ")?;
    }
    match &layer.node {
        Node::Group(_) => Ok(()),
        Node::Call(call) => write!(f, "{call}"),
    }
}
