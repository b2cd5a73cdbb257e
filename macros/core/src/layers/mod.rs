//! The layer kinds: one file a kind, all the macro knows of it, twin of the file of that name in the runtime.

use proc_macro2::{Ident, Span};

use crate::args::Arguments;
use crate::ast;
use crate::errors::Errors;
use crate::facts::{Facts, Join, Shape};
use crate::graph::{Chain, Giver};
use crate::words::Word;

/// A kind as the graph sees it once its arguments are read.
pub enum Resolved {
    /// A layer of its own.
    Leaf(Box<Facts>),
    /// Layers one after another in place of it, whose fields stand in the layer's own struct.
    Chain(Chain),
    /// Layers in place of it: several copies of one chain, each with parameters of its own.
    Repeat {
        /// How many copies.
        times: u64,
        /// One of them.
        body: Chain,
    },
    /// Branches over one input.
    Parallel {
        /// The branches; the first is the body, whose fields stand in the layer's own struct.
        branches: Vec<Branch>,
        /// How they come together.
        join: Join,
        /// The shape of a sample that comes out.
        output: Shape,
    },
}

/// One branch of a parallel layer.
pub struct Branch {
    /// The field of its parameters inside the layer's struct; empty for the body.
    pub name: &'static str,
    /// What it does; an empty chain is the identity.
    pub chain: Chain,
}

/// What a kind reads when it is resolved.
pub struct Site<'a> {
    /// The kind's word, for errors about the layer as a whole.
    pub word: &'a Ident,
    /// The shape that flows in; `None` for a first layer that nothing states.
    pub input: Option<&'a Shape>,
    /// Whether what flows in is unknown because of a mistake further up, about which nothing more is said.
    pub lost: bool,
    /// What gave that shape, for messages.
    pub giver: &'a Giver,
    /// The branches as written.
    pub branches: &'a [ast::Branch],
    /// Resolves a branch's layers over an input shape. A chain that is not sound has been complained of.
    pub resolve: &'a mut dyn FnMut(&ast::Seq, Option<&Shape>) -> Chain,
    /// Where to report.
    pub errors: &'a Errors,
}

impl Site<'_> {
    /// The shape that flows in, or an error that says how to state it.
    pub fn input(&self) -> Option<&Shape> {
        if self.input.is_none() && !self.lost {
            let message = format!(
                "`{}` is the first layer and does not say what flows in; write `input(784);` before it, or \
                 `input(1, 28, 28);`",
                self.word
            );
            self.errors.push(self.word.span(), message);
        }
        self.input
    }

    /// Reports at `span` that what flows in is not what is wanted.
    pub fn misfit(&self, span: Span, message: impl std::fmt::Display) {
        self.errors.push_noted(span, message, self.giver.note());
    }

    /// Reports at `span`.
    pub fn error(&self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(span, message);
    }
}

/// A kind of layer.
pub trait Kind: Sync {
    /// How it is written, for messages: "`fc(inputs, outputs)` or `fc(outputs)`".
    fn usage(&self) -> &'static str;

    /// Every name and flag that may stand between its parentheses.
    fn words(&self) -> &'static [Word] {
        &[]
    }

    /// Whether it takes branches; a kind that takes none reports them before [`Kind::resolve`] is called.
    fn takes_branches(&self) -> bool {
        false
    }

    /// The words that begin its further branches, as in `residual { … } shortcut { … }`.
    fn branch_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// The runtime's struct of its parameters and how many const arguments that has, for a layer with a mistake, whose
    /// field is written all the same.
    fn params_type(&self) -> Option<(&'static str, usize)> {
        None
    }

    /// Reads its arguments and derives its facts; `None` after an error.
    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved>;
}

/// Declares the kinds: a file each, and the registry by name.
macro_rules! kinds {
    ($($name:ident)*) => {
        $(pub mod $name;)*

        /// Every kind by the word that is written, in alphabetical order.
        pub const KINDS: &[(&str, &dyn Kind)] = &[$((stringify!($name), &$name::Kind)),*];
    };
}

kinds! {
    batch_norm
    concat
    dropout
    elu
    fc
    flatten
    gelu
    hardswish
    input
    layer_norm
    leaky_relu
    mish
    relu
    repeat
    residual
    rms_norm
    selu
    sigmoid
    silu
    softmax
    softplus
    tanh
}

/// Every word that begins a further branch of the layer before it.
#[must_use]
pub fn branch_words() -> Vec<&'static str> {
    KINDS.iter().flat_map(|(_, kind)| kind.branch_words()).copied().collect()
}
