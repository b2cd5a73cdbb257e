//! What one optimizer step costs: FLOPs over the parameters, and elements of state kept between steps.

use core::fmt;

use crate::algebra::{add, axpy, scale};
use crate::norms::{clip, l1_penalty_gradient, l2_penalty_gradient};

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
/// once a step by the host and is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OptimizerKind {
    algorithm: Algorithm,
    nesterov: bool,
    centered: bool,
    /// Of RMSProp; that of [`Momentum`](Self::Momentum) is the rule itself.
    momentum: bool,
    decay: bool,
    l1: bool,
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
    /// Steps scaled by a running mean of g². 9P FLOPs, P elements of state; see [`centered`](Self::centered) and
    /// [`momentum`](Self::momentum).
    pub const RmsProp: Self = Self::new(Algorithm::RmsProp);
    /// Steps scaled by the sum of all g². 7P FLOPs, P elements of state.
    pub const Adagrad: Self = Self::new(Algorithm::Adagrad);
    /// Steps of one size along the sign of a running mean. 9P FLOPs, P elements of state.
    pub const Lion: Self = Self::new(Algorithm::Lion);
}

impl OptimizerKind {
    const fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            nesterov: false,
            centered: false,
            momentum: false,
            decay: false,
            l1: false,
            clip: false,
        }
    }

    /// Nesterov's look-ahead: w -= lr * (g + mu * v) instead of w -= lr * v, 2P FLOPs more. Only
    /// [`Momentum`](Self::Momentum) has a velocity to look ahead with; the others are returned unchanged.
    pub const fn nesterov(self) -> Self {
        Self { nesterov: matches!(self.algorithm, Algorithm::Momentum), ..self }
    }

    /// RMSProp scaled by the gradient's variance: 5P FLOPs and P elements more. Others are returned unchanged.
    pub const fn centered(self) -> Self {
        Self { centered: matches!(self.algorithm, Algorithm::RmsProp), ..self }
    }

    /// RMSProp along a velocity: 2P FLOPs and P elements more. Others are returned unchanged.
    pub const fn momentum(self) -> Self {
        Self { momentum: matches!(self.algorithm, Algorithm::RmsProp), ..self }
    }

    /// Weight decay, g += decay * w (Lion: w -= lr * decay * w): 2P FLOPs more. [`AdamW`](Self::AdamW) has its own and is returned
    /// unchanged.
    pub const fn decay(self) -> Self {
        Self { decay: !matches!(self.algorithm, Algorithm::AdamW), ..self }
    }

    /// The L1 penalty's gradient, g += l1 * sign(w): 3P FLOPs more. [`AdamW`](Self::AdamW) and [`Lion`](Self::Lion) have
    /// no penalties and are returned unchanged.
    pub const fn l1(self) -> Self {
        Self { l1: !matches!(self.algorithm, Algorithm::AdamW | Algorithm::Lion), ..self }
    }

    /// Clipping of the gradient by its global norm: 3P + 3 FLOPs more.
    pub const fn clip(self) -> Self {
        Self { clip: true, ..self }
    }

    /// FLOPs of one step over `params` parameters P, whatever the batch: SGD 2P, momentum 4P (Nesterov 6P),
    /// Adam 14P, AdamW 16P, RMSProp 9P (centred 14P, with momentum 2P more), Adagrad 7P, Lion 9P; weight decay 2P more,
    /// the L1 penalty 3P more, clipping 3P + 3 more. Section 3 of the design's cost model.
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
        if self.nesterov {
            flops += axpy(params);
        }
        if self.centered {
            flops += rmsprop_centered(params);
        }
        if self.momentum {
            flops += axpy(params);
        }
        if self.decay {
            flops += weight_decay(params);
        }
        if self.l1 {
            flops += l1_penalty_gradient(params);
        }
        if self.clip {
            flops += clip(params);
        }
        flops
    }

    /// Elements kept from step to step for `params` parameters P: SGD 0, momentum, Adagrad and Lion P, Adam and AdamW 2P,
    /// RMSProp P, and P more each if it is centred or has momentum.
    pub const fn state_elements(self, params: u64) -> u64 {
        match self.algorithm {
            Algorithm::Sgd => 0,
            Algorithm::Momentum | Algorithm::Adagrad | Algorithm::Lion => params,
            Algorithm::RmsProp => params * (1 + self.centered as u64 + self.momentum as u64),
            Algorithm::Adam | Algorithm::AdamW => 2 * params,
        }
    }

    /// The rule's short name, without its extras: `sgd`, `momentum`, `adam`, `adamw`, `rmsprop`, `adagrad`,
    /// `lion`.
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

/// The name and its extras: `adam + decay + clip`.
impl fmt::Display for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        for (extra, on) in [
            ("nesterov", self.nesterov),
            ("centered", self.centered),
            ("momentum", self.momentum),
            ("decay", self.decay),
            ("l1", self.l1),
            ("clip", self.clip),
        ] {
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

/// RMSProp over `params` parameters P: 9P FLOPs, an element at a time
///
/// - v = alpha * v + (1 - alpha) * g * g: 4;
/// - root of v, + eps, quotient: 3;
/// - w -= lr * quotient: 2.
pub const fn rmsprop(params: u64) -> u64 {
    let square = scale(params) + scale(params) + axpy(params);
    let direction = 3 * params;
    square + direction + sgd(params)
}

/// What RMSProp takes beyond that to be centred: 5P FLOPs, m = alpha * m + (1 - alpha) * g (3) and v - m * m (2).
pub const fn rmsprop_centered(params: u64) -> u64 {
    (scale(params) + axpy(params)) + axpy(params)
}

/// Adagrad over `params` parameters P: 7P FLOPs, s += g * g (2), root of s, + eps, quotient (3), w -= lr * quotient (2).
pub const fn adagrad(params: u64) -> u64 {
    axpy(params) + 3 * params + sgd(params)
}

/// Lion over `params` parameters P: 9P FLOPs, an element at a time
///
/// - u = b1 * m + (1 - b1) * g, and m = b2 * m + (1 - b2) * g: 6;
/// - the sign of u, two comparisons that choose lr, -lr or 0: 2;
/// - w -= what was chosen: 1.
pub const fn lion(params: u64) -> u64 {
    let means = 2 * (scale(params) + axpy(params));
    let sign = 2 * params;
    means + sign + add(params)
}

/// Weight decay over `params` parameters P, in the gradient or straight in the weights: 2P FLOPs. Section
/// 1.5.
pub const fn weight_decay(params: u64) -> u64 {
    l2_penalty_gradient(params)
}
