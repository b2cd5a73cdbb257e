//! FLOPs and memory of derivatives, Jacobians, Hessians, and both modes of differentiation (section 2).
//!
//! A function maps `inputs` n numbers to `outputs` m numbers; the cost of one pass is given by the caller,
//! since it is the function's own. Results are FLOPs unless a line says bytes or steps.

use crate::algebra::{hadamard, matvec, scale};
use crate::elements;
use crate::memory::Dtype;

/// Derivative 2x of x^2 at `n` points: one product each, n FLOPs. Section 2.1.
pub const fn derivative_square(n: u64) -> u64 {
    scale(n)
}

/// Derivative of e^x at `n` points: the cached value itself, 0 FLOPs. Section 2.1.
pub const fn derivative_exp(_n: u64) -> u64 {
    0
}

/// Derivative 1/x of ln x at `n` points: one division each, n FLOPs. Section 2.1.
pub const fn derivative_ln(n: u64) -> u64 {
    n
}

/// Derivative s (1 - s) of the sigmoid from its cached value s at `n` points: 2n FLOPs. Section 2.1.
pub const fn derivative_sigmoid(n: u64) -> u64 {
    n + hadamard(n)
}

/// Derivative 1 - t^2 of tanh from its cached value t at `n` points: 2n FLOPs. Section 2.1.
pub const fn derivative_tanh(n: u64) -> u64 {
    hadamard(n) + n
}

/// Derivative of max(0, x) at `n` points: one comparison each, n FLOPs. Section 2.1.
pub const fn derivative_relu(n: u64) -> u64 {
    n
}

/// Chain rule through `factors` scalar functions, the product of L derivatives: L - 1 FLOPs. Section 2.2.
pub const fn chain_rule(factors: u64) -> u64 {
    factors.saturating_sub(1)
}

/// Product of a diagonal Jacobian with a vector of length `n`: a Hadamard product, n FLOPs. Section 2.3.
pub const fn diagonal_jacobian_product(n: u64) -> u64 {
    hadamard(n)
}

/// Product of a full (m, n) Jacobian, or of its transpose, with a vector: 2mn FLOPs, 2n^2 when square.
/// Sections 2.2 and 2.3.
pub const fn full_jacobian_product(outputs: u64, inputs: u64) -> u64 {
    matvec(outputs, inputs)
}

/// Bytes of a full (m, n) Jacobian: mn * bytes of one element. Section 2.3.
pub const fn jacobian_bytes(outputs: u64, inputs: u64, dtype: Dtype) -> u64 {
    elements::jacobian(outputs, inputs) * dtype.bytes()
}

/// A direction in which the chain rule is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// From the inputs on: one pass gives one column of the Jacobian (a Jacobian-vector product).
    Forward,
    /// From the outputs back: one pass gives one row of the Jacobian (a vector-Jacobian product).
    Reverse,
}

/// Full Jacobian in forward mode: n passes of `tangent_pass` FLOPs, each of them values and tangents
/// together: n * tangent_pass. Section 2.4.
pub const fn jacobian_forward_mode(inputs: u64, tangent_pass: u64) -> u64 {
    inputs * tangent_pass
}

/// Full Jacobian in reverse mode: one forward pass that keeps its values, and m backward passes:
/// forward_pass + m * backward_pass. Section 2.4.
pub const fn jacobian_reverse_mode(outputs: u64, forward_pass: u64, backward_pass: u64) -> u64 {
    forward_pass + outputs * backward_pass
}

/// The mode with fewer FLOPs for a full (m, n) Jacobian; a tie goes to forward mode, which keeps nothing.
/// Section 2.4.
///
/// ```
/// use quipu_cost::{Mode, cheaper_mode};
/// // A loss of a million parameters: one reverse pass instead of a million forward ones.
/// assert_eq!(cheaper_mode(1, 1_000_000, 4_000_000, 2_000_000, 4_000_000), Mode::Reverse);
/// ```
pub const fn cheaper_mode(
    outputs: u64,
    inputs: u64,
    tangent_pass: u64,
    forward_pass: u64,
    backward_pass: u64,
) -> Mode {
    let forward = jacobian_forward_mode(inputs, tangent_pass);
    let reverse = jacobian_reverse_mode(outputs, forward_pass, backward_pass);
    if forward <= reverse { Mode::Forward } else { Mode::Reverse }
}

/// Full Jacobian in its [cheaper mode](cheaper_mode). Sections 2.3 and 2.4.
pub const fn jacobian(
    outputs: u64,
    inputs: u64,
    tangent_pass: u64,
    forward_pass: u64,
    backward_pass: u64,
) -> u64 {
    match cheaper_mode(outputs, inputs, tangent_pass, forward_pass, backward_pass) {
        Mode::Forward => jacobian_forward_mode(inputs, tangent_pass),
        Mode::Reverse => jacobian_reverse_mode(outputs, forward_pass, backward_pass),
    }
}

/// Full Hessian over `n` inputs, a Hessian-vector product of `product` FLOPs for each column: n * product.
/// Section 2.3.
pub const fn hessian(n: u64, product: u64) -> u64 {
    n * product
}

/// Bytes of a full Hessian over `n` inputs: n^2 * bytes of one element. Section 1.4.
pub const fn hessian_bytes(n: u64, dtype: Dtype) -> u64 {
    elements::hessian(n) * dtype.bytes()
}

/// Bytes of one triangle of a Hessian, diagonal included: n(n + 1)/2 * bytes of one element. Section 2.3.
pub const fn hessian_symmetric_bytes(n: u64, dtype: Dtype) -> u64 {
    elements::hessian_symmetric(n) * dtype.bytes()
}

/// Hessian-vector product: the gradient's two passes run over numbers that carry a tangent, 3 * (forward +
/// backward). Section 2.3.
///
/// The factor is exact for multiply-adds, which are nearly all of a network: (a + a'e)(b + b'e) onto a
/// destination is three of them, a b, a b' and a' b. A product whose left side is plain data needs two, so
/// that the first layer's products make the true count lower; element-wise operations cost 2 to 5 times their
/// plain selves. A count of the run itself is the exact number of one network.
pub const fn hessian_vector_product(forward_pass: u64, backward_pass: u64) -> u64 {
    3 * (forward_pass + backward_pass)
}

/// One training iteration before the optimizer, forward + backward. Section 2.4.
pub const fn training_iteration(forward_pass: u64, backward_pass: u64) -> u64 {
    forward_pass + backward_pass
}
