//! Makes a failing network smaller as long as it fails.

use quipu_macros_core::ast::{Layer, Network, Node, Seq};

use super::generate::literal;

/// The smallest network found that still fails, within `tries` runs of `fails`, which is asked of whole networks only.
pub(crate) fn shrink(mut network: Network, tries: usize, mut fails: impl FnMut(&Network) -> bool) -> Network {
    let mut left = tries;
    loop {
        let mut smaller = None;
        for candidate in candidates(&network) {
            if left == 0 {
                return network;
            }
            if !compiles(&candidate) {
                continue;
            }
            left -= 1;
            if fails(&candidate) {
                smaller = Some(candidate);
                break;
            }
        }
        match smaller {
            Some(candidate) => network = candidate,
            None => return network,
        }
    }
}

/// Whether the macro takes it.
pub(crate) fn compiles(network: &Network) -> bool {
    refusal(network).is_none()
}

/// What the macro says against a network.
pub(crate) fn refusal(network: &Network) -> Option<String> {
    let tokens = network.to_string().parse().expect("printed networks are tokens");
    let expansion = quipu_macros_core::compile(tokens).to_string();
    expansion.contains("compile_error").then_some(expansion)
}

/// A change of the layer at a place, among those it stands with.
type Change = fn(&mut Vec<Layer>, usize);

/// Ways to make a network smaller at a place, the greatest first: no layer; what is in its braces instead; its first
/// braces alone; half a size; one argument less; no label.
const CHANGES: [Change; 8] = [
    |layers, at| drop(layers.remove(at)),
    |layers, at| {
        let inner: Vec<Layer> = braces(&mut layers[at]).iter().flat_map(|seq| seq.layers.clone()).collect();
        if !inner.is_empty() {
            layers.splice(at..=at, inner);
        }
    },
    |layers, at| {
        if let Some(first) = braces(&mut layers[at]).first().map(|seq| seq.layers.clone()) {
            layers.splice(at..=at, first);
        }
    },
    |layers, at| halve(&mut layers[at], 0),
    |layers, at| halve(&mut layers[at], 1),
    |layers, at| halve(&mut layers[at], 2),
    |layers, at| {
        if let Node::Call(call) = &mut layers[at].node
            && let Some(args) = &mut call.args
        {
            args.values.pop();
            if args.values.is_empty() {
                call.args = None;
            }
        }
    },
    |layers, at| layers[at].label = None,
];

/// Halves the size that is the layer's argument of this number, down to one.
fn halve(layer: &mut Layer, argument: usize) {
    if let Node::Call(call) = &mut layer.node
        && let Some(args) = &mut call.args
        && let Some(number) = args.values.get_mut(argument).and_then(literal)
    {
        *number = (*number / 2).max(1);
    }
}

/// Networks one step smaller, the greatest steps first.
fn candidates(network: &Network) -> Vec<Network> {
    let mut out = Vec::new();
    let mut with = |change: &dyn Fn(&mut Network)| {
        let mut candidate = network.clone();
        change(&mut candidate);
        out.push(candidate);
    };
    with(&|candidate| candidate.blocks.clear());
    with(&|candidate| candidate.lets.clear());
    let count = each(&mut network.body.clone(), &mut |_, _| {});
    for change in CHANGES {
        for place in 0..count {
            with(&|candidate| edit(candidate, place, change));
        }
    }
    let before = network.to_string();
    out.retain(|candidate| candidate.to_string() != before);
    out
}

/// Changes one place of a network: the layers it stands among, and where.
fn edit(network: &mut Network, place: usize, change: Change) {
    let mut index = 0;
    let mut done = false;
    each(&mut network.body, &mut |layers, at| {
        if index == place && !done {
            done = true;
            change(layers, at);
        }
        index += 1;
    });
}

/// Visits every layer, inner ones after the one they stand in; returns how many there were.
fn each(seq: &mut Seq, visit: &mut dyn FnMut(&mut Vec<Layer>, usize)) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < seq.layers.len() {
        let before = seq.layers.len();
        visit(&mut seq.layers, at);
        count += 1;
        // What was changed here is done with.
        if seq.layers.len() != before || at >= seq.layers.len() {
            at += 1;
            continue;
        }
        for inner in braces(&mut seq.layers[at]) {
            count += each(inner, visit);
        }
        at += 1;
    }
    count
}

fn braces(layer: &mut Layer) -> Vec<&mut Seq> {
    match &mut layer.node {
        Node::Group(seq) => vec![seq],
        Node::Call(call) => call.branches.iter_mut().map(|branch| &mut branch.seq).collect(),
    }
}
