//! How generated code names what a step touches: places in the workspace, kernels, parameters, buffers and gradients.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::constants::kernel_name;
use super::{field, size};
use crate::graph::BUFFERS;
use crate::plan::{Layout, Slot};
use crate::schedule::{CallSite, Home, Id, Leaf, Schedule, Side, Unit};

/// How places of one schedule are written.
pub(super) struct Places<'s> {
    pub(super) unit: &'s Unit,
    pub(super) schedule: &'s Schedule,
    pub(super) layout: &'s Layout,
}

impl<'s> Places<'s> {
    pub(super) fn new(unit: &'s Unit, schedule: &'s Schedule, layout: &'s Layout) -> Self {
        Places { unit, schedule, layout }
    }

    pub(super) fn is_network(&self) -> bool {
        self.schedule.losses.is_some()
    }

    /// The place of a tensor.
    pub(super) fn place(&self, id: Id) -> TokenStream {
        let width = size(self.schedule.tensors[id].width);
        match self.layout.slots[id] {
            Slot::Outside(Home::X) if self.is_network() => quote!(q::Place::Input),
            Slot::Outside(Home::X) => quote!(x),
            Slot::Outside(Home::Dy) => quote!(dy),
            Slot::Outside(Home::Dx) => quote!(dx),
            Slot::Outside(Home::Y | Home::Own) => quote!(y),
            Slot::Tape(_) | Slot::Scratch(_) => {
                let offset = self.offset(Some(id));
                quote!(q::Place::kept(#offset, #width))
            }
            Slot::Local { base, span, offset } => {
                let (base, span, offset) = (self.from(quote!(scratch), base), size(span), size(offset));
                quote!(q::Place::local(#base, #span, #offset, #width))
            }
        }
    }

    /// Where a tensor kept for the whole batch begins.
    pub(super) fn offset(&self, id: Option<Id>) -> TokenStream {
        match id.map(|id| self.layout.slots[id]) {
            Some(Slot::Tape(offset)) => self.from(quote!(tape.values), offset),
            Some(Slot::Scratch(offset)) => self.from(quote!(scratch), offset),
            _ => quote!(0),
        }
    }

    /// `base + offset`, as short as it goes; the network's own bases are zero.
    fn from(&self, base: TokenStream, offset: u64) -> TokenStream {
        let literal = size(offset);
        match (self.is_network(), offset) {
            (true, _) => quote!(#literal),
            (false, 0) => base,
            (false, _) => quote!(#base + #literal),
        }
    }

    pub(super) fn optional(&self, id: Option<Id>) -> TokenStream {
        id.map_or_else(|| quote!(q::Place::None), |id| self.place(id))
    }

    /// The place of a gradient that may not be wanted.
    pub(super) fn wanted(&self, of: Id, gradient: Id) -> TokenStream {
        let place = self.place(gradient);
        if self.schedule.tensors[of].trained || self.schedule.tensors[gradient].home == Home::Dx {
            place
        } else {
            quote!(if wanted { #place } else { q::Place::None })
        }
    }

    pub(super) fn keep(&self, leaf: &Leaf, keep: Option<Id>, side: Side) -> TokenStream {
        let saves = leaf.facts.saves;
        if keep.is_none() && saves.indices == 0 && saves.bytes == 0 {
            return quote!(q::Keep::NONE);
        }
        let values = self.optional(keep);
        let span = |base: TokenStream, offset: u64, width: u64| {
            if width == 0 {
                return quote!(q::Span::NONE);
            }
            let (offset, width) = (self.from(base, offset), size(width));
            quote!(q::Span { offset: #offset, width: #width })
        };
        let indices = span(quote!(tape.indices), side.indices, saves.indices);
        let bytes = span(quote!(tape.bytes), side.bytes, saves.bytes);
        quote!(q::Keep { values: #values, indices: #indices, bytes: #bytes })
    }

    /// Whether this is the pass of evaluation.
    pub(super) fn infers(&self) -> bool {
        std::ptr::eq(self.schedule, &self.unit.infer)
    }

    /// Where statistics `offset` further on begin.
    pub(super) fn statistics_at(&self, offset: u64) -> TokenStream {
        let base = if self.infers() { quote!(statistics) } else { quote!(tape.statistics) };
        self.from(base, offset)
    }

    /// Where a layer's statistics lie.
    pub(super) fn statistics(&self, leaf: usize, side: Side) -> TokenStream {
        let held = self.unit.leaves[leaf].facts.statistics.as_ref();
        let held = held.map_or(0, |held| if self.infers() { held.inference } else { held.training });
        let (from, to) = (self.statistics_at(side.statistics), self.statistics_at(side.statistics + held));
        quote!(#from..#to)
    }

    pub(super) fn tape(&self, tape: Option<Id>, side: Side) -> TokenStream {
        let values = self.offset(tape);
        let statistics = self.statistics_at(side.statistics);
        let indices = self.from(quote!(tape.indices), side.indices);
        let bytes = self.from(quote!(tape.bytes), side.bytes);
        quote!(q::Tape { values: #values, statistics: #statistics, indices: #indices, bytes: #bytes })
    }

    pub(super) fn kernel(&self, leaf: usize) -> Ident {
        kernel_name(self.unit, &self.unit.leaves[leaf])
    }

    /// The flat parameters of a layer.
    pub(super) fn params(&self, leaf: usize) -> TokenStream {
        let Leaf { path, facts, .. } = &self.unit.leaves[leaf];
        if facts.params.is_none() {
            return quote!(&[]);
        }
        let path = path.iter().map(|name| field(name));
        quote!(q::Plain::flat(&p #(.#path)*))
    }

    /// What holds the unit's buffers.
    fn all_buffers(&self) -> TokenStream {
        if self.is_network() {
            let name = field(BUFFERS);
            quote!(p.#name)
        } else {
            quote!(b)
        }
    }

    /// The flat buffers of a layer.
    pub(super) fn buffers(&self, leaf: usize) -> TokenStream {
        let path = self.unit.leaves[leaf].path.iter().map(|name| field(name));
        let all = self.all_buffers();
        quote!(q::Plain::flat(&#all #(.#path)*))
    }

    /// The gradient, if there is one, as an option of what to match, and what holds its buffers. Inner units that have
    /// buffers are handed a pair.
    pub(super) fn gradient(&self) -> (TokenStream, TokenStream, TokenStream) {
        if self.is_network() {
            let name = field(BUFFERS);
            (quote!(gradient.as_deref_mut()), quote!(g), quote!(g.#name))
        } else if self.unit.has_buffers {
            (quote!(gradient.as_mut()), quote!((g, h)), quote!(h))
        } else {
            (quote!(gradient.as_deref_mut()), quote!(g), TokenStream::new())
        }
    }

    /// The arguments of a callee's parameters and buffers, with their commas.
    pub(super) fn callee_params(&self, called: &Unit, site: &CallSite) -> TokenStream {
        let place = site_place(site);
        let all = self.all_buffers();
        let params = called.has_params.then(|| quote!(&p #place,));
        let buffers = called.has_buffers.then(|| quote!(&#all #place,));
        quote!(#params #buffers)
    }

    /// The gradient, if there is one, of the parameters alone.
    pub(super) fn parameter_gradient(&self) -> TokenStream {
        let (gradient, _, _) = self.gradient();
        if self.unit.has_buffers && !self.is_network() {
            quote!(#gradient.map(|(g, _)| &mut **g))
        } else {
            gradient
        }
    }

    /// The way from the unit's parameters to those of a layer.
    pub(super) fn way(&self, leaf: usize) -> TokenStream {
        let path = self.unit.leaves[leaf].path.iter().map(|name| field(name));
        quote!(|p| &mut p #(.#path)*)
    }

    /// A call of a unit's backward pass with its parameters, which the pass may step, and its buffers.
    pub(super) fn callee_backward(
        &self,
        called: &Unit,
        site: &CallSite,
        call: impl Fn(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let place = site_place(site);
        let all = self.all_buffers();
        match (called.has_params, called.has_buffers) {
            (false, _) => call(TokenStream::new()),
            (true, false) => call(quote!(&mut p.part(|p| &p #place, |p| &mut p #place),)),
            (true, true) if self.is_network() => {
                let call = call(quote!(&mut part, buffers,));
                quote! {
                    let (mut part, buffers) =
                        p.part_and(|p| (&p #place, &#all #place), |p| (&mut p #place, &#all #place));
                    #call
                }
            }
            (true, true) => call(quote!(&mut p.part(|p| &p #place, |p| &mut p #place), &#all #place,)),
        }
    }

    /// The argument of a callee's gradient, with its comma.
    pub(super) fn callee_gradient(&self, called: &Unit, site: &CallSite) -> TokenStream {
        if !called.has_params {
            return TokenStream::new();
        }
        let place = site_place(site);
        let (gradient, pattern, all) = self.gradient();
        if called.has_buffers {
            quote!(#gradient.map(|#pattern| (&mut g #place, &mut #all #place)),)
        } else {
            quote!(#gradient.map(|#pattern| &mut g #place),)
        }
    }
}

/// The fields that lead to a callee's parameters; of several copies the one that is next.
fn site_place(site: &CallSite) -> TokenStream {
    let path = site.path.iter().map(|name| field(name));
    let copy = site.times.map(|_| quote!([i]));
    quote!(#(.#path)* #copy)
}
