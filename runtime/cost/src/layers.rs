//! FLOPs of whole layers, composed from the rules of the operations in them.
//!
//! Each rule is for one sample (one row); `inputs` and `outputs` are widths in elements, results are FLOPs.

use crate::algebra::{add, bias, bias_gradient, dot, hadamard, matmul, mean, scale, sum};
use crate::network::PerStep;

/// Fully connected layer, z = x W + b: the product and the bias, 2 * inputs * outputs + outputs FLOPs.
/// Section 1.3.
///
/// Without a bias it is `matmul(1, inputs, outputs)`.
pub const fn fc(inputs: u64, outputs: u64) -> u64 {
    matmul(1, inputs, outputs) + bias(1, outputs)
}

/// Gradient of a fully connected layer's input, dx = dz W^T: 2 * inputs * outputs FLOPs. Section 2.4.
pub const fn fc_input_gradient(inputs: u64, outputs: u64) -> u64 {
    matmul(1, outputs, inputs)
}

/// Gradient of a fully connected layer's parameters, dW += x^T dz and db += dz:
/// 2 * inputs * outputs + outputs FLOPs. Section 2.4.
///
/// Without a bias it is `matmul(inputs, 1, outputs)`.
pub const fn fc_param_gradient(inputs: u64, outputs: u64) -> u64 {
    matmul(inputs, 1, outputs) + bias_gradient(1, outputs)
}

/// Whole backward pass of a fully connected layer, both gradients: 4 * inputs * outputs + outputs FLOPs, so
/// twice the forward product. Section 2.4.
pub const fn fc_backward(inputs: u64, outputs: u64) -> u64 {
    fc_input_gradient(inputs, outputs) + fc_param_gradient(inputs, outputs)
}

/// Layer normalisation of a row of `n`, y = xhat * gamma + beta with xhat = (x - mean) * rstd: 7n + 3 FLOPs.
///
/// - mean: n - 1 additions and a product with 1/n; centre: n;
/// - variance of the centred row: n products, n - 1 additions, a product with 1/n;
/// - + eps, root, reciprocal: 3; normalise: n; gamma: n; beta: n.
pub const fn layer_norm(n: u64) -> u64 {
    let centre = mean(n) + add(n);
    let variance = dot(n) + 1;
    let rstd = 3;
    centre + variance + rstd + scale(n) + hadamard(n) + add(n)
}

/// Gradient of layer normalisation's input for a row of `n`, from the saved xhat and rstd: 8n FLOPs.
///
/// g = dy * gamma (n); m1 = sum(g) / n (n - 1 additions and a product); m2 = g . xhat / n (2n - 1 and a
/// product); dx = rstd * (g - m1 - xhat * m2): 4n.
pub const fn layer_norm_input_gradient(n: u64) -> u64 {
    hadamard(n) + (sum(n) + 1) + (dot(n) + 1) + 4 * n
}

/// Gradient of layer normalisation's gamma and beta from a row of `n`: dgamma += dy * xhat (2n), dbeta += dy
/// (n): 3n FLOPs.
pub const fn layer_norm_param_gradient(n: u64) -> u64 {
    (hadamard(n) + add(n)) + bias_gradient(1, n)
}

/// Batch normalisation of a row of `n` features in training, its share of the batch's statistics included: 8n FLOPs.
///
/// - mean: an addition (n); variance: centre, square and add (3n);
/// - xhat = (x - mean) * rstd: 2n; xhat * gamma + beta: 2n.
///
/// What does not grow with the batch is [`batch_norm_per_step`].
pub const fn batch_norm(n: u64) -> u64 {
    let statistics = add(n) + (add(n) + hadamard(n) + add(n));
    statistics + (add(n) + hadamard(n)) + (hadamard(n) + add(n))
}

/// Batch normalisation of a row of `n` features in evaluation, (x - mean) * factor + beta: 3n FLOPs, and a third of
/// [`PerStep::infer`] for each of the factor's three operations.
pub const fn batch_norm_infer(n: u64) -> u64 {
    add(n) + hadamard(n) + add(n)
}

/// A row's share of what batch normalisation's backward pass sums over the batch, dy (n) and dy * xhat (2n): 3n FLOPs.
/// The sums are the gradients of beta and gamma, and the input's gradient needs them, too.
pub const fn batch_norm_sums(n: u64) -> u64 {
    bias_gradient(1, n) + (hadamard(n) + add(n))
}

/// Gradient of batch normalisation's input for a row of `n`, factor * (dy - mean(dy) - xhat * mean(dy * xhat)), from
/// the sums: 4n FLOPs.
pub const fn batch_norm_input_gradient(n: u64) -> u64 {
    hadamard(n) + 2 * add(n) + hadamard(n)
}

/// What batch normalisation of `n` features spends once a step:
///
/// - forward 5n: mean and variance times 1/B; + eps, root, reciprocal;
/// - back to the input 3n: the two means, and the factor gamma * rstd;
/// - backward 8n: these, and by how much the running statistics change, momentum * (batch - running) each (4n) with
///   the unbiased variance (n);
/// - a step 2n: the changes added; inference 3n: factor = gamma / sqrt(variance + eps).
pub const fn batch_norm_per_step(n: u64) -> PerStep {
    let input_grad = 2 * scale(n) + hadamard(n);
    let running = scale(n) + 2 * (add(n) + scale(n));
    PerStep {
        forward: 2 * scale(n) + 3 * n,
        backward: input_grad + running,
        infer: 3 * n,
        input_grad,
        update: 2 * add(n),
    }
}

/// Folding batch normalisation into the fully connected layer before it, once and for all: a scale (+ eps, root,
/// gamma over it) and a shift beta - mean * scale for each output, the weights scaled, and the bias scaled and shifted:
/// inputs * outputs + 7 * outputs FLOPs, 2 * outputs fewer where there was no bias.
pub const fn batch_norm_fold(inputs: u64, outputs: u64) -> u64 {
    5 * outputs + scale(inputs * outputs) + (scale(outputs) + add(outputs))
}

/// Dropout in training over `n` elements, a product with 0 or 1 / (1 - p) each: n FLOPs; none in inference.
/// The random numbers are free.
pub const fn dropout(n: u64) -> u64 {
    hadamard(n)
}

/// Dropout's backward pass over `n` elements, the same product with the kept mask: n FLOPs.
pub const fn dropout_backward(n: u64) -> u64 {
    hadamard(n)
}

/// Join of a residual branch of `n` elements with its shortcut: n FLOPs.
pub const fn residual(n: u64) -> u64 {
    add(n)
}

/// Gradient of a value of `n` elements that `consumers` layers read: the first replaces and the others add,
/// (consumers - 1) * n FLOPs; a residual block has 2 consumers.
pub const fn fan_out(n: u64, consumers: u64) -> u64 {
    sum(consumers) * add(n)
}
