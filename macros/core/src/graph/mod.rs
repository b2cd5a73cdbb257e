//! From what was written to a typed graph: kinds looked up, shapes inferred, every name given, spans kept.

use std::collections::HashSet;
use std::rc::Rc;

use proc_macro2::{Ident, Span};

use crate::args::Arguments;
use crate::ast::{self, Env};
use crate::errors::Errors;
use crate::facts::{Facts, HeadFacts, Join, Role, Shape};
use crate::heads::{HEADS, HeadKind};
use crate::layers::{KINDS, Resolved, Site, fc};
use crate::suggest::{listed, suggest};

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
}

impl Chain {
    /// The chain without layers.
    #[must_use]
    pub fn identity(shape: &Shape) -> Chain {
        Chain { nodes: Vec::new(), input: shape.clone(), output: shape.clone() }
    }

    /// Whether anything in it is trained.
    #[must_use]
    pub fn has_params(&self) -> bool {
        self.nodes.iter().any(Node::has_params)
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
    /// Where it was written.
    pub span: Span,
    /// Its doc comment.
    pub docs: Vec<String>,
    /// The shape of a sample going in.
    pub input: Shape,
    /// The shape of a sample coming out.
    pub output: Shape,
    /// What it is.
    pub body: Body,
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
pub struct Head {
    /// The word that was written.
    pub kind: String,
    /// What the passes know of it.
    pub facts: HeadFacts,
}

/// Larger than any network that fits a machine, small enough for every cost to fit u64.
const MOST_ELEMENTS: u64 = 1 << 40;

/// Resolves what was written; `None` after an error.
pub fn build(network: &ast::Network, errors: &Errors) -> Option<Graph> {
    let name = network.name.clone().unwrap_or_else(|| Ident::new("Network", Span::call_site()));
    let env = Env::of(network, errors);
    let lets =
        network.lets.iter().filter_map(|item| Some((item.name.clone(), env.get(&item.name)?))).collect();
    check_blocks(network, errors);
    let mut resolver = Resolver { network, errors, active: Vec::new(), instances: Vec::new() };
    let Some((last, layers)) = network.body.layers.split_last() else {
        errors.push(
            network.close,
            "the network is empty: write layers and a head, as in `fc(784, 256); relu; softmax_ce(10)`",
        );
        return None;
    };
    let head = resolver.head(last, &env);
    let chain = resolver.chain(layers, None, &env, true);
    let (head, mut chain) = (head?, chain?);
    join_head(&mut chain, last, &head, errors)?;
    if !chain.has_params() {
        errors.push(last.span(), "there is nothing to learn: no layer has parameters; write, say, `fc(…)` before the head");
        return None;
    }

    errors.gate().ok()?;
    Some(Graph { name, chain, head, lets })
}

/// Blocks may not hide kinds or one another.
fn check_blocks(network: &ast::Network, errors: &Errors) {
    let mut seen = HashSet::new();
    for block in &network.blocks {
        let word = block.name.to_string();
        if is_known(&word) {
            errors.push(
                block.name.span(),
                format!("`{word}` is a kind of layer; call the block something else"),
            );
        } else if !seen.insert(word.clone()) {
            errors.push(
                block.name.span(),
                format!("the block `{word}` is defined twice; call one of them something else"),
            );
        }
    }
}

fn is_known(word: &str) -> bool {
    KINDS.iter().any(|(name, _)| *name == word) || HEADS.iter().any(|(name, _)| *name == word)
}

fn find_head(word: &str) -> Option<&'static dyn HeadKind> {
    HEADS.iter().find(|(name, _)| *name == word).map(|(_, head)| *head)
}

/// Puts the head's own projection before it where the design says so, or checks that the widths match.
fn join_head(chain: &mut Chain, written: &ast::Layer, head: &Head, errors: &Errors) -> Option<()> {
    let HeadFacts { features, features_span, .. } = head.facts;
    if chain.role() == Some(Role::Activation) {
        if chain.output.0.len() != 1 {
            errors.push(
                features_span,
                format!(
                    "`{}` takes one axis of values, but {} flows in; write `flatten;` before it",
                    head.kind, chain.output
                ),
            );
            return None;
        }
        let names: HashSet<&str> = chain.nodes.iter().map(|node| node.name.as_str()).collect();
        let name = match &written.label {
            Some(label) => label.to_string(),
            None => (1..).map(|n| format!("fc{n}")).find(|name| !names.contains(name.as_str()))?,
        };
        let facts = fc::facts(&chain.output, features, true, "xavier");
        chain.nodes.push(Node {
            name,
            kind: "fc".to_owned(),
            span: written.span(),
            docs: vec![format!("The projection of the head `{}`.", head.kind)],
            input: chain.output.clone(),
            output: facts.output.clone(),
            body: Body::Leaf(Box::new(facts)),
        });
        chain.output = Shape(vec![features]);
        return Some(());
    }
    if let Some(label) = &written.label {
        errors.push(
            label.span(),
            format!("`{label}` would name the projection of `{}`, but after a layer that is no activation there is none; remove the label", head.kind),
        );
        return None;
    }
    let giver = chain.nodes.last().map_or("`input`".to_owned(), |node| format!("`{}`", node.name));
    if chain.output.0.len() != 1 && chain.output.elements() == features {
        errors.push(features_span, format!("`{}({features})` takes one axis of values, but {} flows in from {giver}; write `flatten;` before it", head.kind, chain.output));
        return None;
    }
    if chain.output != Shape(vec![features]) {
        errors.push(
            features_span,
            format!(
                "`{0}({features})` takes {features} values, but {giver} gives {1}; \
                 write `fc({features});` before it, or an activation such as `relu;`, after which `{0}` brings its own projection",
                head.kind, chain.output,
            ),
        );
        return None;
    }
    Some(())
}

struct Resolver<'n> {
    network: &'n ast::Network,
    errors: &'n Errors,
    /// The blocks being resolved, to refuse one that holds itself.
    active: Vec<String>,
    /// Every distinct use of a block.
    instances: Vec<(String, Vec<u64>, Rc<Chain>)>,
}

impl Resolver<'_> {
    /// The head, which must be the last layer.
    fn head(&self, last: &ast::Layer, env: &Env) -> Option<Head> {
        let ast::Node::Call(call) = &last.node else {
            self.errors.push(last.span(), self.no_head());
            return None;
        };
        let word = call.name.to_string();
        let Some(kind) = find_head(&word) else {
            if is_known(&word) || self.network.blocks.iter().any(|block| block.name == word) {
                self.errors.push(call.name.span(), self.no_head());
            } else {
                self.unknown(&call.name);
            }
            return None;
        };
        self.no_attributes(last);
        if let Some(branch) = call.branches.first() {
            self.errors.push(branch.seq.span, format!("`{word}` takes no braces; write {}", kind.usage()));
        }
        let mut args = Arguments::new(call, env, self.errors);
        let facts = kind.resolve(&mut args, &call.name, self.errors);
        args.finish(kind.usage());
        Some(Head { kind: word, facts: facts? })
    }

    fn no_head(&self) -> String {
        let heads: Vec<&str> = HEADS.iter().map(|(name, _)| *name).collect();
        format!(
            "a network ends with a head that says what is learnt: write one of {} as the last layer",
            listed(&heads, "or")
        )
    }

    fn unknown(&self, word: &Ident) {
        let mut known: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        let blocks: Vec<String> = self.network.blocks.iter().map(|block| block.name.to_string()).collect();
        known.extend(blocks.iter().map(String::as_str));
        known.extend(HEADS.iter().map(|(name, _)| *name));
        let written = word.to_string();
        let message = match suggest(&written, &known) {
            Some(near) => format!("unknown layer `{written}`; did you mean `{near}`?"),
            None => format!("unknown layer `{written}`; the layers are {}", listed(&known, "and")),
        };
        self.errors.push(word.span(), message);
    }

    fn no_attributes(&self, layer: &ast::Layer) {
        for attribute in &layer.attrs {
            self.errors.push(
                attribute.pound_token.span,
                "a layer takes doc comments but no attributes; remove it, or write it on the whole network",
            );
        }
    }

    /// A chain of layers over an input; the outermost may begin without one.
    fn chain(
        &mut self,
        layers: &[ast::Layer],
        input: Option<&Shape>,
        env: &Env,
        outermost: bool,
    ) -> Option<Chain> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut taken: HashSet<String> = HashSet::new();
        let mut ordinals = Ordinals::default();
        let mut flow = input.cloned();
        let mut start = input.cloned();
        let mut sound = true;
        for layer in layers {
            if let Some(label) = &layer.label {
                sound &= self.label(label, &mut taken);
            }
        }
        for layer in layers {
            self.no_attributes(layer);
            if !sound {
                // What flows here is unknown since an error further up: only the words can still be checked.
                self.check_word(layer);
                continue;
            }
            let name = match &layer.label {
                Some(label) => label.to_string(),
                None => ordinals.name(layer, &mut taken),
            };
            let giver = nodes.last().map_or("the start".to_owned(), |node| format!("`{}`", node.name));
            let Some(node) = self.node(layer, name, flow.as_ref(), &giver, env, outermost) else {
                sound = false;
                continue;
            };
            start.get_or_insert_with(|| node.input.clone());
            flow = Some(node.output.clone());
            nodes.push(node);
        }
        let input = start.or_else(|| {
            if sound {
                self.errors.push(
                    self.network.open,
                    "nothing says what flows in: write `input(784);` first, or a layer that states it, as in `fc(784, 256);`",
                );
            }
            None
        })?;
        let output = flow.unwrap_or_else(|| input.clone());
        sound.then_some(Chain { nodes, input, output })
    }

    /// A label names a Rust field, once.
    fn label(&self, label: &Ident, taken: &mut HashSet<String>) -> bool {
        let word = label.to_string();
        let repair = if matches!(word.as_str(), "shortcut" | "buffers") || word.contains("__")
            || syn::parse_str::<Ident>(&word).is_err()
        {
            format!("the label `{word}` cannot name a field; call it something else, such as `{word}_`")
        } else if !taken.insert(word.clone()) {
            format!(
                "the label `{word}` is used twice here; each names a field of its own, so call one of them something else"
            )
        } else {
            return true;
        };
        self.errors.push(label.span(), repair);
        false
    }

    fn check_word(&self, layer: &ast::Layer) {
        if let ast::Node::Call(call) = &layer.node {
            let word = call.name.to_string();
            if !is_known(&word) && !self.network.blocks.iter().any(|block| block.name == word) {
                self.unknown(&call.name);
            }
        }
    }

    fn node(
        &mut self,
        layer: &ast::Layer,
        name: String,
        input: Option<&Shape>,
        giver: &str,
        env: &Env,
        outermost: bool,
    ) -> Option<Node> {
        let (kind, body, output, start) = match &layer.node {
            ast::Node::Group(seq) => {
                let chain = self.chain(&seq.layers, input, env, outermost)?;
                let (output, start) = (chain.output.clone(), chain.input.clone());
                ("{ }".to_owned(), Body::Chain(chain), output, start)
            }
            ast::Node::Call(call) => {
                let word = call.name.to_string();
                let (body, output, start) = if let Some((_, kind)) =
                    KINDS.iter().find(|(name, _)| *name == word)
                {
                    self.kind(*kind, call, input, giver, env)?
                } else if let Some(block) = self.network.blocks.iter().find(|block| block.name == word) {
                    self.block(block, call, input, env)?
                } else {
                    if find_head(&word).is_some() {
                        self.errors.push(
                            call.name.span(),
                            format!("`{word}` is a head and ends the network; move it to the end (one network has one head)"),
                        );
                    } else {
                        self.unknown(&call.name);
                    }
                    return None;
                };
                (word, body, output, start)
            }
        };
        if output.checked_elements().is_none_or(|elements| elements > MOST_ELEMENTS) {
            self.errors.push(
                layer.span(),
                format!(
                    "{output} is more than 2^40 values a sample, more than any machine holds; make it smaller"
                ),
            );
            return None;
        }
        Some(Node { name, kind, span: layer.span(), docs: layer.docs.clone(), input: start, output, body })
    }

    fn kind(
        &mut self,
        kind: &dyn crate::layers::Kind,
        call: &ast::Call,
        input: Option<&Shape>,
        giver: &str,
        env: &Env,
    ) -> Option<(Body, Shape, Shape)> {
        let errors = self.errors;
        if !kind.takes_branches()
            && let Some(branch) = call.branches.first()
        {
            errors.push(branch.seq.span, format!("`{}` takes no braces; write {}", call.name, kind.usage()));
            return None;
        }
        let mut args = Arguments::new(call, env, errors);
        let mut resolve = |seq: &ast::Seq, input: Option<&Shape>| self.chain(&seq.layers, input, env, false);
        let mut site =
            Site { word: &call.name, input, giver, branches: &call.branches, resolve: &mut resolve, errors };
        let resolved = kind.resolve(&mut args, &mut site);
        args.finish(kind.usage());
        Some(match resolved? {
            Resolved::Leaf(facts) => {
                let output = facts.output.clone();
                // A first layer that states what flows in: its parameters' shape tells; without any it passes on.
                let start = input.cloned().unwrap_or_else(|| stated_input(&facts));
                (Body::Leaf(facts), output, start)
            }
            Resolved::Repeat { times, body } => {
                let (output, start) = (body.output.clone(), body.input.clone());
                (Body::Repeat { times, chain: Rc::new(body) }, output, start)
            }
            Resolved::Parallel { branches, join } => {
                let (output, start) = (branches[0].chain.output.clone(), branches[0].chain.input.clone());
                let branches = branches.into_iter().map(|branch| (branch.name, branch.chain)).collect();
                (Body::Parallel { branches, join }, output, start)
            }
        })
    }

    fn block(
        &mut self,
        block: &ast::Block,
        call: &ast::Call,
        input: Option<&Shape>,
        env: &Env,
    ) -> Option<(Body, Shape, Shape)> {
        let word = block.name.to_string();
        let params: Vec<String> = block.params.iter().map(Ident::to_string).collect();
        let usage =
            if params.is_empty() { format!("`{word}`") } else { format!("`{word}({})`", params.join(", ")) };
        if let Some(branch) = call.branches.first() {
            self.errors.push(branch.seq.span, format!("`{word}` takes no braces; write {usage}"));
            return None;
        }
        if self.active.contains(&word) {
            self.errors.push(
                call.name.span(),
                format!("the block `{word}` holds itself; use `repeat(n) {{ … }}` for several in a row"),
            );
            return None;
        }
        let mut args = Arguments::new(call, env, self.errors);
        let values =
            if params.is_empty() { Some(Vec::new()) } else { args.dims(&usage, params.len(), params.len()) };
        args.finish(&usage);
        let values: Vec<u64> = values?.iter().map(|dim| dim.value).collect();
        let mut key = values.clone();
        key.extend(input.iter().flat_map(|shape| shape.0.iter().copied()));
        let known = self.instances.iter().position(|(name, used, _)| *name == word && *used == key);
        let instance = match known {
            Some(instance) => instance,
            None => {
                let inner = env.with(&block.params, &values);
                self.active.push(word.clone());
                let chain = self.chain(&block.body.layers, input, &inner, false);
                self.active.pop();
                self.instances.push((word, key, Rc::new(chain?)));
                self.instances.len() - 1
            }
        };
        let chain = Rc::clone(&self.instances[instance].2);
        let (output, start) = (chain.output.clone(), chain.input.clone());
        Some((Body::Block { instance, chain }, output, start))
    }
}

/// What a first layer without a stated input takes: the axes of its first parameter, or what it passes on.
fn stated_input(facts: &Facts) -> Shape {
    match &facts.params {
        Some(params) => facts.output.with_last(params.fields[0].shape[0]),
        None => facts.output.clone(),
    }
}

/// Counts kinds among neighbours to name them: `fc1`, `fc2`, `relu1`, …
#[derive(Default)]
struct Ordinals(std::collections::HashMap<String, usize>);

impl Ordinals {
    fn name(&mut self, layer: &ast::Layer, taken: &mut HashSet<String>) -> String {
        let word = match &layer.node {
            ast::Node::Call(call) => call.name.to_string(),
            ast::Node::Group(_) => "group".to_owned(),
        };
        let count = self.0.entry(word.clone()).or_insert(0);
        loop {
            *count += 1;
            let name = format!("{word}{count}");
            if taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
