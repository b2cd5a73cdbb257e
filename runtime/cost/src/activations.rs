//! FLOPs of activations over `n` elements, forward and backward, operation by operation (section 2.1).
//!
//! Each line spells the plain kernel that is counted. Backward includes the product with the incoming
//! gradient dy and reads what the forward pass kept: the output y where the derivative is cheap from it, else
//! the input x.

use crate::algebra::{hadamard, scale};
use crate::calculus::{derivative_relu, derivative_sigmoid, derivative_tanh};

/// y = if x <= 0 { 0 } else { x }: one comparison, n FLOPs (a NaN stays one). Section 2.1.
pub const fn relu(n: u64) -> u64 {
    n
}

/// dx = if y > 0 { dy } else { 0 }: one comparison that selects, no product, n FLOPs. Section 2.1.
pub const fn relu_backward(n: u64) -> u64 {
    derivative_relu(n)
}

/// y = 1 / (1 + exp(-x)): negation, exp, addition, division, 4n FLOPs. Section 2.1.
pub const fn sigmoid(n: u64) -> u64 {
    4 * n
}

/// dx = dy * (y * (1 - y)): the derivative (2) and the product, 3n FLOPs. Section 2.1.
pub const fn sigmoid_backward(n: u64) -> u64 {
    derivative_sigmoid(n) + hadamard(n)
}

/// y = tanh(x): one elementary function, n FLOPs. Section 2.1.
pub const fn tanh(n: u64) -> u64 {
    n
}

/// dx = dy * (1 - y * y): the derivative (2) and the product, 3n FLOPs. Section 2.1.
pub const fn tanh_backward(n: u64) -> u64 {
    derivative_tanh(n) + hadamard(n)
}

/// y = 0.5 * x * (1 + erf(x * c)) with c = 1/sqrt(2): product, erf, addition, 2 products, 5n FLOPs.
pub const fn gelu(n: u64) -> u64 {
    normal_distribution(n) + hadamard(n)
}

/// dx = dy * (P + x * p): the normal distribution P = 0.5 * (1 + erf(x * c)) is 4, its density
/// p = d * exp(-0.5 * x * x) with d = 1/sqrt(2 pi) is 4, then product, addition, product: 11n FLOPs.
pub const fn gelu_backward(n: u64) -> u64 {
    let density = 3 * scale(n) + n;
    normal_distribution(n) + density + 2 * n + hadamard(n)
}

/// 0.5 * (1 + erf(x * c)): product, erf, addition, product.
const fn normal_distribution(n: u64) -> u64 {
    2 * scale(n) + 2 * n
}

/// y = 0.5 * x * (1 + tanh(u)) with u = c0 * (x + c1 * x * x * x), c0 = sqrt(2/pi), c1 = 0.044715: u is 5 (3
/// products, addition, product), then tanh, addition, 2 products: 9n FLOPs.
pub const fn gelu_tanh(n: u64) -> u64 {
    gelu_tanh_inner(n) + n + 2 * scale(n)
}

/// dx = dy * (0.5 * (1 + t) + 0.5 * x * du) with t = tanh(u), d = 1 - t * t, du = c0 * (d + c3 * d * x * x),
/// c3 = 3 c1: t is 6, d 2; du is 5 (3 products, addition, product); 0.5 * (1 + t) is 2; 0.5 * x * du is 2;
/// their sum 1; the product with dy 1: 19n FLOPs. (d stands before x * x, which may be infinite where d is 0.)
pub const fn gelu_tanh_backward(n: u64) -> u64 {
    let slope = derivative_tanh(n) + 2 * scale(n) + 2 * hadamard(n) + n;
    let left = 2 * n;
    let right = scale(n) + hadamard(n);
    gelu_tanh_inner(n) + slope + left + right + n + hadamard(n)
}

/// tanh(c0 * (x + c1 * x * x * x)): 3 products, addition, product, tanh.
const fn gelu_tanh_inner(n: u64) -> u64 {
    4 * scale(n) + n + tanh(n)
}
