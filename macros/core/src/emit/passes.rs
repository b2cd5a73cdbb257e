//! The passes as code: a function for each pass of each unit, one line a step, phases in order.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::places::Places;
use super::{Emission, field, size};
use crate::plan::{self, Slot};
use crate::schedule::{Home, Id, Op, Side, Step, Unit, head_site};

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

impl Places<'_> {
    /// Whether the second of two steps is done in one go with the first: an elementwise one, in place, on what a layer has just
    /// made.
    pub(super) fn joins(&self, first: &Step, second: &Step) -> bool {
        let slots = &self.layout.slots;
        let facts = |leaf: usize| &self.unit.leaves[leaf].facts;
        let pointwise = |leaf: usize| facts(leaf).kernel.as_ref().is_some_and(|kernel| kernel.pointwise);
        let (leaf, then, in_place) = match (&first.op, &second.op) {
            (&Op::Forward { leaf, y: made, .. }, &Op::Forward { leaf: then, x, y, .. }) => {
                (leaf, then, made == x && slots[x] == slots[y] && self.split(first).is_none())
            }
            // What the first read might be what the second keeps.
            (
                &Op::Backward { leaf, x: None, y: None, dx: made, .. },
                &Op::Backward { leaf: then, dy, dx, .. },
            ) => (leaf, then, made == dy && slots[dy] == slots[dx]),
            _ => return false,
        };
        let together = first.phase == second.phase && first.only_for_input == second.only_for_input;
        together && in_place && pointwise(then) && !pointwise(leaf) && facts(leaf).statistics.is_none()
    }

    /// Steps over rows that are done in one go: one, or two that [join](Self::joins).
    fn row_steps(&self, emission: &Emission<'_>, steps: &[Step]) -> TokenStream {
        let [first, second] = steps else {
            return steps.iter().map(|step| self.row_step(emission, step)).collect();
        };
        let site = |leaf: usize| &self.unit.leaves[leaf].site;
        match (&first.op, &second.op) {
            (&Op::Forward { leaf, x, y, keep, side }, &Op::Forward { leaf: then, .. }) => {
                let (kernel, after, params) = (self.kernel(leaf), self.kernel(then), self.params(leaf));
                let (site, then, x, y) = (site(leaf), site(then), self.place(x), self.place(y));
                let keep = self.keep_in_training(leaf, keep, side);
                quote!(rows.forward_then([#site, #then], &#kernel, &#after, #params, #x, #y, #keep);)
            }
            (&Op::Backward { leaf, keep, side, dy, dx, .. }, &Op::Backward { leaf: then, x, y, .. }) => {
                let (kernel, after, params) = (self.kernel(leaf), self.kernel(then), self.params(leaf));
                let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                let (site, then, kept) = (site(leaf), site(then), self.optional(x.or(y)));
                let (dy, dx) = (self.place(dy), self.place(dx));
                quote!(rows.backward_then([#site, #then], &#kernel, &#after, #params, #keep, #dy, #dx, #kept);)
            }
            _ => unreachable!("steps that join are a layer's"),
        }
    }

    /// What a layer keeps, which is nothing in evaluation.
    fn keep_in_training(&self, leaf: usize, keep: Option<Id>, side: Side) -> TokenStream {
        if self.infers() {
            return quote!(::core::option::Option::None);
        }
        let keep = self.keep(&self.unit.leaves[leaf], keep, side);
        quote!(::core::option::Option::Some(#keep))
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
                    let keep = self.keep_in_training(leaf, keep, side);
                    quote!(rows.forward_measured(#site, &#kernel, #params, #x, #y, #keep, #statistics);)
                } else if self.infers() {
                    quote!(rows.infer(#site, &#kernel, #params, #x, #y);)
                } else {
                    let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                    let forward = quote!(rows.forward(#site, &#kernel, #params, #x, #y, #keep););
                    if self.split(step).is_some() { quote!(if !split { #forward }) } else { forward }
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
                let kernel = self.kernel(leaf);
                let keep = self.keep(&self.unit.leaves[leaf], keep, side);
                let (x, dy) = (self.optional(x), self.place(dy));
                let (gradient, way) = (self.parameter_gradient(), self.way(leaf));
                quote!(run.gradient(&#kernel, p.target(#gradient, #way), #x, #keep, #dy);)
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
                let change = quote!(#gradient.map(|#pattern| (
                    q::Plain::flat_mut(&mut g #path), q::Plain::flat_mut(&mut #all #path)
                )));
                let (gradient, way) = (self.parameter_gradient(), self.way(leaf));
                quote! {
                    run.reduce(&#kernel, #params, #buffers, #change, #keep, #dy, #statistics);
                    p.update(run, #gradient, #way);
                }
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
                let (one, gradient) = (one_tape(called), self.callee_gradient(called, site));
                match site.times {
                    None => self.callee_backward(
                        called,
                        site,
                        |params| quote!(#function(#params #gradient run, #tape, #scratch, #x, #y, #dy, #dx);),
                    ),
                    Some(times) => {
                        let times = size(times);
                        let call = self.callee_backward(called, site, |params| {
                            quote! {
                                #function(#params #gradient run, #tape.copy(i, #one), #scratch, x, y, dy, dx);
                            }
                        });
                        quote! {
                            for i in (0..#times).rev() {
                                let (x, y) = q::layers::repeat::links(i, #times, #x, #links, #y);
                                let (dy, dx) = q::layers::repeat::flows(i, #times, #dy, #flows, #dx);
                                #call
                            }
                        }
                    }
                }
            }
            _ => TokenStream::new(),
        }
    }

    /// What makes the product of a step in parts before its phase, if it is the network's first in training and may be made so.
    fn split(&self, step: &Step) -> Option<TokenStream> {
        let Op::Forward { leaf, x, y, .. } = step.op else { return None };
        let begins = self.is_network() && !self.infers() && std::ptr::eq(step, &self.schedule.steps[0]);
        let may_be = self.unit.leaves[leaf].facts.kernel.as_ref().is_some_and(|kernel| kernel.splits);
        let of_input = matches!(self.layout.slots[x], Slot::Outside(Home::X));
        let (kernel, params, y) = (self.kernel(leaf), self.params(leaf), self.place(y));
        (begins && may_be && of_input).then(|| quote!(let split = run.split(&#kernel, #params, #y);))
    }

    /// The phases of the steps in a range.
    fn phases(&self, emission: &Emission<'_>, steps: &[Step]) -> TokenStream {
        let mut out = TokenStream::new();
        for phase in steps.chunk_by(|a, b| a.phase == b.phase) {
            // First what rows wait for, then rows, then the gradients, which wait for the last to read the parameters.
            let first = phase.iter().position(|step| !step.whole_batch).unwrap_or(phase.len());
            let behind = phase.iter().rposition(|step| !step.whole_batch).map_or(first, |last| last + 1);
            let whole = |steps: &[Step]| -> TokenStream {
                let code = steps.iter().map(|step| {
                    let code = self.batch_step(emission, step);
                    if step.only_for_input { quote!(if wanted { #code }) } else { code }
                });
                code.collect()
            };
            let (before, rows, gradients) =
                (whole(&phase[..first]), &phase[first..behind], whole(&phase[behind..]));
            out.extend(before);
            if rows.is_empty() {
                continue;
            }
            let mut body = TokenStream::new();
            let all_conditional = rows.iter().all(|step| step.only_for_input);
            out.extend(self.split(&rows[0]));
            for group in rows.chunk_by(|a, b| a.only_for_input == b.only_for_input) {
                let steps = group.chunk_by(|first, second| self.joins(first, second));
                let code: TokenStream = steps.map(|steps| self.row_steps(emission, steps)).collect();
                let conditional = group[0].only_for_input && !all_conditional;
                body.extend(if conditional { quote!(if wanted { #code }) } else { code });
            }
            let phase = quote!(run.rows(|rows| { #body }););
            out.extend(if all_conditional { quote!(if wanted { #phase }) } else { phase });
            out.extend(gradients);
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

fn network_passes(emission: &Emission<'_>, unit: &Unit) -> TokenStream {
    let ty = emission.unit_type(unit);
    let (train_layout, infer_layout) = (plan::layout(&unit.train, unit), plan::layout(&unit.infer, unit));
    let train = Places::new(unit, &unit.train, &train_layout).phases(emission, &unit.train.steps);
    let infer = Places::new(unit, &unit.infer, &infer_layout).phases(emission, &unit.infer.steps);
    quote! {
        #[allow(unused_mut, unused_variables)]
        fn train<T: q::Scalar>(
            p: &mut q::Weights<'_, #ty<T>>,
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
    let weights = match (unit.has_params, unit.has_buffers) {
        (false, _) => TokenStream::new(),
        (true, false) => quote!(p: &mut q::Weights<'_, #ty<T>>,),
        (true, true) => quote!(p: &mut q::Weights<'_, #ty<T>>, b: &#buffers<T>,),
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
            #weights
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
