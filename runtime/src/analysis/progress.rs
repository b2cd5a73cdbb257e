//! What a long analysis shows while it runs: a bar on a terminal, a line for each tenth elsewhere, or nothing.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::operator::Operator;
use crate::error::Result;

/// Where progress goes; always standard error, so that a program's output stays its own.
#[derive(Debug)]
pub(super) enum Bar {
    Off,
    Lines { title: String, total: usize, done: usize },
    Shown(ProgressBar),
}

impl Bar {
    /// Progress of `total` units of work.
    pub(super) fn new(on: bool, title: &str, total: usize) -> Self {
        if !on {
            Bar::Off
        } else if stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len}, {eta} to go")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("=> "));
            bar.set_prefix(title.to_owned());
            Bar::Shown(bar)
        } else {
            Bar::Lines { title: title.into(), total, done: 0 }
        }
    }

    /// One unit is done.
    pub(super) fn step(&mut self) {
        match self {
            Bar::Off => {}
            Bar::Shown(bar) => bar.inc(1),
            Bar::Lines { title, total, done } => {
                let tenth = |done: usize| 10 * done / (*total).max(1);
                *done += 1;
                if tenth(*done) > tenth(*done - 1) {
                    eprintln!("{title}: {done}/{total}");
                }
            }
        }
    }
}

impl Drop for Bar {
    /// Takes the bar away, also when the work ends with an error.
    fn drop(&mut self) {
        if let Bar::Shown(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// An operator that shows how many of its products have been made; by [`with_progress`].
#[derive(Debug)]
pub struct Shown<O> {
    operator: O,
    bar: Bar,
}

/// The same operator with a bar on standard error, for a method that makes `total` products: as many as
/// `lanczos` has steps, [`trace`](super::trace()) has probes, and `spectral_density` has both together.
pub fn with_progress<O: Operator>(operator: O, title: &str, total: usize) -> Shown<O> {
    Shown { operator, bar: Bar::new(true, title, total) }
}

impl<O: Operator> Operator for Shown<O> {
    fn len(&self) -> usize {
        self.operator.len()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()> {
        self.operator.apply(v, out)?;
        self.bar.step();
        Ok(())
    }

    fn flops(&self) -> u64 {
        self.operator.flops()
    }
}
