//! FLOPs of vectors, matrices and broadcasting (section 1 of the cost model's text).
//!
//! `n`, `m`, `p` are lengths in elements; every result is in FLOPs unless its line says otherwise.

/// Sum of `n` numbers: n - 1 FLOPs (additions); an empty sum is free. Section 1.2.
pub const fn sum(n: u64) -> u64 {
    n.saturating_sub(1)
}

/// Sum of `n` numbers onto a running total: n FLOPs (additions). Section 1.2.
pub const fn sum_accumulate(n: u64) -> u64 {
    n
}

/// Arithmetic mean of `n` numbers: sum and one multiplication by 1/n (or one division), n FLOPs. Section 1.2.
pub const fn mean(n: u64) -> u64 {
    sum(n) + 1
}

/// Element-wise (Hadamard) product x * y of length `n`: n FLOPs. Section 1.2.
pub const fn hadamard(n: u64) -> u64 {
    n
}

/// Vector sum (or difference) x + y of length `n`: n FLOPs. Section 1.2.
pub const fn add(n: u64) -> u64 {
    n
}

/// Scalar times vector, a * x of length `n`: n FLOPs. Section 1.2.
pub const fn scale(n: u64) -> u64 {
    n
}

/// y + a * x of length `n`: a product and a sum per element, 2n FLOPs. Section 1.2.
pub const fn axpy(n: u64) -> u64 {
    scale(n) + add(n)
}

/// Dot product of length `n`: n multiplications and n - 1 additions, 2n - 1 FLOPs. Section 1.2.
pub const fn dot(n: u64) -> u64 {
    hadamard(n) + sum(n)
}

/// Dot product of length `n` onto a running total (zero included): 2n FLOPs. Section 1.2.
pub const fn dot_accumulate(n: u64) -> u64 {
    hadamard(n) + sum_accumulate(n)
}

/// Outer product of an `m`-vector and an `n`-vector: mn FLOPs. Section 1.2.
pub const fn outer(m: u64, n: u64) -> u64 {
    m * n
}

/// Product of an (`m`, `n`) matrix with a vector: one accumulating dot product a row, 2mn FLOPs. Section 1.3.
pub const fn matvec(m: u64, n: u64) -> u64 {
    m * dot_accumulate(n)
}

/// Product (`m`, `n`) by (`n`, `p`): 2mnp FLOPs, from zero or onto a destination alike. Section 1.3.
pub const fn matmul(m: u64, n: u64, p: u64) -> u64 {
    p * matvec(m, n)
}

/// Multiply-adds of the product (`m`, `n`) by (`n`, `p`): mnp MACs, each of them 2 FLOPs. Section 1.3.
pub const fn matmul_macs(m: u64, n: u64, p: u64) -> u64 {
    m * n * p
}

/// Transpose of an (`m`, `n`) matrix: 0 FLOPs, only the strides change. Section 1.4.
pub const fn transpose(_m: u64, _n: u64) -> u64 {
    0
}

/// Bias of width `n` added to `batch` rows: batch * n FLOPs, the elements of the output. Section 1.6.
pub const fn bias(batch: u64, n: u64) -> u64 {
    batch * add(n)
}

/// Gradient of a bias of width `n`: `batch` rows added onto it, batch * n FLOPs. Section 1.6.
pub const fn bias_gradient(batch: u64, n: u64) -> u64 {
    n * sum_accumulate(batch)
}

/// Element-wise operation between broadcast shapes: one FLOP per element of the `output` shape. Section 1.6.
pub const fn broadcast(output: &[usize]) -> u64 {
    crate::memory::tensor_elements(output)
}

/// Factor of memory saved by not copying an `operand` out to the `output` shape: elements of the output over
/// elements of the operand (a bias (n) under (B, n): B; a channel's gamma (C) under (B, C, H, W): BHW).
/// A plain number. Section 1.6.
///
/// # Panics
///
/// When a non-empty output is asked of an empty operand: nothing can be broadcast to it.
pub const fn broadcast_saving(operand: &[usize], output: &[usize]) -> u64 {
    let (small, large) = (crate::memory::tensor_elements(operand), crate::memory::tensor_elements(output));
    if large == 0 {
        return 1;
    }
    assert!(small > 0, "broadcast_saving: an empty operand cannot be broadcast; give a shape without a 0");
    large / small
}
