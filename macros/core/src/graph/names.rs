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

/// The layer nearest to a word that is none.
pub(super) fn meant(network: &ast::Network, word: &str) -> Option<String> {
    let known = known(network);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if known.contains(&word) { None } else { suggest(word, &known).map(str::to_owned) }
}

/// Every word that a layer of this network may be.
fn known(network: &ast::Network) -> Vec<String> {
    let blocks = network.blocks.iter().map(|block| block.name.to_string());
    let kinds = KINDS.iter().map(|(name, _)| (*name).to_owned());
    kinds.chain(blocks).chain(HEADS.iter().map(|(name, _)| (*name).to_owned())).collect()
}

/// Reports a word that is no layer, with what was meant or all there is; returns what was meant.
pub(super) fn unknown(network: &ast::Network, word: &Ident, errors: &Errors) -> Option<String> {
    let meant = meant(network, &word.to_string());
    let message = match &meant {
        Some(near) => format!("unknown layer `{word}`; did you mean `{near}`?"),
        None => {
            let known = known(network);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            format!("unknown layer `{word}`; write one of {}", listed(&known, "or"))
        }
    };
    errors.push(word.span(), message);
    meant
}

/// A label names a Rust field, once among its neighbours; `false` if it cannot.
pub(super) fn label(label: &Ident, taken: &mut HashSet<String>, errors: &Errors) -> bool {
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
        return true;
    };
    errors.push(label.span(), message);
    false
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
