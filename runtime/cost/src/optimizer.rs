//! What one optimizer step costs: FLOPs over the parameters, and elements of state kept between steps.

use core::fmt;

use crate::algebra::{add, axpy, hadamard, scale};
use crate::norms::{clip, l1_penalty, l1_penalty_gradient, l2_penalty, l2_penalty_gradient};

/// The rule that turns a gradient into a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Algorithm {
    Sgd,
    Momentum,
    Adam,
    AdamW,
    RmsProp,
    Adagrad,
    Lion,
}

/// An optimizer, as far as its cost depends on it: the rule and the extras that add work.
///
/// The associated constants name the rules; the methods add to them. All of it is `const`:
///
/// ```
/// use quipu_cost::OptimizerKind;
///
/// const STEP: u64 = OptimizerKind::Adam.decay().clip().flops(1_000);
/// assert_eq!(STEP, 14_000 + 2_000 + 3_003);
/// assert_eq!(OptimizerKind::Adam.state_elements(1_000), 2_000);
/// ```
///
/// Hyperparameter arithmetic (learning-rate schedules, 1 - beta, bias-correction factors, lr * decay) is done
/// once a step by the host and is not counted. A step that leaves frozen layers alone costs what a step over the
/// parameters of the others does: `flops(trained)`, see [`NetworkCost::params_of`](crate::NetworkCost::params_of).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OptimizerKind {
    algorithm: Algorithm,
    nesterov: bool,
    momentum: bool,
    centered: bool,
    /// Decay of the weights themselves, where a rule does not always have it.
    decay: bool,
    l1: bool,
    l2: bool,
    clip: bool,
}

// Written and read like the variants of an enum, which cannot carry the modifiers.
#[allow(non_upper_case_globals)]
impl OptimizerKind {
    /// w -= lr * g. 2P FLOPs, no state.
    pub const Sgd: Self = Self::new(Algorithm::Sgd);
    /// v = mu * v + g; w -= lr * v. 4P FLOPs, P elements of state.
    pub const Momentum: Self = Self::new(Algorithm::Momentum);
    /// Adam with plain bias correction. 14P FLOPs, 2P elements of state.
    pub const Adam: Self = Self::new(Algorithm::Adam);
    /// Adam and decoupled weight decay, w -= (lr * decay) * w. 16P FLOPs, 2P elements of state.
    pub const AdamW: Self = Self::new(Algorithm::AdamW);
    /// v = a * v + (1 - a) * g * g; w -= lr * g / (sqrt(v) + eps). 9P FLOPs, P elements of state.
    pub const RmsProp: Self = Self::new(Algorithm::RmsProp);
    /// s += g * g; w -= lr * g / (sqrt(s) + eps). 7P FLOPs, P elements of state.
    pub const Adagrad: Self = Self::new(Algorithm::Adagrad);
    /// w -= lr * sign(b1 * m + (1 - b1) * g); m = b2 * m + (1 - b2) * g. 9P FLOPs, P elements of state.
    pub const Lion: Self = Self::new(Algorithm::Lion);
}

impl OptimizerKind {
    const fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            nesterov: false,
            momentum: false,
            centered: false,
            decay: false,
            l1: false,
            l2: false,
            clip: false,
        }
    }

    /// Nesterov's look-ahead: w -= lr * (g + mu * v) instead of w -= lr * v, 2P FLOPs more. Only
    /// [`Momentum`](Self::Momentum) has a velocity to look ahead with; the others are returned unchanged.
    pub const fn nesterov(self) -> Self {
        Self { nesterov: matches!(self.algorithm, Algorithm::Momentum), ..self }
    }

    /// RMSprop's own momentum, v = mu * v + step and w -= lr * v: 2P FLOPs and P elements more. All but
    /// [`RmsProp`](Self::RmsProp) are returned unchanged.
    pub const fn momentum(self) -> Self {
        Self { momentum: matches!(self.algorithm, Algorithm::RmsProp), ..self }
    }

    /// The gradient's variance in place of its mean square: 6P FLOPs and P elements more. All but
    /// [`RmsProp`](Self::RmsProp) are returned unchanged.
    pub const fn centered(self) -> Self {
        Self { centered: matches!(self.algorithm, Algorithm::RmsProp), ..self }
    }

    /// Weight decay as PyTorch's `weight_decay` means it: of the weights themselves, w -= (lr * decay) * w, with
    /// [`Lion`](Self::Lion) (2P FLOPs more) and with [`AdamW`](Self::AdamW), which has it anyway and is returned
    /// unchanged; with all others it is another word for [`l2`](Self::l2).
    pub const fn decay(self) -> Self {
        match self.algorithm {
            Algorithm::AdamW => self,
            Algorithm::Lion => Self { decay: true, ..self },
            _ => self.l2(),
        }
    }

    /// The gradient of an L1 penalty in the loss, g += l1 * sign(w): 3P FLOPs more.
    pub const fn l1(self) -> Self {
        Self { l1: true, ..self }
    }

    /// The gradient of an L2 penalty in the loss, g += l2 * w: 2P FLOPs more.
    pub const fn l2(self) -> Self {
        Self { l2: true, ..self }
    }

    /// Clipping of the gradient by its global norm: 3P + 3 FLOPs more.
    pub const fn clip(self) -> Self {
        Self { clip: true, ..self }
    }

    /// Whether the gradient's norm is clipped, so that a step has to see all of it first.
    #[must_use]
    pub const fn is_clipped(self) -> bool {
        self.clip
    }

    /// FLOPs of one step over `params` parameters P, whatever the batch: SGD 2P, momentum 4P (Nesterov 6P),
    /// Adam 14P, AdamW 16P, RMSprop 9P (momentum 2P more, centered 6P more), Adagrad 7P, Lion 9P; decay or an L2
    /// penalty 2P more, an L1 penalty 3P more, clipping 3P + 3 more. Section 3 of the design's cost model.
    pub const fn flops(self, params: u64) -> u64 {
        let mut flops = match self.algorithm {
            Algorithm::Sgd => sgd(params),
            Algorithm::Momentum => momentum(params),
            Algorithm::Adam => adam(params),
            Algorithm::AdamW => adam(params) + weight_decay(params),
            Algorithm::RmsProp => rmsprop(params),
            Algorithm::Adagrad => adagrad(params),
            Algorithm::Lion => lion(params),
        };
        if self.nesterov || self.momentum {
            flops += axpy(params);
        }
        if self.centered {
            flops += centering(params);
        }
        if self.decay {
            flops += weight_decay(params);
        }
        if self.l1 {
            flops += l1_penalty_gradient(params);
        }
        if self.l2 {
            flops += l2_penalty_gradient(params);
        }
        if self.clip {
            flops += clip(params);
        }
        flops
    }

    /// FLOPs of the penalties' value, which a step does not compute: 2P for one of L1 and L2, 4P + 1 for both, 0 for
    /// none. Adding it to the loss takes one more. Section 1.5.
    pub const fn penalty_flops(self, params: u64) -> u64 {
        match (self.l1, self.l2) {
            (false, false) => 0,
            (true, false) => l1_penalty(params) - 1,
            (false, true) => l2_penalty(params) - 1,
            (true, true) => l1_penalty(params) + l2_penalty(params) - 1,
        }
    }

    /// Elements kept from step to step for `params` parameters P: SGD 0, momentum, Adagrad and Lion P, Adam and AdamW
    /// 2P, RMSprop P and another P each for momentum and centering. Frozen parameters keep theirs.
    pub const fn state_elements(self, params: u64) -> u64 {
        let parts = match self.algorithm {
            Algorithm::Sgd => 0,
            Algorithm::Momentum | Algorithm::Adagrad | Algorithm::Lion => 1,
            Algorithm::Adam | Algorithm::AdamW => 2,
            Algorithm::RmsProp => 1 + self.momentum as u64 + self.centered as u64,
        };
        parts * params
    }

    /// The rule's short name, without its extras: `sgd`, `momentum`, `adam`, `adamw`, `rmsprop`, `adagrad`, `lion`.
    pub const fn name(self) -> &'static str {
        match self.algorithm {
            Algorithm::Sgd => "sgd",
            Algorithm::Momentum => "momentum",
            Algorithm::Adam => "adam",
            Algorithm::AdamW => "adamw",
            Algorithm::RmsProp => "rmsprop",
            Algorithm::Adagrad => "adagrad",
            Algorithm::Lion => "lion",
        }
    }
}

/// The name and its extras: `adam + l2 + clip`.
impl fmt::Display for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let extras = [
            ("nesterov", self.nesterov),
            ("momentum", self.momentum),
            ("centered", self.centered),
            ("decay", self.decay),
            ("l1", self.l1),
            ("l2", self.l2),
            ("clip", self.clip),
        ];
        for (extra, on) in extras {
            if on {
                write!(f, " + {extra}")?;
            }
        }
        Ok(())
    }
}

/// SGD, w -= lr * g, over `params` parameters P: 2P FLOPs.
pub const fn sgd(params: u64) -> u64 {
    axpy(params)
}

/// Momentum, v = mu * v + g and w -= lr * v, over `params` parameters P: 4P FLOPs.
pub const fn momentum(params: u64) -> u64 {
    axpy(params) + sgd(params)
}

/// Adam over `params` parameters P: 14P FLOPs, an element at a time
///
/// - m = b1 * m + (1 - b1) * g: 3;
/// - v = b2 * v + (1 - b2) * g * g: 4;
/// - m and v divided by (or multiplied with the inverse of) their bias corrections: 2;
/// - root of the corrected v, + eps, quotient: 3;
/// - w -= lr * quotient: 2.
pub const fn adam(params: u64) -> u64 {
    let moments = (scale(params) + axpy(params)) + (scale(params) + scale(params) + axpy(params));
    let corrections = 2 * scale(params);
    let direction = 3 * params;
    moments + corrections + direction + sgd(params)
}

/// RMSprop over `params` parameters P: 9P FLOPs, an element at a time
///
/// - v = a * v + (1 - a) * g * g: 4;
/// - root of v, + eps, quotient: 3;
/// - w -= lr * quotient: 2.
pub const fn rmsprop(params: u64) -> u64 {
    let square = scale(params) + scale(params) + axpy(params);
    let direction = 3 * params;
    square + direction + sgd(params)
}

/// What centering adds to RMSprop over `params` parameters P: 6P FLOPs, an element at a time
///
/// - m = a * m + (1 - a) * g: 3;
/// - v - m * m: 2, and the comparison that keeps rounding from making it negative: 1.
pub const fn centering(params: u64) -> u64 {
    let mean = scale(params) + axpy(params);
    let variance = hadamard(params) + add(params) + params;
    mean + variance
}

/// Adagrad over `params` parameters P: 7P FLOPs, an element at a time
///
/// - s += g * g: 2;
/// - root of s, + eps, quotient: 3;
/// - w -= lr * quotient: 2.
pub const fn adagrad(params: u64) -> u64 {
    let square = axpy(params);
    let direction = 3 * params;
    square + direction + sgd(params)
}

/// Lion over `params` parameters P: 9P FLOPs, an element at a time
///
/// - b1 * m + (1 - b1) * g: 3;
/// - two comparisons with 0, which choose +lr, -lr or 0, and its subtraction from w: 3;
/// - m = b2 * m + (1 - b2) * g: 3.
pub const fn lion(params: u64) -> u64 {
    let mean = scale(params) + axpy(params);
    let step = 2 * params + add(params);
    2 * mean + step
}

/// Weight decay over `params` parameters P, in the gradient or straight in the weights: 2P FLOPs. Section
/// 1.5.
pub const fn weight_decay(params: u64) -> u64 {
    l2_penalty_gradient(params)
}
