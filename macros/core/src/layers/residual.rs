//! `residual { … }` and `residual { … } shortcut { … }`: y = body(x) + x, or body(x) + shortcut(x).

use super::{Branch, Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::ast::{self, Seq};
use crate::facts::{Join, Shape};
use crate::graph::Chain;

/// The kind.
pub struct Kind;

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`residual { … }` or `residual { … } shortcut { … }`"
    }

    fn takes_branches(&self) -> bool {
        true
    }

    fn branch_words(&self) -> &'static [&'static str] {
        &["shortcut"]
    }

    fn resolve(&self, _: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let written = site.branches;
        let (body, shortcut) = self.branches(written, site)?;
        let input = site.input()?.clone();
        if body.layers.is_empty() {
            let message = "the body of `residual` is empty, so that it would be x + x; write a layer between the braces";
            site.error(body.span, message);
            return None;
        }
        let mut sum = (site.resolve)(body, Some(&input));
        let other = match shortcut {
            Some(seq) => (site.resolve)(seq, Some(&input)),
            None => Chain::identity(&input),
        };
        if sum.sound && other.sound && sum.output != other.output {
            unequal(&sum, &other, body, shortcut, site);
            sum.sound = false;
        }
        let output = sum.output.clone();
        let branches = vec![Branch { name: "", chain: sum }, Branch { name: "shortcut", chain: other }];
        Some(Resolved::Parallel { branches, join: Join::Sum, output })
    }
}

impl Kind {
    /// The body and the shortcut, if both are where they belong.
    fn branches<'a>(
        &self,
        written: &'a [ast::Branch],
        site: &Site<'_>,
    ) -> Option<(&'a Seq, Option<&'a Seq>)> {
        let is_shortcut = |branch: &ast::Branch| branch.word.as_ref().is_some_and(|word| word == "shortcut");
        let start = |branch: &ast::Branch| branch.word.as_ref().map_or(branch.seq.span, |word| word.span());
        let (span, found) = match written {
            [body] if body.word.is_none() => return Some((&body.seq, None)),
            [body, second] if body.word.is_none() && is_shortcut(second) => {
                return Some((&body.seq, Some(&second.seq)));
            }
            [] => (site.word.span(), "none".to_owned()),
            [first, ..] if first.word.is_some() => (start(first), "`shortcut` before it".to_owned()),
            [_, second, ..] if !is_shortcut(second) => (start(second), "a second body".to_owned()),
            [_, _, third, ..] => (start(third), "more behind the shortcut".to_owned()),
            [first, ..] => (start(first), "another form".to_owned()),
        };
        site.error(
            span,
            format!(
                "`residual` takes one body and at most one shortcut, found {}; write {}",
                found,
                self.usage()
            ),
        );
        None
    }
}

/// Reports that the branches give different shapes, at the last layer of the one to change.
fn unequal(sum: &Chain, other: &Chain, body: &Seq, shortcut: Option<&Seq>, site: &Site<'_>) {
    let (gives, wanted) = (&sum.output, &other.output);
    // One more layer helps where only the last axis differs.
    let repairable = gives.with_last(wanted.last()) == *wanted;
    let fc = |shape: &Shape| {
        if repairable { format!("`fc({})`", shape.last()) } else { format!("a layer that gives {shape}") }
    };
    let (seq, message) = match shortcut {
        Some(seq) => (seq, format!("the shortcut gives {wanted}; end the shortcut with {}", fc(gives))),
        None => (
            body,
            format!(
                "{wanted} flows in from {}; end the body with {}, or write `shortcut {{ … }}` behind it, ending with {}",
                site.giver,
                fc(wanted),
                fc(gives)
            ),
        ),
    };
    let span = seq.layers.last().map_or(seq.span, ast::Layer::span);
    site.misfit(
        span,
        format!(
            "`residual` adds its branches, which must have one shape: the body gives {gives}, but {message}"
        ),
    );
}
