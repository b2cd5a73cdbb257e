//! What a training shows while it runs: a bar on a terminal, one plain line an epoch elsewhere, or nothing.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::history::Epoch;

/// Where progress goes; always standard error, so that a program's output stays its own.
#[derive(Debug)]
pub(super) enum Progress {
    Off,
    Lines { epochs: usize },
    Bar { bar: ProgressBar, epochs: usize },
}

impl Progress {
    /// Progress of a training of `epochs` epochs of `steps` steps, if that is known.
    pub(super) fn new(on: bool, epochs: usize, steps: Option<usize>) -> Self {
        if !on {
            Progress::Off
        } else if stderr().is_terminal() {
            let bar =
                ProgressBar::with_draw_target(steps.map(|steps| steps as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} steps, {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("=> "));
            Progress::Bar { bar, epochs }
        } else {
            Progress::Lines { epochs }
        }
    }

    /// An epoch begins, counted from 1.
    pub(super) fn begin(&self, epoch: usize) {
        if let Progress::Bar { bar, epochs } = self {
            bar.reset();
            bar.set_prefix(format!("epoch {epoch}/{epochs}"));
        }
    }

    /// Step `step` (from 1) of the epoch is done; `loss` is the epoch's mean up to here.
    pub(super) fn step(&self, step: usize, loss: impl FnOnce() -> f64) {
        if let Progress::Bar { bar, .. } = self {
            bar.set_position(step as u64);
            // The text is made a hundred times an epoch, not a million.
            if bar.length().is_none_or(|steps| (step as u64).is_multiple_of((steps / 100).max(1))) {
                bar.set_message(format!("loss {:.4}", loss()));
            }
        }
    }

    /// An epoch is done.
    pub(super) fn end(&self, epoch: &Epoch) {
        match self {
            Progress::Off => {}
            Progress::Lines { epochs } => eprintln!("{}", line(epoch, *epochs)),
            Progress::Bar { bar, epochs } => bar.println(line(epoch, *epochs)),
        }
    }
}

impl Drop for Progress {
    /// Takes the bar away, also when the training ends with an error.
    fn drop(&mut self) {
        if let Progress::Bar { bar, .. } = self {
            bar.finish_and_clear();
        }
    }
}

/// `[3/10] epoch 3: …`
fn line(epoch: &Epoch, epochs: usize) -> String {
    format!("[{}/{epochs}] {epoch}", epoch.epoch)
}
