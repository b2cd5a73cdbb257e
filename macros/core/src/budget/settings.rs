//! What a quantity depends on: `(batch = 128, optimizer = adam, clip)`.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quipu_cost::OptimizerKind;
use syn::parse::ParseStream;
use syn::{Ident, Token};

use super::mention::{Item, Mention};
use super::parse::Quantity;
use crate::suggest::{did_you_mean, listed, suggest};

/// The settings of a quantity.
pub(super) struct Settings {
    pub(super) batch: u64,
    pub(super) optimizer: OptimizerKind,
    /// The machine of a roofline: 10^9 FLOP/s and 10^9 bytes/s.
    pub(super) gflops: f64,
    pub(super) gbps: f64,
    /// As they stand in the source.
    pub(super) written: TokenStream,
    /// The words that have an item of their own.
    pub(super) mentions: Vec<Mention>,
}

/// The optimizers by the names that a budget calls them.
///
/// Beside each stands the type in `quipu::optim`.
pub const OPTIMIZERS: [(&str, OptimizerKind, &str); 7] = [
    ("sgd", OptimizerKind::Sgd, "Sgd"),
    ("momentum", OptimizerKind::Momentum, "Momentum"),
    ("adam", OptimizerKind::Adam, "Adam"),
    ("adamw", OptimizerKind::AdamW, "AdamW"),
    ("rmsprop", OptimizerKind::RmsProp, "RmsProp"),
    ("adagrad", OptimizerKind::Adagrad, "Adagrad"),
    ("lion", OptimizerKind::Lion, "Lion"),
];

/// An optimizer with one thing more.
type Modifier = fn(OptimizerKind) -> OptimizerKind;

/// What an optimizer may have besides, written as a word alone.
const MODIFIERS: [(&str, Modifier); 7] = [
    ("clip", OptimizerKind::clip),
    ("decay", OptimizerKind::decay),
    ("l1", OptimizerKind::l1),
    ("l2", OptimizerKind::l2),
    ("nesterov", OptimizerKind::nesterov),
    ("momentum", OptimizerKind::momentum),
    ("centered", OptimizerKind::centered),
];

/// On what a quantity depends, beside the network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Batch,
    /// The batch, and the optimizer with what it may have.
    Optimizer,
    /// The batch, and how fast a machine computes and moves.
    Machine,
}

impl Takes {
    /// The words of its settings.
    fn words(self) -> Vec<&'static str> {
        match self {
            Takes::Nothing => vec![],
            Takes::Batch => vec!["batch"],
            Takes::Optimizer => {
                ["batch", "optimizer"].into_iter().chain(MODIFIERS.map(|(word, _)| word)).collect()
            }
            Takes::Machine => vec!["batch", "gflops", "gbps"],
        }
    }
}

impl Settings {
    /// Reads the settings of a quantity in parentheses, if there are any.
    pub(super) fn parse(input: ParseStream<'_>, quantity: &Quantity, span: Span) -> syn::Result<Self> {
        let (optimizer, written) = (OptimizerKind::Sgd, TokenStream::new());
        let mut settings =
            Settings { batch: 1, optimizer, gflops: 0.0, gbps: 0.0, written, mentions: Vec::new() };
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            settings.written = content.fork().parse()?;
            settings.read(&content, quantity).inspect_err(|_| {
                // Or syn would have something to say about what stands behind the mistake, too.
                let _ = content.parse::<TokenStream>();
            })?;
        }
        if quantity.takes == Takes::Machine && !(settings.gflops > 0.0 && settings.gbps > 0.0) {
            let word = quantity.word;
            let message = format!(
                "`{word}` is the time on a machine; write `{word}(batch = 128, gflops = 100, gbps = 20)`"
            );
            return Err(syn::Error::new(span, message));
        }
        Ok(settings)
    }

    fn read(&mut self, content: ParseStream<'_>, quantity: &Quantity) -> syn::Result<()> {
        let known = quantity.takes.words();
        let mut given = HashSet::new();
        while !content.is_empty() {
            let example = || format!("`{}({} = …)`", quantity.word, known.first().unwrap_or(&"batch"));
            let word: Ident = content.parse().map_err(|error: syn::Error| {
                syn::Error::new(
                    error.span(),
                    format!("expected a setting; write its name, as in {}", example()),
                )
            })?;
            let name = word.to_string();
            if !known.contains(&name.as_str()) {
                return Err(syn::Error::new(word.span(), unknown(quantity.word, &name, &known)));
            }
            if !given.insert(name.clone()) {
                let message = format!("`{name}` is already given; leave one of the two out");
                return Err(syn::Error::new(word.span(), message));
            }
            match name.as_str() {
                "batch" => self.batch = batch(content)?,
                "optimizer" => {
                    let (kind, mention) = optimizer(content)?;
                    self.optimizer = kind;
                    self.mentions.push(mention);
                }
                "gflops" => self.gflops = rate(content, "gflops", 100)?,
                "gbps" => self.gbps = rate(content, "gbps", 20)?,
                _ => {
                    let (name, modifier) = MODIFIERS
                        .iter()
                        .find(|(known, _)| *known == name)
                        .expect("every other known word is a modifier");
                    self.optimizer = modifier(self.optimizer);
                    self.mentions.push(Mention { span: word.span(), item: Item::OfOptimizers(name) });
                }
            }
            if !content.is_empty() {
                content.parse::<Token![,]>().map_err(|error| {
                    syn::Error::new(error.span(), "expected `,` before the next setting; write one here")
                })?;
            }
        }
        Ok(())
    }
}

/// What to say of a word that is no setting of a quantity.
fn unknown(quantity: &str, word: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("`{quantity}` depends on nothing; write `{quantity} <= …` without parentheses");
    }
    match suggest(word, known) {
        Some(near) => format!("`{quantity}` does not depend on `{word}`; did you mean `{near}`?"),
        None => format!("`{quantity}` does not depend on `{word}`; it takes {}", listed(known, "and")),
    }
}

/// The `=` between a setting's name and its value.
fn equals(content: ParseStream<'_>, example: &str) -> syn::Result<()> {
    content.parse::<Token![=]>().map(drop).map_err(|error| {
        syn::Error::new(error.span(), format!("expected `=` and a value; write, say, `{example}`"))
    })
}

fn batch(content: ParseStream<'_>) -> syn::Result<u64> {
    equals(content, "batch = 128")?;
    let wrong = |span| {
        syn::Error::new(span, "a batch has at least one and at most 2^30 samples; write, say, `batch = 128`")
    };
    let literal: syn::LitInt = content.parse().map_err(|error: syn::Error| wrong(error.span()))?;
    match literal.base10_parse() {
        Ok(batch) if (1..=1 << 30).contains(&batch) => Ok(batch),
        _ => Err(wrong(literal.span())),
    }
}

fn optimizer(content: ParseStream<'_>) -> syn::Result<(OptimizerKind, Mention)> {
    equals(content, "optimizer = adam")?;
    let known = OPTIMIZERS.map(|(known, ..)| known);
    let name: Ident = content.parse().map_err(|error: syn::Error| {
        let message = format!("expected the name of an optimizer; write {}", listed(&known, "or"));
        syn::Error::new(error.span(), message)
    })?;
    let found = OPTIMIZERS.iter().find(|(known, ..)| name == known);
    let mention = |item| Mention { span: name.span(), item: Item::Optimizer(item) };
    found.map(|(_, kind, item)| (*kind, mention(*item))).ok_or_else(|| {
        let hint = did_you_mean(&name.to_string(), &known);
        syn::Error::new(name.span(), format!("unknown optimizer `{name}`{hint}"))
    })
}

/// A machine's rate in 10^9 a second, above zero.
fn rate(content: ParseStream<'_>, word: &str, example: u64) -> syn::Result<f64> {
    equals(content, &format!("{word} = {example}"))?;
    let wrong = |span| {
        let message = format!(
            "`{word}` is a rate of 10^9 a second, a number above 0; write, say, `{word} = {example}`"
        );
        syn::Error::new(span, message)
    };
    let literal: syn::Lit = content.parse().map_err(|error: syn::Error| wrong(error.span()))?;
    let value = match &literal {
        syn::Lit::Int(int) => int.base10_parse::<f64>()?,
        syn::Lit::Float(float) => float.base10_parse()?,
        other => return Err(wrong(other.span())),
    };
    if value > 0.0 { Ok(value) } else { Err(wrong(literal.span())) }
}
