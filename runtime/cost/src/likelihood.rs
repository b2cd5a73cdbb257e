//! FLOPs of log-likelihoods: what a loss is the negative mean of (section 3.2).
//!
//! `classes` is the number of classes C, `n` a number of values; every rule is for one observation.

use crate::algebra::{add, dot, scale, sum};
use crate::losses::bce_element;
use crate::norms::maximum;
use crate::probability::softmax;

/// Softmax of C logits over a temperature: C divisions and a softmax, 6C - 2 FLOPs. Section 3.1.
pub const fn tempered_softmax(classes: u64) -> u64 {
    scale(classes) + softmax(classes)
}

/// ln softmax, z' - ln S: the maximum, C subtractions, C exponentials, C - 1 additions, a logarithm, C
/// subtractions: 5C - 1 FLOPs. Section 3.1.
pub const fn log_softmax(classes: u64) -> u64 {
    log_sum(classes) + add(classes)
}

/// The shifted logits and ln S on the way of a softmax: 4C - 1 FLOPs.
const fn log_sum(classes: u64) -> u64 {
    maximum(classes) + add(classes) + classes + sum(classes) + 1
}

/// Log-likelihood of a class under given probabilities, ln p_k: one logarithm, 1 FLOP. Section 3.2.
pub const fn categorical_log_likelihood() -> u64 {
    1
}

/// The same from C logits, z'_k - ln S: 4C FLOPs. Section 3.2.
pub const fn categorical_log_likelihood_of_logits(classes: u64) -> u64 {
    log_sum(classes) + 1
}

/// Log-likelihood of a share t under a probability p, t ln p + (1 - t) ln(1 - p), where t and 1 - t are data: two
/// logarithms, two products, a difference, an addition: 6 FLOPs. Section 3.2.
pub const fn bernoulli_log_likelihood() -> u64 {
    6
}

/// The same from a logit, z t - max(z, 0) - ln(1 + exp(-|z|)): 9 FLOPs, as the binary cross-entropy. Section 3.2.
pub const fn bernoulli_log_likelihood_of_logit() -> u64 {
    bce_element()
}

/// Log-likelihood of `n` values under normal distributions of one fixed deviation s, -sum (x - m)^2 / (2 s^2) - n ln(s
/// sqrt(2 pi)): n differences, a dot product, a product and a subtraction with constants: 3n + 1 FLOPs. Section 3.2.
pub const fn gaussian_log_likelihood(n: u64) -> u64 {
    add(n) + dot(n) + 2
}
