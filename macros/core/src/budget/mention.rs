//! What the words of a budget stand for, so that an editor can show it.

use proc_macro2::Span;

use super::Bound;

/// A word of a budget that has an item of its own.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// The word.
    pub span: Span,
    /// What it stands for.
    pub item: Item,
}

/// A documented item, by name.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// A type in `quipu::optim`.
    Optimizer(&'static str),
    /// A method of `quipu::OptimizerKind`.
    OfOptimizers(&'static str),
    /// A method of `quipu::NetworkCost`.
    OfCosts(&'static str),
    /// A constant or a method of the network itself.
    OfNetwork(&'static str),
}

impl Bound {
    /// Its words, in order.
    pub fn mentions(&self) -> impl Iterator<Item = Mention> {
        let quantity = Mention { span: self.span, item: self.quantity.item() };
        std::iter::once(quantity).chain(self.settings.mentions.iter().copied())
    }
}
