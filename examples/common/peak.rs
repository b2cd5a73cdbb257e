//! How many multiply-adds this machine does when nothing has to wait for memory.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

/// Multiply-adds in registers: enough independent sums that none waits for the one before, few enough that all stay.
struct MultiplyAdds;

impl MultiplyAdds {
    const SUMS: usize = 12;
    const ROUNDS: usize = 4_000_000;
}

impl pulp::WithSimd for MultiplyAdds {
    /// FLOPs done.
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) -> usize {
        let (a, b) = (simd.splat_f32s(black_box(0.999_999)), simd.splat_f32s(black_box(1e-6)));
        let mut sums = [simd.splat_f32s(1.0); Self::SUMS];
        for _ in 0..Self::ROUNDS {
            for sum in &mut sums {
                *sum = simd.mul_add_f32s(*sum, a, b);
            }
        }
        for sum in sums {
            black_box(simd.reduce_sum_f32s(sum));
        }
        2 * S::F32_LANES * Self::SUMS * Self::ROUNDS
    }
}

/// 10^9 FLOP/s of multiply-adds that depend on nothing but registers, on so many threads at once.
pub(crate) fn fma_gflops(threads: usize) -> f64 {
    let machine = pulp::Arch::new();
    let run = || {
        let start = Instant::now();
        let flops: usize = thread::scope(|scope| {
            let others: Vec<_> =
                (1..threads).map(|_| scope.spawn(|| machine.dispatch(MultiplyAdds))).collect();
            let own = machine.dispatch(MultiplyAdds);
            own + others.into_iter().filter_map(|other| other.join().ok()).sum::<usize>()
        });
        flops as f64 / start.elapsed().as_secs_f64()
    };
    (0..10).map(|_| run()).fold(0.0, f64::max) / 1e9
}
