//! `repeat(12) { … }`: copies of a chain in a row, each with parameters of its own; an array and a loop.

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::UNKNOWN;
use crate::graph::MOST_RUNS;

/// The kind.
pub struct Kind;

/// Far beyond any network, near enough to catch a slip before it costs memory.
const MOST: u64 = 10_000;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`repeat(12) { … }`"
    }

    fn takes_branches(&self) -> bool {
        true
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let times = args.dims(self.usage(), 1, 1).map(|dims| dims[0]);
        if let Some(times) = times.filter(|times| times.value > MOST) {
            let message = format!(
                "`repeat` makes at most {MOST} copies, found {}; write a smaller number",
                times.value
            );
            site.error(times.span, message);
        }
        // With another number the copies are the same.
        let times = times.filter(|times| times.value <= MOST);
        let [branch] = site.branches else {
            let (span, found) = match site.branches {
                [_, second, ..] => (second.seq.span, "more"),
                _ => (site.word.span(), "none"),
            };
            let message = format!(
                "`repeat` takes its layers in one pair of braces, found {found}; write {}",
                self.usage()
            );
            site.error(span, message);
            return None;
        };
        if let Some(word) = &branch.word {
            site.error(
                word.span(),
                format!("`repeat` has no branch called `{word}`; write {}", self.usage()),
            );
            return None;
        }
        let input = site.input()?.clone();
        if branch.seq.layers.is_empty() {
            let message = "`repeat` repeats its layers, found none; write a layer between the braces";
            site.error(branch.seq.span, message);
            return None;
        }
        let mut body = (site.resolve)(&branch.seq, Some(&input));
        if body.sound && body.output != input {
            let repair = if body.output.with_last(input.last()) == input {
                format!("end the body with `fc({})`", input.last())
            } else {
                format!("end the body with a layer that gives {input}")
            };
            let message = format!(
                "each copy of `repeat` takes what the one before gives: {input} flows in from {}, but {} comes out; {repair}",
                site.giver, body.output
            );
            site.misfit(branch.seq.layers.last().map_or(branch.seq.span, crate::ast::Layer::span), message);
            body.sound = false;
        }
        let Some(times) = times else { return Some(Resolved::Repeat { times: UNKNOWN, body }) };
        let runs = times.value.saturating_mul(body.runs);
        if runs > MOST_RUNS {
            let message = format!(
                "`repeat` runs {runs} layers here, its copies one by one, more than the {MOST_RUNS} (2^20) that a network \
                 may have; write a smaller number"
            );
            site.error(times.span, message);
            return None;
        }
        Some(Resolved::Repeat { times: times.value, body })
    }
}
