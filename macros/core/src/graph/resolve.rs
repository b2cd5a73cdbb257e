//! Walks what was written: looks kinds up, lets each derive its facts from the shape that flows in, and goes on after
//! a mistake with what was probably meant, saying nothing more of what depends on it.

use std::collections::HashSet;
use std::rc::Rc;

use proc_macro2::Ident;

use super::names::{self, Ordinals};
use super::{Body, Chain, Giver, Node, head};
use crate::args::Arguments;
use crate::ast::{self, Env};
use crate::errors::Errors;
use crate::facts::{Facts, Params, Role, Shape};
use crate::layers::{KINDS, Resolved, Site};

/// Larger than any network that fits a machine, small enough for every cost to fit u64.
const MOST_ELEMENTS: u64 = 1 << 40;

/// How deep blocks may use one another: the stages after this one walk them by recursion.
const MOST_NESTED: usize = 64;

/// How many layers a network may have with its blocks written out: the cost table has a row for each.
const MOST_LAYERS: u64 = 100_000;

/// What is known while the layers are walked.
pub(super) struct Resolver<'n> {
    network: &'n ast::Network,
    errors: &'n Errors,
    /// Where goes what would be an echo of an earlier mistake.
    echoes: &'n Errors,
    /// The blocks being resolved, to refuse one that holds itself.
    active: Vec<String>,
    /// Every distinct use of a block.
    instances: Vec<(String, Vec<u64>, Rc<Chain>)>,
    /// The last layer that made a shape, for messages.
    pub(super) giver: Giver,
    /// Whether what flows here is unknown because of a mistake further up.
    lost: bool,
}

impl<'n> Resolver<'n> {
    /// Nothing walked yet.
    pub(super) fn new(network: &'n ast::Network, errors: &'n Errors, echoes: &'n Errors) -> Resolver<'n> {
        let giver = Giver::input();
        Resolver { network, errors, echoes, active: Vec::new(), instances: Vec::new(), giver, lost: false }
    }

    /// The network's own chain, whose first layer states what flows in.
    pub(super) fn outermost(&mut self, layers: &[ast::Layer], env: &Env) -> Chain {
        if layers.is_empty() {
            // The caller has something to say about that.
            return Chain { sound: false, ..Chain::identity(&Shape(vec![1])) };
        }
        self.chain(layers, self.network.body.whole, None, env, true)
    }

    /// A chain of layers over an input; the outermost may begin without one. `whole`: every layer could be read.
    fn chain(
        &mut self,
        layers: &[ast::Layer],
        whole: bool,
        input: Option<&Shape>,
        env: &Env,
        outermost: bool,
    ) -> Chain {
        let mut nodes: Vec<Node> = Vec::new();
        let mut taken: HashSet<String> = HashSet::new();
        let mut ordinals = Ordinals::default();
        let mut flow = input.cloned();
        self.lost &= input.is_none();
        let mut sound = whole && !self.lost;
        let labels: Vec<Option<&Ident>> = layers
            .iter()
            .map(|layer| layer.label.as_ref().filter(|label| names::label(label, &mut taken, self.errors)))
            .collect();
        let mut rest = layers.iter().zip(labels).peekable();
        while let Some((layer, label)) = rest.next() {
            no_attributes(layer, self.errors);
            if let Some((next, _)) = rest.peek()
                && self.is_stray_branch(layer, next)
            {
                // What the author took for a branch: without it the layer makes no sense, and it makes none alone.
                rest.next();
                (sound, flow, self.lost) = (false, None, true);
                continue;
            }
            let name = match label {
                Some(label) => label.to_string(),
                None => ordinals.name(layer, &mut taken),
            };
            let node = self.node(layer, name.clone(), flow.as_ref(), env, outermost);
            let node = node.unwrap_or_else(|| {
                let guess = flow.clone().or_else(|| Some(nodes.last()?.output.clone()));
                self.guess(layer, name, guess.unwrap_or_else(|| Shape(vec![1])), env, outermost)
            });
            sound &= node.sound;
            // Between two layers one may be missing that could not be read.
            self.lost = !node.sound || !whole;
            flow = (!self.lost).then(|| node.output.clone());
            nodes.push(node);
        }
        let guess = || nodes.last().map(|node| node.output.clone());
        let output = flow.or_else(guess).unwrap_or_else(|| Shape(vec![1]));
        let input = match (nodes.first(), input) {
            (Some(first), _) => first.input.clone(),
            (None, Some(input)) => input.clone(),
            (None, None) => {
                if sound {
                    self.errors.push(
                        self.network.open,
                        "nothing says what flows in; write `input(784);` first, or a layer that states it, as in \
                         `fc(784, 256);`",
                    );
                }
                sound = false;
                output.clone()
            }
        };
        let counts = nodes.iter().map(|node| match &node.body {
            Body::Leaf(_) => (1, 1),
            Body::Chain(chain) => (chain.layers, chain.runs),
            Body::Block { chain, .. } => (chain.layers, chain.runs),
            Body::Repeat { times, chain } => (chain.layers, times.saturating_mul(chain.runs)),
            Body::Parallel { branches, .. } => branches
                .iter()
                .fold((1, 1u64), |sum, (_, chain)| (sum.0 + chain.layers, sum.1.saturating_add(chain.runs))),
        });
        let (layers, runs) = counts.fold((0, 0u64), |sum, one| (sum.0 + one.0, sum.1.saturating_add(one.1)));
        Chain { nodes, input, output, layers, runs, sound }
    }

    /// What stands for a layer that cannot be resolved, which has been reported: its own kind over what probably flows in,
    /// where only that was not known, else nothing but the field of its parameters.
    fn guess(&mut self, layer: &ast::Layer, name: String, input: Shape, env: &Env, outermost: bool) -> Node {
        if self.lost {
            let loud = std::mem::replace(&mut self.errors, self.echoes);
            let node = self.node(layer, name.clone(), Some(&input), env, outermost);
            self.errors = loud;
            if let Some(node) = node {
                return Node { sound: false, ..node };
            }
        }
        let kind = KINDS.iter().find(|(kind, _)| layer.word() == *kind);
        let mut facts = crate::layers::input::identity(input.clone(), Role::Transparent);
        facts.params = kind.and_then(|(_, kind)| kind.params_type()).map(Params::unknown);
        Node {
            name,
            kind: layer.word(),
            span: layer.span(),
            label: layer.label.as_ref().map(Ident::span),
            docs: layer.docs.clone(),
            input: input.clone(),
            output: input,
            body: Body::Leaf(Box::new(facts)),
            sound: false,
        }
    }

    /// Whether `next` is what somebody took for a further branch of `layer`, as in `residual { … } bypass { … }`.
    fn is_stray_branch(&self, layer: &ast::Layer, next: &ast::Layer) -> bool {
        let (ast::Node::Call(call), ast::Node::Call(stray)) = (&layer.node, &next.node) else { return false };
        let kind = KINDS.iter().find(|(name, _)| call.name == name);
        let words = kind.map_or(&[][..], |(_, kind)| kind.branch_words());
        let bare = stray.args.is_none() && next.label.is_none();
        if words.is_empty()
            || call.branches.is_empty()
            || stray.branches.is_empty()
            || !bare
            || names::is_known(self.network, &stray.name.to_string())
        {
            return false;
        }
        let meant = match crate::suggest::suggest(&stray.name.to_string(), words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", kind.map_or("", |(_, kind)| kind.usage())),
        };
        let message = format!(
            "expected a branch of `{}` or a layer before these braces, found the unknown word `{}`; {meant}",
            call.name, stray.name
        );
        self.errors.push(stray.name.span(), message);
        true
    }

    fn node(
        &mut self,
        layer: &ast::Layer,
        name: String,
        input: Option<&Shape>,
        env: &Env,
        outermost: bool,
    ) -> Option<Node> {
        let (kind, Found { body, output, start, sound }) = match &layer.node {
            ast::Node::Group(seq) => {
                let chain = self.chain(&seq.layers, seq.whole, input, env, outermost);
                let (output, start, sound) = (chain.output.clone(), chain.input.clone(), chain.sound);
                ("{ }".to_owned(), Found { body: Body::Chain(chain), output, start, sound })
            }
            ast::Node::Call(call) => {
                let found = self.call(call, input, env, outermost)?;
                if input == Some(&found.output) {
                    self.giver.pass(layer);
                } else {
                    self.giver = Giver::new(layer, input.unwrap_or(&found.start), &found.output);
                }
                (layer.word(), found)
            }
        };
        if output.checked_elements().is_none_or(|elements| elements > MOST_ELEMENTS) {
            let message = format!(
                "`{}` gives {output}, which is more than 2^40 values a sample and than any machine holds; \
                 write smaller sizes",
                layer
            );
            self.errors.push(layer.span(), message);
            return None;
        }
        Some(Node {
            name,
            kind,
            span: layer.span(),
            label: layer.label.as_ref().map(Ident::span),
            docs: layer.docs.clone(),
            input: start,
            output,
            body,
            sound,
        })
    }

    /// A layer by name.
    fn call(&mut self, call: &ast::Call, input: Option<&Shape>, env: &Env, outermost: bool) -> Option<Found> {
        let word = call.name.to_string();
        if let Some(found) = self.named(&word, call, input, env, self.errors) {
            return found;
        }
        if head::by_name(&word).is_none() {
            let meant = names::unknown(self.network, &call.name, self.errors)?;
            // As if that stood there, so that what is inside is read, and neighbours and fields are known.
            let found = self.named(&meant, call, input, env, self.echoes).flatten();
            return found.map(|found| Found { sound: false, ..found });
        } else {
            let message = match self
                .network
                .body
                .layers
                .last()
                .and_then(|last| Some((last, head::find(last)?.0)))
            {
                Some((_, last)) if outermost => {
                    format!(
                        "a network has one head, found `{call}` before `{last}`; write only one of them, at the end"
                    )
                }
                _ if outermost => {
                    format!(
                        "`{word}` is a head, which ends a network, found layers behind it; write `{call}` at the end"
                    )
                }
                _ => format!(
                    "`{word}` is a head, which ends a network, found inside braces; write `{call}` at the end of the \
                     network"
                ),
            };
            self.errors.push(call.name.span(), message);
        }
        None
    }

    /// The block or the kind of that name, if there is one, with the arguments and branches of `call`; what is wrong with
    /// the arguments goes to `errors`.
    fn named(
        &mut self,
        word: &str,
        call: &ast::Call,
        input: Option<&Shape>,
        env: &Env,
        errors: &'n Errors,
    ) -> Option<Option<Found>> {
        if let Some(block) = self.network.blocks.iter().find(|block| block.name == word) {
            return Some(self.block(block, call, input, env, errors));
        }
        let (_, kind) = KINDS.iter().find(|(name, _)| *name == word)?;
        Some(self.kind(*kind, call, input, env, errors))
    }

    fn kind(
        &mut self,
        kind: &dyn crate::layers::Kind,
        call: &ast::Call,
        input: Option<&Shape>,
        env: &Env,
        errors: &'n Errors,
    ) -> Option<Found> {
        if let (false, Some(branch)) = (kind.takes_branches(), call.branches.first()) {
            let message =
                format!("`{}` takes no braces; write `;` between layers, as in `{call}; relu`", call.name);
            errors.push(branch.seq.span, message);
        }
        let (giver, lost) = (self.giver.clone(), self.lost);
        let heard = !std::ptr::eq(self.errors, self.echoes);
        let mut args = Arguments::new(call, kind.words(), env, errors);
        let mut resolve = |seq: &ast::Seq, input: Option<&Shape>| {
            self.giver.clone_from(&giver);
            self.chain(&seq.layers, seq.whole, input, env, false)
        };
        if lost && input.is_none() && kind.takes_branches() && heard {
            // Nothing can be inferred, but every word inside can be checked.
            for branch in &call.branches {
                resolve(&branch.seq, None);
            }
        }
        let mut site = Site {
            word: &call.name,
            input,
            lost,
            giver: &giver,
            branches: &call.branches,
            resolve: &mut resolve,
            errors,
        };
        let resolved = kind.resolve(&mut args, &mut site);
        args.finish(kind.usage());
        self.giver = giver;
        Some(match resolved? {
            Resolved::Leaf(facts) => {
                let output = facts.output.clone();
                // A first layer that states what flows in: its parameters' shape tells; without any it passes on.
                let start = input.cloned().unwrap_or_else(|| stated_input(&facts));
                Found { body: Body::Leaf(facts), output, start, sound: true }
            }
            Resolved::Chain(chain) => {
                let (output, start, sound) = (chain.output.clone(), chain.input.clone(), chain.sound);
                Found { body: Body::Chain(chain), output, start, sound }
            }
            Resolved::Repeat { times, body } => {
                let (output, start, sound) = (body.output.clone(), body.input.clone(), body.sound);
                Found { body: Body::Repeat { times, chain: Rc::new(body) }, output, start, sound }
            }
            Resolved::Parallel { branches, join, output } => {
                let start = branches.first()?.chain.input.clone();
                let sound = branches.iter().all(|branch| branch.chain.sound);
                let branches = branches.into_iter().map(|branch| (branch.name, branch.chain)).collect();
                Found { body: Body::Parallel { branches, join }, output, start, sound }
            }
        })
    }

    fn block(
        &mut self,
        block: &ast::Block,
        call: &ast::Call,
        input: Option<&Shape>,
        env: &Env,
        errors: &'n Errors,
    ) -> Option<Found> {
        let word = block.name.to_string();
        let params: Vec<String> = block.params.iter().map(Ident::to_string).collect();
        let usage =
            if params.is_empty() { format!("`{word}`") } else { format!("`{word}({})`", params.join(", ")) };
        let fail = |span, message: String| {
            errors.push(span, message);
            None
        };
        if let Some(branch) = call.branches.first() {
            let message = format!("`{word}` takes no braces; write `;` between layers, as in `{call}; relu`");
            return fail(branch.seq.span, message);
        }
        if self.active.contains(&word) {
            let message = format!(
                "the block `{word}` holds itself and would never end; write `repeat(3) {{ … }}` for several in a row"
            );
            return fail(call.name.span(), message);
        }
        if self.active.len() >= MOST_NESTED {
            let message = format!(
                "blocks use one another more than {MOST_NESTED} deep; write some of them out in place"
            );
            return fail(call.name.span(), message);
        }
        let mut args = Arguments::new(call, &[], env, errors);
        let dims =
            if params.is_empty() { Some(Vec::new()) } else { args.dims(&usage, params.len(), params.len()) };
        args.finish(&usage);
        let dims = dims?;
        let mut key: Vec<u64> = dims.iter().map(|dim| dim.value).collect();
        key.extend(input.iter().flat_map(|shape| shape.0.iter().copied()));
        let known = self.instances.iter().position(|(name, used, _)| *name == word && *used == key);
        let instance = match known {
            Some(instance) => instance,
            None => {
                let values: Vec<u64> = dims.iter().map(|dim| dim.value).collect();
                // What is wrong with a parameter in the body is wrong where its number was written.
                let inner = env.with(&block.params, &values).written(dims.iter().map(|dim| dim.span));
                self.active.push(word.clone());
                let chain = self.chain(&block.body.layers, block.body.whole, input, &inner, false);
                self.active.pop();
                self.instances.push((word.clone(), key, Rc::new(chain)));
                self.instances.len() - 1
            }
        };
        let chain = Rc::clone(&self.instances[instance].2);
        if chain.layers > MOST_LAYERS {
            let message = format!(
                "`{word}` is {} layers when its blocks are written out, more than {MOST_LAYERS}; write \
                 `repeat(n) {{ … }}` for layers in a row",
                chain.layers
            );
            self.errors.push(call.name.span(), message);
            return None;
        }
        let (output, start, sound) = (chain.output.clone(), chain.input.clone(), chain.sound);
        Some(Found { body: Body::Block { instance, chain }, output, start, sound })
    }
}

/// What a word turned out to be.
struct Found {
    body: Body,
    /// The shape of a sample that leaves it, and of one that enters.
    output: Shape,
    start: Shape,
    sound: bool,
}

/// A layer is described by doc comments alone.
pub(super) fn no_attributes(layer: &ast::Layer, errors: &Errors) {
    for attribute in &layer.attrs {
        let path: Vec<String> = attribute.path().segments.iter().map(|part| part.ident.to_string()).collect();
        let message = format!(
            "expected a layer or a doc comment, found the attribute `#[{}]`; remove it",
            path.join("::")
        );
        errors.push(attribute.pound_token.span, message);
    }
}

/// What a first layer without a stated input takes: the axes of its first parameter, or what it passes on.
fn stated_input(facts: &Facts) -> Shape {
    match &facts.params {
        Some(params) => facts.output.with_last(params.fields[0].shape[0]),
        None => facts.output.clone(),
    }
}
