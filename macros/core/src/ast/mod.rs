//! What was written between the braces of `network!`: plain data with spans, which knows no layer kind.
//!
//! [`parse()`] makes it from tokens: `tokens` is the cursor, `parse` reads networks and layers, `item` reads `let` and
//! `block`, `value` arguments and expressions, `attr` what stands before an item. [`Env`] gives numbers to names and
//! [`Expr::eval`] to expressions; `show` prints what was read, `pretty` whole
//! networks.

mod attr;
mod expr;
mod item;
mod parse;
mod pretty;
mod show;
mod tokens;
mod value;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;

pub use attr::is_plain;
pub use expr::{Env, RESERVED, constant_name};
pub use parse::parse;

/// A whole `network!` call.
#[derive(Clone, Debug)]
pub struct Network {
    /// The doc comment, a line each, as written (with the space after `///`).
    pub docs: Vec<String>,
    /// Every other attribute (`#[budget(…)]`, `#[derive(…)]`), unread.
    pub attrs: Vec<syn::Attribute>,
    /// `pub`, `pub(crate)` or nothing.
    pub vis: syn::Visibility,
    /// The type's name; none in the short form `network! {< … >}`.
    pub name: Option<Ident>,
    /// The `let` items, in order. No two give the same constant.
    pub lets: Vec<Let>,
    /// The `block` items, in order. No two have the same name.
    pub blocks: Vec<Block>,
    /// The layers.
    pub body: Seq,
    /// The opening `<`.
    pub open: Span,
    /// The closing `>` (the last token, where it is missing).
    pub close: Span,
}

/// `let d = 4 * 32;`: a number with a name, which also becomes the constant `Mlp::D`.
#[derive(Clone, Debug)]
pub struct Let {
    /// The doc comment, a line each.
    pub docs: Vec<String>,
    /// The name; never a keyword.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `block basic(c, s) { … }`: a sequence with holes, used like a kind.
#[derive(Clone, Debug)]
pub struct Block {
    /// The doc comment, a line each.
    pub docs: Vec<String>,
    /// The name; never a keyword.
    pub name: Ident,
    /// The parameters, all different, never keywords.
    pub params: Vec<Ident>,
    /// What stands between the braces.
    pub body: Seq,
}

/// Layers one after another.
#[derive(Clone, Debug)]
pub struct Seq {
    /// The layers; none is the identity.
    pub layers: Vec<Layer>,
    /// The braces, or the network's `<`.
    pub span: Span,
    /// Whether every layer could be read. If not, which has been reported, what flows from one layer to the next is not
    /// known for sure, and a mismatch may be an echo.
    pub whole: bool,
}

/// One layer with what stands before it.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The doc comment, a line each.
    pub docs: Vec<String>,
    /// Every other attribute, unread.
    pub attrs: Vec<syn::Attribute>,
    /// `hidden` in `hidden: fc(256)`; never a keyword, since it becomes a field.
    pub label: Option<Ident>,
    /// The layer itself.
    pub node: Node,
}

/// What a layer is made of.
#[derive(Clone, Debug)]
pub enum Node {
    /// A kind or a block by name.
    Call(Call),
    /// Bare braces: layers under one label.
    Group(Seq),
}

/// `fc(784, 256)`, `relu`, `residual { … } shortcut { … }`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The kind's or the block's name: any identifier, keywords included.
    pub name: Ident,
    /// The parentheses and what is in them; `None` without parentheses.
    pub args: Option<Args>,
    /// The braces that follow.
    pub branches: Vec<Branch>,
}

/// One pair of braces after a call, with the word before it.
#[derive(Clone, Debug)]
pub struct Branch {
    /// `shortcut` in `shortcut { … }`.
    pub word: Option<Ident>,
    /// The layers; none is the identity.
    pub seq: Seq,
}

/// Everything between a call's parentheses; no name twice. (That names come last is checked where they are read.)
#[derive(Clone, Debug)]
pub struct Args {
    /// The parentheses.
    pub span: Span,
    /// The arguments, in order; none in `relu()`, of which the reader of the arguments complains.
    pub values: Vec<Arg>,
}

/// One argument.
#[derive(Clone, Debug)]
pub struct Arg {
    /// `bias` in `bias = false`.
    pub name: Option<Ident>,
    /// The value.
    pub value: Value,
}

/// The value of an argument.
#[derive(Clone, Debug)]
pub enum Value {
    /// An integer expression, or a bare word: a flag, or the name of a number.
    Expr(Expr),
    /// A float literal, with its sign; finite.
    Float {
        /// The number.
        value: f64,
        /// The literal.
        span: Span,
    },
    /// `(3, 3)`.
    Tuple {
        /// The values, at least one.
        values: Vec<Value>,
        /// The parentheses.
        span: Span,
    },
    /// `[1.0, 2.0]`.
    List {
        /// The values, at least one.
        values: Vec<Value>,
        /// The brackets.
        span: Span,
    },
}

/// An expression over whole numbers.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A literal.
    Int {
        /// The number.
        value: u64,
        /// The literal.
        span: Span,
    },
    /// A name or a bare word, `true` and `false` among them.
    Name(Ident),
    /// `-x`. Sizes are never negative, but a float may be written as `-1`.
    Neg {
        /// What follows the sign.
        value: Box<Expr>,
        /// The sign.
        op_span: Span,
    },
    /// `left op right`.
    Binary {
        /// The operator.
        op: Op,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
        /// The operator's token.
        op_span: Span,
    },
    /// `(inner)`.
    Paren {
        /// What is in the parentheses.
        inner: Box<Expr>,
        /// The parentheses.
        span: Span,
    },
    /// Something that was no expression and has been reported: it has no value, and readers say nothing more about it.
    Bad(Span),
}

/// An operator between two whole numbers; `/` rounds down, as in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl Layer {
    /// The kind's or the block's word, without `r#`; `group` for bare braces.
    pub fn word(&self) -> String {
        match &self.node {
            Node::Call(call) => call.name.unraw().to_string(),
            Node::Group(_) => "group".to_owned(),
        }
    }

    /// Whether a `;` must stand before the `next` layer. Behind `}` it is left out, unless what follows would be read as a
    /// further branch: braces, or one of the branch `words` before braces.
    pub fn needs_separator(&self, next: &Layer, words: &[&str]) -> bool {
        let Node::Call(call) = &self.node else { return false };
        let bare = next.docs.is_empty() && next.attrs.is_empty() && next.label.is_none();
        let branch = match &next.node {
            Node::Group(_) => true,
            Node::Call(next) => {
                next.args.is_none()
                    && next.branches.first().is_some_and(|branch| branch.word.is_none())
                    && words.iter().any(|word| next.name == word)
            }
        };
        call.branches.is_empty() || (bare && branch)
    }

    /// The token to point at when a message is about the layer as a whole: the kind's name, or the braces.
    pub fn span(&self) -> Span {
        match &self.node {
            Node::Call(call) => call.name.span(),
            Node::Group(seq) => seq.span,
        }
    }
}

impl Value {
    /// Where the value starts.
    pub fn span(&self) -> Span {
        match self {
            Value::Expr(expr) => expr.span(),
            Value::Float { span, .. } | Value::Tuple { span, .. } | Value::List { span, .. } => *span,
        }
    }
}

impl Expr {
    /// Where the expression starts (all of it, where the compiler can join spans).
    pub fn span(&self) -> Span {
        match self {
            Expr::Int { span, .. } | Expr::Paren { span, .. } | Expr::Bad(span) => *span,
            Expr::Name(name) => name.span(),
            Expr::Neg { op_span, value } => op_span.join(value.span()).unwrap_or(*op_span),
            Expr::Binary { left, right, .. } => {
                // Asked for once: twice in each of a chain of operators would take 2^n steps.
                let left = left.span();
                left.join(right.span()).unwrap_or(left)
            }
        }
    }
}
