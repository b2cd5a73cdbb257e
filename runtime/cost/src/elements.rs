//! Memory of results: elements an operation writes, under the same name as its FLOPs (the summary table's
//! column).
//!
//! Bytes are elements times [`Dtype::bytes`](crate::Dtype::bytes). Arguments are those of the rule for FLOPs.

/// Dot product: 1 element. Section 1.2.
pub const fn dot(_n: u64) -> u64 {
    1
}

/// Element-wise product of length `n`: n elements. Section 1.2.
pub const fn hadamard(n: u64) -> u64 {
    n
}

/// Outer product: mn elements. Section 1.2.
pub const fn outer(m: u64, n: u64) -> u64 {
    m * n
}

/// Product of an (`m`, n) matrix with a vector: m elements. Section 1.3.
pub const fn matvec(m: u64, _n: u64) -> u64 {
    m
}

/// Product (`m`, n) by (n, `p`): mp elements. Section 1.3.
pub const fn matmul(m: u64, _n: u64, p: u64) -> u64 {
    m * p
}

/// Transpose: 0 elements, only strides. Section 1.4.
pub const fn transpose(_m: u64, _n: u64) -> u64 {
    0
}

/// L2 norm: 1 element. Section 1.5.
pub const fn l2_norm(_n: u64) -> u64 {
    1
}

/// Frobenius norm: 1 element. Section 1.5.
pub const fn frobenius_norm(_m: u64, _n: u64) -> u64 {
    1
}

/// The bias of width `n` itself: n elements, however many rows it is broadcast to. Section 1.6.
pub const fn bias(_batch: u64, n: u64) -> u64 {
    n
}

/// Softmax: C elements. Section 3.1.
pub const fn softmax(classes: u64) -> u64 {
    classes
}

/// Cross-entropy of one sample: 1 element. Section 3.2.
pub const fn cross_entropy() -> u64 {
    1
}

/// Gradient of softmax and cross-entropy together: C elements. Section 3.3.
pub const fn cross_entropy_gradient(classes: u64) -> u64 {
    classes
}

/// The Jacobian of softmax: C^2 elements. Section 3.3.
pub const fn softmax_jacobian(classes: u64) -> u64 {
    jacobian(classes, classes)
}

/// Entropy: 1 element. Section 3.2.
pub const fn entropy(_classes: u64) -> u64 {
    1
}

/// KL divergence: 1 element. Section 3.2.
pub const fn kl_divergence(_classes: u64) -> u64 {
    1
}

/// Full (m, n) Jacobian: mn elements. Section 2.3.
pub const fn jacobian(outputs: u64, inputs: u64) -> u64 {
    outputs * inputs
}

/// Full Hessian over `n` inputs: n^2 elements. Section 2.3.
pub const fn hessian(n: u64) -> u64 {
    jacobian(n, n)
}

/// One triangle of a Hessian over `n` inputs, diagonal included: n(n + 1)/2 elements. Section 2.3.
pub const fn hessian_symmetric(n: u64) -> u64 {
    n * (n + 1) / 2
}

/// Hessian-vector product over `n` inputs: n elements. Section 2.3.
pub const fn hessian_vector_product(n: u64) -> u64 {
    n
}

/// Forward pass: all its `activations`, kept for the way back. Section 2.4.
pub const fn forward_pass(activations: u64) -> u64 {
    activations
}

/// Backward pass: gradients of all `params` and the kept `activations`. Section 2.4.
pub const fn backward_pass(params: u64, activations: u64) -> u64 {
    params + activations
}

/// One training iteration: `params`, their gradients, and the `activations`. Section 2.4.
pub const fn training_iteration(params: u64, activations: u64) -> u64 {
    params + backward_pass(params, activations)
}
