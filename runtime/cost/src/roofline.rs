//! Bytes moved, arithmetic intensity, and the least time of an operation on a given machine.

use crate::elements;
use crate::memory::Dtype;

/// Bytes that the product (`m`, `n`) by (`n`, `p`) moves at least, both operands read and the result written
/// once: (mn + np + mp) * bytes of one element.
pub const fn matmul_bytes_moved(m: u64, n: u64, p: u64, dtype: Dtype) -> u64 {
    (m * n + n * p + elements::matmul(m, n, p)) * dtype.bytes()
}

/// Arithmetic intensity, FLOPs per byte moved.
pub const fn arithmetic_intensity(flops: u64, bytes_moved: u64) -> f64 {
    flops as f64 / bytes_moved as f64
}

/// Least time in seconds on a machine of `gflops` 10^9 FLOP/s and `gigabytes` 10^9 bytes/s: the longer of
/// computing and moving, which can overlap at best.
pub const fn roofline_seconds(flops: u64, bytes_moved: u64, gflops: f64, gigabytes: f64) -> f64 {
    let computing = flops as f64 / (gflops * 1e9);
    let moving = bytes_moved as f64 / (gigabytes * 1e9);
    if computing > moving { computing } else { moving }
}
