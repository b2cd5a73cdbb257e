//! The trainer's settings for single layers: frozen, or with a learning rate of their own.

use super::trainer::Trainer;
use crate::error::{Error, Result};
use crate::network::Model;
use crate::optim::Layers;

/// What is to become of a layer, by name: its factor of the learning rate, or `None` if it is frozen.
pub(super) type Rule = (String, Option<f64>);

impl<O> Trainer<'_, O> {
    /// Leaves a layer, or all layers in a block, as they are, and their state in the optimizer too. Names are those of
    /// the cost table, see [`Layers`]; of several settings for a layer the last one holds.
    ///
    /// ```
    /// use quipu::prelude::*;
    ///
    /// network! { pub Larger < fc(2, 4); tanh; head: fc(2); softmax_ce(2) > }
    ///
    /// # fn main() -> quipu::Result<()> {
    /// let data = Dataset::classes(vec![0.1, 0.7, 0.9, 0.2, 0.3, 0.4, 0.8, 0.6], 2, vec![1, 0, 1, 0])?;
    /// let mut net = Larger::init(1);
    /// let before = net.fc1.weight;
    /// Trainer::new(Adam::new(1e-2)).freeze("fc1").lr("head", 10.0).fit(&mut net, &data, None)?;
    /// assert_eq!(net.fc1.weight, before);
    ///
    /// // What a step of this optimizer costs, as a constant.
    /// const TRAINED: u64 = Larger::COST.params() - Larger::COST.params_of("fc1").unwrap();
    /// const _: () = assert!(OptimizerKind::Adam.flops(TRAINED) == 14 * (4 * 2 + 2));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A name that the network does not have is an error of [`fit`](Self::fit), and so is a network without a layer
    /// that is left to train.
    pub fn freeze(mut self, layer: impl Into<String>) -> Self {
        self.layers.push((layer.into(), None));
        self
    }

    /// Multiplies the learning rate of a layer, or of all layers in a block, by `factor`, on top of the schedule. Names
    /// and errors as with [`freeze`](Self::freeze).
    pub fn lr(mut self, layer: impl Into<String>, factor: f64) -> Self {
        self.layers.push((layer.into(), Some(factor)));
        self
    }
}

/// The rules as parts of a network.
pub(super) fn resolve<M: Model>(rules: &[Rule]) -> Result<Layers<M>> {
    let layers = rules.iter().try_fold(Layers::all(), |layers, (layer, factor)| match factor {
        Some(factor) => layers.lr(layer, *factor),
        None => layers.freeze(layer),
    })?;
    if layers.params() == 0 {
        return Err(Error::argument("trained layers", "none", "at least one that is not frozen"));
    }
    Ok(layers)
}
