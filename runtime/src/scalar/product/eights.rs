//! Dot products with rows of eight f32, which is what a register of AVX holds: there a few shuffles add up eight rows at once.

use pulp::Simd;

/// As [`Lanes::eights`](super::Lanes::eights) says.
#[inline(always)]
pub(super) fn dots<S: Simd>(simd: S, a: &[f32], b: &[f32], out: &mut [f32]) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::any::Any;

        use pulp::x86::{V3, V4};
        // The compiler knows which type it is: no question of this is left in the program.
        let any: &dyn Any = &simd;
        let simd = any.downcast_ref::<V3>().or_else(|| any.downcast_ref::<V4>().map(|simd| &**simd));
        let rows = b.as_chunks::<8>().0.as_chunks::<8>().0;
        let (to, rest) = out.as_chunks_mut::<8>();
        if let (Some(&simd), Some(a), []) = (simd, a.first_chunk(), rest) {
            for (to, rows) in to.iter_mut().zip(rows) {
                *to = eight(simd, a, rows);
            }
            return true;
        }
    }
    let _ = (simd, a, b, out);
    false
}

/// The dot products with eight rows.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn eight(simd: pulp::x86::V3, a: &[f32; 8], rows: &[[f32; 8]; 8]) -> [f32; 8] {
    use std::arch::x86_64::__m256;

    use pulp::cast;
    use pulp::x86::V3;

    /// In each half of a register (a0 + a1, a2 + a3, b0 + b1, b2 + b3).
    #[inline(always)]
    fn pairs(V3 { avx, .. }: V3, a: __m256, b: __m256) -> __m256 {
        let (evens, odds) = (avx._mm256_shuffle_ps::<0x88>(a, b), avx._mm256_shuffle_ps::<0xdd>(a, b));
        avx._mm256_add_ps(evens, odds)
    }

    let (avx, a) = (simd.avx, cast::<_, __m256>(*a));
    let mut products = [a; 8];
    for (product, &row) in products.iter_mut().zip(rows) {
        *product = avx._mm256_mul_ps(a, cast(row));
    }
    let [p, q, r, s, t, u, v, w] = products;
    let low = pairs(simd, pairs(simd, p, q), pairs(simd, r, s));
    let high = pairs(simd, pairs(simd, t, u), pairs(simd, v, w));
    // The sums of the rows' first four products, and of their last.
    let first = avx._mm256_permute2f128_ps::<0x20>(low, high);
    let last = avx._mm256_permute2f128_ps::<0x31>(low, high);
    cast(avx._mm256_add_ps(first, last))
}
