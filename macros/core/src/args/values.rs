//! What a single value is: a size, a whole number, a number of either sort.

use super::leftover::mentions;
use super::{Arguments, Dim, Float, MAX_DIM};
use crate::ast::{Expr, Value};
use crate::suggest::suggest;

impl Arguments<'_> {
    /// A size without a name.
    pub(super) fn size_at(&self, value: &Value, usage: &str) -> Option<Dim> {
        if let Value::Expr(Expr::Name(word)) = value
            && !self.env.knows(word)
        {
            let flags: Vec<&str> = self.asked_flags.iter().map(String::as_str).collect();
            if suggest(&word.to_string(), &flags).is_some() || mentions(usage, &format!("{word} =")) {
                return self.fail(word.span(), self.unknown_word(word, usage));
            }
        }
        let dim = self.whole(value, &self.kind.to_string())?;
        self.not_zero(dim, &self.kind.to_string())
    }

    /// A whole number, 0 included; `what` is what it is for.
    pub(super) fn whole(&self, value: &Value, what: &str) -> Option<Dim> {
        let span = value.span();
        match value {
            Value::Expr(expr) => {
                let value = expr.eval(self.env, self.errors)?;
                // A number that a block was given is wrong where it was given.
                let origin = if let Expr::Name(name) = expr { self.env.origin(name) } else { None };
                let span = origin.unwrap_or(span);
                if value > MAX_DIM {
                    let message = format!(
                        "`{what}` takes numbers up to {MAX_DIM} (2^32) here, found {value}; write a smaller one"
                    );
                    return self.fail(span, message);
                }
                Some(Dim { value, span })
            }
            Value::Float { value: float, .. } => {
                let near = float.round().max(1.0);
                self.fail(
                    span,
                    format!("`{what}` takes a whole number here, found `{value}`; write, say, `{near}`"),
                )
            }
            Value::List { .. } => self.fail(
                span,
                format!("`{what}` takes one whole number here, found the list `{value}`; write one"),
            ),
            Value::Tuple { values, .. } => {
                let product: Vec<String> = values.iter().map(ToString::to_string).collect();
                let product = product.join(" * ");
                self.fail(
                    span,
                    format!("`{what}` takes one whole number here, found the tuple `{value}`; write, say, `{product}`"),
                )
            }
        }
    }

    /// A number of either sort.
    pub(super) fn number(&self, value: &Value, what: &str) -> Option<Float> {
        let span = value.span();
        match value {
            Value::Float { value, .. } => Some(Float { value: *value, span }),
            Value::Expr(Expr::Neg { value: positive, .. }) => {
                let value = positive.eval(self.env, self.errors)?;
                Some(Float { value: -(value as f64), span })
            }
            Value::Expr(Expr::Name(word)) if !self.env.knows(word) => self.fail(
                span,
                format!(
                    "{what} takes a number, found the word `{word}`; write the number itself, such as `0.5`"
                ),
            ),
            Value::Expr(expr) => {
                expr.eval(self.env, self.errors).map(|value| Float { value: value as f64, span })
            }
            Value::Tuple { .. } => {
                self.fail(span, format!("{what} takes one number, found the tuple `{value}`; write one"))
            }
            Value::List { .. } => {
                self.fail(span, format!("{what} takes one number, found the list `{value}`; write one"))
            }
        }
    }

    pub(super) fn not_zero(&self, dim: Dim, what: &str) -> Option<Dim> {
        if dim.value > 0 {
            return Some(dim);
        }
        self.fail(
            dim.span,
            format!("`{what}` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more"),
        )
    }
}
