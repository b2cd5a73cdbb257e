//! Newton's method and the natural gradient, both by conjugate gradients: no matrix is made and none inverted.

use super::cg::{CgEnd, conjugate_gradient};
use super::descent::{Descent, DescentEnd, Progress};
use super::line_search::Line;
use super::network_loss;
use super::objective::{Fisher, Objective};
use super::operator::{at_least, not_negative, operator};
use super::vector::{axpy, dot, norm, scale};
use crate::batch::Batch;
use crate::error::Result;
use crate::network::Model;
use crate::optim::AsModel;
use crate::scalar::Real;

/// Newton's method with truncated conjugate gradients and backtracking (Nocedal and Wright, algorithm 7.1; Dembo and
/// Steihaug 1983).
///
/// A step solves H p = −g to a residual of min(0.1, √(‖g‖ / ‖g₀‖)) ‖g‖, with one
/// [Hessian product](Objective::hessian_product) and 14n FLOPs an iteration of at most [`products`](Self::products), and takes
/// one gradient as a rule. A direction d along which the loss curves downwards ends the iteration, and the step goes along it
/// by |g · d| over the size of the curvature, as if that were positive: away from saddle points as fast as towards minima
/// (after the saddle-free Newton method of Dauphin et al. 2014), where in the end the digits double in a step.
///
/// ```
/// use quipu::analysis::{NewtonCg, objective};
///
/// let mut valley = objective(2, 20, |x, gradient| {
///     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
///     gradient.copy_from_slice(&[-2.0 * a - 400.0 * x[0] * b, 200.0 * b]);
///     Ok(a * a + 100.0 * b * b)
/// });
/// let mut x = [-1.2, 1.0];
/// let descent = NewtonCg::new().minimise(&mut valley, &mut x)?; // products by differences of gradients
/// assert!((x[0] - 1.0).abs() < 1e-6 && descent.count() < 40);
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a method does nothing until `minimise` or `fit`"]
pub struct NewtonCg {
    products: usize,
    tolerance: f64,
    limit: usize,
}

impl Default for NewtonCg {
    fn default() -> Self {
        Self::new()
    }
}

impl NewtonCg {
    /// Up to 100 products a step, until the gradient's norm is 1e-8, for 200 steps at most.
    pub const fn new() -> Self {
        NewtonCg { products: 100, tolerance: 1e-8, limit: 200 }
    }

    /// Products a step at most.
    pub const fn products(self, products: usize) -> Self {
        NewtonCg { products, ..self }
    }

    /// The gradient's norm at which it ends.
    pub const fn tolerance(self, tolerance: f64) -> Self {
        NewtonCg { tolerance, ..self }
    }

    /// Steps at most.
    pub const fn limit(self, limit: usize) -> Self {
        NewtonCg { limit, ..self }
    }

    /// Goes down from `x`, which ends where the descent does.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for settings out of range, a start of another length than the loss's or
    /// where the loss is not finite; what the loss says.
    pub fn minimise<L: Objective + ?Sized>(&self, loss: &mut L, x: &mut [f64]) -> Result<Descent> {
        at_least(1, "products", self.products)?;
        let progress = Progress::new(loss, x, self.tolerance, self.limit)?;
        let solve = |loss: &mut L, at: &[f64], gradient: &[f64], tolerance: f64| {
            let (len, flops) = (at.len(), loss.product_flops());
            let mut hessian = operator(len, flops, |v, out| loss.hessian_product(at, v, out));
            conjugate_gradient(&mut hessian, gradient, tolerance, self.products)
        };
        descend(progress, x, self.tolerance, self.limit, solve)
    }

    /// Trains a network on one batch, the whole of the data: [`NetworkLoss`](super::NetworkLoss) says what it asks of the
    /// network, and makes the products.
    ///
    /// # Errors
    /// As [`minimise`](Self::minimise); sizes, labels or targets that do not fit the network.
    pub fn fit<K, N: AsModel<K>>(
        &self,
        net: &mut N,
        batch: Batch<'_, <N::Model as Model>::Scalar>,
    ) -> Result<Descent>
    where
        N::Model: Model<Scalar: Real>,
    {
        network_loss::fit(net, batch, |loss, x| self.minimise(loss, x))
    }
}

/// Steps along F⁻¹ g, by which a model's predictions change most for how much they change at all (Amari 1998), with F damped
/// by λ and backtracking.
///
/// A step solves (F + λ) p = −g by one [Fisher product](Fisher::fisher_product) and 16n FLOPs an iteration of at most
/// [`products`](Self::products), and takes one gradient as a rule. F is never negative, so that there is no curvature to run
/// away from; for the heads that have one (`softmax_ce`, `bce` and `mse`) it is the Gauss-Newton matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a method does nothing until `minimise` or `fit`"]
pub struct NaturalGradient {
    products: usize,
    damping: f64,
    tolerance: f64,
    limit: usize,
}

impl Default for NaturalGradient {
    fn default() -> Self {
        Self::new()
    }
}

impl NaturalGradient {
    /// λ = 1e-3, up to 100 products a step, until the gradient's norm is 1e-8, for 200 steps at most.
    pub const fn new() -> Self {
        NaturalGradient { products: 100, damping: 1e-3, tolerance: 1e-8, limit: 200 }
    }

    /// λ, 0 or above: larger means shorter steps, nearer to the gradient's direction.
    pub const fn damping(self, damping: f64) -> Self {
        NaturalGradient { damping, ..self }
    }

    /// Products a step at most.
    pub const fn products(self, products: usize) -> Self {
        NaturalGradient { products, ..self }
    }

    /// The gradient's norm at which it ends.
    pub const fn tolerance(self, tolerance: f64) -> Self {
        NaturalGradient { tolerance, ..self }
    }

    /// Steps at most.
    pub const fn limit(self, limit: usize) -> Self {
        NaturalGradient { limit, ..self }
    }

    /// Goes down from `x`, which ends where the descent does.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for settings out of range, a start of another length than the loss's or
    /// where the loss is not finite; what the loss says.
    pub fn minimise<L: Fisher + ?Sized>(&self, loss: &mut L, x: &mut [f64]) -> Result<Descent> {
        at_least(1, "products", self.products)?;
        not_negative("damping", self.damping)?;
        let progress = Progress::new(loss, x, self.tolerance, self.limit)?;
        let solve = |loss: &mut L, at: &[f64], gradient: &[f64], tolerance: f64| {
            let (len, flops) = (at.len(), loss.fisher_flops() + 2 * at.len() as u64);
            let mut fisher = operator(len, flops, |v, out| {
                loss.fisher_product(at, v, out)?;
                axpy(self.damping, v, out);
                Ok(())
            });
            conjugate_gradient(&mut fisher, gradient, tolerance, self.products)
        };
        descend(progress, x, self.tolerance, self.limit, solve)
    }

    /// Trains a network on one batch, the whole of the data: [`NetworkLoss`](super::NetworkLoss) says what it asks of the
    /// network, and makes the products; [`fisher_product`](super::fisher_product) which heads have any.
    ///
    /// # Errors
    /// As [`minimise`](Self::minimise); [`Error::NoFisher`](crate::Error::NoFisher) for another head; sizes, labels or targets
    /// that do not fit the network.
    pub fn fit<K, N: AsModel<K>>(
        &self,
        net: &mut N,
        batch: Batch<'_, <N::Model as Model>::Scalar>,
    ) -> Result<Descent>
    where
        N::Model: Model<Scalar: Real>,
    {
        network_loss::fit(net, batch, |loss, x| self.minimise(loss, x))
    }
}

/// The steps of both: a direction from products, then back along it until the loss has fallen.
fn descend<L: Objective + ?Sized>(
    mut progress: Progress<'_, L>,
    x: &mut [f64],
    tolerance: f64,
    limit: usize,
    mut solve: impl FnMut(&mut L, &[f64], &[f64], f64) -> Result<super::cg::Solution>,
) -> Result<Descent> {
    let len = x.len();
    let (mut gradient, mut point, mut next) = (vec![0.0; len], vec![0.0; len], vec![0.0; len]);
    let mut value = progress.start(x, &mut gradient)?;
    let start = norm(&gradient);
    for steps in 0.. {
        let length = progress.note(value, &gradient);
        if length <= tolerance {
            return Ok(progress.end(DescentEnd::Converged));
        }
        if steps == limit {
            return Ok(progress.end(DescentEnd::Limit));
        }
        let solution = solve(progress.loss, x, &gradient, (length / start).sqrt().min(0.1))?;
        progress.products += solution.applications;
        progress.flops += solution.flops + 8 * len as u64;
        let mut direction = solution.x;
        if let CgEnd::NegativeCurvature { direction: down, curvature } = &solution.end {
            // No further than the point itself is from 0, or than 1: a curvature may be as small as rounding.
            let most = 1.0 + norm(x);
            let along = (dot(down, &gradient) / curvature.abs()).clamp(-most, most);
            axpy(if along.is_nan() { 0.0 } else { along }, down, &mut direction);
        }
        scale(-1.0, &mut direction);
        let mut slope = dot(&direction, &gradient);
        if slope.is_nan() || slope >= 0.0 {
            direction.copy_from_slice(&gradient);
            scale(-1.0, &mut direction);
            slope = -length * length;
        }
        let line = Line { from: x, direction: &direction, loss: value, slope };
        match line.backtrack(1.0, &mut progress, &mut point, &mut next)? {
            None => return Ok(progress.end(DescentEnd::NoProgress)),
            Some(step) => value = step.loss,
        }
        x.copy_from_slice(&point);
        std::mem::swap(&mut gradient, &mut next);
    }
    unreachable!("the steps are counted up to the limit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::objective;

    /// A saddle at 0 and minima at (±1, 0): x⁴ / 4 − x² / 2 + y².
    fn two_valleys(x: &[f64], gradient: &mut [f64]) -> Result<f64> {
        gradient.copy_from_slice(&[x[0].powi(3) - x[0], 2.0 * x[1]]);
        Ok(x[0].powi(4) / 4.0 - x[0] * x[0] / 2.0 + x[1] * x[1])
    }

    #[test]
    fn digits_double_at_a_minimum_and_saddles_are_left() {
        let mut products = 0;
        let mut loss =
            objective(2, 10, two_valleys).with_product(8, |x: &[f64], v: &[f64], out: &mut [f64]| {
                products += 1;
                out.copy_from_slice(&[(3.0 * x[0] * x[0] - 1.0) * v[0], 2.0 * v[1]]);
                Ok(())
            });
        // Beside the saddle, where the curvature along x is negative.
        let mut x = [1e-3, 0.5];
        let descent = NewtonCg::new().tolerance(1e-12).minimise(&mut loss, &mut x).unwrap();
        assert_eq!(descent.end, DescentEnd::Converged, "{descent}");
        assert!((x[0] - 1.0).abs() < 1e-12 && x[1].abs() < 1e-12 && descent.count() < 16, "{descent}");
        assert_eq!(descent.products(), products);
        // The last steps: each has at least 1.4 times the digits of the one before.
        let norms: Vec<f64> = descent.steps.iter().rev().take(4).map(|step| step.gradient_norm).collect();
        assert!(norms.windows(2).all(|pair| pair[0] < pair[1].powf(1.4)), "{norms:?}");
        let flops = descent.gradients() as u64 * 10 + descent.products() as u64 * (8 + 28);
        // Beside it 8n a step, and 4n a try of its line search.
        let tries = descent.gradients() as u64 - 1;
        assert_eq!(descent.last().flops, flops + 16 * descent.count() as u64 + 8 * tries);
    }

    #[test]
    fn differences_of_gradients_serve_where_there_are_no_products() {
        let mut x = [0.7, -2.0];
        let descent = NewtonCg::new().minimise(&mut objective(2, 10, two_valleys), &mut x).unwrap();
        assert!(descent.end == DescentEnd::Converged && (x[0] - 1.0).abs() < 1e-8, "{descent}");
    }

    #[test]
    fn the_natural_gradient_does_not_see_how_parameters_are_scaled() {
        // Least squares of y = a x, with a = s b: the loss in b, for any scale s. F is the Gauss-Newton matrix.
        let data = [(1.0, 2.1), (2.0, 3.9), (3.0, 6.2)];
        let steps = |scale: f64| {
            let loss = move |b: &[f64], gradient: &mut [f64]| {
                let (mut loss, mut slope) = (0.0, 0.0);
                for (x, y) in data {
                    let error = scale * b[0] * x - y;
                    loss += 0.5 * error * error / 3.0;
                    slope += error * scale * x / 3.0;
                }
                gradient[0] = slope;
                Ok(loss)
            };
            let information: f64 = data.iter().map(|(x, _)| scale * scale * x * x / 3.0).sum();
            let mut loss =
                objective(1, 0, loss).with_product(1, move |_: &[f64], v: &[f64], out: &mut [f64]| {
                    out[0] = information * v[0];
                    Ok(())
                });
            let mut b = [0.0];
            let method = NaturalGradient::new().damping(0.0).tolerance(1e-10 * scale);
            let descent = method.minimise(&mut loss, &mut b).unwrap();
            assert_eq!(descent.end, DescentEnd::Converged);
            (scale * b[0], descent.count())
        };
        for scale in [1e-2, 1.0, 1e3] {
            let (a, count) = steps(scale);
            assert!((a - 28.5 / 14.0).abs() < 1e-8 && count == 1, "{scale}: {a} after {count}");
        }
    }

    #[test]
    fn wrong_settings_are_told() {
        let newton = |method: NewtonCg| {
            method.minimise(&mut objective(2, 0, two_valleys), &mut [1.0, 1.0]).unwrap_err().to_string()
        };
        assert_eq!(newton(NewtonCg::new().products(0)), "products = 0: expected at least 1");
        let natural = NaturalGradient::new().damping(-1.0);
        let product = |_: &[f64], _: &[f64], _: &mut [f64]| Ok(());
        let mut loss = objective(2, 0, two_valleys).with_product(0, product);
        let text = natural.minimise(&mut loss, &mut [1.0, 1.0]).unwrap_err().to_string();
        assert_eq!(text, "damping = -1: expected a finite number, 0 or above");
    }
}
