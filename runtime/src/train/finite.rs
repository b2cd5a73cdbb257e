//! Finding the step at which numbers stop being finite, and the layer that began it.

use crate::batch::Batch;
use crate::error::Error;
use crate::network::{Model, Node, first_nonfinite};
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

/// Whether no element is NaN or infinite: one pass at the speed of memory.
pub(super) fn all_finite<T: Scalar>(values: &[T]) -> bool {
    /// Elements looked at before the first one that is not finite ends the search: without an exit inside, the loop
    /// runs in the machine's vectors.
    const BLOCK: usize = 1024;
    T::dispatch(
        #[inline(always)]
        || {
            values.chunks(BLOCK).all(
                #[inline(always)]
                |block| block.iter().fold(true, |finite, value| finite & value.real().is_finite()),
            )
        },
    )
}

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
/// overflowed on its way into the parameters, the layer is that of the gradient's last element which is not finite:
/// gradients are made from the head down.
pub(super) fn diverged<M: Model>(
    at: At,
    what: &'static str,
    net: &M,
    batch: &Batch<'_, M::Scalar>,
    ws: &mut Workspace<M>,
    grad: Option<&M>,
) -> Error {
    // The batch has just been through a step: it fits.
    let watched = first_nonfinite(net, batch, ws).ok().flatten().map(|found| found.layer.to_owned());
    let in_gradient = || {
        let last = grad?.flat().iter().rposition(|g| !g.real().is_finite())?;
        layer_of(M::TREE, last)
    };
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
    fn one_element_is_found_anywhere() {
        for n in [0, 1, 15, 1024, 5000] {
            let mut values = vec![1e30_f32; n];
            assert!(all_finite(&values));
            for at in [0, n / 2, n.saturating_sub(1)] {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    if let Some(value) = values.get_mut(at) {
                        *value = bad;
                        assert!(!all_finite(&values));
                        values[at] = 0.0;
                    }
                }
            }
        }
    }

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
