//! The pipeline of `network!`: tokens become numbers and code, one way.
//!
//! | room | responsibility | knows |
//! |---|---|---|
//! | [`errors`], [`suggest`], [`digits`] | every spanned error, what was meant, numbers as they are read | – |
//! | [`ast`] | what was written | no layer kind |
//! | [`facts`] | what passes know of a layer: plain values | – |
//! | [`args`] | a layer's arguments | `ast` |
//! | [`layers`], [`heads`] | all the macro knows of one kind, a file each | `args`, `facts`, `quipu-cost` |
//! | [`graph`] | kinds looked up, shapes inferred, names given; what folds into what | `layers`, `heads` |
//! | [`cost`] | the cost table | `graph` |
//! | [`schedule`] | passes as phases of steps over tensors | `graph` |
//! | [`plan`] | which tensors share memory, and where | `schedule` |
//! | [`budget`] | bounds on costs, checked | `cost`, `plan` |
//! | [`emit`] | the only place that writes Rust | all above |
//!
//! What holds, and is tested: no pass names a kind; no kind is without a cost; every error has the token it is about.

pub mod args;
pub mod ast;
pub mod budget;
pub mod cost;
pub mod digits;
pub mod emit;
pub mod errors;
pub mod facts;
pub mod graph;
pub mod heads;
pub mod layers;
pub mod plan;
pub mod schedule;
pub mod suggest;

use proc_macro2::TokenStream;

use crate::errors::{Errors, Reported};

/// Expands `network! { … }`: items, or a `compile_error!` for every mistake.
#[must_use]
pub fn compile(tokens: TokenStream) -> TokenStream {
    let errors = Errors::new();
    match expand(tokens, &errors) {
        Ok(items) if errors.is_empty() => items,
        _ => errors.into_compile_errors(),
    }
}

/// The stages, with a gate after each that can find a mistake.
fn expand(tokens: TokenStream, errors: &Errors) -> Result<TokenStream, Reported> {
    let words = layers::branch_words();

    let network = ast::parse(tokens, &words, errors);
    // A network is checked as far as it could be read, so that one slip in the grammar hides no other mistake.
    let graph = network.as_ref().and_then(|network| graph::build(network, errors));
    errors.gate()?;
    let (Some(network), Some(graph)) = (&network, &graph) else { return Err(Reported) };
    let Stages { rows, program, sizes } = Stages::of(graph, errors)?;
    let costs = budget::Costs {
        rows: &rows,
        sizes,
        inputs: graph.chain.input.elements(),
        target_bytes: graph.head.facts.targets.staged_bytes(),
    };
    let assertions = budget::check(network, &graph.name, &costs, errors);
    errors.gate()?;
    let folded = graph::fold::fold(graph);
    let (vis, docs) = (&network.vis, &network.docs);
    let items = emit::emit(&emit::Emission {
        vis,
        docs,
        graph,
        rows: &rows,
        program: &program,
        sizes,
        derived: false,
        folded: folded.as_ref(),
    });
    let beside =
        folded.as_ref().map(|folded| for_inference(vis, graph, &folded.graph, errors)).transpose()?;
    Ok(quote::quote!(#items #beside #assertions))
}

/// The network without what folds into the layer before, as a type of its own beside it.
fn for_inference(
    vis: &syn::Visibility,
    whole: &graph::Graph,
    graph: &graph::Graph,
    errors: &Errors,
) -> Result<TokenStream, Reported> {
    let Stages { rows, program, sizes } = Stages::of(graph, errors)?;
    let docs = [format!(
        " [`{}`] for inference: what it has directly behind a layer that can absorb it is folded into that layer.",
        whole.name
    )];
    let (docs, rows, program) = (&docs[..], &rows[..], &program);
    Ok(emit::emit(&emit::Emission { vis, docs, graph, rows, program, sizes, derived: true, folded: None }))
}

/// What is made of a graph before it is written.
struct Stages {
    rows: Vec<cost::Row>,
    program: schedule::Program,
    sizes: (plan::Sizes, plan::Sizes),
}

impl Stages {
    fn of(graph: &graph::Graph, errors: &Errors) -> Result<Stages, Reported> {
        let mut rows = cost::rows(graph, errors);
        errors.gate()?;
        let program = schedule::schedule(graph);
        cost::keep(&mut rows, &program);
        let sizes = plan::sizes(&program, &graph.name, errors).ok_or(Reported)?;
        Ok(Stages { rows, program, sizes })
    }
}
