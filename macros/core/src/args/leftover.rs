//! What is said of arguments that nobody asked for, and of those that are missing.

use proc_macro2::Ident;

use super::{Arguments, Slot};
use crate::ast::{Arg, Expr, Value};
use crate::suggest::{did_you_mean, suggest};

impl Arguments<'_> {
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
    pub(super) fn unknown_word(&self, word: &Ident, usage: &str) -> String {
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
    pub(super) fn by_place(&mut self, usage: &str) -> bool {
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
    pub(super) fn too_few(&self, found: usize, min: usize, max: usize, usage: &str) {
        let found = if found == 0 { "none".to_string() } else { found.to_string() };
        let wanted = match (min, max) {
            (1, _) => "a number".to_string(),
            (min, max) if min == max => format!("{min} numbers"),
            (min, _) => format!("at least {min} numbers"),
        };
        self.errors
            .push(self.span(), format!("`{}` takes {wanted}, found {found}; write {usage}", self.kind));
    }
}

/// Whether the code in `usage` (what stands in backticks) contains `words`, and not only as a part of a longer word.
pub(super) fn mentions(usage: &str, words: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    usage.split('`').skip(1).step_by(2).any(|code| {
        code.match_indices(words).any(|(at, _)| {
            let after = at + words.len();
            !(code[..at].ends_with(part) || (words.ends_with(part) && code[after..].starts_with(part)))
        })
    })
}
