//! Builds pieces of the DSL's own tree; every span is the call site.

use proc_macro2::{Ident, Span};
use quipu_macros_core::ast::{Arg, Args, Branch, Call, Expr, Layer, Node, Seq, Value};

pub(crate) fn ident(word: &str) -> Ident {
    Ident::new(word, Span::call_site())
}

/// A whole number as an expression.
pub(crate) fn number(value: usize) -> Expr {
    Expr::Int { value: value as u64, span: Span::call_site() }
}

/// A whole number as an argument.
pub(crate) fn int(value: usize) -> Arg {
    Arg { name: None, value: Value::Expr(number(value)) }
}

/// An expression as an argument.
pub(crate) fn expr(expr: Expr) -> Arg {
    Arg { name: None, value: Value::Expr(expr) }
}

/// A bare word as an argument.
pub(crate) fn word(word: &str) -> Arg {
    expr(Expr::Name(ident(word)))
}

/// A float as an argument.
pub(crate) fn float(value: f64) -> Arg {
    Arg { name: None, value: Value::Float { value, span: Span::call_site() } }
}

/// `name = value`.
pub(crate) fn named(name: &str, arg: Arg) -> Arg {
    Arg { name: Some(ident(name)), ..arg }
}

pub(crate) fn seq(layers: Vec<Layer>) -> Seq {
    Seq { layers, span: Span::call_site(), whole: true }
}

pub(crate) fn layer(node: Node) -> Layer {
    Layer { docs: Vec::new(), attrs: Vec::new(), label: None, node }
}

/// A call without braces; no parentheses where there are no arguments.
pub(crate) fn call(name: &str, values: Vec<Arg>) -> Layer {
    with_branches(name, values, Vec::new())
}

/// A call with braces, each after its word.
pub(crate) fn with_branches(
    name: &str,
    values: Vec<Arg>,
    branches: Vec<(Option<&str>, Vec<Layer>)>,
) -> Layer {
    let args = (!values.is_empty()).then(|| Args { span: Span::call_site(), values });
    let branches = branches
        .into_iter()
        .map(|(word, layers)| Branch { word: word.map(ident), seq: seq(layers) })
        .collect();
    layer(Node::Call(Call { name: ident(name), args, branches }))
}
