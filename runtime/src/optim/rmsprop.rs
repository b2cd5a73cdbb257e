//! RMSprop: steps scaled by a running mean of the squared gradient (Hinton, 2012).

use quipu_cost::OptimizerKind;

use super::common::{Common, Pass, Stretch, answers, settings};
use super::{Optimizer, Update, check_beta, check_not_negative, zeroed_state};
use crate::error::Result;
use crate::scalar::Scalar;

/// RMSprop, as `torch.optim.RMSprop`: 9P FLOPs, P elements of state. By default alpha 0.99, eps 1e-8, no momentum, not
/// centered.
///
/// - v = alpha * v + (1 - alpha) * g²
/// - w -= lr * g / (sqrt(v) + eps)
///
/// [`centered`](Self::centered) and [`momentum`](Self::momentum) change the second line.
#[derive(Clone, Debug)]
pub struct RmsProp<T: Scalar = f32> {
    common: Common<T>,
    alpha: f64,
    eps: f64,
    /// 0: none.
    mu: f64,
    centered: bool,
    /// The means of g²; those of g, if centered; the velocities, with momentum: one allocation.
    state: Box<[T]>,
}

impl<T: Scalar> RmsProp<T> {
    /// RMSprop with the given learning rate, 1e-2 being PyTorch's.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        RmsProp {
            common: Common::new(learning_rate),
            alpha: 0.99,
            eps: 1e-8,
            mu: 0.0,
            centered: false,
            state: Box::default(),
        }
    }

    /// How much of the running means stays from step to step; 0.99 by default.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// What keeps the quotient finite where gradients vanish; 1e-8 by default.
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Steps along a velocity, u = mu * u + g / (sqrt(v) + eps) and w -= lr * u. 2P FLOPs and P elements more; 0 is
    /// none.
    #[must_use]
    pub fn momentum(mut self, mu: f64) -> Self {
        self.mu = mu;
        self
    }

    /// Scales by the variance of the gradient, v - m² with m = alpha * m + (1 - alpha) * g, in place of v. 6P FLOPs and
    /// P elements more.
    ///
    /// Where rounding makes the variance of a steady gradient negative it is taken for 0; PyTorch's is NaN there.
    #[must_use]
    pub fn centered(mut self) -> Self {
        self.centered = true;
        self
    }
}

settings!(RmsProp, decay is l2);

impl<T: Scalar> RmsProp<T> {
    /// Begins a step.
    fn begin(&mut self, params: usize, clip: Option<T>, go: &mut dyn FnMut(&dyn Update<T>)) {
        let p = params;
        if self.state.len() as u64 != self.kind().state_elements(p as u64) {
            self.prepare_flat(p);
        }
        let (square, rest) = self.state.split_at_mut(p);
        let (mean, velocity) = rest.split_at_mut(if self.centered { p } else { 0 });
        let rule = Rule {
            keep: T::from_f64(self.alpha),
            take: T::from_f64(1.0 - self.alpha),
            eps: T::from_f64(self.eps),
        };
        let mu = T::from_f64(self.mu);
        let common = &self.common;
        match (self.centered, self.mu != 0.0) {
            (false, false) => common.begin(clip, [square], Plain { rule }, go),
            (true, false) => common.begin(clip, [square, mean], Centered { rule }, go),
            (false, true) => common.begin(clip, [square, velocity], Moving { rule, mu }, go),
            (true, true) => common.begin(clip, [square, mean, velocity], CenteredMoving { rule, mu }, go),
        }
    }
}

impl<T: Scalar> Optimizer<T> for RmsProp<T> {
    fn kind(&self) -> OptimizerKind {
        let mut kind = self.common.kind(OptimizerKind::RmsProp);
        if self.mu != 0.0 {
            kind = kind.momentum();
        }
        if self.centered {
            kind = kind.centered();
        }
        kind
    }

    fn prepare_flat(&mut self, params: usize) {
        let elements = self.kind().state_elements(params as u64) as usize;
        zeroed_state(&mut self.state, elements);
    }

    answers!();

    fn check(&self) -> Result<()> {
        self.common.check()?;
        check_beta("alpha", self.alpha)?;
        check_beta("momentum", self.mu)?;
        check_not_negative("eps", self.eps)
    }
}

/// The constants of a step.
#[derive(Clone, Copy)]
struct Rule<T> {
    keep: T,
    /// 1 - alpha.
    take: T,
    eps: T,
}

impl<T: Scalar> Rule<T> {
    /// Moves the mean square and returns the scaled gradient: 7 FLOPs.
    #[inline(always)]
    fn scaled(self, g: T, v: &mut T) -> T {
        *v = (self.keep * *v + self.take * g * g).or_zero();
        g / (v.sqrt() + self.eps)
    }

    /// Moves both means and returns the scaled gradient: 13 FLOPs.
    #[inline(always)]
    fn scaled_by_variance(self, g: T, v: &mut T, m: &mut T) -> T {
        *v = (self.keep * *v + self.take * g * g).or_zero();
        *m = (self.keep * *m + self.take * g).or_zero();
        let variance = *v - *m * *m;
        // A NaN stays one.
        let variance = if variance < T::zero() { T::zero() } else { variance };
        g / (variance.sqrt() + self.eps)
    }
}

/// A pass over the parameters, the gradient and the state that is named; `$step` is what is taken from a parameter for
/// each unit of the learning rate.
macro_rules! pass {
    ($pass:ident, $count:literal, [$($state:ident),*], [$($constant:ident),*], |$rule:ident, $g:ident| $step:expr) => {
        struct $pass<T> {
            rule: Rule<T>,
            $($constant: T,)*
        }

        impl<T: Scalar> Pass<T, $count> for $pass<T> {
            fn run(&self, span: Stretch<'_, T, $count>, read: impl Fn(T, T) -> T) {
                let Stretch { rate, params, grad, state: [$($state),*] } = span;
                let ($rule, rate) = (self.rule, T::from_f64(rate));
                $(let $constant = self.$constant;)*
                $(let $state = &mut $state[..params.len()];)*
                T::dispatch(
                    #[inline(always)]
                    || {
                        for (i, (w, &$g)) in params.iter_mut().zip(grad).enumerate() {
                            let $g = read($g, *w);
                            $(let $state = &mut $state[i];)*
                            *w -= rate * $step;
                        }
                    },
                );
            }
        }
    };
}

pass!(Plain, 1, [square], [], |rule, g| rule.scaled(g, square));
pass!(Centered, 2, [square, mean], [], |rule, g| rule.scaled_by_variance(g, square, mean));
pass!(Moving, 2, [square, velocity], [mu], |rule, g| {
    *velocity = (mu * *velocity + rule.scaled(g, square)).or_zero();
    *velocity
});
pass!(CenteredMoving, 3, [square, mean, velocity], [mu], |rule, g| {
    *velocity = (mu * *velocity + rule.scaled_by_variance(g, square, mean)).or_zero();
    *velocity
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::tests::forgets;

    #[test]
    fn an_old_gradient_is_forgotten() {
        let rule = || RmsProp::new(1e-3);
        let (moving, centered) = (rule().momentum(0.9), rule().centered());
        for rule in [rule(), moving, centered, rule().centered().momentum(0.9)] {
            forgets(rule, |rule| &rule.state);
        }
    }

    #[test]
    fn a_steady_gradient_has_no_variance_and_no_nan() {
        let mut optimizer = RmsProp::<f32>::new(1e-8).alpha(0.9).centered();
        let mut params = [1.0, 2.0, 3.0];
        for _ in 0..5_000 {
            optimizer.update(&mut params, &[0.1, 0.3, 1.7]);
        }
        assert!(params.iter().all(|w| w.is_finite()), "{params:?}");
    }
}
