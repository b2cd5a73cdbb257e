//! The pipeline of `network!`: tokens become numbers and code, one way.
//!
//! | room | responsibility | knows |
//! |---|---|---|
//! | [`errors`], [`suggest`], [`digits`] | every spanned error, what was meant, numbers as they are read | – |
//! | [`ast`] | what was written | no layer kind |
//! | [`facts`] | what passes know of a layer: plain values | – |
//! | [`args`], [`words`] | a layer's arguments, and what they may be called | `ast` |
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
pub mod attributes;
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
pub mod words;

use proc_macro2::TokenStream;
use quote::quote;

use crate::attributes::Attributes;
use crate::errors::{Errors, Note, Reported};
use crate::graph::{Built, Graph, Sketch};

/// Expands `network! { … }`: items, and a `compile_error!` for every mistake.
///
/// Each stage goes on after a mistake as far as it can, so that one slip hides no other. Items are written for a network
/// with mistakes, too: its own messages are the only ones.
#[must_use]
pub fn compile(tokens: TokenStream) -> TokenStream {
    compile_noting(tokens, |_| {})
}

/// As [`compile`]; each place that a mistake speaks of is handed to `note`.
#[must_use]
pub fn compile_noting(tokens: TokenStream, note: impl FnMut(Note)) -> TokenStream {
    let errors = Errors::new();
    let (items, home) = expand(tokens, &errors);
    errors.notes().into_iter().for_each(note);
    let mistakes = errors.into_compile_errors();
    let items = match items {
        Items::Whole(items) => quote!(#items #mistakes),
        Items::Sketch(network, sketch, hover) => {
            let items = emit::sketch(&network, &sketch, &mistakes);
            quote!(#items #hover)
        }
    };
    match home {
        Some(home) => attributes::moved(items, &home),
        None => items,
    }
}

/// What is written of a network.
enum Items {
    /// All there is; mistakes stand beside it, and there may be nothing but them.
    Whole(TokenStream),
    /// What is known of it, with the mistakes inside, and what an editor shows.
    Sketch(Box<ast::Network>, Box<Sketch>, TokenStream),
}

/// The stages; beside their result the path to the runtime, where that has another name.
fn expand(tokens: TokenStream, errors: &Errors) -> (Items, Option<syn::Path>) {
    let Some(network) = ast::parse(tokens, &layers::branch_words(), errors) else {
        return (Items::Whole(TokenStream::new()), None);
    };
    let built = graph::build(&network, errors);
    let Attributes { bounds, home } = attributes::read(&network, errors);
    let sketch = match built {
        // A bound that is broken or cannot be read leaves the network as it is.
        Built::Graph(graph) => match whole(&network, &graph, &bounds, errors) {
            Ok(items) => return (Items::Whole(items), home),
            Err(Reported) => Sketch::from(graph),
        },
        Built::Sketch(sketch) => sketch,
    };
    let hover = emit::hover(&network, &sketch.name, &bounds, None);
    (Items::Sketch(Box::new(network), Box::new(sketch), hover), home)
}

/// The stages behind the graph, for a network in which no mistake was found.
fn whole(
    network: &ast::Network,
    graph: &Graph,
    bounds: &[budget::Bound],
    errors: &Errors,
) -> Result<TokenStream, Reported> {
    let Stages { rows, program, sizes } = Stages::of(graph, errors)?;
    let costs = budget::Costs {
        rows: &rows,
        sizes,
        inputs: graph.chain.input.elements(),
        target_bytes: graph.head.facts.targets.staged_bytes(),
    };
    let assertions = budget::check(bounds, &graph.name, &costs, errors);
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
    let hover = emit::hover(network, &graph.name, bounds, Some((graph, &rows)));
    Ok(quote!(#items #beside #assertions #hover))
}

/// The network without what folds into the layer before, as a type of its own beside it.
fn for_inference(
    vis: &syn::Visibility,
    whole: &Graph,
    graph: &Graph,
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
    fn of(graph: &Graph, errors: &Errors) -> Result<Stages, Reported> {
        let mut rows = cost::rows(graph, errors)?;
        let program = schedule::schedule(graph);
        cost::keep(&mut rows, &program);
        let sizes = plan::sizes(&program, &graph.name, errors).ok_or(Reported)?;
        Ok(Stages { rows, program, sizes })
    }
}
