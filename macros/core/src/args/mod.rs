//! The arguments of one layer: every kind reads what it was given through [`Arguments`], which does the complaining.
//!
//! A kind takes what it knows, the graph then calls [`Arguments::finish`], and whatever nobody asked for is an error:
//!
//! ```text
//! let tanh = args.flag("tanh");                                  // bare words first: they look like sizes,
//! let bias = args.boolean("bias").unwrap_or(true);               // then what has a name,
//! let dims = args.dims("`fc(inputs, outputs)`", 1, 2)?;          // then positions, of which some must be there
//! ```
//!
//! Usages are sentences with the code in backticks: "`fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` if wanted".

mod leftover;
mod values;

use proc_macro2::{Ident, Span};

use crate::ast::{Args, Call, Env, Expr, Value};
use crate::errors::Errors;
use crate::suggest::{listed, suggest};
use crate::words::{self, Word};

/// The largest size a layer may state: anything above is a slip. (A product of such sizes may still overflow a `u64`.)
pub const MAX_DIM: u64 = 1 << 32;

/// A whole number and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Dim {
    /// The number, at most [`MAX_DIM`].
    pub value: u64,
    /// The argument, or the layer's name where a default stands in.
    pub span: Span,
}

/// A finite float and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Float {
    /// The number.
    pub value: f64,
    /// The argument.
    pub span: Span,
}

/// One layer's arguments, and which of them have been asked for.
#[derive(Debug)]
pub struct Arguments<'a> {
    kind: &'a Ident,
    /// The words that the kind knows.
    words: &'static [Word],
    args: Option<&'a Args>,
    env: &'a Env,
    errors: &'a Errors,
    /// How many errors there were before this layer was read.
    errors_before: usize,
    positional: Vec<Slot<'a>>,
    named: Vec<(&'a Ident, Slot<'a>)>,
    asked_names: Vec<String>,
    asked_flags: Vec<String>,
    asked_positions: bool,
}

/// An argument that may have been read already.
#[derive(Clone, Copy, Debug)]
struct Slot<'a> {
    value: &'a Value,
    taken: bool,
}

impl<'a> Arguments<'a> {
    /// The arguments of `call`, none of them read. `words` are those that the kind knows, `env` gives numbers to names;
    /// all errors go to `errors`.
    pub fn new(call: &'a Call, words: &'static [Word], env: &'a Env, errors: &'a Errors) -> Arguments<'a> {
        let mut arguments = Arguments {
            kind: &call.name,
            words,
            args: call.args.as_ref(),
            env,
            errors,
            errors_before: errors.len(),
            positional: Vec::new(),
            named: Vec::new(),
            asked_names: Vec::new(),
            asked_flags: Vec::new(),
            asked_positions: false,
        };
        for arg in call.args.iter().flat_map(|args| &args.values) {
            let slot = Slot { value: &arg.value, taken: false };
            match &arg.name {
                Some(name) => arguments.named.push((name, slot)),
                None => arguments.positional.push(slot),
            }
        }
        arguments
    }

    /// How many arguments stand without a name, flags included.
    pub fn positional(&self) -> usize {
        self.positional.len()
    }

    /// The leading sizes, at least `min` and at most `max`, each from 1 to [`MAX_DIM`]; what stands behind `max` of them is
    /// left for others to read. Flags must have been asked for before.
    ///
    /// # Errors
    /// Too few, with the `usage`; anything that is no size, on its token. The result is `None` then.
    pub fn dims(&mut self, usage: &str, min: usize, max: usize) -> Option<Vec<Dim>> {
        self.asked_positions = true;
        if self.by_place(usage) {
            return None;
        }
        let mut dims = Vec::new();
        let mut found = 0;
        for index in 0..self.positional.len() {
            let Slot { value, taken } = self.positional[index];
            if taken {
                continue;
            }
            if found == max {
                break;
            }
            self.positional[index].taken = true;
            found += 1;
            dims.extend(self.size_at(value, usage));
        }
        if found < min {
            self.too_few(found, min, max, usage);
        }
        (found >= min && dims.len() == found).then_some(dims)
    }

    /// The whole number called `name`, 0 included; where it is not given, the default (at the layer's name), if any.
    ///
    /// # Errors
    /// Anything but a whole number up to [`MAX_DIM`]; the result is `None` then.
    pub fn int(&mut self, name: &str, default: Option<u64>) -> Option<Dim> {
        match self.take(name) {
            Some(value) => self.whole(value, name),
            None => default.map(|value| Dim { value, span: self.kind.span() }),
        }
    }

    /// As [`Arguments::int`], but at least 1.
    ///
    /// # Errors
    /// Anything but a whole number from 1 to [`MAX_DIM`]; the result is `None` then.
    pub fn size(&mut self, name: &str, default: Option<u64>) -> Option<Dim> {
        let dim = self.int(name, default)?;
        self.not_zero(dim, name)
    }

    /// `count` whole numbers called `name`: a tuple, or one number for all of them; the default likewise.
    ///
    /// # Errors
    /// Anything else; the result is `None` then.
    pub fn ints(&mut self, name: &str, count: usize, default: Option<u64>) -> Option<Vec<Dim>> {
        match self.take(name) {
            Some(Value::Tuple { values, .. }) if values.len() == count => {
                let dims: Vec<Option<Dim>> = values.iter().map(|value| self.whole(value, name)).collect();
                dims.into_iter().collect()
            }
            Some(Value::Tuple { values, span }) => self.fail(
                *span,
                format!(
                    "`{name}` is one number or a tuple of {count}, found a tuple of {}; write {count}",
                    values.len()
                ),
            ),
            Some(value) => self.whole(value, name).map(|dim| vec![dim; count]),
            None => default.map(|value| vec![Dim { value, span: self.kind.span() }; count]),
        }
    }

    /// The float called `name` (a whole number will do); `None` where it is not given.
    ///
    /// # Errors
    /// Anything that is no number.
    pub fn float(&mut self, name: &str) -> Option<Float> {
        let value = self.take(name)?;
        self.number(value, &format!("`{name}`"))
    }

    /// The list of `count` numbers called `name`, one for each of the `things`; `None` where it is not given.
    ///
    /// # Errors
    /// Anything that is no list, one of another length, and what is no number in it; the result is `None` then.
    pub fn floats(&mut self, name: &str, count: u64, things: &str) -> Option<(Vec<Float>, Span)> {
        let value = self.take(name)?;
        let Value::List { values, span } = value else {
            let example =
                if count > 4 { "1.0, 1.0, …".into() } else { vec!["1.0"; count as usize].join(", ") };
            let message = format!(
                "`{name}` takes a list with a number for each of the {count} {things}, found `{value}`; write, say, \
                 `[{example}]`"
            );
            return self.fail(value.span(), message);
        };
        if values.len() as u64 != count {
            let message = format!(
                "`{name}` takes a number for each of the {count} {things}, found {}; write {count}",
                values.len()
            );
            return self.fail(*span, message);
        }
        let floats: Vec<Option<Float>> =
            values.iter().map(|value| self.number(value, &format!("`{name}`"))).collect();
        floats.into_iter().collect::<Option<_>>().map(|floats| (floats, *span))
    }

    /// The next argument without a name, a float or a whole number.
    ///
    /// # Errors
    /// There is none, with the `usage`, or it is no number.
    pub fn float_positional(&mut self, usage: &str) -> Option<Float> {
        self.asked_positions = true;
        let Some(slot) = self.positional.iter_mut().find(|slot| !slot.taken) else {
            return self
                .fail(self.span(), format!("`{}` takes a number, found none; write {usage}", self.kind));
        };
        slot.taken = true;
        let value = slot.value;
        self.number(value, &format!("`{}`", self.kind))
    }

    /// The word called `name`, one of those in the kind's list, as in `init = he`; `None` where it is not given.
    ///
    /// # Errors
    /// Any other value, with the words that are allowed.
    pub fn word(&mut self, name: &str) -> Option<(String, Span)> {
        let allowed = words::find(self.words, name).map_or(&[][..], |word| word.values);
        self.one_of(name, allowed)
    }

    /// The word called `name`, one of `allowed`.
    fn one_of(&mut self, name: &str, allowed: &[&str]) -> Option<(String, Span)> {
        let value = self.take(name)?;
        match value {
            Value::Expr(Expr::Bad(_)) => return None,
            Value::Expr(Expr::Name(word)) if allowed.iter().any(|allowed| word == allowed) => {
                return Some((word.to_string(), word.span()));
            }
            _ => {}
        }
        let written = value.to_string();
        let repair = match (suggest(&written, allowed), written.as_str(), allowed) {
            (Some(near), ..) => format!("did you mean `{near}`?"),
            (None, "0", [_, no]) => format!("write `{name} = {no}`"),
            (None, _, [first, ..]) => format!("write, say, `{name} = {first}`"),
            (None, _, []) => return None,
        };
        self.fail(value.span(), format!("`{name}` is {}, found `{value}`; {repair}", listed(allowed, "or")))
    }

    /// The truth value called `name`, as in `bias = false`; `None` where it is not given.
    ///
    /// # Errors
    /// Anything but `true` and `false`.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        self.one_of(name, &["true", "false"]).map(|(word, _)| word == "true")
    }

    /// Whether the bare word `name` stands among the arguments, as in `gelu(tanh)`.
    pub fn flag(&mut self, name: &str) -> bool {
        self.declared(name);
        self.asked_flags.push(name.to_string());
        let is_flag =
            |slot: &&mut Slot<'_>| matches!(slot.value, Value::Expr(Expr::Name(word)) if word == name);
        match self.positional.iter_mut().find(is_flag) {
            Some(slot) => {
                slot.taken = true;
                true
            }
            None => false,
        }
    }

    /// The value called `name`, which is known from now on.
    fn take(&mut self, name: &str) -> Option<&'a Value> {
        self.declared(name);
        self.asked_names.push(name.to_string());
        let (_, slot) = self.named.iter_mut().find(|(known, slot)| !slot.taken && *known == name)?;
        slot.taken = true;
        Some(slot.value)
    }

    /// Holds that a kind reads no word that is not in its list.
    fn declared(&self, name: &str) {
        debug_assert!(
            words::find(self.words, name).is_some(),
            "`{}` has no `{name}` in its words",
            self.kind
        );
    }

    /// Where to say that something is missing: the parentheses, or the name if there are none.
    fn span(&self) -> Span {
        self.args.map_or_else(|| self.kind.span(), |args| args.span)
    }

    fn fail<T>(&self, span: Span, message: String) -> Option<T> {
        self.errors.push(span, message);
        None
    }
}
