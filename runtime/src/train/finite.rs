//! Finding the step at which numbers stop being finite, and the layer that began it.

use crate::batch::Batch;
use crate::error::Error;
use crate::network::{Model, Node, first_nonfinite};
use crate::workspace::Workspace;

/// Where a training stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    /// The epoch, from 1.
    pub(super) epoch: usize,
    /// The step in the epoch, from 1.
    pub(super) step: usize,
}

/// The error for a step whose loss or gradient is not finite.
///
/// Runs the step once more under watch, which names the layer. Where that shows nothing, because a gradient
/// overflowed on its way into the parameters, the layer is that of parameter `failed`, whose gradient is not finite.
pub(super) fn diverged<M: Model>(
    at: At,
    what: &'static str,
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    failed: Option<usize>,
) -> Error {
    // The batch has just been through a step: it fits.
    let watched = first_nonfinite(net, batch, ws).ok().flatten().map(|found| found.layer.to_owned());
    let in_gradient = || layer_of(M::TREE, failed?);
    let head = || M::COST.layers.last().map_or_else(String::new, |layer| layer.name.to_owned());
    let layer = watched.or_else(in_gradient).unwrap_or_else(head);
    Error::Diverged { epoch: at.epoch, step: at.step, what, layer }
}

/// The layer that holds the parameter at `index` of the flat order, as files name it: `fc1`, `repeat1.3.fc2`.
fn layer_of(tree: &[Node], mut index: usize) -> Option<String> {
    for node in tree {
        let size = node.elements();
        if index >= size {
            index -= size;
            continue;
        }
        let Node::Group { name, times, children } = node else { return Some(String::new()) };
        let one: usize = children.iter().map(Node::elements).sum();
        let copy = times.map_or_else(String::new, |_| format!(".{}", index / one));
        let inner = layer_of(children, index % one)?;
        let dot = if inner.is_empty() { "" } else { "." };
        return Some(format!("{name}{copy}{dot}{inner}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Init;

    #[test]
    fn a_parameter_leads_to_its_layer() {
        const fn param(shape: &'static [usize]) -> Node {
            Node::Param { name: "weight", shape, transposed: false, init: Init::Zeros }
        }
        const FC: Node = Node::Group { name: "fc1", times: None, children: &[param(&[2, 3]), param(&[3])] };
        const REPEAT: Node = Node::Group { name: "repeat1", times: Some(2), children: &[FC] };
        const TREE: &[Node] = &[FC, REPEAT];
        let layer = |index| layer_of(TREE, index);
        assert_eq!(layer(8).as_deref(), Some("fc1"));
        assert_eq!(layer(9).as_deref(), Some("repeat1.0.fc1"));
        assert_eq!(layer(26).as_deref(), Some("repeat1.1.fc1"));
        assert_eq!(layer(27), None);
    }
}
