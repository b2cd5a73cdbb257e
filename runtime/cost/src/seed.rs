//! The rounded rules of the text that the cost model follows, under the names of the exact ones.
//!
//! Written as that text and its summary table print them: leading terms for back-of-the-envelope work, and
//! orders of magnitude with the factor 1 where it gives only an order (its O(..)). A rule that the text
//! already states exactly is the exact rule itself, re-exported. FLOPs, unless a line says otherwise.

pub use crate::algebra::{
    add, bias, broadcast, broadcast_saving, hadamard, matmul, matmul_macs, matvec, outer, scale, transpose,
};
pub use crate::calculus::{
    Mode, derivative_ln, derivative_relu, derivative_sigmoid, derivative_square, derivative_tanh,
    diagonal_jacobian_product, hessian_bytes, hessian_symmetric_bytes, jacobian_bytes, jacobian_forward_mode,
};
pub use crate::convergence::{condition_number, convergence_rate};
pub use crate::elements;
pub use crate::factor::{eigen, inverse, low_rank_params, svd};
pub use crate::losses::{cross_entropy, cross_entropy_gradient};
pub use crate::memory::{Dtype, tensor_bytes, tensor_elements};

/// Dot product of length `n`: 2n. Section 1.2.
pub const fn dot(n: u64) -> u64 {
    2 * n
}

/// L1 norm of length `n`: 2n. Section 1.5.
pub const fn l1_norm(n: u64) -> u64 {
    2 * n
}

/// L2 norm of length `n`: 2n + 1. Section 1.5.
pub const fn l2_norm(n: u64) -> u64 {
    2 * n + 1
}

/// Lp norm of length `n`, n powers, n - 1 additions, one root: 2n. Section 1.5.
pub const fn lp_norm(n: u64) -> u64 {
    2 * n
}

/// L-infinity norm of length `n`: 2n. Section 1.5.
pub const fn linf_norm(n: u64) -> u64 {
    2 * n
}

/// Frobenius norm of an (`m`, `n`) matrix: 2mn + 1. Section 1.5.
pub const fn frobenius_norm(m: u64, n: u64) -> u64 {
    l2_norm(m * n)
}

/// Clipping by the global norm over `params` parameters: 2P for the norm and P for the scaling, 3P. Section
/// 1.5.
pub const fn clip(params: u64) -> u64 {
    3 * params
}

/// Gradient of the L2 penalty over `params` parameters, the products alone: P. Section 1.5.
pub const fn l2_penalty_gradient(params: u64) -> u64 {
    params
}

/// Weight decay over `params` parameters, the gradient of the L2 penalty: P. Section 1.5.
pub const fn weight_decay(params: u64) -> u64 {
    l2_penalty_gradient(params)
}

/// Step of gradient descent over `params` parameters, order: P. Section 2.1.
pub const fn sgd(params: u64) -> u64 {
    params
}

/// Derivative of e^x at `n` points from the cached value, about 1 each: n. Section 2.1.
pub const fn derivative_exp(n: u64) -> u64 {
    n
}

/// Product of a full (m, n) Jacobian with a vector, order: mn, n^2 when square. Sections 2.2 and 2.3.
pub const fn full_jacobian_product(outputs: u64, inputs: u64) -> u64 {
    outputs * inputs
}

/// Full (m, n) Jacobian, order: mn. Section 2.3.
pub const fn jacobian(outputs: u64, inputs: u64) -> u64 {
    outputs * inputs
}

/// Full Jacobian in reverse mode, m backward passes: m * backward_pass. Section 2.4.
pub const fn jacobian_reverse_mode(outputs: u64, backward_pass: u64) -> u64 {
    outputs * backward_pass
}

/// The mode with fewer passes for a full (m, n) Jacobian: n in forward mode, m in reverse mode. Section 2.4.
pub const fn cheaper_mode(outputs: u64, inputs: u64) -> Mode {
    if inputs <= outputs { Mode::Forward } else { Mode::Reverse }
}

/// Full Hessian over `n` inputs, order: n^2. Section 2.3.
pub const fn hessian(n: u64) -> u64 {
    n * n
}

/// Hessian-vector product over `n` inputs, order: n. Section 2.3.
pub const fn hessian_vector_product(n: u64) -> u64 {
    n
}

/// What a Hessian-vector product takes beyond the gradient, one more forward and backward pass. Section 2.3.
pub const fn hessian_vector_product_passes(forward_pass: u64, backward_pass: u64) -> u64 {
    forward_pass + backward_pass
}

/// Backward pass of a network: 2F, two products a layer for the one of the forward pass. Section 2.4.
pub const fn backward_pass(forward_pass: u64) -> u64 {
    2 * forward_pass
}

/// Forward and backward pass of a network: 3F. Section 2.4.
pub const fn training_iteration(forward_pass: u64) -> u64 {
    forward_pass + backward_pass(forward_pass)
}

/// Steps of gradient descent at condition number `condition`, relative to those at 1: k. Section 2.5.
pub const fn convergence_steps(condition: u64) -> u64 {
    condition
}

/// Softmax of C logits: 5C. Section 3.1.
pub const fn softmax(classes: u64) -> u64 {
    5 * classes
}

/// The whole Jacobian of softmax, order: C^2. Section 3.3.
pub const fn softmax_jacobian(classes: u64) -> u64 {
    classes * classes
}

/// Softmax backward by way of its Jacobian, order: C^2, so C times the fused gradient. Section 3.3.
pub const fn softmax_backward_unfused(classes: u64) -> u64 {
    classes * classes
}

/// Entropy over C classes: 3C. Section 3.2.
pub const fn entropy(classes: u64) -> u64 {
    3 * classes
}

/// Cross-entropy with soft targets over C classes: 3C. Section 3.2.
pub const fn soft_cross_entropy(classes: u64) -> u64 {
    3 * classes
}

/// KL divergence over C classes: 5C. Section 3.2.
pub const fn kl_divergence(classes: u64) -> u64 {
    5 * classes
}
