//! L-BFGS: Newton's direction from the last few steps and changes of the gradient.

use std::collections::VecDeque;

use super::descent::{Descent, DescentEnd, Progress};
use super::line_search::Line;
use super::network_loss;
use super::objective::Objective;
use super::operator::at_least;
use super::vector::{axpy, dot, norm, scale};
use crate::batch::Batch;
use crate::error::Result;
use crate::network::Model;
use crate::optim::AsModel;
use crate::scalar::Real;

/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno with a strong Wolfe line search (Liu and Nocedal
/// 1989; Nocedal and Wright, algorithms 7.4 and 7.5).
///
/// A step takes one gradient as a rule, and one more for each further try of its line search; beside that 4n FLOPs for each
/// of the 2m vectors that it remembers, with m = 10 unless told otherwise, and 17n ([`step_flops`](Self::step_flops)); 2nm
/// numbers of memory. For the whole batch: it takes differences of gradients for curvature, and noise would be all that it
/// sees. Where no step can be found along a direction, the pairs are forgotten and the gradient itself is gone along.
///
/// ```
/// use quipu::analysis::Lbfgs;
/// use quipu::prelude::*;
///
/// network! { pub Xor < fc(2, 8); tanh; bce(1) > }
///
/// let (inputs, targets) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]);
/// let mut net = XorOf::<f64>::init(1);
/// let descent = Lbfgs::new().limit(50).fit(&mut net, Batch::new(&inputs, &targets))?;
/// assert!(descent.last().loss < 1e-4);
/// # Ok::<(), quipu::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a method does nothing until `minimise` or `fit`"]
pub struct Lbfgs {
    memory: usize,
    tolerance: f64,
    limit: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self::new()
    }
}

impl Lbfgs {
    /// Ten pairs of vectors, until the gradient's norm is 1e-8, for 1,000 steps at most.
    pub const fn new() -> Self {
        Lbfgs { memory: 10, tolerance: 1e-8, limit: 1_000 }
    }

    /// Pairs of vectors to remember, at least 1.
    pub const fn memory(self, memory: usize) -> Self {
        Lbfgs { memory, ..self }
    }

    /// The gradient's norm at which it ends.
    pub const fn tolerance(self, tolerance: f64) -> Self {
        Lbfgs { tolerance, ..self }
    }

    /// Steps at most.
    pub const fn limit(self, limit: usize) -> Self {
        Lbfgs { limit, ..self }
    }

    /// FLOPs of a step on n parameters, beside those of a gradient and 4n for each try of its line search: 8n for each of m
    /// pairs (two dot products and two axpys), and 17n for the direction's scale, sign and slope (6n), the new pair (5n) and
    /// three lengths (6n). Before there are m pairs, and after they were forgotten, it is less.
    #[must_use]
    pub const fn step_flops(&self, n: u64) -> u64 {
        8 * n * self.memory as u64 + 17 * n
    }

    /// Goes down from `x`, which ends where the descent does.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for settings out of range, a start of another length than the loss's or
    /// where the loss is not finite; what the loss says.
    pub fn minimise<L: Objective + ?Sized>(&self, loss: &mut L, x: &mut [f64]) -> Result<Descent> {
        let mut progress = Progress::new(loss, x, self.tolerance, self.limit)?;
        at_least(1, "memory", self.memory)?;
        let len = x.len();
        let (mut gradient, mut point, mut next) = (vec![0.0; len], vec![0.0; len], vec![0.0; len]);
        let mut direction = vec![0.0; len];
        let mut pairs: VecDeque<Pair> = VecDeque::with_capacity(self.memory);
        let mut value = progress.start(x, &mut gradient)?;
        for steps in 0.. {
            let length = progress.note(value, &gradient);
            if length <= self.tolerance {
                return Ok(progress.end(DescentEnd::Converged));
            }
            if steps == self.limit {
                return Ok(progress.end(DescentEnd::Limit));
            }
            let step = loop {
                progress.flops += (8 * pairs.len() as u64 + 17) * len as u64;
                turn(&pairs, &gradient, &mut direction);
                let slope = dot(&direction, &gradient);
                // Rounding has spoilt the pairs: begin anew, along the gradient.
                if (slope.is_nan() || slope >= 0.0) && !pairs.is_empty() {
                    pairs.clear();
                    continue;
                }
                // Before a pair says how long a step is, one of length 1 at most.
                let first = if pairs.is_empty() { (1.0 / length).min(1.0) } else { 1.0 };
                let line = Line { from: x, direction: &direction, loss: value, slope };
                match line.wolfe(first, &mut progress, &mut point, &mut next)? {
                    Some(step) => break step,
                    None if pairs.is_empty() => return Ok(progress.end(DescentEnd::NoProgress)),
                    None => pairs.clear(),
                }
            };
            value = step.loss;
            scale(step.length, &mut direction);
            let mut pair = if pairs.len() == self.memory { pairs.pop_front() } else { None }
                .unwrap_or_else(|| Pair { step: vec![0.0; len], change: vec![0.0; len], curvature: 0.0 });
            pair.step.copy_from_slice(&direction);
            pair.change.copy_from_slice(&next);
            axpy(-1.0, &gradient, &mut pair.change);
            pair.curvature = dot(&pair.step, &pair.change);
            // Wolfe's condition makes it positive; what rounding leaves is no curvature.
            if pair.curvature > f64::EPSILON * norm(&pair.step) * norm(&pair.change) {
                pairs.push_back(pair);
            }
            x.copy_from_slice(&point);
            std::mem::swap(&mut gradient, &mut next);
        }
        unreachable!("the steps are counted up to the limit")
    }

    /// Trains a network on one batch, the whole of the data: [`NetworkLoss`](super::NetworkLoss) says what it asks of the network.
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

/// A step and the change of the gradient along it.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    /// Their product.
    curvature: f64,
}

/// direction = −H gradient with the inverse Hessian H that the pairs make (the two loops of Nocedal 1980).
fn turn(pairs: &VecDeque<Pair>, gradient: &[f64], direction: &mut [f64]) {
    direction.copy_from_slice(gradient);
    let mut shares = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let share = dot(&pair.step, direction) / pair.curvature;
        axpy(-share, &pair.change, direction);
        shares.push(share);
    }
    if let Some(last) = pairs.back() {
        scale(last.curvature / dot(&last.change, &last.change), direction);
    }
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let change = dot(&pair.change, direction) / pair.curvature;
        axpy(share - change, &pair.step, direction);
    }
    scale(-1.0, direction);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Condition, gradient_descent, objective};

    /// ½ Σ λᵢ xᵢ², with eigenvalues evenly from 1 to κ.
    fn quadratic(kappa: f64, len: usize) -> impl Objective {
        objective(len, 4 * len as u64, move |x, gradient| {
            let mut loss = 0.0;
            for (i, (g, x)) in gradient.iter_mut().zip(x).enumerate() {
                let curvature = 1.0 + (kappa - 1.0) * i as f64 / (len - 1) as f64;
                *g = curvature * x;
                loss += 0.5 * curvature * x * x;
            }
            Ok(loss)
        })
    }

    #[test]
    fn gradient_descent_takes_as_many_steps_as_kappa_says() {
        for kappa in [1.5, 10.0, 100.0, 1_000.0] {
            let condition = Condition::new(1.0, kappa).unwrap();
            for factor in [1e-1, 1e-3, 1e-6] {
                // The worst start: nothing but the two ends, both of which shrink by the rate exactly.
                let mut x = vec![0.0; 20];
                (x[0], x[19]) = (1.0, 1.0 / kappa);
                let start = norm(&x[..19]);
                let (rate, steps) = (condition.learning_rate(), condition.steps(factor).unwrap());
                let mut loss = quadratic(kappa, 20);
                let descent =
                    gradient_descent(&mut loss, &mut x, rate, factor * 2.0_f64.sqrt(), 1_000_000).unwrap();
                let needed = descent.count() as u64;
                assert!(needed.abs_diff(steps) <= 1, "κ = {kappa}, {factor}: {needed} for {steps}");
                assert!(norm(&x[..19]) <= factor * start * 1.01);
                assert_eq!(descent.last().flops, (needed + 1) * 80 + needed * 40);
            }
            // From anywhere it takes no more than that, in the error's length.
            let mut x: Vec<f64> = (0..20).map(|i| ((i * 7 % 11) as f64 - 5.0) / 3.0).collect();
            let start = norm(&x);
            let steps = condition.steps(1e-3).unwrap() as usize;
            gradient_descent(&mut quadratic(kappa, 20), &mut x, condition.learning_rate(), 0.0, steps)
                .unwrap();
            assert!(norm(&x) <= 1e-3 * start, "κ = {kappa}: {}", norm(&x) / start);
            // With a little more than twice the inverse of the largest curvature it diverges.
            let mut x = vec![1.0; 20];
            let far = gradient_descent(&mut quadratic(kappa, 20), &mut x, 2.2 / kappa, 0.0, 100_000);
            let text = far.unwrap_err().to_string();
            assert!(text.contains("expected a smaller one: the loss has diverged"), "{text}");
        }
    }

    #[test]
    fn lbfgs_beats_gradient_descent_by_the_condition() {
        let kappa = 1e4;
        let mut x = vec![1.0; 50];
        let descent = Lbfgs::new().tolerance(1e-6).minimise(&mut quadratic(kappa, 50), &mut x).unwrap();
        assert_eq!(descent.end, DescentEnd::Converged);
        let steps = Condition::new(1.0, kappa).unwrap().steps(1e-6 / norm(&[kappa; 50])).unwrap();
        assert!(100 * (descent.gradients() as u64) < steps, "{descent}: gradient descent {steps}");
        assert!(norm(&x) < 1e-6);
        // About one gradient a step.
        assert!(descent.gradients() < descent.count() * 3 / 2 + 5, "{descent}");
    }

    #[test]
    fn rosenbrocks_valley_in_two_and_in_many_dimensions() {
        for len in [2, 20] {
            let mut loss = objective(len, 0, |x, gradient: &mut [f64]| {
                gradient.fill(0.0);
                let mut loss = 0.0;
                for i in 0..x.len() - 1 {
                    let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
                    loss += a * a + 100.0 * b * b;
                    gradient[i] += -2.0 * a - 400.0 * x[i] * b;
                    gradient[i + 1] += 200.0 * b;
                }
                Ok(loss)
            });
            let mut x: Vec<f64> = (0..len).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
            let descent = Lbfgs::new().tolerance(1e-9).minimise(&mut loss, &mut x).unwrap();
            assert_eq!(descent.end, DescentEnd::Converged, "{descent}");
            assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-8), "{x:?}");
            assert!(descent.gradients() < 60 + 10 * len, "{descent}");
            assert!(descent.steps.windows(2).all(|pair| pair[1].loss <= pair[0].loss * (1.0 + 1e-9)));
            assert!(descent.to_string().contains("(converged)"), "{descent}");
        }
    }

    #[test]
    fn a_line_without_a_step_is_no_step_and_the_gradient_is_gone_along() {
        let calls = std::cell::Cell::new(0);
        // One that has no number for as long as one line search lasts, after a few steps.
        let mut loss = objective(20, 100, |x: &[f64], gradient: &mut [f64]| {
            calls.set(calls.get() + 1);
            if (6..46).contains(&calls.get()) {
                return Ok(f64::NAN);
            }
            quadratic(50.0, 20).loss_and_grad(x, gradient)
        });
        let descent = Lbfgs::new().minimise(&mut loss, &mut [1.0; 20]).unwrap();
        assert_eq!(descent.end, DescentEnd::Converged);
        assert!(descent.gradients() > 46, "{descent}");
        assert!(descent.steps.windows(2).all(|pair| pair[0].loss != pair[1].loss), "{descent}");
        // Each try has its gradient and 4n, each step 17n and 8n a pair at most, and one direction more was made.
        let (tries, count) = (descent.gradients() as u64 - 1, descent.count() as u64);
        let flops = (tries + 1) * 100 + tries * 4 * 20;
        let most = flops + (count + 1) * Lbfgs::new().step_flops(20);
        assert!((flops + (count + 1) * 17 * 20..=most).contains(&descent.last().flops), "{descent}");
    }

    #[test]
    fn a_first_step_costs_what_is_said() {
        let descent = Lbfgs::new().limit(1).minimise(&mut quadratic(10.0, 5), &mut [1.0; 5]).unwrap();
        let tries = descent.gradients() as u64 - 1;
        assert_eq!(descent.last().flops, (tries + 1) * 20 + tries * 20 + 17 * 5);
        assert_eq!(Lbfgs::new().memory(3).step_flops(5), 24 * 5 + 17 * 5);
    }

    #[test]
    fn wrong_settings_and_starts_are_told() {
        let mut loss = quadratic(10.0, 3);
        let text = |method: Lbfgs, x: &mut [f64]| {
            method.minimise(&mut quadratic(10.0, 3), x).unwrap_err().to_string()
        };
        let text_of = [
            (text(Lbfgs::new(), &mut [1.0]), "the point's length = 1: expected 3 as the loss has"),
            (text(Lbfgs::new().memory(0), &mut [1.0; 3]), "memory = 0: expected at least 1"),
            (text(Lbfgs::new().limit(0), &mut [1.0; 3]), "limit = 0: expected at least 1"),
            (
                text(Lbfgs::new().tolerance(-1.0), &mut [1.0; 3]),
                "tolerance = -1: expected a finite number, 0 or above",
            ),
            (
                text(Lbfgs::new(), &mut [1.0, f64::NAN, 1.0]),
                "the loss at the start = NaN: expected a finite number; start somewhere else",
            ),
        ];
        for (found, expected) in text_of {
            assert_eq!(found, expected);
        }
        // At the minimum there is nothing to do; with a tolerance of 0 rounding ends it.
        let descent = Lbfgs::new().minimise(&mut loss, &mut [0.0; 3]).unwrap();
        assert_eq!((descent.count(), descent.gradients(), descent.end), (0, 1, DescentEnd::Converged));
        assert_eq!(Lbfgs::new().limit(2).minimise(&mut loss, &mut [1.0; 3]).unwrap().end, DescentEnd::Limit);
    }
}
