//! How gradients flow back through a network: how large they arrive at each layer, and what each makes of them.

use std::fmt;

use crate::batch::Batch;
use crate::error::Result;
use crate::io::entries;
use crate::network::{self, Model, zeros};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar};
use crate::workspace::Workspace;

/// What a gradient may have lost or won on its way from the head before it counts as vanishing or exploding.
const FAR: f64 = 1e3;

/// The gradient of one layer's parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerGradient {
    /// The layer's name in files: `fc1`, `repeat1.0.fc1`.
    pub layer: String,
    /// Its parameters.
    pub params: usize,
    /// The norm of its gradient.
    pub norm: f64,
    /// The norm of the parameters themselves.
    pub weight_norm: f64,
}

/// One factor of the chain product: what a layer's transposed Jacobian does to the gradient that comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainFactor {
    /// The layer's name in the cost table; copies of a repeated block stand there one after another.
    pub layer: &'static str,
    /// ‖∂L/∂y‖, over the whole batch, in its output.
    pub incoming: f64,
    /// ‖∂L/∂x‖ in its input.
    pub outgoing: f64,
}

impl ChainFactor {
    /// ‖∂L/∂x‖ / ‖∂L/∂y‖: by how much the layer stretches this gradient. 0 where nothing comes in.
    #[must_use]
    pub fn factor(&self) -> f64 {
        if self.incoming == 0.0 { 0.0 } else { self.outgoing / self.incoming }
    }
}

/// What becomes of gradients on the way back.
#[derive(Clone, Debug, PartialEq)]
pub enum FlowVerdict {
    /// They stay within a factor of 1,000 of the head's.
    Steady,
    /// Behind this layer, the first of them on the way back, they are less than a thousandth of the head's.
    Vanishing(&'static str),
    /// Behind this layer, the first of them on the way back, they are more than a thousand times the head's.
    Exploding(&'static str),
}

/// How gradients flow back through a network over one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFlow {
    /// The batch's mean loss.
    pub loss: f64,
    /// The norm of the loss's gradient in the logits: what everything begins with.
    pub head: f64,
    /// The layers with parameters, in the network's order.
    pub layers: Vec<LayerGradient>,
    /// The factors of the chain product in the network's order: the backward pass goes from the last to the first.
    pub factors: Vec<ChainFactor>,
}

impl GradientFlow {
    /// ‖∂L/∂input‖ over ‖∂L/∂logits‖: the product of all factors in a network without branches.
    #[must_use]
    pub fn total(&self) -> f64 {
        match self.factors.first() {
            Some(first) if self.head > 0.0 => first.outgoing / self.head,
            _ => 1.0,
        }
    }

    /// Whether gradients vanish or explode, and from which layer on. Steady where none leaves the head: of nothing, nothing
    /// is lost on the way.
    #[must_use]
    pub fn verdict(&self) -> FlowVerdict {
        if self.head == 0.0 {
            return FlowVerdict::Steady;
        }
        for factor in self.factors.iter().rev() {
            let share = factor.outgoing / self.head;
            // NaN, too, is nothing to go on with.
            if share > FAR || share.is_nan() {
                return FlowVerdict::Exploding(factor.layer);
            }
            if share < 1.0 / FAR {
                return FlowVerdict::Vanishing(factor.layer);
            }
        }
        FlowVerdict::Steady
    }
}

/// One pass forward and back over a batch: the norm of each layer's gradient, and of each factor of the chain product.
///
/// The factors are those of this batch's gradient, measured at every layer before and behind it, so that they are exact in
/// networks with branches, too. One gradient, that of the network's input with it: at most
/// `COST.forward_flops + COST.backward_flops + COST.input_grad_flops` of the batch; a workspace and a gradient of memory.
///
/// ```
/// use quipu::analysis::{FlowVerdict, gradient_flow};
/// use quipu::prelude::*;
///
/// network! { pub Deep < fc(4, 8); sigmoid; repeat(8) { fc(8); sigmoid } softmax_ce(2) > }
///
/// let flow = gradient_flow(&Deep::init(1), &Batch::new(&[0.1, -0.2, 0.3, 0.4], &[1]))?;
/// assert!(flow.factors.iter().filter(|f| f.layer == "sigmoid1").all(|f| f.factor() <= 0.25));
/// assert!(matches!(flow.verdict(), FlowVerdict::Vanishing(_)));
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// Sizes, labels or targets that do not fit the network.
pub fn gradient_flow<K, N: AsModel<K>>(
    net: &N,
    batch: &Batch<'_, <N::Model as Model>::Scalar>,
) -> Result<GradientFlow> {
    let net = net.model();
    let rows = (batch.inputs.len() / N::Model::INPUTS).max(1);
    let (mut ws, mut gradient) = (Workspace::new(rows), zeros::<N::Model>());
    let (loss, visits) = network::flow(net, batch, &mut ws, &mut gradient)?;
    let (mut visits, head) = match visits.split_first() {
        Some((head, rest)) => (rest.to_vec(), head.incoming.sqrt()),
        None => (Vec::new(), 0.0),
    };
    visits.reverse();
    let factors = visits.iter().map(|visit| ChainFactor {
        layer: visit.layer,
        incoming: visit.incoming.sqrt(),
        outgoing: visit.outgoing.sqrt(),
    });
    Ok(GradientFlow {
        loss: loss.real().to_f64(),
        head,
        layers: layers(net, &*gradient),
        factors: factors.collect(),
    })
}

/// The norms by layer, arrays of one layer together.
fn layers<M: Model>(net: &M, gradient: &M) -> Vec<LayerGradient> {
    let mut layers: Vec<LayerGradient> = Vec::new();
    let squares = |flat: &[M::Scalar]| flat.iter().map(|x| x.real().to_f64().powi(2)).sum::<f64>();
    for entry in entries([M::TREE, &[]]) {
        let range = entry.start..entry.start + entry.len();
        if range.is_empty() {
            continue;
        }
        let name = entry.name.rsplit_once('.').map_or("", |(layer, _)| layer);
        let (norm, weight_norm) = (squares(&gradient.flat()[range.clone()]), squares(&net.flat()[range]));
        match layers.last_mut() {
            Some(last) if last.layer == name => {
                last.params += entry.len();
                last.norm += norm;
                last.weight_norm += weight_norm;
            }
            _ => layers.push(LayerGradient { layer: name.into(), params: entry.len(), norm, weight_norm }),
        }
    }
    for layer in &mut layers {
        (layer.norm, layer.weight_norm) = (layer.norm.sqrt(), layer.weight_norm.sqrt());
    }
    layers
}

/// A table: a line a layer with parameters, one a factor, and the verdict.
impl fmt::Display for GradientFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.layers.iter().map(|layer| layer.layer.len());
        let width =
            names.chain(self.factors.iter().map(|factor| factor.layer.len())).max().unwrap_or(0).max(5);
        writeln!(f, "{:<width$}  {:>12}  {:>12}  {:>12}", "layer", "gradient", "weights", "ratio")?;
        for LayerGradient { layer, norm, weight_norm, .. } in &self.layers {
            write!(f, "{layer:<width$}  {norm:>12.4e}  {weight_norm:>12.4e}  ")?;
            // Weights of 0, as biases begin with, have no ratio.
            if *weight_norm == 0.0 {
                writeln!(f, "{:>12}", "-")?;
            } else {
                writeln!(f, "{:>12.4e}", norm / weight_norm)?;
            }
        }
        writeln!(f, "{:<width$}  {:>12}  {:>12}  {:>12}", "layer", "coming in", "going out", "factor")?;
        for factor in self.factors.iter().rev() {
            let ChainFactor { layer, incoming, outgoing } = factor;
            let stretched = factor.factor();
            writeln!(f, "{layer:<width$}  {incoming:>12.4e}  {outgoing:>12.4e}  {stretched:>12.4e}")?;
        }
        match self.verdict() {
            FlowVerdict::Steady => {
                write!(f, "steady: {:.3e} of the head's gradient come to the input", self.total())
            }
            FlowVerdict::Vanishing(layer) => write!(f, "vanishing: below a thousandth behind {layer}"),
            FlowVerdict::Exploding(layer) => write!(f, "exploding: above a thousand times behind {layer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_leaves_the_head_nothing_explodes_and_weights_of_zero_have_no_ratio() {
        let layer = |layer: &str, weight_norm| LayerGradient {
            layer: layer.into(),
            params: 2,
            norm: 0.0,
            weight_norm,
        };
        let factors = vec![ChainFactor { layer: "fc1", incoming: 0.0, outgoing: 0.0 }];
        let flow = GradientFlow {
            loss: 0.0,
            head: 0.0,
            layers: vec![layer("fc1", 0.0), layer("fc2", 1.0)],
            factors,
        };
        assert_eq!((flow.verdict(), flow.total()), (FlowVerdict::Steady, 1.0));
        let text = flow.to_string();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert!(text.lines().nth(1).unwrap().ends_with(" -"), "{text}");
        assert!(text.lines().nth(2).unwrap().ends_with(" 0.0000e0"), "{text}");
        // A gradient that is no number is still told.
        let lost = GradientFlow { head: f64::NAN, ..flow };
        assert_eq!(lost.verdict(), FlowVerdict::Exploding("fc1"));
    }
}
