//! A loss of many parameters, with its gradient, as a function of a point: what the full-batch methods work on.

use super::operator::Operator;
use super::vector::{axpy, norm, scale};
use crate::error::{Error, Result};

/// A loss over ℝⁿ with its gradient and, for methods that ask for it, products with its Hessian.
///
/// A network over a batch is one ([`NetworkLoss`](super::NetworkLoss)); [`objective`] makes one of a closure.
pub trait Objective {
    /// n, the parameters.
    fn len(&self) -> usize;

    /// Whether there is no parameter; no method here takes such a loss.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The loss at `at`; its gradient there replaces `gradient`.
    ///
    /// # Errors
    /// Whatever keeps the loss from being computed.
    fn loss_and_grad(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64>;

    /// FLOPs of one loss with its gradient.
    fn gradient_flops(&self) -> u64;

    /// `out` = H `v` with the Hessian at `at`.
    ///
    /// Unless there is a better way, the central difference of two gradients, (g(at + h v) − g(at − h v)) / 2h with
    /// h = ε^0.45 (1 + ‖at‖) / ‖v‖: exact to about eight digits, where gradients are exact to all of f64. The cube root that is
    /// best for smooth gradients is longer, and steps over more of a relu's kinks, each of which counts as a curvature.
    ///
    /// # Errors
    /// As [`loss_and_grad`](Self::loss_and_grad).
    fn hessian_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
        difference(self, at, v, out)
    }

    /// FLOPs of one [`hessian_product`](Self::hessian_product).
    fn product_flops(&self) -> u64 {
        2 * self.gradient_flops() + 10 * self.len() as u64
    }
}

/// A loss whose model gives probabilities, with products of their Fisher information.
pub trait Fisher: Objective {
    /// `out` = F `v` at `at`: the mean of the outer products of the log-likelihood's gradients, over what the model itself
    /// would draw.
    ///
    /// # Errors
    /// As [`loss_and_grad`](Objective::loss_and_grad).
    fn fisher_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()>;

    /// FLOPs of one [`fisher_product`](Self::fisher_product).
    fn fisher_flops(&self) -> u64;
}

/// H v by the central difference of two gradients.
fn difference<L: Objective + ?Sized>(loss: &mut L, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
    let length = norm(v);
    if length == 0.0 {
        out.fill(0.0);
        return Ok(());
    }
    let h = f64::EPSILON.powf(0.45) * (1.0 + norm(at)) / length;
    let mut point = at.to_vec();
    axpy(h, v, &mut point);
    loss.loss_and_grad(&point, out)?;
    let mut behind = vec![0.0; at.len()];
    axpy(-2.0 * h, v, &mut point);
    loss.loss_and_grad(&point, &mut behind)?;
    axpy(-1.0, &behind, out);
    scale(0.5 / h, out);
    Ok(())
}

/// A closure as an [`Objective`]; made by [`objective`].
#[derive(Clone, Debug)]
pub struct FnObjective<F, P = ()> {
    len: usize,
    flops: u64,
    loss: F,
    product: P,
    product_flops: u64,
}

/// The loss of `len` parameters that `loss(at, gradient)` computes, with its gradient, for `flops` FLOPs.
///
/// ```
/// use quipu::analysis::{Lbfgs, objective};
///
/// // Rosenbrock's valley.
/// let mut valley = objective(2, 20, |x, gradient| {
///     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
///     gradient.copy_from_slice(&[-2.0 * a - 400.0 * x[0] * b, 200.0 * b]);
///     Ok(a * a + 100.0 * b * b)
/// });
/// let mut x = [-1.2, 1.0];
/// let descent = Lbfgs::new().minimise(&mut valley, &mut x)?;
/// assert!((x[0] - 1.0).abs() < 1e-6 && descent.gradients() < 60);
/// # Ok::<(), quipu::Error>(())
/// ```
pub fn objective<F: FnMut(&[f64], &mut [f64]) -> Result<f64>>(
    len: usize,
    flops: u64,
    loss: F,
) -> FnObjective<F> {
    FnObjective { len, flops, loss, product: (), product_flops: 0 }
}

impl<F> FnObjective<F> {
    /// The same with products of its own, `product(at, v, out)` for `flops` FLOPs each: with the Hessian for
    /// [`NewtonCg`](super::NewtonCg), with the Fisher information for [`NaturalGradient`](super::NaturalGradient).
    pub fn with_product<P: FnMut(&[f64], &[f64], &mut [f64]) -> Result<()>>(
        self,
        flops: u64,
        product: P,
    ) -> FnObjective<F, P> {
        FnObjective { len: self.len, flops: self.flops, loss: self.loss, product, product_flops: flops }
    }
}

impl<F: FnMut(&[f64], &mut [f64]) -> Result<f64>> Objective for FnObjective<F> {
    fn len(&self) -> usize {
        self.len
    }

    fn loss_and_grad(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64> {
        (self.loss)(at, gradient)
    }

    fn gradient_flops(&self) -> u64 {
        self.flops
    }
}

impl<F, P> Objective for FnObjective<F, P>
where
    F: FnMut(&[f64], &mut [f64]) -> Result<f64>,
    P: FnMut(&[f64], &[f64], &mut [f64]) -> Result<()>,
{
    fn len(&self) -> usize {
        self.len
    }

    fn loss_and_grad(&mut self, at: &[f64], gradient: &mut [f64]) -> Result<f64> {
        (self.loss)(at, gradient)
    }

    fn gradient_flops(&self) -> u64 {
        self.flops
    }

    fn hessian_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
        (self.product)(at, v, out)
    }

    fn product_flops(&self) -> u64 {
        self.product_flops
    }
}

impl<F, P> Fisher for FnObjective<F, P>
where
    F: FnMut(&[f64], &mut [f64]) -> Result<f64>,
    P: FnMut(&[f64], &[f64], &mut [f64]) -> Result<()>,
{
    fn fisher_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) -> Result<()> {
        (self.product)(at, v, out)
    }

    fn fisher_flops(&self) -> u64 {
        self.product_flops
    }
}

/// The Hessian of a loss at a point, as an [`Operator`].
#[derive(Debug)]
pub struct Hessian<'h, L: ?Sized> {
    loss: &'h mut L,
    at: &'h [f64],
}

/// The Hessian of `loss` at the point `at`, for `lanczos` (feature `linalg`) and the others here.
///
/// # Errors
/// [`Error::Argument`] for a point of another length than the loss's.
pub fn hessian_of<'h, L: Objective + ?Sized>(loss: &'h mut L, at: &'h [f64]) -> Result<Hessian<'h, L>> {
    check(loss, at)?;
    Ok(Hessian { loss, at })
}

impl<L: Objective + ?Sized> Operator for Hessian<'_, L> {
    fn len(&self) -> usize {
        self.at.len()
    }

    fn apply(&mut self, v: &[f64], out: &mut [f64]) -> Result<()> {
        self.loss.hessian_product(self.at, v, out)
    }

    fn flops(&self) -> u64 {
        self.loss.product_flops()
    }
}

/// Refuses a point that does not fit its loss.
pub(super) fn check<L: Objective + ?Sized>(loss: &L, at: &[f64]) -> Result<()> {
    if loss.len() == 0 {
        return Err(Error::argument("the loss's parameters", 0, "at least 1"));
    }
    if at.len() != loss.len() {
        return Err(Error::argument(
            "the point's length",
            at.len(),
            format!("{} as the loss has", loss.len()),
        ));
    }
    Ok(())
}
