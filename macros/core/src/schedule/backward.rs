//! The backward steps of a unit, derived from its forward steps in reverse; no kind has a say beyond its facts.

use std::collections::HashMap;

use super::forward::Pass;
use super::{Home, Id, Op, Schedule, Step};
use crate::plan;

/// Appends the backward steps of a training pass.
pub(super) fn steps(pass: &mut Pass<'_>) {
    let forward = pass.schedule.steps.clone();
    let mut reverse = Reverse { pass, gradients: HashMap::new() };
    reverse.start();
    for step in forward.iter().rev() {
        reverse.step(step);
    }
    reverse.finish();
}

struct Reverse<'p, 'b> {
    pass: &'p mut Pass<'b>,
    /// The gradient of each tensor so far.
    gradients: HashMap<Id, Id>,
}

impl Reverse<'_, '_> {
    /// The gradient that flows into the unit; in the network itself the head has made it.
    fn start(&mut self) {
        let schedule = &mut self.pass.schedule;
        if schedule.losses.is_none() {
            let y = schedule.y;
            let dy = schedule.tensor("dy", schedule.tensors[y].width, Home::Dy, true);
            self.gradients.insert(y, dy);
        }
    }

    fn step(&mut self, step: &Step) {
        match step.op {
            Op::Head { z, dz, .. } => {
                self.gradients.insert(z, dz);
            }
            Op::Lift | Op::Copy => {
                let dy = self.gradients[&step.writes[0]];
                self.contribute(step.reads[0], dy);
            }
            Op::Join { a, b, y } => {
                let dy = self.gradients[&y];
                self.contribute(a, dy);
                self.contribute(b, dy);
            }
            Op::Concat { blocks } => {
                let dy = self.gradients[&step.writes[0]];
                let mut before = 0;
                for &part in &step.reads {
                    let slice = self.fresh(part);
                    self.pass.push(Op::Slice { blocks, before }, vec![dy], vec![slice], false);
                    self.condition(part);
                    before += self.pass.schedule.tensors[part].width / blocks;
                    self.contribute(part, slice);
                }
            }
            Op::Forward { leaf, x, y, keep, side } => {
                let dy = self.gradients[&y];
                let facts = &self.pass.leaves[leaf].facts;
                let (gradient_reads, backward_reads) = (facts.gradient_reads, facts.backward_reads);
                let kept = |read: bool, id: Id| read.then_some(id);
                if facts.statistics.is_some() {
                    let reads = [Some(dy), keep].into_iter().flatten().collect();
                    self.pass.push(Op::Reduce { leaf, keep, side, dy }, reads, Vec::new(), true);
                } else if facts.params.is_some() {
                    let x = kept(gradient_reads.input, x);
                    let reads = [Some(dy), x, keep].into_iter().flatten().collect();
                    self.pass.push(Op::Gradient { leaf, x, keep, side, dy }, reads, Vec::new(), true);
                }
                let dx = self.fresh(x);
                let (x_read, y_read) = (kept(backward_reads.input, x), kept(backward_reads.output, y));
                let reads = [Some(dy), x_read, y_read, keep].into_iter().flatten().collect();
                self.pass.push(
                    Op::Backward { leaf, x: x_read, y: y_read, keep, side, dy, dx },
                    reads,
                    vec![dx],
                    false,
                );
                self.condition(x);
                self.contribute(x, dx);
            }
            Op::Call { call, x, y, tape, links, side, .. } => {
                let dy = self.gradients[&y];
                let dx = self.fresh(x);
                let site = &self.pass.calls[call];
                let unit = &self.pass.builder.units()[site.unit];
                let (needs, copies, width) = (plan::needs(unit), site.times.unwrap_or(1), unit.output);
                let (reads_x, reads_y) = unit.reads_back();
                let schedule = &mut self.pass.schedule;
                let mut extra = |what: &str, width: u64| {
                    (width > 0).then(|| schedule.tensor(what, width, Home::Own, false))
                };
                let flows = extra("flows", (copies - 1).min(2) * width);
                let scratch = extra("scratch", needs.backward_scratch);
                let mut reads: Vec<Id> = [Some(dy), tape].into_iter().flatten().collect();
                reads.extend(reads_x.then_some(x));
                reads.extend(reads_y.then_some(y));
                reads.extend(links.filter(|_| reads_x || reads_y));
                let writes = [Some(dx), flows, scratch].into_iter().flatten().collect();
                let op = Op::CallBackward { call, x, y, tape, links, flows, scratch, side, dy, dx };
                self.pass.push(op, reads, writes, true);
                // The unit runs for its parameters; without any it only passes the gradient on.
                if !self.pass.builder.units()[self.pass.calls[call].unit].has_params {
                    self.condition(x);
                }
                self.contribute(x, dx);
            }
            Op::Measure { .. }
            | Op::Prepare { .. }
            | Op::Reduce { .. }
            | Op::Slice { .. }
            | Op::Backward { .. }
            | Op::Gradient { .. }
            | Op::CallBackward { .. } => {}
        }
    }

    /// A new tensor for a gradient of `of`.
    fn fresh(&mut self, of: Id) -> Id {
        let Schedule { tensors, .. } = &self.pass.schedule;
        let (name, width, trained) =
            (format!("d {}", tensors[of].name), tensors[of].width, tensors[of].trained);
        self.pass.schedule.tensor(name, width, Home::Own, trained)
    }

    /// The last step only runs where the gradient of `of` is wanted.
    fn condition(&mut self, of: Id) {
        let only = !self.pass.schedule.tensors[of].trained;
        if let Some(step) = self.pass.schedule.steps.last_mut() {
            step.only_for_input = only;
        }
    }

    /// `gradient` flows into `of`: the first is its gradient, a further one is added.
    fn contribute(&mut self, of: Id, gradient: Id) {
        let sum = match self.gradients.get(&of) {
            None => gradient,
            Some(&so_far) => {
                let name = format!("d {}", self.pass.schedule.tensors[of].name);
                let sum = self.pass.join(&name, so_far, gradient);
                self.condition(of);
                sum
            }
        };
        self.gradients.insert(of, sum);
    }

    /// Brings the gradient of what flowed in to where the caller wants it.
    fn finish(&mut self) {
        let x = self.pass.schedule.x;
        let Some(&gradient) = self.gradients.get(&x) else { return };
        let schedule = &mut self.pass.schedule;
        let made_here = schedule.steps[schedule.backward_from_here()..]
            .iter()
            .any(|step| step.writes.contains(&gradient) && step.only_for_input || is_call(step, gradient));
        let read = schedule.steps.iter().any(|step| step.reads.contains(&gradient));
        if made_here && !read {
            schedule.tensors[gradient].home = Home::Dx;
        } else {
            let width = schedule.tensors[x].width;
            let dx = schedule.tensor("dx", width, Home::Dx, false);
            self.pass.push(Op::Copy, vec![gradient], vec![dx], false);
            self.condition(x);
        }
    }
}

/// Whether the step is another unit's backward pass that makes `gradient`.
fn is_call(step: &Step, gradient: Id) -> bool {
    matches!(step.op, Op::CallBackward { dx, .. } if dx == gradient)
}

impl Schedule {
    /// Where the backward steps begin while they are being made: after the forward ones.
    fn backward_from_here(&self) -> usize {
        self.steps
            .iter()
            .position(|step| {
                matches!(
                    step.op,
                    Op::Backward { .. } | Op::Gradient { .. } | Op::Reduce { .. } | Op::CallBackward { .. }
                )
            })
            .unwrap_or(self.steps.len())
    }
}
