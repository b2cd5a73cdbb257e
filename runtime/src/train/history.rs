//! The record of a training: one entry an epoch, and why it ended.

use std::fmt::{self, Write};
use std::path::Path;

use crate::error::Result;
use crate::io;

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
    /// The epoch whose weights the network has, if the trainer was told to bring back the best one's
    /// ([`Trainer::restore_best`](super::Trainer::restore_best)); without that, they are the last one's.
    pub restored: Option<usize>,
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

    /// The epoch with the lowest loss, the first of equals.
    ///
    /// # Panics
    /// As [`last`](Self::last).
    #[must_use]
    pub fn best(&self) -> &Epoch {
        let better = |best: &'_ Epoch, epoch: &'_ Epoch| epoch.loss < best.loss;
        self.epochs.iter().fold(&self.epochs[0], |best, epoch| if better(best, epoch) { epoch } else { best })
    }

    /// The epochs as a table in text: a header, then a line an epoch, every number as exact as it is. An accuracy that
    /// does not exist is an empty cell.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = String::from("epoch,steps,train_loss,loss,accuracy,learning_rate,seconds\n");
        for Epoch { epoch, steps, train_loss, loss, accuracy, learning_rate, seconds } in &self.epochs {
            let accuracy = if accuracy.is_nan() { String::new() } else { accuracy.to_string() };
            // Writing to a string does not fail.
            let _ =
                writeln!(text, "{epoch},{steps},{train_loss},{loss},{accuracy},{learning_rate},{seconds}");
        }
        text
    }

    /// Writes [`to_csv`](Self::to_csv) to a file, whole or not at all.
    ///
    /// ```no_run
    /// # fn show(history: &quipu::History) -> quipu::Result<()> {
    /// history.save_csv("history.csv")?;
    /// # #[cfg(feature = "plot")]
    /// history.plot("history.svg")?; // with the feature `plot`, which is on by default
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing) if the directory is not there, [`Error::Io`](crate::Error::Io) if it
    /// cannot be written to.
    pub fn save_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        io::replace(path.as_ref(), self.to_csv().as_bytes())
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

    #[test]
    fn a_table_for_programs() {
        let first = Epoch {
            epoch: 1,
            steps: 63,
            train_loss: 0.1,
            loss: 1e-7,
            accuracy: 0.968,
            learning_rate: 2e-3,
            seconds: 0.5,
        };
        let second = Epoch { epoch: 2, accuracy: f64::NAN, ..first.clone() };
        let history = History { epochs: vec![first, second], stop: Stop::Finished, restored: None };
        let header = "epoch,steps,train_loss,loss,accuracy,learning_rate,seconds";
        let expected =
            format!("{header}\n1,63,0.1,0.0000001,0.968,0.002,0.5\n2,63,0.1,0.0000001,,0.002,0.5\n");
        assert_eq!(history.to_csv(), expected);

        let path = std::env::temp_dir().join(format!("quipu-history-{}.csv", std::process::id()));
        history.save_csv(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        std::fs::remove_file(&path).unwrap();
        let error = history.save_csv("no/such/history.csv").unwrap_err();
        assert!(error.to_string().starts_with("no/such/history.csv: no such file or directory"), "{error}");
    }
}
