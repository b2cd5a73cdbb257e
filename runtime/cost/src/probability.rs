//! FLOPs of distributions and information: softmax, entropy, KL divergence (section 3).
//!
//! `classes` is the number of classes C; every rule is for one distribution (one row), results are FLOPs.

use crate::algebra::{add, dot, hadamard, matvec, outer, scale, sum};
use crate::norms::maximum;

/// Softmax of C logits: C - 1 comparisons (maximum), C subtractions, C exponentials, C - 1 additions, C
/// divisions: 5C - 2 FLOPs. Section 3.1.
pub const fn softmax(classes: u64) -> u64 {
    maximum(classes) + add(classes) + classes + sum(classes) + scale(classes)
}

/// Softmax backward through its structure, dz = y * (dy - y . dy): a dot product, C subtractions, C products:
/// 4C - 1 FLOPs, against 3C^2 + 2C by way of the Jacobian ([`softmax_backward_unfused`]). Section 3.3.
pub const fn softmax_backward(classes: u64) -> u64 {
    dot(classes) + add(classes) + hadamard(classes)
}

/// The whole Jacobian of softmax, diag(y) - y y^T: C negations, an outer product, C additions on the
/// diagonal: C^2 + 2C FLOPs. Section 3.3.
pub const fn softmax_jacobian(classes: u64) -> u64 {
    scale(classes) + outer(classes, classes) + add(classes)
}

/// Softmax backward as it is without any insight: the Jacobian, then its product with the incoming gradient:
/// 3C^2 + 2C FLOPs. Section 3.3.
pub const fn softmax_backward_unfused(classes: u64) -> u64 {
    softmax_jacobian(classes) + matvec(classes, classes)
}

/// Entropy -sum p ln p: C logarithms, C products, C - 1 additions, one negation: 3C FLOPs. The cross-entropy
/// -sum p ln q of two given distributions costs the same. Section 3.2.
pub const fn entropy(classes: u64) -> u64 {
    classes + dot(classes) + 1
}

/// KL divergence sum p ln(p / q): C divisions, C logarithms, C products, C - 1 additions: 4C - 1 FLOPs.
/// Section 3.2.
pub const fn kl_divergence(classes: u64) -> u64 {
    hadamard(classes) + classes + dot(classes)
}
