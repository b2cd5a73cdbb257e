//! `repeat(12) { … }`: copies of a chain in a row, each with parameters of its own; an array and a loop.

use super::{Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;

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
        let times = args.dims(self.usage(), 1, 1)?[0];
        if times.value > MOST {
            site.error(times.span, format!("`repeat` goes up to {MOST} copies, found {}", times.value));
            return None;
        }
        let [branch] = site.branches else {
            site.error(
                site.word.span(),
                format!("`repeat` takes one block of layers, found {}; write {}", site.branches.len(), self.usage()),
            );
            return None;
        };
        if let Some(word) = &branch.word {
            site.error(word.span(), format!("`repeat` has no branch called `{word}`; write {}", self.usage()));
            return None;
        }
        let input = site.input()?.clone();
        if branch.seq.layers.is_empty() {
            site.error(branch.seq.span, "there is nothing to repeat; write a layer between the braces");
            return None;
        }
        let body = (site.resolve)(&branch.seq, Some(&input))?;
        if body.output != input {
            site.error(
                times.span,
                format!(
                    "a repeated block must give the shape that it takes: {input} flows in, {} comes out; \
                     end the block with a layer that gives {input}",
                    body.output
                ),
            );
            return None;
        }
        Some(Resolved::Repeat { times: times.value, body })
    }
}
