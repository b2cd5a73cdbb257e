//! The words of a network: which are known, what a mistyped one meant, and which may name a field.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;

use crate::ast;
use crate::errors::Errors;
use crate::heads::HEADS;
use crate::layers::KINDS;
use crate::suggest::{listed, suggest};

/// Whether `word` is a kind of layer or a head.
pub(super) fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|(name, _)| *name == word) || HEADS.iter().any(|(name, _)| *name == word)
}

/// Whether `word` is a kind, a head or a block of this network.
pub(super) fn is_known(network: &ast::Network, word: &str) -> bool {
    is_kind(word) || network.blocks.iter().any(|block| block.name == word)
}

/// Blocks may not hide kinds.
pub(super) fn check_blocks(network: &ast::Network, errors: &Errors) {
    for block in network.blocks.iter().filter(|block| is_kind(&block.name.to_string())) {
        let message = format!(
            "`{0}` is a kind of layer already; choose another name for the block, such as `my_{0}`",
            block.name
        );
        errors.push(block.name.span(), message);
    }
}

/// Reports a word that is no layer, with what was meant or all there is.
pub(super) fn unknown(network: &ast::Network, word: &Ident, errors: &Errors) {
    let blocks: Vec<String> = network.blocks.iter().map(|block| block.name.to_string()).collect();
    let kinds = KINDS.iter().map(|(name, _)| *name);
    let heads = HEADS.iter().map(|(name, _)| *name);
    let known: Vec<&str> = kinds.chain(blocks.iter().map(String::as_str)).chain(heads).collect();
    let message = match suggest(&word.to_string(), &known) {
        Some(near) => format!("unknown layer `{word}`; did you mean `{near}`?"),
        None => format!("unknown layer `{word}`; write one of {}", listed(&known, "or")),
    };
    errors.push(word.span(), message);
}

/// A label names a Rust field, once among its neighbours.
pub(super) fn label(label: &Ident, taken: &mut HashSet<String>, errors: &Errors) {
    let word = label.to_string();
    let message = if word == "shortcut" {
        "the label `shortcut` is taken: a residual keeps the parameters of its shortcut under it; write another, such as \
         `shortcut_`"
            .to_owned()
    } else if word == "buffers" {
        "the label `buffers` is taken: what layers keep beside their parameters will stand there; write another, such as \
         `buffers_`"
            .to_owned()
    } else if word.contains("__") {
        let mut single = word.clone();
        while single.contains("__") {
            single = single.replace("__", "_");
        }
        format!(
            "the label `{word}` has two underscores in a row, as only generated names do; write `{single}`"
        )
    } else if !taken.insert(word.clone()) {
        format!(
            "the label `{word}` is used twice here, and each label names a field of its own; write another, such as \
             `{word}_2`"
        )
    } else {
        return;
    };
    errors.push(label.span(), message);
}

/// Counts kinds among neighbours to name them: `fc1`, `fc2`, `relu1`, …
#[derive(Default)]
pub(super) struct Ordinals(HashMap<String, usize>);

impl Ordinals {
    /// The name of a layer without a label: no other layer here has it.
    pub(super) fn name(&mut self, layer: &ast::Layer, taken: &mut HashSet<String>) -> String {
        let word = layer.word();
        let count = self.0.entry(word.clone()).or_insert(0);
        loop {
            *count += 1;
            let name = format!("{word}{count}");
            if taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
