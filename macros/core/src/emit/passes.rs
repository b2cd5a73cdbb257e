//! The passes as code: a function for each pass of each unit, one line a step, phases in order.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::constants::kernel_name;
use super::{Emission, field, size};
use crate::graph::BUFFERS;
use crate::plan::{self, Layout, Slot};
use crate::schedule::{CallSite, Home, Id, Leaf, Op, Schedule, Side, Step, Unit, head_site};

/// The functions of all units.
pub(super) fn passes(emission: &Emission<'_>) -> TokenStream {
    let Some((network, inner)) = emission.program.units.split_last() else { return TokenStream::new() };
    let mut out = TokenStream::new();
    for unit in inner {
        out.extend(unit_passes(emission, unit));
    }
    out.extend(network_passes(emission, network));
    out
}

/// How places of one schedule are written.
pub(super) struct Places<'s> {
    unit: &'s Unit,
    schedule: &'s Schedule,
    layout: &'s Layout,
}

impl<'s> Places<'s> {
    pub(super) fn new(unit: &'s Unit, schedule: &'s Schedule, layout: &'s Layout) -> Self {
        Places { unit, schedule, layout }
    }

    fn is_network(&self) -> bool {
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
    fn offset(&self, id: Option<Id>) -> TokenStream {
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

    fn optional(&self, id: Option<Id>) -> TokenStream {
        id.map_or_else(|| quote!(q::Place::None), |id| self.place(id))
    }

    /// The place of a gradient that may not be wanted.
    fn wanted(&self, of: Id, gradient: Id) -> TokenStream {
        let place = self.place(gradient);
        if self.schedule.tensors[of].trained || self.schedule.tensors[gradient].home == Home::Dx {
            place
        } else {
            quote!(if wanted { #place } else { q::Place::None })
        }
    }

    fn keep(&self, leaf: &Leaf, keep: Option<Id>, side: Side) -> TokenStream {
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
    fn infers(&self) -> bool {
        std::ptr::eq(self.schedule, &self.unit.infer)
    }

    /// Where statistics `offset` further on begin.
    fn statistics_at(&self, offset: u64) -> TokenStream {
        let base = if self.infers() { quote!(statistics) } else { quote!(tape.statistics) };
        self.from(base, offset)
    }

    /// Where a layer's statistics lie.
    fn statistics(&self, leaf: usize, side: Side) -> TokenStream {
        let held = self.unit.leaves[leaf].facts.statistics.as_ref();
        let held = held.map_or(0, |held| if self.infers() { held.inference } else { held.training });
        let (from, to) = (self.statistics_at(side.statistics), self.statistics_at(side.statistics + held));
        quote!(#from..#to)
    }

    fn tape(&self, tape: Option<Id>, side: Side) -> TokenStream {
        let values = self.offset(tape);
        let statistics = self.statistics_at(side.statistics);
        let indices = self.from(quote!(tape.indices), side.indices);
        let bytes = self.from(quote!(tape.bytes), side.bytes);
        quote!(q::Tape { values: #values, statistics: #statistics, indices: #indices, bytes: #bytes })
    }

    fn kernel(&self, leaf: usize) -> Ident {
        kernel_name(self.unit, &self.unit.leaves[leaf])
    }

    /// The flat parameters of a layer.
    fn params(&self, leaf: usize) -> TokenStream {
        let Leaf { path, facts, .. } = &self.unit.leaves[leaf];
        if facts.params.is_none() {
            return quote!(&[]);
        }
        let path = path.iter().map(|name| field(name));
        quote!(p #(.#path)*.flat())
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
    fn buffers(&self, leaf: usize) -> TokenStream {
        let path = self.unit.leaves[leaf].path.iter().map(|name| field(name));
        let all = self.all_buffers();
        quote!(#all #(.#path)*.flat())
    }

    /// The gradient, if there is one, as an option of what to match, and what holds its buffers. Inner units that have
    /// buffers are handed a pair.
    fn gradient(&self) -> (TokenStream, TokenStream, TokenStream) {
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
    fn callee_params(&self, called: &Unit, site: &CallSite) -> TokenStream {
        let place = site_place(site);
        let all = self.all_buffers();
        let params = called.has_params.then(|| quote!(&p #place,));
        let buffers = called.has_buffers.then(|| quote!(&#all #place,));
        quote!(#params #buffers)
    }

    /// The argument of a callee's gradient, with its comma.
    fn callee_gradient(&self, called: &Unit, site: &CallSite) -> TokenStream {
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

    /// A step over rows.
    fn row_step(&self, emission: &Emission<'_>, step: &Step) -> TokenStream {
        match step.op {
            Op::Lift => {
                let y = self.place(step.writes[0]);
                quote!(rows.lift(#y);)
            }
            Op::Copy => {
                let (from, to) = (self.place(step.reads[0]), self.place(step.writes[0]));
                quote!(rows.copy(#from, #to);)
            }
            Op::Join { a, b, y } => self.join(a, b, y),
            Op::Concat { blocks } => {
                let (y, literal) = (self.place(step.writes[0]), size(blocks));
                let mut before = 0;
                step.reads
                    .iter()
                    .map(|&part| {
                        let (from, at) = (self.place(part), size(before));
                        before += self.schedule.tensors[part].width / blocks;
                        quote!(rows.put(#from, #y, #literal, #at);)
                    })
                    .collect()
            }
            Op::Slice { blocks, before } => {
                let (from, to) = (self.place(step.reads[0]), self.place(step.writes[0]));
                let (blocks, before) = (size(blocks), size(before));
                quote!(rows.take(#from, #to, #blocks, #before);)
            }
            Op::Forward { leaf, x, y, keep, side } => {
                let (kernel, params) = (self.kernel(leaf), self.params(leaf));
                let site = &self.unit.leaves[leaf].site;
                let (x, y) = (self.place(x), self.place(y));
                if self.unit.leaves[leaf].facts.statistics.is_some() {
                    let statistics = self.statistics(leaf, side);
                    let keep = if self.infers() {
                        quote!(::core::option::Option::None)
                    } else {
                        let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                        quote!(::core::option::Option::Some(#keep))
                    };
                    quote!(rows.forward_measured(#site, &#kernel, #params, #x, #y, #keep, #statistics);)
                } else if self.infers() {
                    quote!(rows.infer(#site, &#kernel, #params, #x, #y);)
                } else {
                    let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                    quote!(rows.forward(#site, &#kernel, #params, #x, #y, #keep);)
                }
            }
            Op::Backward { leaf, x, y, keep, side, dy, dx } => {
                let (kernel, params) = (self.kernel(leaf), self.params(leaf));
                let site = &self.unit.leaves[leaf].site;
                let (x, y) = (self.optional(x), self.optional(y));
                let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                let (dy, dx) = (self.place(dy), self.place(dx));
                if self.unit.leaves[leaf].facts.statistics.is_some() {
                    let statistics = self.statistics(leaf, side);
                    return quote! {
                        rows.backward_reduced(#site, &#kernel, #x, #y, #keep, #dy, #dx, #statistics);
                    };
                }
                quote!(rows.backward(#site, &#kernel, #params, #x, #y, #keep, #dy, #dx);)
            }
            Op::Head { z, losses, .. } => {
                let (site, z, losses) = (head_site(&emission.graph.head), self.place(z), self.place(losses));
                quote!(rows.head(#site, &HEAD, #z, #losses);)
            }
            Op::Call { .. }
            | Op::CallBackward { .. }
            | Op::Gradient { .. }
            | Op::Measure { .. }
            | Op::Prepare { .. }
            | Op::Reduce { .. } => TokenStream::new(),
        }
    }

    /// y = a + b, in place where the plan says so.
    fn join(&self, a: Id, b: Id, y: Id) -> TokenStream {
        let slots = &self.layout.slots;
        let (pa, pb, py) = (self.place(a), self.place(b), self.place(y));
        if slots[a] == slots[y] {
            quote!(rows.add(#pb, #py);)
        } else if slots[b] == slots[y] {
            quote!(rows.add(#pa, #py);)
        } else {
            quote!(rows.copy(#pa, #py); rows.add(#pb, #py);)
        }
    }

    /// A step over the whole batch.
    fn batch_step(&self, emission: &Emission<'_>, step: &Step) -> TokenStream {
        match step.op {
            Op::Gradient { leaf, x, keep, side, dy } => {
                let (kernel, path) =
                    (self.kernel(leaf), self.unit.leaves[leaf].path.iter().map(|name| field(name)));
                let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                let (x, dy) = (self.optional(x), self.place(dy));
                let (gradient, pattern, _) = self.gradient();
                let pattern =
                    if self.unit.has_buffers && !self.is_network() { quote!((g, _)) } else { pattern };
                quote! {
                    if let ::core::option::Option::Some(#pattern) = #gradient {
                        run.gradient(&#kernel, g #(.#path)*.flat_mut(), #x, #keep, #dy);
                    }
                }
            }
            Op::Measure { leaf, x, side } => {
                let (kernel, x, statistics) = (self.kernel(leaf), self.place(x), self.statistics(leaf, side));
                quote!(run.measure(&#kernel, #x, #statistics);)
            }
            Op::Prepare { leaf, side } => {
                let (kernel, params, buffers) = (self.kernel(leaf), self.params(leaf), self.buffers(leaf));
                let statistics = self.statistics(leaf, side);
                quote!(run.prepare(&#kernel, #params, #buffers, #statistics);)
            }
            Op::Reduce { leaf, keep, side, dy } => {
                let (kernel, params, buffers) = (self.kernel(leaf), self.params(leaf), self.buffers(leaf));
                let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                let (dy, statistics) = (self.place(dy), self.statistics(leaf, side));
                let (gradient, pattern, all) = self.gradient();
                let path = self.unit.leaves[leaf].path.iter().map(|name| field(name));
                let path = quote!(#(.#path)*);
                let change = quote!(#gradient.map(|#pattern| (g #path.flat_mut(), #all #path.flat_mut())));
                quote!(run.reduce(&#kernel, #params, #buffers, #change, #keep, #dy, #statistics);)
            }
            Op::Call { call, x, y, tape, links, scratch, side } => {
                let site = &self.unit.calls[call];
                let called = &emission.program.units[site.unit];
                let statistics = (called.infer.side.statistics > 0).then(|| {
                    let at = self.statistics_at(side.statistics);
                    quote!(#at,)
                });
                let (tape, scratch) = (self.tape(tape, side), self.offset(scratch));
                let (x, y) = (self.place(x), self.place(y));
                let training = std::ptr::eq(self.schedule, &self.unit.train);
                let function =
                    format_ident!("{}_{}", called.name, if training { "forward" } else { "infer" });
                let links = self.optional(links);
                let (one, params) = (one_tape(called), self.callee_params(called, site));
                match (site.times, training) {
                    (None, true) => quote!(#function(#params run, #tape, #scratch, #x, #y);),
                    (None, false) => quote!(#function(#params run, #statistics #scratch, #x, #y);),
                    (Some(times), true) => {
                        let times = size(times);
                        quote! {
                            for i in 0..#times {
                                let (x, y) = q::layers::repeat::links(i, #times, #x, #links, #y);
                                #function(#params run, #tape.copy(i, #one), #scratch, x, y);
                            }
                        }
                    }
                    (Some(times), false) => {
                        let times = size(times);
                        quote! {
                            for i in 0..#times {
                                let (x, y) = q::layers::repeat::turns(i, #times, #x, #links, #y);
                                #function(#params run, #statistics #scratch, x, y);
                            }
                        }
                    }
                }
            }
            Op::CallBackward { call, x, y, tape, links, flows, scratch, side, dy, dx } => {
                let site = &self.unit.calls[call];
                let called = &emission.program.units[site.unit];
                let (tape, scratch) = (self.tape(tape, side), self.offset(scratch));
                let (dy, dx) = (self.place(dy), self.wanted(x, dx));
                let (x, y) = (self.place(x), self.place(y));
                let (links, flows) = (self.optional(links), self.optional(flows));
                let function = format_ident!("{}_backward", called.name);
                let (one, params) = (one_tape(called), self.callee_params(called, site));
                let gradient = self.callee_gradient(called, site);
                match site.times {
                    None => quote!(#function(#params #gradient run, #tape, #scratch, #x, #y, #dy, #dx);),
                    Some(times) => {
                        let times = size(times);
                        quote! {
                            for i in (0..#times).rev() {
                                let (x, y) = q::layers::repeat::links(i, #times, #x, #links, #y);
                                let (dy, dx) = q::layers::repeat::flows(i, #times, #dy, #flows, #dx);
                                #function(#params #gradient run, #tape.copy(i, #one), #scratch, x, y, dy, dx);
                            }
                        }
                    }
                }
            }
            _ => TokenStream::new(),
        }
    }

    /// The phases of the steps in a range.
    fn phases(&self, emission: &Emission<'_>, steps: &[Step]) -> TokenStream {
        let mut out = TokenStream::new();
        for phase in steps.chunk_by(|a, b| a.phase == b.phase) {
            let (whole, rows): (Vec<&Step>, Vec<&Step>) = phase.iter().partition(|step| step.whole_batch);
            for step in whole {
                let code = self.batch_step(emission, step);
                out.extend(if step.only_for_input { quote!(if wanted { #code }) } else { code });
            }
            if rows.is_empty() {
                continue;
            }
            let mut body = TokenStream::new();
            let all_conditional = rows.iter().all(|step| step.only_for_input);
            for group in rows.chunk_by(|a, b| a.only_for_input == b.only_for_input) {
                let code: TokenStream = group.iter().map(|step| self.row_step(emission, step)).collect();
                let conditional = group[0].only_for_input && !all_conditional;
                body.extend(if conditional { quote!(if wanted { #code }) } else { code });
            }
            let phase = quote!(run.rows(|rows| { #body }););
            out.extend(if all_conditional { quote!(if wanted { #phase }) } else { phase });
        }
        out
    }
}

/// How long one copy's tape is.
fn one_tape(unit: &Unit) -> TokenStream {
    let needs = plan::needs(unit);
    let [values, statistics, indices, bytes] =
        [needs.tape, needs.side.statistics, needs.side.indices, needs.side.bytes].map(size);
    quote!(q::Tape { values: #values, statistics: #statistics, indices: #indices, bytes: #bytes })
}

/// The fields that lead to a callee's parameters; of several copies the one that is next.
fn site_place(site: &CallSite) -> TokenStream {
    let path = site.path.iter().map(|name| field(name));
    let copy = site.times.map(|_| quote!([i]));
    quote!(#(.#path)* #copy)
}

fn network_passes(emission: &Emission<'_>, unit: &Unit) -> TokenStream {
    let ty = emission.unit_type(unit);
    let (train_layout, infer_layout) = (plan::layout(&unit.train, unit), plan::layout(&unit.infer, unit));
    let train = Places::new(unit, &unit.train, &train_layout).phases(emission, &unit.train.steps);
    let infer = Places::new(unit, &unit.infer, &infer_layout).phases(emission, &unit.infer.steps);
    quote! {
        #[allow(unused_mut, unused_variables)]
        fn train<T: q::Scalar>(
            p: &#ty<T>,
            run: &mut q::Run<'_, T>,
            mut gradient: ::core::option::Option<&mut #ty<T>>,
        ) {
            let wanted = run.wants_input_gradient();
            let dx = if wanted { q::Place::InputGradient } else { q::Place::None };
            #train
        }

        fn infer<T: q::Scalar>(p: &#ty<T>, run: &mut q::Run<'_, T>) {
            #infer
        }
    }
}

fn unit_passes(emission: &Emission<'_>, unit: &Unit) -> TokenStream {
    let ty = emission.unit_type(unit);
    let (train_layout, infer_layout) = (plan::layout(&unit.train, unit), plan::layout(&unit.infer, unit));
    let places = Places::new(unit, &unit.train, &train_layout);
    let (forward, backward) = unit.train.steps.split_at(unit.train.backward_from);
    let (forward, backward) = (places.phases(emission, forward), places.phases(emission, backward));
    let infer = Places::new(unit, &unit.infer, &infer_layout).phases(emission, &unit.infer.steps);
    let [forward_name, backward_name, infer_name] =
        ["forward", "backward", "infer"].map(|pass| format_ident!("{}_{pass}", unit.name));
    let buffers = emission.buffers_type(&ty);
    let (params, gradient) = match (unit.has_params, unit.has_buffers) {
        (false, _) => (TokenStream::new(), TokenStream::new()),
        (true, false) => (quote!(p: &#ty<T>,), quote!(&mut #ty<T>)),
        (true, true) => (quote!(p: &#ty<T>, b: &#buffers<T>,), quote!((&mut #ty<T>, &mut #buffers<T>))),
    };
    let gradient = unit.has_params.then(|| quote!(mut gradient: ::core::option::Option<#gradient>,));
    let statistics = (unit.infer.side.statistics > 0).then(|| quote!(statistics: usize,));
    quote! {
        #[allow(unused_variables)]
        fn #forward_name<T: q::Scalar>(
            #params
            run: &mut q::Run<'_, T>,
            tape: q::Tape,
            scratch: usize,
            x: q::Place,
            y: q::Place,
        ) {
            #forward
        }

        #[allow(unused_mut, unused_variables, clippy::too_many_arguments)]
        fn #backward_name<T: q::Scalar>(
            #params
            #gradient
            run: &mut q::Run<'_, T>,
            tape: q::Tape,
            scratch: usize,
            x: q::Place,
            y: q::Place,
            dy: q::Place,
            dx: q::Place,
        ) {
            let wanted = dx != q::Place::None;
            #backward
        }

        #[allow(unused_variables)]
        fn #infer_name<T: q::Scalar>(
            #params
            run: &mut q::Run<'_, T>,
            #statistics
            scratch: usize,
            x: q::Place,
            y: q::Place,
        ) {
            #infer
        }
    }
}
