//! The network for inference: what is y = x scale + shift there goes into the layer directly before it.

use std::collections::BTreeSet;
use std::rc::Rc;

use quote::format_ident;

use super::{Body, Chain, Graph, Node};
use crate::facts::{Facts, Kernel};

/// A network with layers folded, and how its parameters come from those of the one that was written.
pub struct Folded {
    /// The network.
    pub graph: Graph,
    /// What becomes of the parameters and buffers, in their flat order.
    pub folds: Vec<Fold>,
}

/// What becomes of a stretch of the flat parameters and buffers.
pub enum Fold {
    /// They stay.
    Same {
        /// Parameters.
        params: u64,
        /// Buffers.
        buffers: u64,
    },
    /// A layer takes the one behind it into its parameters.
    Absorb {
        /// The layer that stays.
        layer: Box<Part>,
        /// Its parameters when it is folded.
        folded: u64,
        /// The layer that goes.
        affine: Box<Part>,
        /// Its buffers.
        buffers: u64,
        /// Its features.
        features: u64,
    },
    /// Copies of a chain.
    Repeat {
        /// How many.
        times: u64,
        /// One of them.
        body: Vec<Fold>,
    },
}

/// A layer as folding needs it.
pub struct Part {
    /// Its kind's word.
    pub kind: String,
    /// Its kernel.
    pub kernel: Option<Kernel>,
    /// Its parameters.
    pub params: u64,
}

/// Folds what can be folded; `None` where there is nothing.
#[must_use]
pub fn fold(graph: &Graph) -> Option<Folded> {
    let mut folder = Folder { found: false };
    let mut folds = Vec::new();
    let chain = folder.chain(&graph.chain, &mut folds);
    let head = graph.head.clone();
    let name = format_ident!("{}Folded", graph.name);
    folder.found.then(|| Folded { graph: Graph { name, chain, head, lets: graph.lets.clone() }, folds })
}

struct Folder {
    /// Whether anything was folded.
    found: bool,
}

/// The layers of a chain with those of groups inside it, in the order in which they run, while it is rebuilt.
struct Row<'c> {
    /// The facts of each; none for what has chains of its own.
    facts: Vec<Option<(&'c Node, &'c Facts)>>,
    /// Which of them go into the one before.
    gone: BTreeSet<usize>,
    next: usize,
}

impl<'c> Row<'c> {
    fn of(chain: &'c Chain) -> Self {
        fn walk<'c>(chain: &'c Chain, facts: &mut Vec<Option<(&'c Node, &'c Facts)>>) {
            for node in &chain.nodes {
                match &node.body {
                    Body::Leaf(leaf) => facts.push(Some((node, leaf))),
                    Body::Chain(chain) => walk(chain, facts),
                    Body::Block { .. } | Body::Repeat { .. } | Body::Parallel { .. } => facts.push(None),
                }
            }
        }
        let mut facts = Vec::new();
        walk(chain, &mut facts);
        let mut gone = BTreeSet::new();
        for index in 1..facts.len() {
            let (Some((_, before)), Some((_, facts))) = (facts[index - 1], facts[index]) else { continue };
            let affine = facts.statistics.as_ref().is_some_and(|statistics| statistics.affine);
            // The layer before has absorbed nothing yet, and is still there.
            if affine && before.absorbs.is_some() {
                gone.insert(index);
            }
        }
        Row { facts, gone, next: 0 }
    }

    fn step(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

impl Folder {
    fn chain(&mut self, chain: &Chain, folds: &mut Vec<Fold>) -> Chain {
        self.rebuild(chain, &mut Row::of(chain), folds)
    }

    fn rebuild(&mut self, chain: &Chain, row: &mut Row<'_>, folds: &mut Vec<Fold>) -> Chain {
        let mut nodes = Vec::new();
        for node in &chain.nodes {
            let body = match &node.body {
                Body::Leaf(facts) => {
                    let index = row.step();
                    if row.gone.contains(&index) {
                        continue;
                    }
                    match (row.gone.contains(&(index + 1)), &facts.absorbs) {
                        (true, Some(absorbed)) => {
                            self.found = true;
                            folds.extend(
                                row.facts[index + 1].map(|affine| absorb((node, facts), absorbed, affine)),
                            );
                            Body::Leaf(absorbed.clone())
                        }
                        _ => {
                            same(facts, folds);
                            Body::Leaf(facts.clone())
                        }
                    }
                }
                Body::Chain(chain) => Body::Chain(self.rebuild(chain, row, folds)),
                Body::Block { instance, chain } => {
                    row.step();
                    Body::Block { instance: *instance, chain: Rc::new(self.chain(chain, folds)) }
                }
                Body::Repeat { times, chain } => {
                    row.step();
                    let mut body = Vec::new();
                    let chain = Rc::new(self.chain(chain, &mut body));
                    folds.push(Fold::Repeat { times: *times, body });
                    Body::Repeat { times: *times, chain }
                }
                Body::Parallel { branches, join } => {
                    row.step();
                    let branches =
                        branches.iter().map(|(name, chain)| (*name, self.chain(chain, folds))).collect();
                    Body::Parallel { branches, join: *join }
                }
            };
            // A label leads to the network that was written, and not to this one.
            nodes.push(Node { body, label: None, ..node.clone() });
        }
        Chain { nodes, ..chain.clone() }
    }
}

fn params(facts: &Facts) -> u64 {
    facts.params.as_ref().map_or(0, |params| params.elements())
}

fn buffers(facts: &Facts) -> u64 {
    facts.statistics.as_ref().map_or(0, |statistics| statistics.buffers.elements())
}

fn absorb(layer: (&Node, &Facts), absorbed: &Facts, affine: (&Node, &Facts)) -> Fold {
    let part = |(node, facts): (&Node, &Facts)| Part {
        kind: node.kind.clone(),
        kernel: facts.kernel.clone(),
        params: params(facts),
    };
    Fold::Absorb {
        layer: Box::new(part(layer)),
        folded: params(absorbed),
        affine: Box::new(part(affine)),
        buffers: buffers(affine.1),
        features: affine.1.output.last(),
    }
}

/// Parameters and buffers that stay as they are join those before them.
fn same(facts: &Facts, folds: &mut Vec<Fold>) {
    let more = (params(facts), buffers(facts));
    if more == (0, 0) {
        return;
    }
    if let Some(Fold::Same { params, buffers }) = folds.last_mut() {
        *params += more.0;
        *buffers += more.1;
    } else {
        folds.push(Fold::Same { params: more.0, buffers: more.1 });
    }
}
