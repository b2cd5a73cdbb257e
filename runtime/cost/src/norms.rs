//! FLOPs of norms and of what training builds on them: clipping and penalties (section 1.5).
//!
//! `n` is a length, `m` x `n` a matrix, `params` the number of parameters P; results are FLOPs.

use crate::algebra::{add, axpy, dot, dot_accumulate, scale, sum};

/// L1 norm of length `n`: n absolute values and n - 1 additions, 2n - 1 FLOPs. Section 1.5.
pub const fn l1_norm(n: u64) -> u64 {
    n + sum(n)
}

/// L2 norm of length `n`: the dot product of the vector with itself and one root, 2n FLOPs. Section 1.5.
pub const fn l2_norm(n: u64) -> u64 {
    dot(n) + 1
}

/// Lp norm of length `n`: n absolute values, n powers, n - 1 additions, one root: 3n FLOPs, of which n + 1
/// are powers and cost a machine far more than an addition. Section 1.5.
pub const fn lp_norm(n: u64) -> u64 {
    l1_norm(n) + n + 1
}

/// L-infinity norm of length `n`: n absolute values and n - 1 comparisons, 2n - 1 FLOPs. Section 1.5.
pub const fn linf_norm(n: u64) -> u64 {
    n + maximum(n)
}

/// Largest of `n` numbers: n - 1 FLOPs (comparisons). Sections 1.5 and 3.1.
pub const fn maximum(n: u64) -> u64 {
    n.saturating_sub(1)
}

/// Frobenius norm of an (`m`, `n`) matrix: the L2 norm of its elements, 2mn FLOPs. Section 1.5.
pub const fn frobenius_norm(m: u64, n: u64) -> u64 {
    l2_norm(m * n)
}

/// Clipping by the global norm over `params` parameters P: 3P + 3 FLOPs. Section 1.5.
///
/// P squares, P - 1 additions and a root give the norm (2P); then one addition, one division limit / (norm + 1e-6)
/// and one comparison with 1; then every element is scaled (P), also by 1: no count depends on data.
pub const fn clip(params: u64) -> u64 {
    dot_accumulate(params) + 3 + scale(params)
}

/// L1 penalty lambda * sum |w| added to the loss: P absolute values, P - 1 additions, one product, one
/// addition: 2P + 1 FLOPs for `params` parameters P. Section 1.5.
pub const fn l1_penalty(params: u64) -> u64 {
    l1_norm(params) + 2
}

/// Gradient of the L1 penalty, g += lambda * sign(w): two comparisons of w with 0 choose +lambda, -lambda or 0 (many
/// biases are 0, and stay there), one addition: 3P FLOPs for `params` parameters P. Section 1.5.
pub const fn l1_penalty_gradient(params: u64) -> u64 {
    2 * params + add(params)
}

/// L2 penalty (lambda/2) * sum w^2 added to the loss: a dot product, one product, one addition: 2P + 1 FLOPs
/// for `params` parameters P. Section 1.5.
pub const fn l2_penalty(params: u64) -> u64 {
    dot(params) + 2
}

/// Gradient of the L2 penalty, g += lambda * w: 2P FLOPs for `params` parameters P (the same as weight decay,
/// where the factor is a number of the host). Section 1.5.
pub const fn l2_penalty_gradient(params: u64) -> u64 {
    axpy(params)
}
