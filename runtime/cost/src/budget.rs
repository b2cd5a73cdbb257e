//! An assertion on a cost whose message carries numbers, in constants too.

use crate::network::{LayerCost, NetworkCost};
use crate::optimizer::OptimizerKind;

/// A quantity that a layer has a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Parameters, in elements or bytes.
    Params,
    /// Multiply-adds of the forward products.
    Macs,
    /// FLOPs of the forward pass.
    ForwardFlops,
    /// FLOPs of the backward pass.
    BackwardFlops,
    /// FLOPs of inference.
    InferFlops,
    /// FLOPs of a training step with this optimizer.
    StepFlops(OptimizerKind),
    /// Scalars of parameters and buffers.
    Held,
    /// Scalars of parameters, buffers, the gradients of both and the state of this optimizer.
    Trained(OptimizerKind),
    /// Elements moved by forward and backward.
    Moved,
}

impl Quantity {
    /// What a layer takes of it for `batch` samples, in FLOPs or elements.
    pub const fn of(self, layer: &LayerCost, batch: u64) -> u64 {
        match self {
            Quantity::Params => layer.params,
            Quantity::Macs => layer.macs * batch,
            Quantity::ForwardFlops => layer.forward(batch).flops,
            Quantity::BackwardFlops => layer.backward(batch).flops,
            Quantity::InferFlops => layer.infer_flops * batch + layer.per_step.infer,
            Quantity::StepFlops(optimizer) => {
                let passes = layer.forward(batch).flops + layer.backward(batch).flops;
                passes + layer.per_step.update + optimizer.flops(layer.params)
            }
            Quantity::Held => layer.params + layer.buffers,
            Quantity::Trained(optimizer) => {
                2 * (layer.params + layer.buffers) + optimizer.state_elements(layer.params)
            }
            Quantity::Moved => layer.moved.training(batch),
        }
    }
}

impl NetworkCost {
    /// The layer that takes most of a quantity, and its share times `unit` (bytes of an element, or 1).
    pub const fn heaviest(&self, quantity: Quantity, batch: u64, unit: u64) -> (&'static str, u64) {
        let (mut most, mut index) = (("no layer", 0), 0);
        while index < self.layers.len() {
            let layer = &self.layers[index];
            let share = quantity.of(layer, batch) * unit;
            if share > most.1 {
                most = (layer.name, share);
            }
            index += 1;
        }
        most
    }
}

/// Room for the longest message: names are cut where they would not fit.
const ROOM: usize = 512;

/// A message under construction.
struct Message {
    text: [u8; ROOM],
    length: usize,
}

impl Message {
    const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut index = 0;
        while index < bytes.len() && self.length < ROOM {
            self.text[self.length] = bytes[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    const fn number(mut self, number: u64) -> Self {
        let mut power = 1;
        while number / power >= 10 {
            power *= 10;
        }
        while power > 0 && self.length < ROOM {
            self.text[self.length] = b'0' + (number / power % 10) as u8;
            self.length += 1;
            power /= 10;
        }
        self
    }
}

/// Stops the build unless a budget holds, with a message that says `what` was bounded, the `value` found, the
/// `limit`, and the layer that takes most of it with its share.
///
/// ```
/// const MAX: u64 = 250_000;
/// const _: () = quipu_cost::assert_budget(203_530 <= MAX, "Mlp: params <= MAX", 203_530, MAX, ("fc1", 200_960));
/// ```
///
/// # Panics
/// Where the budget does not hold; in a constant that is an error of the build.
#[track_caller]
pub const fn assert_budget(holds: bool, what: &str, value: u64, limit: u64, most: (&str, u64)) {
    if holds {
        return;
    }
    let message = Message { text: [0; ROOM], length: 0 }
        .push("the budget `")
        .push(what)
        .push("` is broken: found ")
        .number(value)
        .push(", the limit is ")
        .number(limit)
        .push("; ")
        .push(most.0)
        .push(" takes ")
        .number(most.1)
        .push(" of it; write a larger limit, or make ")
        .push(most.0)
        .push(" smaller");
    let (text, _) = message.text.split_at(message.length);
    match core::str::from_utf8(text) {
        Ok(text) => panic!("{}", text),
        // A name was cut in the middle of a letter.
        Err(_) => panic!("a budget is broken"),
    }
}
