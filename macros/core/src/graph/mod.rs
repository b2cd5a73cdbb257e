//! The typed graph: kinds looked up, shapes inferred, every name given, spans kept.
//!
//! [`build`] makes it from what was written: `resolve` walks the layers (`giver` is where their shapes come from), `head` reads the end of the network and joins
//! it to them, `names` is what they share about words and labels; `fold` makes the network for inference of it.

pub mod fold;
mod giver;
mod head;
mod names;
mod resolve;

use std::rc::Rc;

use proc_macro2::{Ident, Span};

use crate::ast::{self, Env};
use crate::errors::Errors;
use crate::facts::{Facts, HeadFacts, Join, Role, Shape};
pub use giver::Giver;
use resolve::Resolver;

/// How many layers may run in a pass, the copies of each repeat one by one: all memory then fits u64.
pub(crate) const MOST_RUNS: u64 = 1 << 20;

/// The field of a network that holds what is not trained but follows the batches; no label may be this word.
pub const BUFFERS: &str = "buffers";

/// A network, resolved.
pub struct Graph {
    /// The type's name.
    pub name: Ident,
    /// Its layers, the head's own projection included.
    pub chain: Chain,
    /// What ends it.
    pub head: Head,
    /// The constants made of `let`s.
    pub lets: Vec<(Ident, u64)>,
}

/// Layers one after another.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The layers in order.
    pub nodes: Vec<Node>,
    /// The shape of a sample going in.
    pub input: Shape,
    /// The shape of a sample coming out.
    pub output: Shape,
    /// How many layers it has, those of inner chains and of each use of a block included.
    pub layers: u64,
    /// How many layers run in one pass: as `layers`, with the copies of a repeat counted one by one.
    pub runs: u64,
    /// Whether every layer could be read. If not, which has been reported, some are left out or stand for what was
    /// probably meant, and its output is a guess.
    pub sound: bool,
}

impl Chain {
    /// The chain without layers.
    #[must_use]
    pub fn identity(shape: &Shape) -> Chain {
        Chain {
            nodes: Vec::new(),
            input: shape.clone(),
            output: shape.clone(),
            layers: 0,
            runs: 0,
            sound: true,
        }
    }

    /// Whether anything in it is trained.
    #[must_use]
    pub fn has_params(&self) -> bool {
        self.nodes.iter().any(Node::has_params)
    }

    /// Whether anything in it follows the batches without being trained.
    #[must_use]
    pub fn has_buffers(&self) -> bool {
        self.nodes.iter().any(Node::has_buffers)
    }

    /// What its last layer means to a head; `None` if every layer leaves that to the one before.
    fn role(&self) -> Option<Role> {
        self.nodes.iter().rev().find_map(|node| match &node.body {
            Body::Leaf(facts) => (facts.role != Role::Transparent).then_some(facts.role),
            Body::Chain(chain) => chain.role(),
            Body::Block { chain, .. } => chain.role(),
            Body::Repeat { chain, .. } => chain.role(),
            Body::Parallel { .. } => Some(Role::Features),
        })
    }
}

/// One layer of a chain.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name among its neighbours: the label, or the kind and its ordinal. Names the field of its parameters.
    pub name: String,
    /// The word that was written, for the cost table.
    pub kind: String,
    /// Where its kind was written.
    pub span: Span,
    /// Where its label was written.
    pub label: Option<Span>,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// The shape of a sample going in.
    pub input: Shape,
    /// The shape of a sample coming out.
    pub output: Shape,
    /// What it is.
    pub body: Body,
    /// Whether it could be read; see [`Chain::sound`].
    pub sound: bool,
}

impl Node {
    /// Whether anything in it is trained.
    #[must_use]
    pub fn has_params(&self) -> bool {
        match &self.body {
            Body::Leaf(facts) => facts.params.is_some(),
            Body::Chain(chain) => chain.has_params(),
            Body::Block { chain, .. } | Body::Repeat { chain, .. } => chain.has_params(),
            Body::Parallel { branches, .. } => branches.iter().any(|(_, chain)| chain.has_params()),
        }
    }

    /// Whether anything in it follows the batches without being trained.
    #[must_use]
    pub fn has_buffers(&self) -> bool {
        match &self.body {
            Body::Leaf(facts) => facts.statistics.is_some(),
            Body::Chain(chain) => chain.has_buffers(),
            Body::Block { chain, .. } | Body::Repeat { chain, .. } => chain.has_buffers(),
            Body::Parallel { branches, .. } => branches.iter().any(|(_, chain)| chain.has_buffers()),
        }
    }
}

/// What a node is: the forms of structure that the passes know; a kind is none of them.
#[derive(Clone, Debug)]
pub enum Body {
    /// One layer.
    Leaf(Box<Facts>),
    /// A chain in braces.
    Chain(Chain),
    /// A use of a `block`: uses with equal arguments over equal inputs share one.
    Block {
        /// Which instance of which block.
        instance: usize,
        /// What it does.
        chain: Rc<Chain>,
    },
    /// Copies of a chain.
    Repeat {
        /// How many.
        times: u64,
        /// One of them.
        chain: Rc<Chain>,
    },
    /// Branches over one input; each has the name of its parameters' field, empty for the first.
    Parallel {
        /// The branches.
        branches: Vec<(&'static str, Chain)>,
        /// How they come together.
        join: Join,
    },
}

/// The end of a network.
#[derive(Clone, Debug)]
pub struct Head {
    /// The word that was written.
    pub kind: String,
    /// Where it was written.
    pub span: Span,
    /// What the passes know of it.
    pub facts: HeadFacts,
}

/// What resolving came to.
pub enum Built {
    /// A network in which no mistake was found.
    Graph(Graph),
    /// What is known of one with mistakes, all of them reported.
    Sketch(Sketch),
}

/// What is known of a network with mistakes: enough for its types, so that no use of it is a mistake, too.
pub struct Sketch {
    /// The type's name.
    pub name: Ident,
    /// Its layers, with what was probably meant in place of those that could not be read.
    pub chain: Chain,
    /// Elements a sample that flow in.
    pub inputs: Option<u64>,
    /// What ends it.
    pub head: Option<Head>,
    /// The constants made of `let`s.
    pub lets: Vec<(Ident, Option<u64>)>,
}

impl From<Graph> for Sketch {
    fn from(Graph { name, chain, head, lets }: Graph) -> Sketch {
        let inputs = Some(chain.input.elements());
        let lets = lets.into_iter().map(|(name, value)| (name, Some(value))).collect();
        Sketch { name, chain, inputs, head: Some(head), lets }
    }
}

/// Resolves what was written.
pub fn build(network: &ast::Network, errors: &Errors) -> Built {
    let name = network.name.clone().unwrap_or_else(|| Ident::new("Network", Span::call_site()));
    let env = Env::of(network, errors);
    let lets = network.lets.iter().map(|item| (item.name.clone(), env.get(&item.name))).collect();
    let echoes = Errors::new();
    let built = resolve(network, name, lets, &env, (errors, &echoes));
    echoes.forget();
    built
}

/// Resolves the layers and the head, and joins them.
fn resolve(
    network: &ast::Network,
    name: Ident,
    lets: Vec<(Ident, Option<u64>)>,
    env: &Env,
    (errors, echoes): (&Errors, &Errors),
) -> Built {
    names::check_blocks(network, errors);
    let mut resolver = Resolver::new(network, errors, echoes);
    let layers = &network.body.layers[..];
    let Some((last, before)) = layers.split_last() else {
        // A layer that could not be read has been reported.
        if network.body.whole {
            errors.push(
                network.close,
                "expected layers and a head, found an empty network; write, say, `fc(784, 256); relu; softmax_ce(10)`",
            );
        }
        let chain = Chain::identity(&Shape(vec![1]));
        return Built::Sketch(Sketch { name, chain, inputs: None, head: None, lets });
    };
    let written = head::find(last);
    let misspelt = if written.is_none() { head::meant(network, last) } else { None };
    let layers = if written.is_some() || misspelt.is_some() { before } else { layers };
    let mut chain = resolver.outermost(layers, env);
    let head = match (written, misspelt) {
        (Some((call, kind)), _) => head::read(last, call, kind, env, errors),
        (None, Some((call, kind))) => {
            names::unknown(network, &call.name, errors);
            head::read(last, call, kind, env, echoes)
        }
        (None, None) => {
            head::missing(network, last, errors);
            None
        }
    };
    if layers.is_empty() && head.is_some() && network.body.whole {
        let message = format!(
            "`{}` has no layers before it, so that nothing flows in; write, say, `fc(784, 256); relu;`",
            last.word()
        );
        errors.push(last.span(), message);
    }
    if let (Some(head), true) = (&head, chain.sound) {
        check(&mut chain, &name, last, head, &resolver.giver, errors);
    }
    match head {
        Some(head) if errors.is_empty() => {
            let lets = lets.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            Built::Graph(Graph { name, chain, head, lets })
        }
        head => {
            if !chain.sound {
                head::sketch(&mut chain, last);
            }
            let inputs = chain.nodes.first().filter(|first| first.sound).map(|first| first.input.elements());
            Built::Sketch(Sketch { name, chain, inputs, head, lets })
        }
    }
}

/// Joins the layers to the head, and checks what can only be told of the whole; reports what is wrong.
fn check(chain: &mut Chain, name: &Ident, last: &ast::Layer, head: &Head, giver: &Giver, errors: &Errors) {
    if head::join(chain, last, head, giver, errors).is_none() {
        return;
    }
    if !chain.has_params() {
        let message = format!(
            "there is nothing to learn: no layer before `{}` has parameters; write, say, `fc({});` before it",
            head.kind, head.facts.features
        );
        errors.push(last.span(), message);
    } else if chain.runs > MOST_RUNS && errors.is_empty() {
        let message = format!(
            "one pass runs {} layers, more than the {MOST_RUNS} (2^20) that a network may have; write fewer copies or \
             fewer uses of blocks",
            chain.runs
        );
        errors.push(name.span(), message);
    }
}
