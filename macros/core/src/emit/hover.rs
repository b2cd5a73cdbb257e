//! What an editor shows of the words of a definition: a path for each, with the word's own span, to a documented item.
//!
//! Kinds, heads and their words lead into the runtime, `let` names to the constant of the network, blocks and their
//! parameters to where they are defined. (A label leads to the generated field.) A layer's line of the cost table is the
//! documentation of a module on its label, or on its kind if it has none. One word, one path: nothing here grows but with
//! what was written.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::types::KEPT_BYTES;
use crate::ast::{self, Block, Call, Expr, RESERVED, Seq, Value, constant_name};
use crate::budget::{Bound, Item};
use crate::cost::Row;
use crate::digits::grouped;
use crate::graph::{Body, Chain, Graph};
use crate::heads::HEADS;
use crate::layers::KINDS;
use crate::words::{self, Word};

/// Writes the paths; the lines of the cost table come from a network without mistakes.
#[must_use]
pub fn hover(
    network: &ast::Network,
    alias: &Ident,
    bounds: &[Bound],
    costs: Option<(&Graph, &[Row])>,
) -> TokenStream {
    let mut paths = Paths { network, alias, runtime: Vec::new(), here: Vec::new(), values: Vec::new() };
    for mention in bounds.iter().flat_map(Bound::mentions) {
        paths.mention(mention.item, mention.span);
    }
    network.lets.iter().for_each(|item| paths.expr(&item.value, None));
    network.blocks.iter().for_each(|block| paths.seq(&block.body, Some(block)));
    paths.seq(&network.body, None);
    let blocks = network.blocks.iter().filter(|block| ast::is_plain(&block.name)).map(definition);
    let Paths { runtime, here, values, .. } = paths;
    let lines = costs.map(|(graph, rows)| lines(graph, rows));
    let values = (!values.is_empty()).then(|| quote!(const _: fn() = || { #(_ = #values;)* };));
    quote! {
        // For editors: nothing is computed here.
        #[allow(unused_imports, non_snake_case)]
        const _: () = {
            mod layers { #lines }
            mod words {
                #(#blocks)*
                use ::quipu::{#(#runtime as _),*};
                #(use self::#here as _;)*
            }
            #values
        };
    }
}

/// A block and its parameters as modules: what their uses lead to.
fn definition(block: &Block) -> TokenStream {
    let Block { docs, name, params, .. } = block;
    let words: Vec<String> = params.iter().map(Ident::to_string).collect();
    let written = if words.is_empty() {
        format!("block {name}")
    } else {
        format!("block {name}({})", words.join(", "))
    };
    let about = format!(" `{written} {{ … }}` of the definition.");
    let params = params.iter().filter(|param| ast::is_plain(param));
    let given = format!(" What `{name}` is given where it is used, by its place: `{written}`.");
    quote! {
        #(#[doc = #docs])*
        #[doc = ""]
        #[doc = #about]
        mod #name { #(#[doc = #given] pub(super) mod #params {})* }
    }
}

/// The paths of a definition, while it is walked.
struct Paths<'n> {
    network: &'n ast::Network,
    alias: &'n Ident,
    /// What can be imported from the runtime.
    runtime: Vec<TokenStream>,
    /// Blocks and their parameters.
    here: Vec<TokenStream>,
    /// Constants and methods.
    values: Vec<TokenStream>,
}

/// What is known of a kind or a head: the module of its kind, its words, and those of its branches.
struct Known {
    module: &'static str,
    words: &'static [Word],
    branches: &'static [&'static str],
}

/// A kind or a head by name.
fn known(word: &str) -> Option<Known> {
    let kind = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| Known {
        module: "layers",
        words: kind.words(),
        branches: kind.branch_words(),
    });
    kind.or_else(|| {
        let (_, head) = HEADS.iter().find(|(name, _)| *name == word)?;
        Some(Known { module: "heads", words: head.words(), branches: &[] })
    })
}

impl Paths<'_> {
    fn mention(&mut self, item: Item, span: Span) {
        let (Item::Optimizer(name) | Item::OfOptimizers(name) | Item::OfCosts(name) | Item::OfNetwork(name)) =
            item;
        let (name, alias) = (Ident::new(name, span), unwritten(self.alias));
        match item {
            Item::Optimizer(_) => self.runtime.push(quote!(optim::#name)),
            Item::OfOptimizers(_) => self.values.push(quote!(::quipu::OptimizerKind::#name)),
            Item::OfCosts(_) => self.values.push(quote!(::quipu::NetworkCost::#name)),
            Item::OfNetwork(_) => self.values.push(quote!(#alias::#name)),
        }
    }

    fn seq(&mut self, seq: &Seq, block: Option<&Block>) {
        for layer in &seq.layers {
            match &layer.node {
                ast::Node::Call(call) => self.call(call, block),
                ast::Node::Group(seq) => self.seq(seq, block),
            }
        }
    }

    fn call(&mut self, call: &Call, block: Option<&Block>) {
        let name = &call.name;
        let is_block = self.network.blocks.iter().any(|block| block.name == *name);
        self.here.extend((is_block && ast::is_plain(name)).then(|| quote!(#name)));
        let known = if is_block { None } else { known(&name.to_string()) };
        let module = known.as_ref().map(|known| {
            let module = format_ident!("{}", known.module);
            self.runtime.push(quote!(#module::#name));
            let kind = unwritten(name);
            quote!(#module::#kind::words)
        });
        let (words, branches) = known.map_or((&[][..], &[][..]), |known| (known.words, known.branches));
        for arg in call.args.iter().flat_map(|args| &args.values) {
            let word = arg.name.as_ref().or(name_of(&arg.value));
            let found = word.and_then(|word| Some((word, words::find(words, &word.to_string())?)));
            if let Some((word, _)) = found {
                self.runtime.push(quote!(#module::#word));
            }
            let value = arg.name.as_ref().and(name_of(&arg.value));
            match (found, value) {
                (Some((word, known)), Some(value)) if known.values.iter().any(|known| value == known) => {
                    let word = unwritten(word);
                    self.runtime.push(quote!(#module::#word::#value));
                }
                // A flag is a word and no number.
                (Some(_), _) if arg.name.is_none() => {}
                _ => self.value(&arg.value, block),
            }
        }
        for branch in &call.branches {
            let word = branch.word.as_ref().filter(|word| branches.iter().any(|known| word == known));
            self.runtime.extend(word.map(|word| quote!(#module::#word)));
            self.seq(&branch.seq, block);
        }
    }

    fn value(&mut self, value: &Value, block: Option<&Block>) {
        match value {
            Value::Expr(expr) => self.expr(expr, block),
            Value::Tuple { values, .. } | Value::List { values, .. } => {
                values.iter().for_each(|value| self.value(value, block));
            }
            Value::Float { .. } => {}
        }
    }

    fn expr(&mut self, expr: &Expr, block: Option<&Block>) {
        match expr {
            Expr::Name(word) => self.number(word, block),
            Expr::Neg { value, .. } => self.expr(value, block),
            Expr::Binary { left, right, .. } => {
                self.expr(left, block);
                self.expr(right, block);
            }
            Expr::Paren { inner, .. } => self.expr(inner, block),
            Expr::Int { .. } | Expr::Bad(_) => {}
        }
    }

    /// The name of a number: a parameter of the block around it, or else a `let`.
    fn number(&mut self, word: &Ident, block: Option<&Block>) {
        if let Some(block) = block.filter(|block| block.params.contains(word)) {
            if ast::is_plain(&block.name) && ast::is_plain(word) {
                let block = unwritten(&block.name);
                self.here.push(quote!(#block::#word));
            }
        } else if self.network.lets.iter().any(|item| item.name == *word) {
            let constant = constant_name(word);
            if ast::is_plain(word) && !RESERVED.contains(&constant.as_str()) {
                let (alias, constant) = (unwritten(self.alias), Ident::new(&constant, word.span()));
                self.values.push(quote!(#alias::#constant));
            }
        }
    }
}

/// The same word where it was not written: not what its own place leads to.
fn unwritten(word: &Ident) -> Ident {
    let mut word = word.clone();
    word.set_span(Span::call_site());
    word
}

/// The bare word that a value is, if it is one.
fn name_of(value: &Value) -> Option<&Ident> {
    match value {
        Value::Expr(Expr::Name(word)) => Some(word),
        _ => None,
    }
}

/// A module for each layer that has a line in the cost table, where the layer was written. Uses of a block that share
/// their code share the lines, too: those of the first.
fn lines(graph: &Graph, rows: &[Row]) -> TokenStream {
    let work: u64 = rows.iter().map(|row| row.forward + row.backward).sum();
    let by_name = rows.iter().map(|row| (row.name.as_str(), row)).collect();
    let mut lines = Lines { work, rows: by_name, blocks: HashSet::new(), out: TokenStream::new() };
    lines.chain(&graph.chain, "");
    if let Some(row) = rows.last() {
        lines.line(&row.name, &graph.head.kind, graph.head.span);
    }
    lines.out
}

struct Lines<'r> {
    /// FLOPs of a sample, forward and backward.
    work: u64,
    rows: HashMap<&'r str, &'r Row>,
    /// The distinct uses of blocks that have been written.
    blocks: HashSet<usize>,
    out: TokenStream,
}

impl Lines<'_> {
    fn chain(&mut self, chain: &Chain, prefix: &str) {
        for node in &chain.nodes {
            let name = if prefix.is_empty() { node.name.clone() } else { format!("{prefix}.{}", node.name) };
            match node.label {
                Some(label) => self.line(&name, &node.name, label),
                None => self.line(&name, &node.kind, node.span),
            }
            match &node.body {
                Body::Leaf(_) => {}
                Body::Chain(chain) => self.chain(chain, &name),
                Body::Repeat { chain, .. } => self.chain(chain, &name),
                Body::Block { instance, chain } => {
                    if self.blocks.insert(*instance) {
                        self.chain(chain, &name);
                    }
                }
                Body::Parallel { branches, .. } => {
                    for (field, chain) in branches {
                        let inner = if field.is_empty() { name.clone() } else { format!("{name}.{field}") };
                        self.chain(chain, &inner);
                    }
                }
            }
        }
    }

    /// The line of the layer `name`, if it has one, as what is said of `word`.
    fn line(&mut self, name: &str, word: &str, span: Span) {
        let Some(row) = self.rows.get(name) else { return };
        let times = if row.times > 1 { format!(", {} times", row.times) } else { String::new() };
        let share = 100.0 * (row.forward + row.backward) as f64 / self.work.max(1) as f64;
        let [params, macs, forward, backward, kept] =
            [row.params, row.macs, row.forward, row.backward, KEPT_BYTES * row.saved]
                .map(|number| grouped(number, ','));
        let about = format!(
            " `{name}`{times}: {} → {}, {params} parameters. A sample takes {macs} MACs, {forward} FLOPs forward and \
             {backward} backward ({share:.1} % of the network), and keeps {kept} bytes over `f32`.",
            row.input, row.output
        );
        let outer = Ident::new(&name.replace('.', "__"), Span::call_site());
        let word = Ident::new(word, span);
        self.out.extend(quote!(mod #outer { #[doc = #about] mod #word {} }));
    }
}
