//! The typed parameters: one struct a network, one for each inner chain that has parameters, and their tree of names.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Emission, Names, field, size};
use crate::cost::Row;
use crate::digits::grouped;
use crate::facts::{Facts, Init, Params};
use crate::graph::{BUFFERS, Body, Chain, Node};

/// The structs, the alias and the one `unsafe impl`.
pub(super) fn types(emission: &Emission<'_>) -> TokenStream {
    let alias_lints = emission.derived.then(|| quote!(#[allow(dead_code)]));
    let buffers = size(emission.rows.iter().map(|row| row.buffers).sum());
    written(&Written {
        names: emission.names(),
        docs: emission.docs,
        chain: &emission.graph.chain,
        table: table(emission),
        alias_lints,
        buffers: quote!(#buffers),
    })
}

/// What the types are written from.
pub(super) struct Written<'a> {
    pub(super) names: Names<'a>,
    /// What is said of the network.
    pub(super) docs: &'a [String],
    pub(super) chain: &'a Chain,
    /// What stands below that.
    pub(super) table: TokenStream,
    /// Attributes of the alias.
    pub(super) alias_lints: Option<TokenStream>,
    /// How many buffers there are.
    pub(super) buffers: TokenStream,
}

/// Writes the types.
pub(super) fn written(from: &Written<'_>) -> TokenStream {
    let Written { names, docs, chain, table, alias_lints, buffers } = from;
    let Names { vis, alias, .. } = names;
    let generic = names.generic();
    let mut structs = Structs::new(*names, Part::Params);
    let mut fields = structs.fields(chain, "");
    let mut inner = structs.out;
    if chain.has_buffers() {
        let mut structs = Structs::new(*names, Part::Buffers);
        let buffers = structs.fields(chain, "");
        let ty = structs.define_as(&names.buffers_type(&generic), &alias.to_string(), buffers);
        inner.extend(structs.out);
        let name = field(BUFFERS);
        fields.extend(quote! {
            /// What is not trained but follows the batches; in a gradient, by how much it changes.
            pub #name: #ty,
        });
    }
    if !chain.has_params() {
        // A network with mistakes: the scalar wants to be used.
        fields.extend(quote! { #[doc(hidden)] pub __scalar: ::core::marker::PhantomData<T>, });
    }
    let about = format!(
        " The parameters of `{alias}` over the scalar `T`; a gradient has this type, too. Weights are (in, out), row-major."
    );
    let alias_about = format!(" `{generic}` over `f32`, and so its parameters.");
    quote! {
        #(#[doc = #docs])*
        #[doc = ""]
        #[doc = #about]
        #[doc = ""]
        #table
        #[repr(C)]
        #[allow(clippy::large_stack_frames)]
        #vis struct #generic<T: ::quipu::private::Scalar> { #fields }

        #(#[doc = #docs])*
        #[doc = ""]
        #[doc = #alias_about]
        #[doc = ""]
        #table
        #alias_lints
        #vis type #alias = #generic<f32>;

        #inner

        // SAFETY: `repr(C)`, and every field is made of `T` alone: the macro wrote them all.
        unsafe impl<T: ::quipu::private::Scalar> ::quipu::private::Plain<T> for #generic<T> {
            const BUFFERS: usize = #buffers;
        }

        impl<T: ::quipu::private::Scalar> ::core::clone::Clone for ::std::boxed::Box<#generic<T>> {
            fn clone(&self) -> Self {
                ::quipu::private::copied(&**self)
            }
        }

        impl<T: ::quipu::private::Scalar> ::core::fmt::Debug for #generic<T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                // Numbers by the hundred thousand tell a reader nothing.
                ::core::write!(f, "{} with {} parameters", ::core::stringify!(#alias), Self::PARAMS)
            }
        }
    }
}

/// Bytes of a kept element of the alias's scalar, `f32`.
pub(super) const KEPT_BYTES: u64 = 4;

/// The cost table as documentation, since rustdoc shows no evaluated constants.
fn table(emission: &Emission<'_>) -> TokenStream {
    let mut lines = vec![
        " | layer | shape | parameters | MACs | forward FLOPs | backward FLOPs | kept bytes | share |"
            .to_owned(),
        " |---|---|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    let numbers = |row: &Row| [row.params, row.macs, row.forward, row.backward, KEPT_BYTES * row.saved];
    let mut totals = [0u64; 5];
    for row in emission.rows {
        for (total, number) in totals.iter_mut().zip(numbers(row)) {
            *total += number;
        }
    }
    let work = (totals[2] + totals[3]).max(1) as f64;
    for row in emission.rows {
        let share = 100.0 * (row.forward + row.backward) as f64 / work;
        let cells = numbers(row).map(|number| grouped(number, ',')).join(" | ");
        lines.push(format!(" | `{}` | {} → {} | {cells} | {share:.1} % |", row.name, row.input, row.output));
    }
    lines.push(format!(" | **total** | | {} | |", totals.map(|number| grouped(number, ',')).join(" | ")));
    lines.push(String::new());
    lines.push(
        " A sample's costs over `f32`; one multiply-add is 2 FLOPs, the share is that of forward and backward."
            .to_owned(),
    );
    quote! { #(#[doc = #lines])* }
}

/// What of a network stands in typed structs: two that have the same fields, where there is something of that part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What is trained.
    Params,
    /// What follows the batches.
    Buffers,
}

impl Part {
    fn in_node(self, node: &Node) -> bool {
        if self == Part::Params { node.has_params() } else { node.has_buffers() }
    }

    fn in_chain(self, chain: &Chain) -> bool {
        if self == Part::Params { chain.has_params() } else { chain.has_buffers() }
    }

    fn of(self, facts: &Facts) -> Option<&Params> {
        match self {
            Part::Params => facts.params.as_ref(),
            Part::Buffers => facts.statistics.as_ref().map(|statistics| &statistics.buffers),
        }
    }

    fn word(self) -> &'static str {
        if self == Part::Params { "parameters" } else { "running statistics" }
    }
}

struct Structs<'e> {
    names: Names<'e>,
    part: Part,
    out: TokenStream,
    seen: HashSet<String>,
}

impl<'e> Structs<'e> {
    fn new(names: Names<'e>, part: Part) -> Self {
        Structs { names, part, out: TokenStream::new(), seen: HashSet::new() }
    }

    /// The struct of an inner chain.
    fn ident(&self, name: &str) -> Ident {
        let params = self.names.inner_type(name);
        if self.part == Part::Params { params } else { self.names.buffers_type(&params) }
    }

    /// The fields of a chain's struct; `name` is the chain's, empty for the network itself.
    fn fields(&mut self, chain: &Chain, name: &str) -> TokenStream {
        let part = self.part;
        let nodes = chain.nodes.iter().filter(|node| part.in_node(node));
        let fields: Vec<TokenStream> = nodes.map(|node| self.field(node, name)).collect();
        quote! { #(#fields)* }
    }

    fn field(&mut self, node: &Node, outer: &str) -> TokenStream {
        // What follows the batches has the same names once more; the label leads to what is trained.
        let span = node.label.filter(|_| self.part == Part::Params).unwrap_or_else(Span::call_site);
        let ident = Ident::new(&node.name, span);
        let inner = if outer.is_empty() { node.name.clone() } else { format!("{outer}__{}", node.name) };
        let ty = match &node.body {
            Body::Leaf(facts) => layer_type(self.part.of(facts), self.names),
            Body::Chain(chain) => self.inner(chain, &inner, &node.name),
            Body::Block { instance, chain } => {
                let shared = format!("{}{}", node.kind, instance + 1);
                self.inner(chain, &shared, &node.kind)
            }
            Body::Repeat { times, chain } => {
                let (one, times) = (self.inner(chain, &inner, &node.name), self.names.number(*times));
                quote!([#one; #times])
            }
            Body::Parallel { branches, .. } => {
                let (mut fields, part) = (TokenStream::new(), self.part);
                for (branch, chain) in branches.iter().filter(|(_, chain)| part.in_chain(chain)) {
                    if branch.is_empty() {
                        fields.extend(self.fields(chain, &inner));
                    } else {
                        let ty = self.inner(chain, &format!("{inner}__{branch}"), branch);
                        let (branch_ident, about) =
                            (field(branch), format!(" The {} of the `{branch}` branch.", self.part.word()));
                        fields.extend(quote! { #[doc = #about] pub #branch_ident: #ty, });
                    }
                }
                self.define(&inner, &node.name, fields)
            }
        };
        let mut docs = node.docs.clone();
        docs.push(format!(" `{}`: {} → {}.", node.kind, node.input, node.output));
        quote! { #(#[doc = #docs])* pub #ident: #ty, }
    }

    fn inner(&mut self, chain: &Chain, name: &str, title: &str) -> TokenStream {
        if self.seen.contains(name) {
            let ident = self.ident(name);
            return quote!(#ident<T>);
        }
        let fields = self.fields(chain, name);
        self.define(name, title, fields)
    }

    fn define(&mut self, name: &str, title: &str, fields: TokenStream) -> TokenStream {
        let ident = self.ident(name);
        if self.seen.insert(name.to_owned()) {
            return self.define_as(&ident, title, fields);
        }
        quote!(#ident<T>)
    }

    fn define_as(&mut self, ident: &Ident, title: &str, fields: TokenStream) -> TokenStream {
        let vis = self.names.vis;
        let about = format!(" The {} of `{title}` in [`{}`].", self.part.word(), self.names.generic());
        self.out.extend(quote! {
            #[doc = #about]
            #[repr(C)]
            #vis struct #ident<T: ::quipu::private::Scalar> { #fields }
        });
        quote!(#ident<T>)
    }
}

/// The runtime's struct of a layer's parameters or buffers.
fn layer_type(params: Option<&Params>, names: Names<'_>) -> TokenStream {
    let Some(Params { type_name, consts, .. }) = params else { return quote!(()) };
    let (ident, consts) = (field(type_name), consts.iter().map(|&value| names.number(value)));
    quote!(::quipu::layers::#ident<T, #(#consts),*>)
}

/// The tree of names, shapes and starts of a chain's parameters or buffers.
pub(super) fn tree(chain: &Chain, part: Part) -> TokenStream {
    let nodes = chain.nodes.iter().filter(|&node| part.in_node(node)).map(|node| {
        let name = &node.name;
        let (times, children) = match &node.body {
            Body::Leaf(facts) => (quote!(None), leaf_tree(part.of(facts))),
            Body::Chain(chain) => (quote!(None), tree(chain, part)),
            Body::Block { chain, .. } => (quote!(None), tree(chain, part)),
            Body::Repeat { times, chain } => {
                let times = size(*times);
                (quote!(Some(#times)), tree(chain, part))
            }
            Body::Parallel { branches, .. } => {
                let parts = branches.iter().filter(|(_, chain)| part.in_chain(chain)).map(|(name, chain)| {
                    let children = tree(chain, part);
                    if name.is_empty() {
                        children
                    } else {
                        quote! { Node::Group { name: #name, times: None, children: &[#children] }, }
                    }
                });
                (quote!(None), quote!(#(#parts)*))
            }
        };
        quote! { Node::Group { name: #name, times: #times, children: &[#children] }, }
    });
    quote!(#(#nodes)*)
}

fn leaf_tree(params: Option<&Params>) -> TokenStream {
    let fields = params.into_iter().flat_map(|params| &params.fields).map(|param| {
        let (name, transposed) = (param.name, param.transposed);
        let shape = param.shape.iter().map(|&axis| size(axis));
        let init = match param.init {
            Init::Zeros => quote!(Init::Zeros),
            Init::Ones => quote!(Init::Ones),
            Init::Normal(deviation) => quote!(Init::Normal(#deviation)),
            Init::Uniform(limit) => quote!(Init::Uniform(#limit)),
            Init::Orthogonal => quote!(Init::Orthogonal),
        };
        quote! { Node::Param { name: #name, shape: &[#(#shape),*], transposed: #transposed, init: #init }, }
    });
    quote!(#(#fields)*)
}
