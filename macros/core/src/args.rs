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

use proc_macro2::{Ident, Span};

use crate::ast::{Arg, Args, Call, Env, Expr, Value};
use crate::errors::Errors;
use crate::suggest::{did_you_mean, listed, suggest};
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

    /// Reports every argument that nobody asked for; `usage` says how the layer is written.
    pub fn finish(self, usage: &str) {
        let bad = |slot: &Slot<'_>| matches!(slot.value, Value::Expr(Expr::Bad(_)));
        // After an error the kind may have stopped before it asked for everything: only what the usage does not know
        // either is surely a mistake.
        let complete = self.errors.len() == self.errors_before && !self.positional.iter().any(bad);
        let asked_nothing =
            !self.asked_positions && self.asked_flags.is_empty() && self.asked_names.is_empty();
        if self.args.is_some_and(|args| args.values.is_empty()) && (complete || !self.asked_positions) {
            self.errors.push(
                self.span(),
                format_args!(
                    "expected an argument between the parentheses, found none; write `{}`",
                    self.kind
                ),
            );
        }
        self.names_last();
        if let Some(left) = self.positional.iter().find(|slot| !slot.taken && complete) {
            let (kind, value) = (self.kind, left.value);
            let message = match value {
                _ if asked_nothing => format!("`{kind}` takes no arguments, found `{value}`; write {usage}"),
                Value::Expr(Expr::Name(word)) => self.unknown_word(word, usage),
                _ => format!("`{kind}` takes no further argument, found `{value}`; write {usage}"),
            };
            self.errors.push(value.span(), message);
        }
        for (name, _) in self.named.iter().filter(|(_, slot)| !slot.taken) {
            if complete || !mentions(usage, &format!("{name} =")) {
                self.errors.push(name.span(), self.unknown_name(name, usage));
            }
        }
    }

    /// Reports arguments without a name behind one with a name, all of them at once.
    fn names_last(&self) {
        let Some(args) = self.args else { return };
        let named = |arg: &&Arg| arg.name.is_some();
        let Some(first) = args.values.iter().position(|arg| arg.name.is_some()) else { return };
        let bad = |arg: &Arg| matches!(arg.value, Value::Expr(Expr::Bad(_)));
        let late: Vec<&Arg> = args.values[first..].iter().filter(|arg| !named(arg)).collect();
        // Where a size has a name, the name is the mistake.
        let reported = self.errors.len() > self.errors_before;
        let (Some(start), Some(end)) = (late.first(), late.last()) else { return };
        if reported || args.values.iter().any(bad) {
            return;
        }
        let (names, places): (Vec<&Arg>, Vec<&Arg>) = args.values.iter().partition(named);
        let sorted: Vec<String> = places.iter().chain(&names).map(ToString::to_string).collect();
        let message =
            format!("arguments without a name come first; write `{}({})`", self.kind, sorted.join(", "));
        self.errors.push_range(start.value.span(), end.value.span(), message);
    }

    /// A bare word that is neither a flag nor a number.
    fn unknown_word(&self, word: &Ident, usage: &str) -> String {
        let known: Vec<&str> = self.asked_flags.iter().map(String::as_str).collect();
        let (kind, text) = (self.kind, word.to_string());
        if known.contains(&text.as_str()) {
            format!("`{word}` is given twice; remove one of the two")
        } else if mentions(usage, &format!("{word} =")) {
            format!("`{word}` takes a value, found none; write {usage}")
        } else if known.is_empty() || self.env.knows(word) {
            format!("`{kind}` takes no further argument, found `{word}`; write {usage}")
        } else {
            format!("`{kind}` does not know the word `{word}`{}", did_you_mean(&text, &known))
        }
    }

    /// A name that is no argument's.
    fn unknown_name(&self, name: &Ident, usage: &str) -> String {
        let known: Vec<&str> = self.asked_names.iter().map(String::as_str).collect();
        let text = name.to_string();
        if self.asked_flags.contains(&text) {
            format!("`{name}` stands alone, found a value; write `{}({name})`", self.kind)
        } else if mentions(usage, &text) && !known.contains(&text.as_str()) {
            format!("`{name}` is given by its place, found a name; write {usage}")
        } else {
            let repair = match suggest(&text, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write {usage}"),
            };
            format!("`{}` takes no argument called `{name}`; {repair}", self.kind)
        }
    }

    /// Reports sizes given by name, as in `fc(inputs = 784)`; whether there are any.
    fn by_place(&mut self, usage: &str) -> bool {
        let by_place = |(name, slot): &&mut (&Ident, Slot<'_>)| {
            !slot.taken && mentions(usage, &name.to_string()) && !mentions(usage, &format!("{name} ="))
        };
        let mut any = false;
        for (name, slot) in self.named.iter_mut().filter(by_place) {
            (any, slot.taken) = (true, true);
            let message = format!("`{name}` is given by its place, found a name; write {usage}");
            self.errors.push(name.span(), message);
        }
        any
    }

    /// Too few sizes.
    fn too_few(&self, found: usize, min: usize, max: usize, usage: &str) {
        let found = if found == 0 { "none".to_string() } else { found.to_string() };
        let wanted = match (min, max) {
            (1, _) => "a number".to_string(),
            (min, max) if min == max => format!("{min} numbers"),
            (min, _) => format!("at least {min} numbers"),
        };
        self.errors
            .push(self.span(), format!("`{}` takes {wanted}, found {found}; write {usage}", self.kind));
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

    /// A size without a name.
    fn size_at(&self, value: &Value, usage: &str) -> Option<Dim> {
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
    fn whole(&self, value: &Value, what: &str) -> Option<Dim> {
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
    fn number(&self, value: &Value, what: &str) -> Option<Float> {
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

    /// Where to say that something is missing: the parentheses, or the name if there are none.
    fn span(&self) -> Span {
        self.args.map_or_else(|| self.kind.span(), |args| args.span)
    }

    fn not_zero(&self, dim: Dim, what: &str) -> Option<Dim> {
        if dim.value > 0 {
            return Some(dim);
        }
        self.fail(
            dim.span,
            format!("`{what}` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more"),
        )
    }

    fn fail<T>(&self, span: Span, message: String) -> Option<T> {
        self.errors.push(span, message);
        None
    }
}

/// Whether the code in `usage` (what stands in backticks) contains `words`, and not only as a part of a longer word.
fn mentions(usage: &str, words: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    usage.split('`').skip(1).step_by(2).any(|code| {
        code.match_indices(words).any(|(at, _)| {
            let after = at + words.len();
            !(code[..at].ends_with(part) || (words.ends_with(part) && code[after..].starts_with(part)))
        })
    })
}
