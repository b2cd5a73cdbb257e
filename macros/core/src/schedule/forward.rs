//! The forward steps of every unit, for training and for evaluation; the backward steps follow from them.

use std::collections::HashMap;

use super::{CallSite, Home, Id, Leaf, Op, Program, Schedule, Side, Step, Unit, backward};
use crate::facts::{Facts, Join};
use crate::graph::{Body, Chain, Graph, Node};
use crate::plan;

/// Which pass is being scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Train,
    Infer,
}

/// Builds units, each after those it calls.
#[derive(Default)]
pub(super) struct Builder {
    units: Vec<Unit>,
    /// The unit of each instance of a block.
    blocks: HashMap<usize, usize>,
    /// The unit of each repeated body, by where it stands: unit path and field names.
    repeats: HashMap<String, usize>,
}

/// One unit while its steps are made.
pub(super) struct Pass<'b> {
    pub(super) builder: &'b mut Builder,
    pub(super) mode: Mode,
    pub(super) name: String,
    pub(super) leaves: Vec<Leaf>,
    pub(super) calls: Vec<CallSite>,
    pub(super) schedule: Schedule,
    /// Whether what flows in is the network's plain data.
    pub(super) data: bool,
    lifted: Option<Id>,
}

impl Builder {
    pub(super) fn program(mut self, graph: &Graph) -> Program {
        let unit = self.unit(String::new(), &graph.chain, Some(graph));
        self.units.push(unit);
        Program { units: self.units }
    }

    pub(super) fn units(&self) -> &[Unit] {
        &self.units
    }

    fn unit(&mut self, name: String, chain: &Chain, root: Option<&Graph>) -> Unit {
        let train = self.pass(&name, chain, root, Mode::Train);
        let infer = self.pass(&name, chain, root, Mode::Infer);
        Unit {
            name,
            has_params: chain.has_params(),
            has_buffers: chain.has_buffers(),
            input: chain.input.elements(),
            output: chain.output.elements(),
            leaves: train.leaves,
            calls: train.calls,
            train: train.schedule,
            infer: infer.schedule,
        }
    }

    fn pass(&mut self, name: &str, chain: &Chain, root: Option<&Graph>, mode: Mode) -> Built {
        let mut schedule = Schedule::default();
        schedule.x = schedule.tensor("x", chain.input.elements(), Home::X, false);
        let mut pass = Pass {
            builder: self,
            mode,
            name: name.to_owned(),
            leaves: Vec::new(),
            calls: Vec::new(),
            schedule,
            data: root.is_some(),
            lifted: None,
        };
        let x = pass.schedule.x;
        let y = pass.chain(chain, x, &[]);
        match root {
            Some(graph) => pass.head(graph, y),
            None => pass.give(y),
        }
        pass.schedule.backward_from = pass.schedule.steps.len();
        if mode == Mode::Train {
            backward::steps(&mut pass);
        }
        pass.schedule.phases();
        Built { leaves: pass.leaves, calls: pass.calls, schedule: pass.schedule }
    }
}

struct Built {
    leaves: Vec<Leaf>,
    calls: Vec<CallSite>,
    schedule: Schedule,
}

impl Pass<'_> {
    fn chain(&mut self, chain: &Chain, x: Id, path: &[String]) -> Id {
        chain.nodes.iter().fold(x, |x, node| self.node(node, x, path))
    }

    fn node(&mut self, node: &Node, x: Id, path: &[String]) -> Id {
        let mut inner = path.to_vec();
        inner.push(node.name.clone());
        match &node.body {
            Body::Leaf(facts) => self.leaf(node, facts, x, inner),
            Body::Chain(chain) => self.chain(chain, x, &inner),
            Body::Block { instance, chain } => {
                let unit = match self.builder.blocks.get(instance) {
                    Some(unit) => *unit,
                    None => {
                        let name = format!("{}{}", node.kind, instance + 1);
                        let unit = self.builder.unit(name, chain, None);
                        self.builder.units.push(unit);
                        self.builder.blocks.insert(*instance, self.builder.units.len() - 1);
                        self.builder.units.len() - 1
                    }
                };
                self.call(unit, None, x, inner)
            }
            Body::Repeat { times, chain } => {
                let mut name = self.name.clone();
                for field in &inner {
                    name = if name.is_empty() { field.clone() } else { format!("{name}__{field}") };
                }
                let unit = match self.builder.repeats.get(&name) {
                    Some(unit) => *unit,
                    None => {
                        let unit = self.builder.unit(name.clone(), chain, None);
                        self.builder.units.push(unit);
                        self.builder.repeats.insert(name, self.builder.units.len() - 1);
                        self.builder.units.len() - 1
                    }
                };
                self.call(unit, Some(*times), x, inner)
            }
            Body::Parallel { branches, join } => self.parallel(node, branches, *join, x, &inner),
        }
    }

    fn parallel(
        &mut self,
        node: &Node,
        branches: &[(&'static str, Chain)],
        join: Join,
        x: Id,
        path: &[String],
    ) -> Id {
        let row = path.join(".");
        let mut ends = Vec::new();
        for (field, chain) in branches {
            let mut path = path.to_vec();
            if !field.is_empty() {
                path.push((*field).to_owned());
            }
            ends.push(self.chain(chain, x, &path));
        }
        match join {
            Join::Sum => ends
                .into_iter()
                .reduce(|sum, branch| {
                    let y = self.join(&node.name, sum, branch);
                    self.schedule.tensors[y].row.clone_from(&row);
                    y
                })
                .unwrap_or(x),
            Join::Concat { blocks } => {
                let ends: Vec<Id> = ends.into_iter().map(|end| self.scalars(end)).collect();
                let trained = ends.iter().any(|&end| self.schedule.tensors[end].trained);
                let y = self.schedule.tensor(&node.name, node.output.elements(), Home::Own, trained);
                self.schedule.tensors[y].row = row;
                self.push(Op::Concat { blocks }, ends, vec![y], false);
                y
            }
        }
    }

    /// `x` as scalars: lifted first where it is the network's plain data.
    fn scalars(&mut self, x: Id) -> Id {
        if !(self.data && x == self.schedule.x) {
            return x;
        }
        if let Some(lifted) = self.lifted {
            return lifted;
        }
        let width = self.schedule.tensors[x].width;
        let lifted = self.schedule.tensor("input", width, Home::Own, false);
        self.push(Op::Lift, vec![x], vec![lifted], false);
        self.lifted = Some(lifted);
        lifted
    }

    fn leaf(&mut self, node: &Node, facts: &Facts, x: Id, path: Vec<String>) -> Id {
        if facts.kernel.is_none() {
            return x;
        }
        let leaf = self.leaves.len();
        self.leaves.push(Leaf {
            site: self.site(&path),
            path,
            kind: node.kind.clone(),
            facts: facts.clone(),
        });
        if self.mode == Mode::Infer && facts.training_only {
            return x;
        }
        let x = if facts.takes_data { x } else { self.scalars(x) };
        let trained = facts.params.is_some() || self.schedule.tensors[x].trained;
        let y = self.schedule.tensor(&node.name, facts.output.elements(), Home::Own, trained);
        let row = self.leaves[leaf].path.join(".");
        self.schedule.tensors[y].row.clone_from(&row);
        let mut writes = vec![y];
        let (mut keep, mut side) = (None, Side::default());
        let statistics = facts.statistics.as_deref();
        if self.mode == Mode::Train {
            if facts.saves.values > 0 {
                let id = self.schedule.tensor(
                    format!("{} saved", node.name),
                    facts.saves.values,
                    Home::Own,
                    false,
                );
                self.schedule.tensors[id].row = row;
                writes.push(id);
                keep = Some(id);
            }
            side = self.reserve(Side {
                statistics: statistics.map_or(0, |statistics| statistics.training),
                indices: facts.saves.indices,
                bytes: facts.saves.bytes,
            });
            if statistics.is_some() {
                self.push(Op::Measure { leaf, x, side }, vec![x], Vec::new(), true);
            }
        } else if let Some(statistics) = statistics {
            side = self.reserve(Side { statistics: statistics.inference, ..Side::default() });
            self.prepare(leaf, side);
        }
        self.push(Op::Forward { leaf, x, y, keep, side }, vec![x], writes, false);
        y
    }

    /// Evaluation needs no batch for its statistics: they are made first of all, and divide no rows into phases.
    fn prepare(&mut self, leaf: usize, side: Side) {
        let steps = &mut self.schedule.steps;
        let at = steps.iter().take_while(|step| matches!(step.op, Op::Prepare { .. })).count();
        let op = Op::Prepare { leaf, side };
        steps.insert(at, Step::new(op, Vec::new(), Vec::new(), true));
    }

    fn call(&mut self, unit: usize, times: Option<u64>, x: Id, path: Vec<String>) -> Id {
        let x = self.scalars(x);
        let called = &self.builder.units[unit];
        let copies = times.unwrap_or(1);
        let (width, name) = (called.output, path.last().cloned().unwrap_or_default());
        let trained = called.has_params || self.schedule.tensors[x].trained;
        let needs = plan::needs(called);
        let call = self.calls.len();
        self.calls.push(CallSite { path, unit, times });
        let (tape, scratch, links) = match self.mode {
            // Copies pass values on through `links`, kept where the backward pass reads them.
            Mode::Train => (copies * needs.tape, needs.forward_scratch, (copies - 1) * width),
            // In evaluation two places take turns.
            Mode::Infer => (0, needs.infer_scratch, if copies > 1 { width } else { 0 }),
        };
        let y = self.schedule.tensor(&name, width, Home::Own, trained);
        let mut writes = vec![y];
        let mut extra = |schedule: &mut Schedule, what: &str, width: u64| {
            (width > 0).then(|| {
                let id = schedule.tensor(format!("{name} {what}"), width, Home::Own, false);
                writes.push(id);
                id
            })
        };
        let tape = extra(&mut self.schedule, "tape", tape);
        let links = extra(&mut self.schedule, "links", links);
        let callee = &self.builder.units()[unit].train;
        let row = format!("{}.{}", self.calls[call].path.join("."), callee.tensors[callee.y].row);
        for id in links.into_iter().chain([y]) {
            self.schedule.tensors[id].row.clone_from(&row);
        }
        let scratch = extra(&mut self.schedule, "scratch", scratch);
        let side = match self.mode {
            Mode::Train => self.reserve(Side {
                statistics: copies * needs.side.statistics,
                indices: copies * needs.side.indices,
                bytes: copies * needs.side.bytes,
            }),
            // Copies make theirs one after another in one place.
            Mode::Infer => self.reserve(Side { statistics: needs.infer_statistics, ..Side::default() }),
        };
        self.push(Op::Call { call, x, y, tape, links, scratch, side }, vec![x], writes, true);
        y
    }

    pub(super) fn join(&mut self, name: &str, a: Id, b: Id) -> Id {
        let (a, b) = (self.scalars(a), self.scalars(b));
        let trained = self.schedule.tensors[a].trained || self.schedule.tensors[b].trained;
        let y = self.schedule.tensor(name, self.schedule.tensors[a].width, Home::Own, trained);
        self.push(Op::Join { a, b, y }, vec![a, b], vec![y], false);
        y
    }

    /// Makes `y` what flows out of the unit.
    fn give(&mut self, y: Id) {
        // What is not made by a step of this unit's own has to be copied to where the caller wants it.
        if y == self.schedule.x {
            let width = self.schedule.tensors[y].width;
            let trained = self.schedule.tensors[y].trained;
            let out = self.schedule.tensor("y", width, Home::Y, trained);
            self.push(Op::Copy, vec![y], vec![out], false);
            self.schedule.y = out;
        } else {
            self.schedule.tensors[y].home = Home::Y;
            self.schedule.y = y;
        }
    }

    fn head(&mut self, graph: &Graph, z: Id) {
        let mut z = self.scalars(z);
        let trained = self.schedule.tensors[z].trained;
        // The head overwrites the logits, so they must not be what a layer's backward pass reads.
        let read_back = self.schedule.steps.iter().any(|step| match step.op {
            Op::Forward { leaf, y, .. } => y == z && self.leaves[leaf].facts.backward_reads.output,

            Op::Call { call, y, .. } => y == z && self.builder.units[self.calls[call].unit].reads_back().1,
            _ => false,
        });
        let width = self.schedule.tensors[z].width;
        if read_back && self.mode == Mode::Train {
            let copy = self.schedule.tensor("logits", width, Home::Own, trained);
            self.push(Op::Copy, vec![z], vec![copy], false);
            z = copy;
        }
        let losses = self.schedule.tensor("losses", 1, Home::Own, false);
        let name = match self.mode {
            Mode::Train => "d logits",
            Mode::Infer => "prediction",
        };
        let dz = self.schedule.tensor(name, width, Home::Own, false);
        self.push(Op::Head { z, dz, losses }, vec![z], vec![dz, losses], false);
        self.schedule.y = dz;
        self.schedule.losses = Some(losses);
        debug_assert_eq!(graph.head.facts.features, width);
    }

    fn reserve(&mut self, more: Side) -> Side {
        let side = self.schedule.side;
        self.schedule.side = Side {
            statistics: side.statistics + more.statistics,
            indices: side.indices + more.indices,
            bytes: side.bytes + more.bytes,
        };
        side
    }

    pub(super) fn push(&mut self, op: Op, reads: Vec<Id>, writes: Vec<Id>, whole_batch: bool) {
        self.schedule.steps.push(Step::new(op, reads, writes, whole_batch));
    }

    fn site(&self, path: &[String]) -> String {
        let mut words: Vec<&str> = vec![&self.name];
        words.extend(path.iter().map(String::as_str));
        words.retain(|word| !word.is_empty());
        // A nested unit's name has its own joints.
        words.join(".").replace("__", ".")
    }
}
