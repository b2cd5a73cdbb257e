//! The cost table: one row a layer, summed over its repeats, from the facts of its kind and where it stands.

use crate::errors::{Errors, Reported};
use quipu_cost::{Moved, PerStep};

use crate::facts::{Cost, Facts, Join, Shape, Statistics};
use crate::graph::{Body, Chain, Graph, Node};
use crate::schedule::{Program, head_site, kept};

/// One row of the cost table: totals over `times`, per sample; what `quipu_cost::LayerCost` holds.
#[derive(Clone, Debug)]
pub struct Row {
    /// The layer's name, with those of the blocks around it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The shape of a sample going in.
    pub input: Shape,
    /// The shape of a sample coming out.
    pub output: Shape,
    /// How often it stands in the network.
    pub times: u64,
    /// Parameters.
    pub params: u64,
    /// Multiply-adds of the forward products.
    pub macs: u64,
    /// FLOPs of the training forward pass.
    pub forward: u64,
    /// FLOPs of the backward pass in `loss_and_grad`.
    pub backward: u64,
    /// FLOPs in evaluation.
    pub infer: u64,
    /// FLOPs of the backward part of `input_grad`.
    pub input_grad: u64,
    /// Elements kept from forward to backward that this layer makes; filled in from the schedule.
    pub saved: u64,
    /// Elements moved.
    pub moved: Moved,
    /// FLOPs once a step.
    pub per_step: PerStep,
    /// What is not trained but follows the batches, in elements.
    pub buffers: u64,
}

/// The rows of a network, in the order in which the layers run.
///
/// # Errors
/// Totals beyond u64.
pub fn rows(graph: &Graph, errors: &Errors) -> Result<Vec<Row>, Reported> {
    let mut table = Table { rows: Vec::new(), overflow: false };
    // The gradient of the network's input is not wanted in training, so one copy goes without it.
    table.chain(&graph.chain, "", Copies { all: 1, without_input: 1 });
    let facts = &graph.head.facts;
    let shape = Shape(vec![facts.features]);
    table.rows.push(Row {
        name: head_site(&graph.head),
        kind: graph.head.kind.clone(),
        input: shape.clone(),
        output: shape,
        times: 1,
        params: 0,
        macs: 0,
        forward: facts.loss,
        backward: facts.gradient,
        infer: facts.mean,
        input_grad: facts.gradient,
        saved: 0,
        // The loss reads and rewrites the logits, and so does its gradient.
        moved: Moved { forward: 2 * facts.features, backward: 2 * facts.features, ..Moved::NONE },
        per_step: PerStep { forward: facts.per_step, ..PerStep::NONE },
        buffers: 0,
    });
    let total = |of: fn(&Row) -> u64| table.rows.iter().try_fold(0u64, |sum, row| sum.checked_add(of(row)));
    let sums = [
        total(|row| row.params),
        total(|row| row.forward),
        total(|row| row.backward),
        total(|row| row.input_grad),
    ];
    // Room for a batch of a thousand on top: constants are u64.
    if table.overflow || sums.iter().any(|sum| sum.is_none_or(|sum| sum > u64::MAX >> 10)) {
        errors.push(
            graph.name.span(),
            "the costs of this network do not fit 64 bits; look for a repeat or a width that is too large",
        );
        return Err(Reported);
    }
    Ok(table.rows)
}

/// What a layer moves, from what its steps read and write.
fn moved(facts: &Facts, inputs: u64) -> Moved {
    if facts.kernel.is_none() {
        return Moved::NONE;
    }
    let outputs = facts.output.elements();
    let params = facts.params.as_ref().map_or(0, |params| params.elements());
    let buffers = facts.statistics.as_ref().map_or(0, |statistics| statistics.buffers.elements());
    let reads = |read: bool, elements: u64| if read { elements } else { 0 };
    let activations = outputs
        + inputs
        + facts.saves.values
        + reads(facts.backward_reads.input, inputs)
        + reads(facts.backward_reads.output, outputs);
    let gradient =
        reads(params > 0, outputs + facts.saves.values + reads(facts.gradient_reads.input, inputs));
    Moved {
        // What a layer makes of the whole batch, it reads beforehand.
        forward: inputs + outputs + facts.saves.values + reads(facts.statistics.is_some(), inputs),
        backward: activations + gradient,
        forward_per_step: params,
        // Read for the gradient of the input, and written as a gradient.
        backward_per_step: 2 * (params + buffers),
    }
}

/// Fills in what each layer keeps, once it is scheduled.
pub fn keep(rows: &mut [Row], program: &Program) {
    let kept = kept(program);
    for row in rows {
        row.saved = kept.get(&row.name).copied().unwrap_or(0);
    }
}

/// How often a chain runs in one step, and in how many of those the gradient of its input is not wanted.
#[derive(Clone, Copy)]
struct Copies {
    all: u64,
    without_input: u64,
}

struct Table {
    rows: Vec<Row>,
    overflow: bool,
}

impl Table {
    fn chain(&mut self, chain: &Chain, prefix: &str, mut copies: Copies) {
        for node in &chain.nodes {
            self.node(node, prefix, copies);
            if node.has_params() {
                copies.without_input = 0;
            }
        }
    }

    fn node(&mut self, node: &Node, prefix: &str, copies: Copies) {
        let name = if prefix.is_empty() { node.name.clone() } else { format!("{prefix}.{}", node.name) };
        match &node.body {
            Body::Leaf(facts) => {
                let params = facts.params.as_ref().map_or(0, |params| params.elements());
                let moved = moved(facts, node.input.elements());
                self.push(node, name, facts.cost, params, moved, copies);
                if let Some(statistics) = &facts.statistics {
                    self.statistics(statistics, copies.all);
                }
            }
            Body::Chain(chain) => self.chain(chain, &name, copies),
            Body::Block { chain, .. } => self.chain(chain, &name, copies),
            Body::Repeat { times, chain } => {
                let without_input = if chain.has_params() {
                    copies.without_input
                } else {
                    self.times(copies.without_input, *times)
                };
                let all = self.times(copies.all, *times);
                self.chain(chain, &name, Copies { all, without_input });
            }
            Body::Parallel { branches, join } => {
                for (field, chain) in branches {
                    let name = if field.is_empty() { name.clone() } else { format!("{name}.{field}") };
                    self.chain(chain, &name, copies);
                }
                let further = branches.len() as u64 - 1;
                // A sum reads two summands and writes one; what stands side by side is copied there, and back.
                let (joined, copied) = match join {
                    Join::Sum => (further * quipu_cost::residual(node.output.elements()), 3 * further),
                    Join::Concat { .. } => (0, 2),
                };
                let cost = Cost {
                    macs: 0,
                    forward: joined,
                    infer: joined,
                    backward: quipu_cost::fan_out(node.input.elements(), branches.len() as u64),
                    gradient: 0,
                };
                let (inputs, outputs) = (node.input.elements(), node.output.elements());
                let split = if *join == Join::Sum { 0 } else { copied * outputs };
                let moved = Moved {
                    forward: copied * outputs,
                    backward: split + 3 * further * inputs,
                    ..Moved::NONE
                };
                self.push(node, name, cost, 0, moved, copies);
            }
        }
    }

    fn push(&mut self, node: &Node, name: String, cost: Cost, params: u64, moved: Moved, copies: Copies) {
        let gradient = self.times(copies.all, cost.gradient);
        let activations = self.times(copies.all - copies.without_input, cost.backward);
        let row = Row {
            name,
            kind: node.kind.clone(),
            input: node.input.clone(),
            output: node.output.clone(),
            times: copies.all,
            params: self.times(copies.all, params),
            macs: self.times(copies.all, cost.macs),
            forward: self.times(copies.all, cost.forward),
            backward: gradient.saturating_add(activations),
            infer: self.times(copies.all, cost.infer),
            input_grad: self.times(copies.all, cost.backward),
            saved: 0,
            moved: Moved {
                forward: self.times(copies.all, moved.forward),
                backward: self.times(copies.all, moved.backward),
                forward_per_step: self.times(copies.all, moved.forward_per_step),
                backward_per_step: self.times(copies.all, moved.backward_per_step),
            },
            per_step: PerStep::NONE,
            buffers: 0,
        };
        self.rows.push(row);
    }

    /// Adds to the last row what its layer makes of whole batches.
    fn statistics(&mut self, statistics: &Statistics, copies: u64) {
        let PerStep { forward, backward, infer, input_grad, update } = statistics.per_step;
        let [sums, forward, backward, infer, input_grad, update, buffers] =
            [statistics.sums, forward, backward, infer, input_grad, update, statistics.buffers.elements()]
                .map(|cost| self.times(copies, cost));
        if let Some(row) = self.rows.last_mut() {
            row.backward = row.backward.saturating_add(sums);
            row.input_grad = row.input_grad.saturating_add(sums);
            row.per_step = PerStep { forward, backward, infer, input_grad, update };
            row.buffers = buffers;
        }
    }

    fn times(&mut self, copies: u64, cost: u64) -> u64 {
        copies.checked_mul(cost).unwrap_or_else(|| {
            self.overflow = true;
            0
        })
    }
}
