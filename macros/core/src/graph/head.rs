//! The end of a network: finds its head, reads it, and joins it to the layers before it.

use proc_macro2::Ident;

use super::names;
use super::{Body, Chain, Giver, Head, Node};
use crate::args::Arguments;
use crate::ast::{self, Env};
use crate::errors::Errors;
use crate::facts::{Facts, HeadFacts, Params, Role, Shape};
use crate::heads::{HEADS, HeadKind};
use crate::layers::{Kind as _, fc, input};
use crate::suggest::listed;

/// The head of that name.
pub(super) fn by_name(word: &str) -> Option<&'static dyn HeadKind> {
    HEADS.iter().find(|(name, _)| *name == word).map(|(_, head)| *head)
}

/// The layer as a head, if it is one.
pub(super) fn find(layer: &ast::Layer) -> Option<(&ast::Call, &'static dyn HeadKind)> {
    match &layer.node {
        ast::Node::Call(call) => by_name(&call.name.to_string()).map(|kind| (call, kind)),
        ast::Node::Group(_) => None,
    }
}

/// The layer as the head that was meant, if its word is none but nearest to one.
pub(super) fn meant<'l>(
    network: &ast::Network,
    layer: &'l ast::Layer,
) -> Option<(&'l ast::Call, &'static dyn HeadKind)> {
    let ast::Node::Call(call) = &layer.node else { return None };
    let meant = names::meant(network, &call.name.to_string())?;
    Some((call, by_name(&meant)?))
}

/// Puts the field of a head's own projection behind layers with mistakes, if there probably is one.
pub(super) fn sketch(chain: &mut Chain, written: &ast::Layer) {
    if chain.role() == Some(Role::Activation) {
        let facts = Facts {
            params: fc::Kind.params_type().map(Params::unknown),
            ..input::identity(chain.output.clone(), Role::Features)
        };
        project(chain, written, facts);
    }
}

/// Reports that the network does not end with a head, unless that has been said in another way.
pub(super) fn missing(network: &ast::Network, last: &ast::Layer, errors: &Errors) {
    let misspelt =
        matches!(&last.node, ast::Node::Call(call) if !names::is_known(network, &call.name.to_string()));
    let misplaced = network.body.layers.iter().any(|layer| find(layer).is_some());
    if misspelt || misplaced || !network.body.whole {
        return;
    }
    let heads: Vec<&str> = HEADS.iter().map(|(name, _)| *name).collect();
    let message = format!(
        "expected a head as the last layer, to say what is learnt, found `{}`; write {} behind it",
        last,
        listed(&heads, "or")
    );
    errors.push(last.span(), message);
}

/// Reads the head's arguments.
pub(super) fn read(
    layer: &ast::Layer,
    call: &ast::Call,
    kind: &dyn HeadKind,
    env: &Env,
    errors: &Errors,
) -> Option<Head> {
    super::resolve::no_attributes(layer, errors);
    if let Some(branch) = call.branches.first() {
        let message = format!("`{}` takes no braces; write `{call}`", call.name);
        errors.push(branch.seq.span, message);
    }
    let mut args = Arguments::new(call, kind.words(), env, errors);
    let facts = kind.resolve(&mut args, &call.name, errors);
    args.finish(kind.usage());
    Some(Head { kind: call.name.to_string(), span: call.name.span(), facts: facts? })
}

/// Puts the head's own projection before it where the last layer is an activation, or checks that the widths match.
/// `giver` is the layer that made what flows in.
pub(super) fn join(
    chain: &mut Chain,
    written: &ast::Layer,
    head: &Head,
    giver: &Giver,
    errors: &Errors,
) -> Option<()> {
    let HeadFacts { features, features_span, targets, .. } = head.facts;
    // As it is written: a head may take more features than its argument says.
    let (kind, count, output) = (&head.kind, targets.count(), &chain.output);
    let fail = |span, message: String| {
        errors.push_noted(span, message, giver.note());
        None
    };
    let projects = chain.role() == Some(Role::Activation);
    if output.0.len() != 1 && (projects || output.elements() == features) {
        let message = format!(
            "`{kind}({count})` takes values along one axis, but {output} flows in from {giver}; \
             write `flatten;` before it"
        );
        return fail(features_span, message);
    }
    if projects {
        if let Some(message) = fc::too_large(output, features) {
            return fail(features_span, message);
        }
        if let Some(label) = written.label.as_ref().filter(|label| is_field(chain, &label.to_string())) {
            let message = format!(
                "the label `{label}` is used twice here, and each label names a field of its own; write another, such \
                 as `{label}_2`"
            );
            return fail(label.span(), message);
        }
        let facts = fc::facts(output, features, true, "xavier");
        project(chain, written, facts);
        return Some(());
    }
    if *output != Shape(vec![features]) {
        let message = format!(
            "`{kind}({count})` takes {features} values, but {output} flows in from {giver}; write `fc({features});` \
             before it, or an activation such as `relu;`, after which `{kind}` brings its own projection"
        );
        return fail(features_span, message);
    }
    if let Some(label) = &written.label {
        let message = format!(
            "`{label}` would name the projection of `{kind}`, which has none after {giver}, since that is no activation; \
             remove the label"
        );
        return fail(label.span(), message);
    }
    Some(())
}

/// Whether a layer has that name.
fn is_field(chain: &Chain, name: &str) -> bool {
    chain.nodes.iter().any(|node| node.name == name)
}

/// Puts a head's own projection, with these facts, behind the other layers.
fn project(chain: &mut Chain, written: &ast::Layer, facts: Facts) {
    let label = written.label.as_ref().map(ToString::to_string).filter(|label| !is_field(chain, label));
    let free = || (1..).map(|n| format!("fc{n}")).find(|name| !is_field(chain, name));
    let Some(name) = label.or_else(free) else { return };
    let (input, output) = (chain.output.clone(), facts.output.clone());
    chain.nodes.push(Node {
        name,
        kind: "fc".to_owned(),
        span: written.span(),
        label: written.label.as_ref().map(Ident::span),
        docs: vec![format!("The projection of the head `{}`.", written.word())],
        input,
        output: output.clone(),
        body: Body::Leaf(Box::new(facts)),
        sound: chain.sound,
    });
    chain.output = output;
    chain.layers += 1;
}
