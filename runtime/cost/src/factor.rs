//! Costs of matrix factorisations and of low-rank layers (section 1.4).
//!
//! Factorisations are iterative or pivoted and have no exact count: they are given as orders of magnitude,
//! the leading power with the factor 1.

use crate::algebra::matvec;

/// Order of the inverse of an (`n`, `n`) matrix: n^3 FLOPs. Section 1.4.
pub const fn inverse(n: u64) -> u64 {
    n * n * n
}

/// Order of the eigendecomposition of an (`n`, `n`) matrix: n^3 FLOPs. Section 1.4.
pub const fn eigen(n: u64) -> u64 {
    n * n * n
}

/// Order of the singular value decomposition of an (`m`, `n`) matrix: mn * min(m, n) FLOPs, n^3 when square.
/// Section 1.4.
pub const fn svd(m: u64, n: u64) -> u64 {
    m * n * if m < n { m } else { n }
}

/// Parameters of an (`m`, `n`) layer cut down to rank `r`, factors (m, r) and (r, n): r(m + n) elements
/// instead of mn. Section 1.4.
pub const fn low_rank_params(m: u64, n: u64, r: u64) -> u64 {
    r * (m + n)
}

/// Product of an (`m`, `n`) matrix of rank `r`, kept as two factors, with a vector: 2r(m + n) FLOPs instead
/// of 2mn. Section 1.4.
pub const fn low_rank_matvec(m: u64, n: u64, r: u64) -> u64 {
    matvec(r, n) + matvec(m, r)
}
