//! The memory plan: which tensors share memory, and where each lies; offsets in elements a sample.
//!
//! First tensors are merged where a step may overwrite what it reads for the last time. Then every buffer gets the
//! lowest offset at which it overlaps none that lives at the same time. Time is counted in phases for buffers of the
//! whole batch, because the chunks of a phase run side by side, and in steps for what lives inside one phase, which
//! each chunk keeps in scratch of its own.

mod place;

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::schedule::{Home, Id, Op, Program, Schedule, Side, Unit};
use place::{Item, live, place};

/// Where a tensor lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Where the caller says.
    Outside(Home),
    /// In what the unit keeps from forward to backward.
    Tape(u64),
    /// In the scratch of the pass, for the whole batch.
    Scratch(u64),
    /// In the scratch of the pass, inside one phase: a chunk has `span` elements a sample from `base` on.
    Local {
        /// Where the phase's scratch begins.
        base: u64,
        /// How long it is.
        span: u64,
        /// Where the tensor begins in a chunk's part.
        offset: u64,
    },
}

/// The layout of one pass over a unit.
pub struct Layout {
    /// Where each tensor lies.
    pub slots: Vec<Slot>,
    /// Elements kept from forward to backward.
    pub tape: u64,
    /// Elements of scratch in the forward pass; in the network itself, of everything.
    pub forward: u64,
    /// Elements of scratch in the backward pass.
    pub backward: u64,
    /// The most elements of `forward` that live at one time: no plan can do with less.
    pub live: u64,
    /// Elements that live from the forward into the backward pass.
    pub kept: u64,
}

/// What a unit asks of its callers, in elements a sample.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Kept for each copy from forward to backward.
    pub tape: u64,
    /// Indices and bytes kept for each copy, and its statistics.
    pub side: Side,
    /// Scratch of the forward pass.
    pub forward_scratch: u64,
    /// Scratch of the backward pass.
    pub backward_scratch: u64,
    /// Scratch in evaluation.
    pub infer_scratch: u64,
    /// Statistics in evaluation, whatever the batch.
    pub infer_statistics: u64,
}

/// What a unit asks of its callers.
#[must_use]
pub fn needs(unit: &Unit) -> Needs {
    let (train, infer) = (layout(&unit.train, unit), layout(&unit.infer, unit));
    Needs {
        tape: train.tape,
        side: unit.train.side,
        forward_scratch: train.forward,
        backward_scratch: train.backward,
        infer_scratch: infer.forward,
        infer_statistics: unit.infer.side.statistics,
    }
}

/// How good a network's plan is, in elements a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// If every tensor had a buffer of its own.
    pub naive: u64,
    /// What is planned.
    pub planned: u64,
    /// The most that lives at one time: no plan can do with less.
    pub live: u64,
    /// What lives from the forward into the backward pass.
    pub kept: u64,
}

/// The quality of a network's plans for training and for evaluation.
#[must_use]
pub fn quality(program: &Program) -> Option<(Quality, Quality)> {
    let unit = program.units.last()?;
    let of = |train: bool| {
        let schedule = if train { &unit.train } else { &unit.infer };
        let Layout { forward, live, kept, .. } = layout(schedule, unit);
        Quality { naive: naive(program, unit, train), planned: forward, live, kept }
    };
    Some((of(true), of(false)))
}

/// The tensors of a unit and of those it calls, each with a buffer of its own.
fn naive(program: &Program, unit: &Unit, train: bool) -> u64 {
    let schedule = if train { &unit.train } else { &unit.infer };
    // What a call writes beside its output is memory of the unit called, counted there.
    let inner: Vec<Id> = schedule
        .steps
        .iter()
        .flat_map(|step| match step.op {
            Op::Call { tape, scratch, .. } => vec![tape, scratch, None],
            Op::CallBackward { flows, scratch, .. } => vec![scratch, flows, None],
            _ => Vec::new(),
        })
        .flatten()
        .collect();
    let own: u64 = (0..schedule.tensors.len())
        .filter(|id| schedule.tensors[*id].home == Home::Own && !inner.contains(id))
        .map(|id| schedule.tensors[id].width)
        .sum();
    let called: u64 = unit
        .calls
        .iter()
        .map(|site| site.times.unwrap_or(1) * naive(program, &program.units[site.unit], train))
        .sum();
    own + called
}

/// The sizes of a network's workspace, in elements a sample but for the statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Scalars.
    pub values: u64,
    /// Scalars whatever the batch.
    pub statistics: u64,
    /// Indices.
    pub indices: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The workspaces of a network for training and for evaluation; reports, at the network's name, what no machine holds.
#[must_use]
pub fn sizes(program: &Program, name: &Ident, errors: &Errors) -> Option<(Sizes, Sizes)> {
    let unit = program.units.last()?;
    let of = |schedule: &Schedule| Sizes {
        values: layout(schedule, unit).forward,
        statistics: schedule.side.statistics,
        indices: schedule.side.indices,
        bytes: schedule.side.bytes,
    };
    let (mut train, infer) = (of(&unit.train), of(&unit.infer));
    // A workspace for training serves evaluation, too.
    train.statistics = train.statistics.max(infer.statistics);
    // Room for a batch of a thousand, in bytes: constants are u64.
    let most = |sizes: &Sizes| sizes.values.max(sizes.statistics).max(sizes.indices).max(sizes.bytes);
    if [train, infer].iter().any(|sizes| most(sizes) > MOST_VALUES) {
        let message = format!(
            "a sample's workspace is {} values, more than any machine holds; write smaller sizes or fewer copies",
            train.values
        );
        errors.push(name.span(), message);
        return None;
    }
    Some((train, infer))
}

/// The most values a sample that a plan may take.
const MOST_VALUES: u64 = 1 << 48;

/// A buffer: tensors that share memory, and when they are used.
struct Buffer {
    width: u64,
    home: Home,
    first_step: usize,
    last_step: usize,
    first_phase: usize,
    last_phase: usize,
    /// Used by a step over the whole batch, or after the pass is over.
    whole_batch: bool,
    forward: bool,
    backward: bool,
}

/// The parts of a unit's memory that are laid out by themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Region {
    /// Kept from forward to backward.
    Tape,
    /// Scratch of the forward pass; in the network itself, everything.
    Forward,
    /// Scratch of the backward pass.
    Backward,
}

impl Buffer {
    fn region(&self, network: bool) -> Region {
        match (self.forward, self.backward) {
            _ if network => Region::Forward,
            (true, true) => Region::Tape,
            (true, false) => Region::Forward,
            (false, _) => Region::Backward,
        }
    }
}

/// Lays out one pass of a unit.
#[must_use]
pub fn layout(schedule: &Schedule, unit: &Unit) -> Layout {
    let roots = merge(schedule, unit);
    let buffers = buffers(schedule, &roots);
    let mut slots: Vec<Slot> = schedule.tensors.iter().map(|tensor| Slot::Outside(tensor.home)).collect();
    let mut lay_region = |region: Region| {
        let own: Vec<Id> = (0..buffers.len())
            .filter(|&id| roots[id] == id)
            .filter(|&id| {
                buffers[id].as_ref().is_some_and(|buffer| {
                    buffer.home == Home::Own && buffer.region(schedule.losses.is_some()) == region
                })
            })
            .collect();
        lay(&own, &buffers, region == Region::Tape, &mut slots)
    };
    let (tape, forward, backward) =
        (lay_region(Region::Tape), lay_region(Region::Forward), lay_region(Region::Backward));
    for id in 0..slots.len() {
        slots[id] = slots[roots[id]];
    }
    let kept = buffers
        .iter()
        .flatten()
        .filter(|buffer| buffer.home == Home::Own && buffer.forward && buffer.backward)
        .map(|buffer| buffer.width)
        .sum();
    Layout {
        slots,
        tape: tape.total,
        forward: forward.total,
        backward: backward.total,
        live: forward.live,
        kept,
    }
}

/// How long a region is, and the most of it that lives at one time.
struct Laid {
    total: u64,
    live: u64,
}

/// Lays out the buffers of one region.
fn lay(own: &[Id], buffers: &[Option<Buffer>], tape: bool, slots: &mut [Slot]) -> Laid {
    let own: Vec<(Id, &Buffer)> = own.iter().filter_map(|&id| Some((id, buffers[id].as_ref()?))).collect();
    let local = |buffer: &Buffer| !tape && !buffer.whole_batch && buffer.first_phase == buffer.last_phase;
    let mut items: Vec<Item> = Vec::new();
    let mut whole: Vec<Id> = Vec::new();
    for (id, buffer) in own.iter().filter(|(_, buffer)| !local(buffer)) {
        whole.push(*id);
        let (from, to) = if tape { (0, 0) } else { (buffer.first_phase, buffer.last_phase) };
        items.push(Item { width: buffer.width, from, to });
    }
    let mut phases: BTreeMap<usize, Vec<(Id, &Buffer)>> = BTreeMap::new();
    for &(id, buffer) in own.iter().filter(|(_, buffer)| local(buffer)) {
        phases.entry(buffer.first_phase).or_default().push((id, buffer));
    }
    let mut inside = Vec::new();
    let mut at_once = Vec::new();
    for (phase, here) in phases {
        let steps: Vec<Item> =
            here.iter().map(|(_, b)| Item { width: b.width, from: b.first_step, to: b.last_step }).collect();
        let (offsets, span) = place(&steps);
        inside.push((here, offsets, span));
        at_once.push(Item { width: live(&steps), from: phase, to: phase });
        items.push(Item { width: span, from: phase, to: phase });
    }
    let (offsets, total) = place(&items);
    for (&id, &offset) in whole.iter().zip(&offsets) {
        slots[id] = if tape { Slot::Tape(offset) } else { Slot::Scratch(offset) };
    }
    for ((here, within, span), &base) in inside.iter().zip(&offsets[whole.len()..]) {
        for ((id, _), &offset) in here.iter().zip(within) {
            slots[*id] = Slot::Local { base, span: *span, offset };
        }
    }
    // Inside a phase scratch can do with what lives at one step.
    items.truncate(whole.len());
    items.extend(at_once);
    Laid { total, live: live(&items) }
}

/// For each tensor the first of those it shares memory with.
fn merge(schedule: &Schedule, unit: &Unit) -> Vec<Id> {
    let mut roots: Vec<Id> = (0..schedule.tensors.len()).collect();
    let readers = readers(schedule);
    for (index, step) in schedule.steps.iter().enumerate() {
        let in_place = |leaf: usize| unit.leaves[leaf].facts.in_place;
        let candidates: &[(Id, Id)] = match step.op {
            Op::Forward { leaf, x, y, .. } if in_place(leaf) => &[(x, y)],
            Op::Backward { leaf, dy, dx, .. } if in_place(leaf) => &[(dy, dx)],
            Op::Join { a, b, y } => &[(a, y), (b, y)],
            Op::Head { z, dz, .. } => &[(z, dz)],
            _ => &[],
        };
        if let Some(&(from, to)) =
            candidates.iter().find(|&&(from, to)| overwrites(schedule, &readers[from], index, from, to))
        {
            roots[to] = roots[from];
        }
    }
    // A tensor that flows out of the unit lends its place to those it was made from.
    for id in 0..roots.len() {
        if schedule.tensors[id].home == Home::Y && roots[id] != id {
            let old = roots[id];
            for root in &mut roots {
                if *root == old {
                    *root = id;
                }
            }
        }
    }
    roots
}

/// The steps that read each tensor, in order, one that reads it twice twice.
fn readers(schedule: &Schedule) -> Vec<Vec<usize>> {
    let mut readers = vec![Vec::new(); schedule.tensors.len()];
    for (index, step) in schedule.steps.iter().enumerate() {
        for &id in &step.reads {
            readers[id].push(index);
        }
    }
    readers
}

/// Whether the step may write `to` where it reads `from`: `from` is the unit's own, and read for the last time. `readers`
/// are the steps that read it.
fn overwrites(schedule: &Schedule, readers: &[usize], index: usize, from: Id, to: Id) -> bool {
    let (source, target) = (&schedule.tensors[from], &schedule.tensors[to]);
    let phase = schedule.steps[index].phase;
    let read_elsewhere = readers.iter().any(|&other| {
        let step = &schedule.steps[other];
        other != index && (other > index || step.whole_batch && step.phase == phase)
    });
    let reads_twice = readers.iter().filter(|&&other| other == index).count() > 1;
    source.width == target.width
        && source.home == Home::Own
        && matches!(target.home, Home::Own | Home::Y)
        && !read_elsewhere
        && !reads_twice
}

/// When each buffer is used.
fn buffers(schedule: &Schedule, roots: &[Id]) -> Vec<Option<Buffer>> {
    let mut buffers: Vec<Option<Buffer>> = (0..roots.len()).map(|_| None).collect();
    let mut touch = |id: Id, step: usize, whole_batch: bool, phase: usize| {
        let root = roots[id];
        let tensor = &schedule.tensors[root];
        let buffer = buffers[root].get_or_insert(Buffer {
            width: tensor.width,
            home: tensor.home,
            first_step: step,
            last_step: step,
            first_phase: phase,
            last_phase: phase,
            whole_batch: false,
            forward: false,
            backward: false,
        });
        buffer.first_step = buffer.first_step.min(step);
        buffer.last_step = buffer.last_step.max(step);
        buffer.first_phase = buffer.first_phase.min(phase);
        buffer.last_phase = buffer.last_phase.max(phase);
        buffer.whole_batch |= whole_batch;
        buffer.forward |= step < schedule.backward_from;
        buffer.backward |= step >= schedule.backward_from;
    };
    for (index, step) in schedule.steps.iter().enumerate() {
        for &id in step.reads.iter().chain(&step.writes) {
            touch(id, index, step.whole_batch, step.phase);
        }
    }
    if let (Some(losses), Some(last)) = (schedule.losses, schedule.steps.last()) {
        // Read once the pass is over: the losses always, what flows out where nothing overwrites it.
        let end = schedule.steps.len() - 1;
        touch(losses, end, true, last.phase);
        if schedule.backward_from == schedule.steps.len() {
            touch(schedule.y, end, true, last.phase);
        }
    }
    buffers
}
