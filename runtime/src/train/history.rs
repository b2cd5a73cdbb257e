//! The record of a training: one entry an epoch, and why it ended.

use std::fmt;

/// What an epoch brought.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Epoch {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Steps of the optimizer in it.
    pub steps: usize,
    /// Mean loss of the training rows, each before the step that it took part in; dropout is active.
    pub train_loss: f64,
    /// Mean loss after the epoch in evaluation mode: of the test set, or of the training set where there is none.
    pub loss: f64,
    /// Share of right answers after the epoch (0 to 1), on the same set: the class of the largest prediction for
    /// heads over classes, agreement at 0.5 for `bce`. NaN where there are no right answers, as for `mse`.
    pub accuracy: f64,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Time it took, training and evaluation, in seconds.
    pub seconds: f64,
}

/// One line: `epoch 3: train loss 0.0812, loss 0.1034, accuracy 96.80 %, learning rate 2.0e-3, 0.41 s`.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "epoch {}: train loss {:.4}, loss {:.4}", self.epoch, self.train_loss, self.loss)?;
        if !self.accuracy.is_nan() {
            write!(f, ", accuracy {:.2} %", 100.0 * self.accuracy)?;
        }
        write!(f, ", learning rate {:.1e}, {:.2} s", self.learning_rate, self.seconds)
    }
}

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// All epochs were done.
    Finished,
    /// The loss had not improved for as many epochs as early stopping was told to wait.
    Patience,
    /// A callback said so.
    Callback,
}

/// A training as it went.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct History {
    /// The epochs in order, at least one.
    pub epochs: Vec<Epoch>,
    /// Why it ended.
    pub stop: Stop,
}

impl History {
    /// The last epoch.
    ///
    /// # Panics
    /// If the caller emptied `epochs`; a training leaves at least one.
    #[must_use]
    pub fn last(&self) -> &Epoch {
        self.epochs.last().expect("a training has at least one epoch; `epochs` was emptied after it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_people() {
        let epoch = Epoch {
            epoch: 3,
            steps: 63,
            train_loss: 0.08123,
            loss: 0.10339,
            accuracy: 0.968,
            learning_rate: 2e-3,
            seconds: 0.412,
        };
        let line = "epoch 3: train loss 0.0812, loss 0.1034, accuracy 96.80 %, learning rate 2.0e-3, 0.41 s";
        assert_eq!(epoch.to_string(), line);
        let regression = Epoch { accuracy: f64::NAN, ..epoch };
        assert!(!regression.to_string().contains("accuracy"));
    }
}
