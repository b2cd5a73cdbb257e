//! The exponential moving average of a network's weights over the steps of a training.

use crate::network::{self, Model};
use crate::scalar::Scalar;

/// An average of networks, the later ones weighing more.
pub(super) struct Average<M> {
    /// What is left of the average after a step.
    decay: f64,
    average: Box<M>,
    started: bool,
}

impl<M: Model> Average<M> {
    pub(super) fn new(decay: f64, net: &M) -> Self {
        Average { decay, average: network::copied(net), started: false }
    }

    /// Takes in the network after a step: a += (1 − decay) · (w − a), and after the first step a = w.
    /// 3 FLOPs a parameter and a buffer.
    pub(super) fn follow(&mut self, net: &M) {
        let share = if self.started { 1.0 - self.decay } else { 1.0 };
        self.started = true;
        let share = M::Scalar::from_f64(share);
        let (average, net) = (self.average.flat_all_mut(), net.flat_all());
        M::Scalar::dispatch(
            #[inline(always)]
            || {
                for (a, &w) in average.iter_mut().zip(net) {
                    *a += share * (w - *a);
                }
            },
        );
    }

    /// Exchanges the average and the network.
    pub(super) fn swap(&mut self, net: &mut M) {
        net.flat_all_mut().swap_with_slice(self.average.flat_all_mut());
    }
}
