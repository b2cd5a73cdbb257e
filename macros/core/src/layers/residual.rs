//! `residual { … }` and `residual { … } shortcut { … }`: y = body(x) + x, or body(x) + shortcut(x).

use super::{Branch, Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::facts::Join;
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
        let shortcut = match written {
            [_] => None,
            [_, second] if second.word.as_ref().is_some_and(|word| word == "shortcut") => Some(second),
            [_, second, ..] => {
                let span = second.word.as_ref().map_or(second.seq.span, |word| word.span());
                site.error(span, format!("after the body of `residual` only `shortcut {{ … }}` may follow; write {}", self.usage()));
                return None;
            }
            [] => {
                site.error(site.word.span(), format!("`residual` needs a body; write {}", self.usage()));
                return None;
            }
        };
        if let Some(word) = &written[0].word {
            site.error(word.span(), format!("the body of `residual` has no word before it, found `{word}`; write {}", self.usage()));
            return None;
        }
        let input = site.input()?.clone();
        if written[0].seq.layers.is_empty() {
            site.error(written[0].seq.span, "the body of `residual` is empty, so it would be x + x; write a layer between the braces");
            return None;
        }
        let body = (site.resolve)(&written[0].seq, Some(&input));
        let other = match shortcut {
            Some(branch) => (site.resolve)(&branch.seq, Some(&input)),
            None => Some(Chain::identity(&input)),
        };
        let (body, other) = (body?, other?);
        if body.output != other.output {
            let (span, repair) = match shortcut {
                Some(branch) => (
                    branch.word.as_ref().map_or(branch.seq.span, |word| word.span()),
                    format!("make the shortcut give {}", body.output),
                ),
                None => (
                    site.word.span(),
                    format!(
                        "end the body with a layer that gives {input}, or add `shortcut {{ … }}` with one that gives {}",
                        body.output
                    ),
                ),
            };
            site.error(
                span,
                format!(
                    "the branches of `residual` are added, so their shapes must be equal: \
                     the body gives {}, the shortcut {}; {repair}",
                    body.output, other.output
                ),
            );
            return None;
        }
        let branches =
            vec![Branch { name: "", chain: body }, Branch { name: "shortcut", chain: other }];
        Some(Resolved::Parallel { branches, join: Join::Sum })
    }
}
