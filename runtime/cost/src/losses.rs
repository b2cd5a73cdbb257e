//! FLOPs of losses, their gradients, and the mean over a batch (sections 3.1 to 3.3).
//!
//! `classes` is C, `n` a number of outputs; every rule but the batch's own is for one sample, results are
//! FLOPs.
//!
//! The cross-entropies read what [`softmax`](crate::softmax) has on its way: the shifted logits z' = z -
//! max(z) and the sum S of their exponentials, so that ln S - z'_c is -ln of the probability of class c and
//! never overflows.

use crate::activations::sigmoid;
use crate::algebra::{add, dot, hadamard, mean, scale, sum};

/// Cross-entropy with a class as target, ln S - z'_k: one logarithm and one subtraction, 2 FLOPs whatever the
/// number of classes. Section 3.2.
pub const fn cross_entropy() -> u64 {
    2
}

/// Cross-entropy with soft targets that add up to 1, ln S - sum t_c z'_c: one logarithm, a dot product and one
/// subtraction: 2C + 1 FLOPs, against the seed's 3C. Section 3.2.
pub const fn soft_cross_entropy(classes: u64) -> u64 {
    1 + dot(classes) + 1
}

/// Cross-entropy with a class and smoothing e, ln S - (1 - e) z'_k - (e / C) sum z'_c: one logarithm, C - 1
/// additions, 2 products, 2 subtractions: C + 4 FLOPs. Section 3.2.
pub const fn smoothed_cross_entropy(classes: u64) -> u64 {
    1 + sum(classes) + 4
}

/// Gradient of softmax and cross-entropy together, y - t: C subtractions, C FLOPs, for class, smoothed and
/// soft targets alike (the target of a class is looked up). Section 3.3.
pub const fn cross_entropy_gradient(classes: u64) -> u64 {
    add(classes)
}

/// The factor 1/B of the batch mean, applied once, to the `n` gradients at the head: n FLOPs a sample.
/// Section 3.3.
pub const fn batch_scale(n: u64) -> u64 {
    scale(n)
}

/// Mean of the losses of `batch` samples B: B additions onto zero and one division, B + 1 FLOPs. Section 3.3.
pub const fn batch_mean(batch: u64) -> u64 {
    batch * batch_mean_per_sample() + batch_mean_per_step()
}

/// The part of [`batch_mean`] that each sample pays: 1 FLOP (the addition). Section 3.3.
pub const fn batch_mean_per_sample() -> u64 {
    1
}

/// The part of [`batch_mean`] that a step pays once: 1 FLOP (the division). Section 3.3.
pub const fn batch_mean_per_step() -> u64 {
    1
}

/// Binary cross-entropy of one logit z and target t, max(z, 0) - z t + ln(1 + exp(-|z|)): max, product,
/// difference, comparison, negation, exp, addition, ln, addition: 9 FLOPs. Section 3.1.
pub const fn bce_element() -> u64 {
    9
}

/// Binary cross-entropy of `n` logits, the mean of the n elements: 9n + (n - 1) + 1 = 10n FLOPs. Section 3.1.
pub const fn bce(n: u64) -> u64 {
    n * bce_element() + mean(n)
}

/// Gradient of binary cross-entropy, (sigmoid(z) - t) * scale with scale = 1 / (n B): negation, exp,
/// addition, division, difference, product: 6n FLOPs, the batch's factor included. Section 3.1.
pub const fn bce_gradient(n: u64) -> u64 {
    sigmoid(n) + add(n) + scale(n)
}

/// Multiclass hinge loss, the sum over the other classes of max(0, 1 - z_k + z_j), by C: C differences, C
/// additions, C comparisons, C - 1 additions, one division: 4C FLOPs. Section 3.1.
pub const fn hinge(classes: u64) -> u64 {
    2 * add(classes) + classes + mean(classes)
}

/// Gradient of the hinge loss from the kept marks of classes inside the margin: their sum, C - 1 additions and a
/// negation, and C products with 1 / (C B): 2C FLOPs, the batch's factor included. Section 3.1.
pub const fn hinge_gradient(classes: u64) -> u64 {
    sum(classes) + 1 + scale(classes)
}

/// Mean squared error of `n` outputs: n differences, n squares, n - 1 additions, one division: 3n FLOPs.
/// Section 3.1.
pub const fn mse(n: u64) -> u64 {
    add(n) + hadamard(n) + mean(n)
}

/// Gradient of the mean squared error from the kept differences, (z - t) * scale with scale = 2 / (n B): n
/// FLOPs, the batch's factor included. Section 3.1.
pub const fn mse_gradient(n: u64) -> u64 {
    scale(n)
}

/// Huber's loss of `n` outputs, the mean of c (r - c/2) with r = z - t and c = r held between -delta and delta: difference,
/// two comparisons, half of c, difference, product, and the mean: 7n FLOPs. Section 3.1.
pub const fn huber(n: u64) -> u64 {
    add(n) + 2 * n + scale(n) + add(n) + hadamard(n) + mean(n)
}

/// Gradient of Huber's loss from the kept c, c * scale with scale = 1 / (n B): n FLOPs, the batch's factor included.
/// Section 3.1.
pub const fn huber_gradient(n: u64) -> u64 {
    scale(n)
}

/// Negative log-likelihood of `n` values under normal distributions of means m and log-variances s, the mean of
/// (s + u^2) / 2 with u = (m - t) f and f = exp(-s/2): half, exp, difference, three products (u, u^2 and the u f that the
/// gradient takes), addition, and the mean, whose factor is 1 / (2n): 8n FLOPs. Section 3.1.
pub const fn gaussian_nll(n: u64) -> u64 {
    scale(n) + n + add(n) + 3 * hadamard(n) + add(n) + mean(n)
}

/// Gradients of that in m, u f * scale, and in s, (1 - u^2) * scale/2, from what the loss kept: 3n FLOPs, the batch's
/// factor included. Section 3.1.
pub const fn gaussian_nll_gradient(n: u64) -> u64 {
    scale(n) + add(n) + scale(n)
}

/// The prediction: n means as they are, and n variances exp(s): n FLOPs. Section 3.1.
pub const fn gaussian_nll_mean(n: u64) -> u64 {
    n
}

/// The weight of the target's class, on a loss or on the factor of its gradient: one product, 1 FLOP. Section 3.2.
pub const fn class_weight() -> u64 {
    1
}
