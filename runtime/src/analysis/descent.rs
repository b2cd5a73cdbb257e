//! What a full-batch minimisation has done, step by step; and plain gradient descent, the method to compare with.

use std::fmt;

use super::objective::{Objective, check};
use super::operator::{at_least, not_negative, positive};
use super::vector::{axpy, norm};
use crate::error::{Error, Result};

/// Why a minimisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescentEnd {
    /// The gradient's norm came down to the tolerance.
    Converged,
    /// The limit of steps was reached first.
    Limit,
    /// No step along the direction lowers the loss any more: rounding is all that is left.
    NoProgress,
}

/// One step, as it was when it began; the last entry is where the minimisation ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DescentStep {
    /// The loss.
    pub loss: f64,
    /// The gradient's norm.
    pub gradient_norm: f64,
    /// Gradients up to here, those of line searches included.
    pub gradients: usize,
    /// Products with a Hessian or a Fisher information up to here.
    pub products: usize,
    /// FLOPs up to here, of gradients, products and the method's own vectors.
    pub flops: u64,
}

/// A minimisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Descent {
    /// At every step, the start first.
    pub steps: Vec<DescentStep>,
    /// Why it ended.
    pub end: DescentEnd,
}

impl Descent {
    /// Where it ended.
    #[must_use]
    pub fn last(&self) -> DescentStep {
        self.steps[self.steps.len() - 1]
    }

    /// Gradients in all.
    #[must_use]
    pub fn gradients(&self) -> usize {
        self.last().gradients
    }

    /// Products in all.
    #[must_use]
    pub fn products(&self) -> usize {
        self.last().products
    }

    /// Steps that were made.
    #[must_use]
    pub fn count(&self) -> usize {
        self.steps.len() - 1
    }
}

/// `12 steps, 15 gradients, 80 products, 1,234 FLOPs: loss 0.1, gradient 1e-9 (converged)`
impl fmt::Display for Descent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DescentStep { loss, gradient_norm, gradients, products, flops } = self.last();
        let end = match self.end {
            DescentEnd::Converged => "converged",
            DescentEnd::Limit => "limit of steps",
            DescentEnd::NoProgress => "no further progress",
        };
        write!(
            f,
            "{} steps, {gradients} gradients, {products} products, {} FLOPs: loss {loss:.6e}, gradient \
             {gradient_norm:.3e} ({end})",
            self.count(),
            crate::report::grouped(flops)
        )
    }
}

/// A minimisation in progress: the loss with what it was asked for, and the record.
pub(super) struct Progress<'o, L: ?Sized> {
    pub(super) loss: &'o mut L,
    pub(super) gradients: usize,
    pub(super) products: usize,
    /// FLOPs of gradients and products.
    pub(super) flops: u64,
    steps: Vec<DescentStep>,
}

impl<'o, L: Objective + ?Sized> Progress<'o, L> {
    /// Checks the start and the settings that all methods have.
    pub(super) fn new(loss: &'o mut L, at: &[f64], tolerance: f64, limit: usize) -> Result<Self> {
        check(loss, at)?;
        not_negative("tolerance", tolerance)?;
        at_least(1, "limit", limit)?;
        Ok(Progress { loss, gradients: 0, products: 0, flops: 0, steps: Vec::new() })
    }

    /// The loss with its gradient, which may be NaN or infinite far out.
    pub(super) fn evaluate(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64> {
        self.gradients += 1;
        self.flops += self.loss.gradient_flops();
        self.loss.loss_and_grad(at, gradient)
    }

    /// The loss at the start, which has to be a number.
    pub(super) fn start(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64> {
        let loss = self.evaluate(at, gradient)?;
        let length = norm(gradient);
        if loss.is_finite() && length.is_finite() {
            return Ok(loss);
        }
        let (name, value) = if loss.is_finite() {
            ("the gradient at the start", length)
        } else {
            ("the loss at the start", loss)
        };
        Err(Error::argument(name, value, "a finite number; start somewhere else"))
    }

    /// Notes a step.
    pub(super) fn note(&mut self, loss: f64, gradient: &[f64]) -> f64 {
        let gradient_norm = norm(gradient);
        let Progress { gradients, products, flops, .. } = *self;
        self.steps.push(DescentStep { loss, gradient_norm, gradients, products, flops });
        gradient_norm
    }

    pub(super) fn end(self, end: DescentEnd) -> Descent {
        Descent { steps: self.steps, end }
    }
}

/// Gradient descent with a fixed learning rate from `x`, which ends where the descent does: one gradient and 2n FLOPs a
/// step.
///
/// With [`Condition::learning_rate`](super::Condition::learning_rate) on a quadratic the error shrinks by
/// (κ − 1) / (κ + 1) in each.
///
/// # Errors
/// [`Error::Argument`] for a start of another length or where the loss is not finite, a learning rate that is not above 0,
/// a negative tolerance, a limit of 0; where the loss goes out of the numbers, which says that the rate is too high.
pub fn gradient_descent<L: Objective + ?Sized>(
    loss: &mut L,
    x: &mut [f64],
    learning_rate: f64,
    tolerance: f64,
    limit: usize,
) -> Result<Descent> {
    let mut progress = Progress::new(loss, x, tolerance, limit)?;
    positive("learning_rate", learning_rate)?;
    let mut gradient = vec![0.0; x.len()];
    let mut value = progress.start(x, &mut gradient)?;
    loop {
        let length = progress.note(value, &gradient);
        if length <= tolerance {
            return Ok(progress.end(DescentEnd::Converged));
        }
        if progress.steps.len() > limit {
            return Ok(progress.end(DescentEnd::Limit));
        }
        axpy(-learning_rate, &gradient, x);
        progress.flops += 2 * x.len() as u64;
        value = progress.evaluate(x, &mut gradient)?;
        if !(value.is_finite() && norm(&gradient).is_finite()) {
            return Err(Error::argument(
                "learning_rate",
                learning_rate,
                "a smaller one: the loss has diverged",
            ));
        }
    }
}
