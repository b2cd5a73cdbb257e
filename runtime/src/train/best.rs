//! The best epoch of a training: how long ago it was, and the weights it had.

use crate::network::{self, Model};

/// The best loss so far.
pub(super) struct Best<M> {
    loss: Option<f64>,
    epoch: usize,
    waited: usize,
    /// The network of that epoch, if it is wanted.
    kept: Option<Box<M>>,
}

impl<M: Model> Best<M> {
    /// Nothing yet; `keep`: also remember the network.
    pub(super) fn new(keep: bool) -> Self {
        Best { loss: None, epoch: 0, waited: 0, kept: keep.then(network::zeros) }
    }

    /// Takes in an epoch's loss and the network that has it; epochs since the best one, 0 if this is it.
    pub(super) fn observe(&mut self, epoch: usize, loss: f64, net: &M) -> usize {
        if self.loss.is_none_or(|best| loss < best) {
            (self.loss, self.epoch, self.waited) = (Some(loss), epoch, 0);
            if let Some(kept) = &mut self.kept {
                kept.flat_all_mut().copy_from_slice(net.flat_all());
            }
        } else {
            self.waited += 1;
        }
        self.waited
    }

    /// Gives `net` the best weights, if they were kept; the epoch they are of.
    pub(super) fn restore(&self, net: &mut M) -> Option<usize> {
        let kept = self.kept.as_ref()?;
        net.flat_all_mut().copy_from_slice(kept.flat_all());
        Some(self.epoch)
    }
}
