//! The memory plan: which tensors share memory, and where each lies; offsets in elements a sample.
//!
//! First tensors are merged where a step may overwrite what it reads for the last time. Then every buffer gets the
//! lowest offset at which it overlaps none that lives at the same time. Time is counted in phases for buffers of the
//! whole batch, because the chunks of a phase run side by side, and in steps for what lives inside one phase, which
//! each chunk keeps in scratch of its own.

use crate::schedule::{Home, Id, Op, Program, Schedule, Side, Unit};

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
}

/// What a unit asks of its callers, in elements a sample.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Kept for each copy from forward to backward.
    pub tape: u64,
    /// Indices and bytes kept for each copy.
    pub side: Side,
    /// Scratch of the forward pass.
    pub forward_scratch: u64,
    /// Scratch of the backward pass.
    pub backward_scratch: u64,
    /// Scratch in evaluation.
    pub infer_scratch: u64,
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
    }
}

/// The sizes of a network's workspace, in elements a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Scalars.
    pub values: u64,
    /// Indices.
    pub indices: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The workspaces of a network for training and for evaluation.
#[must_use]
pub fn sizes(program: &Program) -> Option<(Sizes, Sizes)> {
    let unit = program.units.last()?;
    let of = |schedule: &Schedule| Sizes {
        values: layout(schedule, unit).forward,
        indices: schedule.side.indices,
        bytes: schedule.side.bytes,
    };
    Some((of(&unit.train), of(&unit.infer)))
}

/// A stretch of memory that lives for a while.
struct Item {
    width: u64,
    from: usize,
    to: usize,
}

/// Gives each item the lowest offset at which it meets none that lives at the same time, wide ones first.
fn place(items: &[Item]) -> (Vec<u64>, u64) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(items[index].width), items[index].from));
    let mut offsets = vec![0; items.len()];
    let mut placed: Vec<usize> = Vec::new();
    let mut total = 0;
    for index in order {
        let item = &items[index];
        let mut taken: Vec<(u64, u64)> = placed
            .iter()
            .filter(|&&other| items[other].from <= item.to && item.from <= items[other].to)
            .map(|&other| (offsets[other], offsets[other] + items[other].width))
            .collect();
        taken.sort_unstable();
        let mut offset = 0;
        for (start, end) in taken {
            if offset + item.width <= start {
                break;
            }
            offset = offset.max(end);
        }
        offsets[index] = offset;
        total = total.max(offset + item.width);
        placed.push(index);
    }
    (offsets, total)
}

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

/// Lays out one pass of a unit.
#[must_use]
pub fn layout(schedule: &Schedule, unit: &Unit) -> Layout {
    let roots = merge(schedule, unit);
    let buffers = buffers(schedule, &roots);
    let root_unit = schedule.losses.is_some();
    let regions: [Box<dyn Fn(&Buffer) -> bool>; 3] = if root_unit {
        [Box::new(|_| false), Box::new(|_| true), Box::new(|_| false)]
    } else {
        [
            Box::new(|buffer| buffer.forward && buffer.backward),
            Box::new(|buffer| buffer.forward && !buffer.backward),
            Box::new(|buffer| !buffer.forward),
        ]
    };
    let mut slots: Vec<Slot> = schedule.tensors.iter().map(|tensor| Slot::Outside(tensor.home)).collect();
    let mut totals = [0; 3];
    for (region, belongs) in regions.iter().enumerate() {
        let own: Vec<Id> = (0..buffers.len())
            .filter(|&id| roots[id] == id)
            .filter(|&id| {
                buffers[id].as_ref().is_some_and(|buffer| buffer.home == Home::Own && belongs(buffer))
            })
            .collect();
        totals[region] = lay(&own, &buffers, region == 0, &mut slots);
    }
    for id in 0..slots.len() {
        slots[id] = slots[roots[id]];
    }
    Layout { slots, tape: totals[0], forward: totals[1], backward: totals[2] }
}

/// Lays out the buffers of one region; returns its length.
fn lay(own: &[Id], buffers: &[Option<Buffer>], tape: bool, slots: &mut [Slot]) -> u64 {
    let own: Vec<(Id, &Buffer)> = own.iter().filter_map(|&id| Some((id, buffers[id].as_ref()?))).collect();
    let local = |buffer: &Buffer| !tape && !buffer.whole_batch && buffer.first_phase == buffer.last_phase;
    let mut items: Vec<Item> = Vec::new();
    let mut whole: Vec<Id> = Vec::new();
    for (id, buffer) in own.iter().filter(|(_, buffer)| !local(buffer)) {
        whole.push(*id);
        let (from, to) = if tape { (0, 0) } else { (buffer.first_phase, buffer.last_phase) };
        items.push(Item { width: buffer.width, from, to });
    }
    let mut phases: Vec<usize> = own.iter().filter(|(_, b)| local(b)).map(|(_, b)| b.first_phase).collect();
    phases.sort_unstable();
    phases.dedup();
    let mut inside = Vec::new();
    for phase in phases {
        let here: Vec<(Id, &Buffer)> =
            own.iter().copied().filter(|(_, b)| local(b) && b.first_phase == phase).collect();
        let steps: Vec<Item> =
            here.iter().map(|(_, b)| Item { width: b.width, from: b.first_step, to: b.last_step }).collect();
        let (offsets, span) = place(&steps);
        inside.push((here, offsets, span));
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
    total
}

/// For each tensor the first of those it shares memory with.
fn merge(schedule: &Schedule, unit: &Unit) -> Vec<Id> {
    let mut roots: Vec<Id> = (0..schedule.tensors.len()).collect();
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
            candidates.iter().find(|&&(from, to)| overwrites(schedule, index, from, to))
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

/// Whether the step may write `to` where it reads `from`: `from` is the unit's own, and read for the last time.
fn overwrites(schedule: &Schedule, index: usize, from: Id, to: Id) -> bool {
    let (source, target) = (&schedule.tensors[from], &schedule.tensors[to]);
    let phase = schedule.steps[index].phase;
    let read_elsewhere = schedule.steps.iter().enumerate().any(|(other, step)| {
        other != index
            && step.reads.contains(&from)
            && (other > index || step.whole_batch && step.phase == phase)
    });
    let reads_twice = schedule.steps[index].reads.iter().filter(|&&id| id == from).count() > 1;
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
