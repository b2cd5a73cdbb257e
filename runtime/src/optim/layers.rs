//! Which parameters a step changes, and how fast: layers by name, frozen or with a learning rate of their own.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::network::{Model, Node};
use crate::suggest::{listed, nearest};

/// Parameters that lie together in the flat order, and what multiplies the learning rate for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Their places.
    pub range: Range<usize>,
    /// 1: as fast as the optimizer says.
    pub factor: f64,
}

/// Which layers of a network are trained, and how fast.
///
/// A layer is called as the cost table calls it (`fc1`, `repeat1.fc1`, or its label); the name of a block is all layers
/// inside. What files call apart can be named, too: one copy of a repeat (`repeat1.0`), one array (`fc1.bias`). Of
/// several settings for one parameter the last one holds.
///
/// ```
/// use quipu::optim::{Layers, Optimizer};
/// use quipu::prelude::*;
///
/// network! { pub Tuned < body: { fc(4, 8); relu; fc(8); relu } head: fc(3); softmax_ce(3) > }
///
/// # fn main() -> quipu::Result<()> {
/// let layers = Layers::<Tuned>::all().freeze("body.fc1")?.lr("head", 10.0)?;
/// assert_eq!(layers.params(), Tuned::PARAMS - (4 * 8 + 8));
///
/// let (mut net, mut grad, mut ws) = (Tuned::init(1), Tuned::zeros(), Tuned::workspace(1));
/// let (mut adam, before) = (Adam::new(1e-3), net.body.fc1.weight);
/// net.loss_and_grad(&Batch::new(&[0.1, 0.2, 0.3, 0.4], &[2]), &mut ws, &mut grad)?;
/// adam.step_layers(&mut net, &grad, &layers); // adam.kind().flops(layers.params()) FLOPs
/// assert_eq!(net.body.fc1.weight, before);
/// # Ok(())
/// # }
/// ```
///
/// Backward still computes the gradients of frozen layers, and [`Error::Diverged`] looks at them. An optimizer that
/// counts its steps (Adam's bias correction, Adagrad's rate) counts them for all layers together: what is thawed in the
/// middle of a training goes on with a count of its own in PyTorch, and with the common one here.
pub struct Layers<M> {
    parts: Vec<Part>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Layers<M> {
    /// All layers, as fast as the optimizer says.
    #[must_use]
    pub fn all() -> Self {
        Layers { parts: vec![Part { range: 0..M::PARAMS, factor: 1.0 }], model: PhantomData }
    }

    /// Leaves this layer, or the layers in this block, as they are.
    ///
    /// # Errors
    /// [`Error::Layer`] if the network has none of that name, or one without parameters.
    pub fn freeze(self, layer: &str) -> Result<Self> {
        self.set(layer, None)
    }

    /// Multiplies the learning rate of this layer, or of the layers in this block, by `factor`.
    ///
    /// # Errors
    /// [`Error::Layer`] if the network has none of that name, or one without parameters; [`Error::Argument`] for a
    /// factor that is not finite or not above 0.
    pub fn lr(self, layer: &str, factor: f64) -> Result<Self> {
        if !(factor.is_finite() && factor > 0.0) {
            let allowed =
                format!("a finite number above 0, or `freeze({layer:?})` to keep the layer as it is");
            return Err(Error::argument("learning rate factor", factor, allowed));
        }
        self.set(layer, Some(factor))
    }

    /// Parameters that are trained: a step takes `kind.flops(params)` FLOPs.
    #[must_use]
    pub fn params(&self) -> usize {
        self.parts.iter().map(|part| part.range.len()).sum()
    }

    /// What is trained, in the flat order; neighbours have different factors or lie apart.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn set(mut self, layer: &str, factor: Option<f64>) -> Result<Self> {
        let path: Vec<&str> = layer.split('.').collect();
        let mut ranges = Vec::new();
        find(M::TREE, &path, 0, &mut ranges);
        ranges.retain(|range| !range.is_empty());
        if ranges.is_empty() {
            return Err(unknown::<M>(layer));
        }
        for range in ranges {
            cut(&mut self.parts, &range);
            self.parts.extend(factor.map(|factor| Part { range, factor }));
        }
        self.parts.sort_by_key(|part| part.range.start);
        self.parts.dedup_by(|next, part| {
            let joined = part.range.end == next.range.start && part.factor == next.factor;
            if joined {
                part.range.end = next.range.end;
            }
            joined
        });
        Ok(self)
    }
}

impl<M> Clone for Layers<M> {
    fn clone(&self) -> Self {
        Layers { parts: self.parts.clone(), model: PhantomData }
    }
}

impl<M> fmt::Debug for Layers<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers").field("parts", &self.parts).finish()
    }
}

/// Takes `range` out of the parts.
fn cut(parts: &mut Vec<Part>, range: &Range<usize>) {
    *parts = std::mem::take(parts)
        .into_iter()
        .flat_map(|Part { range: old, factor }| {
            let before = old.start..old.end.min(range.start);
            let behind = old.start.max(range.end)..old.end;
            [before, behind].map(|range| Part { range, factor })
        })
        .filter(|part| !part.range.is_empty())
        .collect();
}

/// The ranges of the parameters that `path` names among `nodes`, which begin at `start`; returns where they end.
fn find(nodes: &[Node], path: &[&str], start: usize, ranges: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    for node in nodes {
        let end = at + node.elements();
        match (path.split_first(), node) {
            (None, _) => ranges.push(at..end),
            (Some((first, [])), Node::Param { name, .. }) if first == name => ranges.push(at..end),
            (Some((first, rest)), Node::Group { name, times, children }) if first == name => {
                let copy = rest.first().and_then(|word| word.parse::<usize>().ok());
                for index in 0..times.unwrap_or(1) {
                    at = match (times, copy) {
                        (Some(_), Some(copy)) if copy == index => find(children, &rest[1..], at, ranges),
                        (Some(_), Some(_)) => at + children.iter().map(Node::elements).sum::<usize>(),
                        _ => find(children, rest, at, ranges),
                    };
                }
            }
            _ => {}
        }
        at = end;
    }
    at
}

/// The error for a name that leads to no parameter.
fn unknown<M: Model>(name: &str) -> Error {
    let layers = M::COST.layers;
    let trained: Vec<&str> = layers.iter().filter(|layer| layer.params > 0).map(|layer| layer.name).collect();
    // The blocks around them can be named as well.
    let blocks = trained.iter().flat_map(|name| name.match_indices('.').map(|(end, _)| &name[..end]));
    let known: Vec<&str> = trained.iter().copied().chain(blocks).collect();
    let problem = if layers.iter().any(|layer| layer.name == name) {
        "has no parameters to train"
    } else {
        "is no layer of this network"
    };
    let hint = nearest(name, &known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Error::Layer { name: name.to_owned(), problem, hint, known: listed(&trained) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Init;

    const fn param(name: &'static str, shape: &'static [usize]) -> Node {
        Node::Param { name, shape, transposed: false, init: Init::Zeros }
    }
    /// 9 parameters.
    const FC: Node =
        Node::Group { name: "fc1", times: None, children: &[param("weight", &[2, 3]), param("bias", &[3])] };
    const NORM: Node = Node::Group { name: "norm", times: None, children: &[param("scale", &[2])] };
    const REPEAT: Node = Node::Group { name: "repeat1", times: Some(2), children: &[FC, NORM] };
    const TREE: &[Node] = &[FC, REPEAT, NORM];

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "ranges are what is listed")]
    fn names_lead_to_parameters() {
        let table: [(&str, &[Range<usize>]); 11] = [
            ("fc1", &[0..6, 6..9]),
            ("fc1.bias", &[6..9]),
            ("repeat1", &[9..18, 18..20, 20..29, 29..31]),
            ("repeat1.fc1", &[9..15, 15..18, 20..26, 26..29]),
            ("repeat1.1", &[20..29, 29..31]),
            ("repeat1.1.norm.scale", &[29..31]),
            ("norm", &[31..33]),
            ("fc2", &[]),
            ("fc1.weight.x", &[]),
            ("repeat1.2", &[]),
            ("", &[]),
        ];
        for (name, expected) in table {
            let mut found = Vec::new();
            assert_eq!(find(TREE, &name.split('.').collect::<Vec<_>>(), 0, &mut found), 33);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn parts_are_cut_where_a_range_begins_and_ends() {
        let part = |range| Part { range, factor: 1.0 };
        let mut parts = vec![part(0..5), part(7..9)];
        cut(&mut parts, &(2..3));
        assert_eq!(parts, [part(0..2), part(3..5), part(7..9)]);
        cut(&mut parts, &(4..8));
        assert_eq!(parts, [part(0..2), part(3..4), part(8..9)]);
        cut(&mut parts, &(0..9));
        assert_eq!(parts, []);
    }
}
