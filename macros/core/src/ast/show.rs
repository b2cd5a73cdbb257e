//! Prints calls, values and expressions as they would be written, for messages and generated docs.

use std::fmt::{Display, Formatter, Result, Write};

use super::{Arg, Args, Call, Expr, Layer, Node, Op, Value};

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char(match self {
            Op::Add => '+',
            Op::Sub => '-',
            Op::Mul => '*',
            Op::Div => '/',
            Op::Rem => '%',
        })
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Expr::Int { value, .. } => write!(f, "{value}"),
            Expr::Name(name) => write!(f, "{name}"),
            Expr::Neg { value, .. } => write!(f, "-{value}"),
            Expr::Binary { op, left, right, .. } => write!(f, "{left} {op} {right}"),
            Expr::Paren { inner, .. } => write!(f, "({inner})"),
            Expr::Bad(_) => f.write_char('…'),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Value::Expr(expr) => write!(f, "{expr}"),
            // Debug keeps the point of `1.0`, so that a float stays a float.
            Value::Float { value, .. } => write!(f, "{value:?}"),
            Value::Tuple { values, .. } => {
                f.write_char('(')?;
                list(values, f)?;
                f.write_str(if values.len() == 1 { ",)" } else { ")" })
            }
            Value::List { values, .. } => {
                f.write_char('[')?;
                list(values, f)?;
                f.write_char(']')
            }
        }
    }
}

impl Display for Arg {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(name) = &self.name {
            write!(f, "{name} = ")?;
        }
        write!(f, "{}", self.value)
    }
}

impl Display for Args {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('(')?;
        list(&self.values, f)?;
        f.write_char(')')
    }
}

/// The call without its branches: `fc(784, 256)`.
impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}", self.name)?;
        self.args.iter().try_for_each(|args| write!(f, "{args}"))
    }
}

/// The layer as it was written, with `{ … }` for what is in braces: `hidden: fc(784, 256)`, `residual { … }`.
impl Display for Layer {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(label) = &self.label {
            write!(f, "{label}: ")?;
        }
        match &self.node {
            Node::Group(_) => f.write_str("{ … }"),
            Node::Call(call) => {
                write!(f, "{call}")?;
                call.branches.iter().try_for_each(|branch| {
                    f.write_char(' ')?;
                    branch.word.iter().try_for_each(|word| write!(f, "{word} "))?;
                    f.write_str("{ … }")
                })
            }
        }
    }
}

/// `a, b, c`.
fn list(items: &[impl Display], f: &mut Formatter<'_>) -> Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}
