//! `concat { … } { … }`: branches over one input, their outputs side by side along the channels or another axis.

use super::{Branch, Kind as LayerKind, Resolved, Site};
use crate::args::Arguments;
use crate::ast;
use crate::facts::{Join, Shape};
use crate::words::Word;

/// The kind.
pub struct Kind;

/// The fields of the branches' parameters; as many branches as one layer may have.
const FIELDS: [&str; 8] =
    ["branch1", "branch2", "branch3", "branch4", "branch5", "branch6", "branch7", "branch8"];

impl LayerKind for Kind {
    fn usage(&self) -> &'static str {
        "`concat { … } { … }`, with `concat(axis = 0)` if wanted"
    }

    fn words(&self) -> &'static [Word] {
        const { &[Word::new("axis")] }
    }

    fn takes_branches(&self) -> bool {
        true
    }

    fn resolve(&self, args: &mut Arguments<'_>, site: &mut Site<'_>) -> Option<Resolved> {
        let axis = args.int("axis", None);
        let written = site.branches;
        if !(2..=FIELDS.len()).contains(&written.len()) {
            let (span, found) = match written {
                [] => (site.word.span(), "none".to_owned()),
                [only] => (only.seq.span, "one".to_owned()),
                [.., last] => (last.seq.span, written.len().to_string()),
            };
            let message = format!(
                "`concat` joins 2 to {} branches, found {found}; write `concat {{ … }} {{ … }}`",
                FIELDS.len()
            );
            site.error(span, message);
            return None;
        }
        if let Some(word) = written.iter().find_map(|branch| branch.word.as_ref()) {
            site.error(
                word.span(),
                format!("`concat` has no branch called `{word}`; write {}", self.usage()),
            );
            return None;
        }
        let input = site.input()?.clone();
        // Every branch, so that each shows its own mistakes.
        let mut chains: Vec<_> =
            written.iter().map(|branch| (site.resolve)(&branch.seq, Some(&input))).collect();
        let mut output = chains[0].output.clone();
        let at = match axis {
            Some(axis) if axis.value >= output.0.len() as u64 => {
                let message = format!(
                    "`axis` counts the axes of {output} from 0, found {}; write a number below {}",
                    axis.value,
                    output.0.len()
                );
                site.error(axis.span, message);
                None
            }
            Some(axis) => Some(axis.value as usize),
            None => Some(output.channel_axis()),
        };
        let others: Vec<_> =
            written.iter().zip(&chains).skip(1).map(|(branch, chain)| (branch, &chain.output)).collect();
        let read = chains.iter().all(|chain| chain.sound);
        let blocks = match at.filter(|&at| read && fits(&output, &others, at, site)) {
            Some(at) => {
                output.0[at] = chains.iter().map(|chain| chain.output.0[at]).sum();
                output.0[..at].iter().product()
            }
            None => {
                chains[0].sound = false;
                1
            }
        };
        let branches = FIELDS.iter().zip(chains).map(|(&name, chain)| Branch { name, chain }).collect();
        Some(Resolved::Parallel { branches, join: Join::Concat { blocks }, output })
    }
}

/// Whether all branches agree with the first but for the joined axis; reports the first that does not, at its last layer.
fn fits(first: &Shape, others: &[(&ast::Branch, &Shape)], axis: usize, site: &Site<'_>) -> bool {
    let agrees = |shape: &Shape| {
        let rest = |shape: &Shape| {
            let mut axes = shape.0.clone();
            axes.remove(axis);
            axes
        };
        shape.0.len() == first.0.len() && rest(shape) == rest(first)
    };
    let Some((branch, shape)) = others.iter().find(|(_, shape)| !agrees(shape)) else { return true };
    let mut wanted: Vec<String> = first.0.iter().map(u64::to_string).collect();
    wanted[axis] = "…".to_owned();
    let span = branch.seq.layers.last().map_or(branch.seq.span, ast::Layer::span);
    let message = format!(
        "`concat` joins its branches along axis {axis}, and the other axes must agree: the first branch gives {first}, \
         but this one {shape}; end it with a layer that gives ({})",
        wanted.join(", ")
    );
    site.error(span, message);
    false
}
