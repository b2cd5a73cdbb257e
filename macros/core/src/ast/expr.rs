//! Gives numbers to names (`let` items, block parameters) and to expressions, with checked arithmetic.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use super::{Expr, Network, Op};
use crate::errors::Errors;
use crate::suggest::suggest;

/// The generated constants of every network, which a `let` must not hide.
pub const RESERVED: &[&str] = &["PARAMS", "COST", "INPUTS", "OUTPUTS"];

/// What a name stands for at one place of a network: the `let` items, and inside a block also its parameters.
#[derive(Clone, Debug, Default)]
pub struct Env {
    network: String,
    lets: Vec<Binding>,
    params: Vec<Binding>,
    /// Where the numbers of the parameters were written, in the use of the block.
    origins: Vec<Span>,
    /// While the `let` items are evaluated: the names of those to come.
    later: Vec<String>,
}

/// A name and its number; no number if it could not be calculated, which has been reported then.
type Binding = (String, Option<u64>);

impl Env {
    /// Evaluates the network's `let` items in order; each may use those before it.
    ///
    /// # Errors
    /// Whatever [`Expr::eval`] reports, and a name that would hide a constant every network has ([`RESERVED`]).
    pub fn of(network: &Network, errors: &Errors) -> Env {
        let name = network.name.as_ref().map_or("Network".to_string(), Ident::to_string);
        let mut env = Env { network: name, ..Env::default() };
        env.later = network.lets.iter().rev().map(|item| item.name.to_string()).collect();
        for item in &network.lets {
            let constant = constant_name(&item.name);
            if RESERVED.contains(&constant.as_str()) {
                let message = format!(
                    "`{0}` would become the constant `{1}::{constant}`, which every network has already; choose another \
                     name, such as `{0}_size`",
                    item.name, env.network
                );
                errors.push(item.name.span(), message);
            }
            let value = item.value.eval(&env, errors);
            env.later.pop();
            env.lets.push((item.name.to_string(), value));
        }
        env
    }

    /// The names a block's body sees: the network's `let` items and the block's own parameters with these values, but
    /// not the parameters of the block it is used in. A parameter hides a `let` of its name.
    pub fn with(&self, params: &[Ident], values: &[u64]) -> Env {
        // A parameter without a value (there are too few, which has been reported) is known, but stands for nothing.
        let values = values.iter().copied().map(Some).chain(std::iter::repeat(None));
        let params = params.iter().map(Ident::to_string).zip(values).collect();
        let (network, lets) = (self.network.clone(), self.lets.clone());
        Env { network, lets, params, origins: Vec::new(), later: Vec::new() }
    }

    /// The same, where it is known where the parameters' numbers were written.
    #[must_use]
    pub fn written(mut self, origins: impl Iterator<Item = Span>) -> Env {
        self.origins = origins.collect();
        self
    }

    /// Where the number of a block's parameter was written; `None` for any other name.
    pub fn origin(&self, name: &Ident) -> Option<Span> {
        let place = self.params.iter().position(|(known, _)| name == known)?;
        self.origins.get(place).copied()
    }

    /// The number a name stands for; `None` if it stands for none, which is not reported here.
    pub fn get(&self, name: &Ident) -> Option<u64> {
        self.find(name)?.1
    }

    /// Whether the name stands for a number here.
    pub fn knows(&self, name: &Ident) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &Ident) -> Option<&Binding> {
        self.params.iter().chain(&self.lets).find(|(known, _)| name == known)
    }

    /// The number of a name; a name that is not known is reported with the `let` to write.
    fn read(&self, name: &Ident, errors: &Errors) -> Option<u64> {
        if let Some((_, value)) = self.find(name) {
            return *value;
        }
        let known: Vec<&str> =
            self.params.iter().chain(&self.lets).map(|(known, _)| known.as_str()).collect();
        let message = if self.later.iter().any(|later| name == later) {
            format!(
                "`{name}` is not known yet: a `let` can only use those before it; move `let {name} = …;` up"
            )
        } else if let Some(near) = suggest(&name.to_string(), &known) {
            format!("`{name}` is not known to the macro; did you mean `{near}`?")
        } else {
            format!(
                "`{name}` is not known to the macro: it can only use numbers, `let` names and block parameters; write \
                 `let {name} = 256;` inside the network (it becomes the constant `{}::{}`)",
                self.network,
                constant_name(name)
            )
        };
        errors.push(name.span(), message);
        None
    }
}

impl Expr {
    /// The number an expression stands for.
    ///
    /// # Errors
    /// An unknown name, a number below zero, a number above `u64::MAX` and a division by zero are reported at the token
    /// they arise at; the result is `None` then. A subexpression without a value gives `None` and no further error.
    pub fn eval(&self, env: &Env, errors: &Errors) -> Option<u64> {
        match self {
            Expr::Int { value, .. } => Some(*value),
            Expr::Name(name) => env.read(name, errors),
            Expr::Paren { inner, .. } => inner.eval(env, errors),
            Expr::Bad(_) => None,
            Expr::Neg { value, op_span } => match value.eval(env, errors)? {
                0 => Some(0),
                value => {
                    errors.push(
                        *op_span,
                        format_args!("expected a whole number from 0 up, found `-{value}`; write `{value}`"),
                    );
                    None
                }
            },
            Expr::Binary { op, left, right, op_span } => {
                // Both sides first, so that mistakes in both are found.
                let (left, right) = (left.eval(env, errors), right.eval(env, errors));
                apply(*op, left?, right?, *op_span, errors)
            }
        }
    }
}

/// `left op right` in `u64`, checked.
fn apply(op: Op, left: u64, right: u64, span: Span, errors: &Errors) -> Option<u64> {
    let value = match op {
        Op::Add => left.checked_add(right),
        Op::Sub => left.checked_sub(right),
        Op::Mul => left.checked_mul(right),
        Op::Div => left.checked_div(right),
        Op::Rem => left.checked_rem(right),
    };
    if value.is_none() {
        let problem = match op {
            Op::Add | Op::Mul => "is more than a 64-bit whole number holds; write smaller numbers".to_owned(),
            Op::Sub => format!("is below zero, where sizes count from 0 up; take away at most `{left}`"),
            Op::Div | Op::Rem => "divides by zero; write a divisor of at least 1".to_owned(),
        };
        errors.push(span, format_args!("`{left} {op} {right}` {problem}"));
    }
    value
}

/// The constant a `let` becomes: `d_model` and `dModel` both `D_MODEL`.
pub fn constant_name(name: &Ident) -> String {
    let name = name.unraw().to_string();
    let mut constant = String::new();
    let mut lower_before = false;
    for letter in name.chars() {
        if lower_before && letter.is_uppercase() {
            constant.push('_');
        }
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        constant.extend(letter.to_uppercase());
    }
    constant
}
