//! The schedule: a network's passes as phases of steps over tensors, before anything has an address or is code.
//!
//! A *unit* is what becomes one set of functions: the network itself, each distinct block, each repeated body. Its
//! steps are in single-assignment form: every step writes new tensors. Which of them share memory is decided in
//! `plan`. A step works on rows of the batch, chunk by chunk, or on the whole batch; a phase is a run of steps whose
//! chunks need not wait for one another.

mod backward;
mod forward;
mod show;

pub use show::{choice, label};

use std::collections::{HashMap, HashSet};

use crate::facts::Facts;
use crate::graph::{Graph, Head};

/// A tensor of a unit's schedule.
pub type Id = usize;

/// The whole network: its units, each after those it calls; the last is the network itself.
pub struct Program {
    /// The units.
    pub units: Vec<Unit>,
}

/// What becomes one set of functions.
pub struct Unit {
    /// How its functions and types are called: empty for the network itself.
    pub name: String,
    /// Whether anything in it is trained.
    pub has_params: bool,
    /// Whether anything in it follows the batches without being trained.
    pub has_buffers: bool,
    /// Elements a sample that flow in.
    pub input: u64,
    /// Elements a sample that flow out.
    pub output: u64,
    /// The layers with a kernel.
    pub leaves: Vec<Leaf>,
    /// The uses of other units.
    pub calls: Vec<CallSite>,
    /// Training: forward and backward.
    pub train: Schedule,
    /// Evaluation.
    pub infer: Schedule,
}

/// A layer with a kernel, in a unit.
pub struct Leaf {
    /// The fields that lead to its parameters.
    pub path: Vec<String>,
    /// Its name in the cost table.
    pub site: String,
    /// Its kind's word, which names the runtime's twin.
    pub kind: String,
    /// What is known of it.
    pub facts: Facts,
}

/// A use of another unit.
pub struct CallSite {
    /// The fields that lead to its parameters.
    pub path: Vec<String>,
    /// Which unit.
    pub unit: usize,
    /// `Some(n)`: n copies in a row, an array of parameters.
    pub times: Option<u64>,
}

/// What a tensor is to the outside of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// The unit's own.
    Own,
    /// What flows in.
    X,
    /// What flows out.
    Y,
    /// The gradient of what flows out.
    Dy,
    /// The gradient of what flows in, if anyone wants it.
    Dx,
}

/// A tensor.
pub struct Tensor {
    /// Its name, for the printed schedule.
    pub name: String,
    /// The row of the cost table that it belongs to, from its unit on; empty for what only the schedule needs.
    pub row: String,
    /// Elements a sample.
    pub width: u64,
    /// What it is to the outside.
    pub home: Home,
    /// Whether its gradient is wanted even where nobody asks for that of the unit's input.
    pub trained: bool,
}

/// Indices and bytes that a step keeps, by their offsets a sample in the unit's tape, and what it makes of the whole
/// batch, by its offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// In the statistics, whatever the batch.
    pub statistics: u64,
    /// In the indices.
    pub indices: u64,
    /// In the bytes.
    pub bytes: u64,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Op {
    /// The network's plain input becomes scalars.
    Lift,
    /// A layer's forward pass: reads x, writes y and what it saves.
    Forward {
        /// Which layer.
        leaf: usize,
        /// x.
        x: Id,
        /// y.
        y: Id,
        /// Saved scalars.
        keep: Option<Id>,
        /// Saved indices and bytes.
        side: Side,
    },
    /// What a layer makes of the whole batch before its forward pass: reads x.
    Measure {
        /// Which layer.
        leaf: usize,
        /// x.
        x: Id,
        /// Where it goes.
        side: Side,
    },
    /// What a layer has in evaluation in place of a batch, made of its buffers.
    Prepare {
        /// Which layer.
        leaf: usize,
        /// Where it goes.
        side: Side,
    },
    /// What a layer's backward pass needs of the whole batch: reads dy; the gradient of its parameters is made of it.
    Reduce {
        /// Which layer.
        leaf: usize,
        /// Saved scalars.
        keep: Option<Id>,
        /// Saved indices and bytes, and where the statistics are.
        side: Side,
        /// The gradient of its output.
        dy: Id,
    },
    /// y = a + b.
    Join {
        /// One summand.
        a: Id,
        /// The other.
        b: Id,
        /// The sum.
        y: Id,
    },
    /// What the step reads, side by side, as many runs of each in a sample as there are blocks.
    Concat {
        /// How many blocks a sample has.
        blocks: u64,
    },
    /// One of those that were joined, cut out of what the step reads: a concatenation backward.
    Slice {
        /// How many blocks a sample has.
        blocks: u64,
        /// Elements of a block before the slice.
        before: u64,
    },
    /// Another unit's forward pass, once or several times in a row.
    Call {
        /// Which use.
        call: usize,
        /// x.
        x: Id,
        /// y.
        y: Id,
        /// What it keeps.
        tape: Option<Id>,
        /// What flows between copies.
        links: Option<Id>,
        /// Its scratch.
        scratch: Option<Id>,
        /// Where its indices and bytes begin.
        side: Side,
    },
    /// The head: logits become their gradient (in training) or the prediction, in place; a loss a row.
    Head {
        /// The logits.
        z: Id,
        /// What becomes of them.
        dz: Id,
        /// The row losses.
        losses: Id,
    },
    /// A layer's gradient in its input.
    Backward {
        /// Which layer.
        leaf: usize,
        /// Its input, if read.
        x: Option<Id>,
        /// Its output, if read.
        y: Option<Id>,
        /// Saved scalars.
        keep: Option<Id>,
        /// Saved indices and bytes.
        side: Side,
        /// The gradient of its output.
        dy: Id,
        /// The gradient of its input.
        dx: Id,
    },
    /// A layer's gradient in its parameters.
    Gradient {
        /// Which layer.
        leaf: usize,
        /// Its input, if read.
        x: Option<Id>,
        /// Saved scalars.
        keep: Option<Id>,
        /// Saved indices and bytes.
        side: Side,
        /// The gradient of its output.
        dy: Id,
    },
    /// Another unit's backward pass.
    CallBackward {
        /// Which use.
        call: usize,
        /// x.
        x: Id,
        /// y.
        y: Id,
        /// What it kept.
        tape: Option<Id>,
        /// What flowed between copies.
        links: Option<Id>,
        /// The gradients between copies.
        flows: Option<Id>,
        /// Its scratch.
        scratch: Option<Id>,
        /// Where its indices and bytes begin.
        side: Side,
        /// The gradient of its output.
        dy: Id,
        /// The gradient of its input.
        dx: Id,
    },
    /// The same values elsewhere.
    Copy,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does.
    pub op: Op,
    /// What it reads.
    pub reads: Vec<Id>,
    /// What it writes.
    pub writes: Vec<Id>,
    /// Whether it works on the whole batch at once, so that what it reads must be finished everywhere.
    pub whole_batch: bool,
    /// Whether it only runs where the gradient of the unit's input is wanted.
    pub only_for_input: bool,
    /// Its phase.
    pub phase: usize,
}

impl Step {
    fn new(op: Op, reads: Vec<Id>, writes: Vec<Id>, whole_batch: bool) -> Step {
        Step { op, reads, writes, whole_batch, only_for_input: false, phase: 0 }
    }
}

/// The steps of one pass over a unit.
#[derive(Default)]
pub struct Schedule {
    /// The tensors.
    pub tensors: Vec<Tensor>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The first step of the backward pass.
    pub backward_from: usize,
    /// What flows in.
    pub x: Id,
    /// What flows out.
    pub y: Id,
    /// Indices and bytes kept a sample.
    pub side: Side,
    /// The row losses, in the network itself.
    pub losses: Option<Id>,
}

impl Schedule {
    fn tensor(&mut self, name: impl Into<String>, width: u64, home: Home, trained: bool) -> Id {
        self.tensors.push(Tensor { name: name.into(), row: String::new(), width, home, trained });
        self.tensors.len() - 1
    }

    /// Gives every step its phase: a new one where a step needs, from the whole batch, what this one makes.
    fn phases(&mut self) {
        let mut phase = 0;
        // What rows of this phase have written so far, and whether the phase is taken by a step of its own.
        let mut fresh: Vec<Id> = Vec::new();
        let mut alone = false;
        let boundary = self.backward_from;
        for (index, step) in self.steps.iter_mut().enumerate() {
            // Rows wait for what is made of the whole batch, which no tensor tells.
            let own_phase = matches!(
                step.op,
                Op::Call { .. }
                    | Op::CallBackward { .. }
                    | Op::Measure { .. }
                    | Op::Prepare { .. }
                    | Op::Reduce { .. }
            );
            let waits = step.whole_batch && step.reads.iter().any(|id| fresh.contains(id));
            let starts_backward = index == boundary && self.losses.is_none();
            if index > 0 && (alone || own_phase || waits || starts_backward) {
                phase += 1;
                fresh.clear();
            }
            alone = own_phase;
            fresh.extend(step.writes.iter().copied());
            step.phase = phase;
        }
        // A layer's gradient comes last in its phase: behind the rows that read its parameters, so that a step may change
        // them. What it reads lives through the phase.
        for phase in self.steps.chunk_by_mut(|a, b| a.phase == b.phase) {
            phase.sort_by_key(|step| matches!(step.op, Op::Gradient { .. }));
        }
    }
}

impl Unit {
    /// Whether the backward pass reads what flowed in, and what flowed out.
    #[must_use]
    pub fn reads_back(&self) -> (bool, bool) {
        let backward = &self.train.steps[self.train.backward_from..];
        let reads = |id: Id| backward.iter().any(|step| step.reads.contains(&id));
        (reads(self.train.x), reads(self.train.y))
    }
}

/// Elements a sample that each row of the cost table keeps from forward to backward, all copies together.
#[must_use]
pub fn kept(program: &Program) -> HashMap<String, u64> {
    let mut rows = HashMap::new();
    if let Some(network) = program.units.last() {
        keep(program, network, "", 1, &mut rows);
    }
    rows
}

fn keep(program: &Program, unit: &Unit, prefix: &str, copies: u64, rows: &mut HashMap<String, u64>) {
    let under = |row: &str| if prefix.is_empty() { row.to_owned() } else { format!("{prefix}.{row}") };
    let (forward, backward) = unit.train.steps.split_at(unit.train.backward_from);
    let read_again: HashSet<Id> = backward.iter().flat_map(|step| &step.reads).copied().collect();
    for &id in forward.iter().flat_map(|step| &step.writes) {
        let tensor = &unit.train.tensors[id];
        // What flows out of a unit is kept by its caller.
        if !tensor.row.is_empty() && tensor.home == Home::Own && read_again.contains(&id) {
            *rows.entry(under(&tensor.row)).or_insert(0) += copies * tensor.width;
        }
    }
    for site in &unit.calls {
        let name = under(&site.path.join("."));
        keep(program, &program.units[site.unit], &name, copies * site.times.unwrap_or(1), rows);
    }
}

/// Schedules a network.
#[must_use]
pub fn schedule(graph: &Graph) -> Program {
    forward::Builder::default().program(graph)
}

/// A head's name in schedules and cost tables.
#[must_use]
pub fn head_site(head: &Head) -> String {
    head.kind.clone()
}
