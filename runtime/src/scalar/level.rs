//! The instruction set that kernels run on: the machine's best, asked for when the program runs.

use pulp::{Arch, Simd, WithSimd};
#[cfg(target_arch = "x86_64")]
use pulp::{
    NullaryFnOnce,
    x86::{V3, V3_128b},
};

/// A kernel as pulp takes it.
///
/// It is called as the `FnMut` that it is: called as an `FnOnce` it would be reached through a function of the compiler's
/// that is not inlined into the one compiled for the instruction set once the kernel is large.
struct Kernel<F>(F);

impl<R, F: FnMut() -> R> WithSimd for Kernel<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> R {
        let Kernel(mut kernel) = self;
        kernel()
    }
}

/// The machine is asked once in a process; after that this is a load and a branch.
#[inline(always)]
fn arch() -> Arch {
    #[cfg(test)]
    if let Some(arch) = super::levels::forced() {
        return arch;
    }
    Arch::new()
}

/// Runs `kernel` as it is compiled for the best instruction set.
#[inline(always)]
pub(super) fn dispatch<R>(kernel: impl FnMut() -> R) -> R {
    vectors(Kernel(kernel))
}

/// Runs what is written in the vectors of an instruction set in those of the best.
#[inline(always)]
pub(super) fn vectors<K: WithSimd>(kernel: K) -> K::Output {
    arch().dispatch(kernel)
}

/// A kernel in the shorter vectors that an instruction set has, too.
#[cfg(target_arch = "x86_64")]
struct Quarter<K>(V3, K);

#[cfg(target_arch = "x86_64")]
impl<K: WithSimd> NullaryFnOnce for Quarter<K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.1.with_simd(V3_128b(self.0))
    }
}

/// The same for machines that [fuse](fuses).
#[inline(always)]
pub(super) fn fused<K: WithSimd>(kernel: K) -> K::Output {
    match arch() {
        #[cfg(target_arch = "x86_64")]
        Arch::V4(simd) => Simd::vectorize(simd, kernel),
        #[cfg(target_arch = "x86_64")]
        Arch::V3(simd) => Simd::vectorize(simd, kernel),
        other => elsewhere(other, kernel),
    }
}

/// Where nothing fuses, nobody asks: what is not compiled for it, size by size, is built in less time.
#[inline(always)]
fn elsewhere<K: WithSimd>(arch: Arch, kernel: K) -> K::Output {
    #[cfg(all(target_arch = "x86_64", not(test)))]
    {
        let _ = (arch, kernel);
        unreachable!("a machine that fuses multiply-adds has vectors")
    }
    #[cfg(any(not(target_arch = "x86_64"), test))]
    arch.dispatch(kernel)
}

/// A kernel of rows whose size the compiler knows.
pub(super) trait OfRows: WithSimd {
    /// Bytes of a row.
    const ROW: usize;

    /// Whether rows are whole vectors of 32 bytes, and few of them, but not of 64, which would be half empty.
    const HALF: bool = Self::ROW <= 96 && Self::ROW.is_multiple_of(32) && !Self::ROW.is_multiple_of(64);
    /// Whether a row is one vector of 16 bytes.
    const QUARTER: bool = Self::ROW == 16;
}

/// The same for machines that [fuse](fuses), in the widest vectors of which rows have whole ones, if they have; they are
/// narrower than the machine's best where most of those would be empty.
///
/// Built for the vectors that are used, and no others: every small layer has kernels of its own, and where nothing is
/// optimised they are most of what a program takes to build.
#[inline(always)]
pub(super) fn vectors_of<K: OfRows>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if const { K::HALF || K::QUARTER } {
        let simd = match arch() {
            Arch::V4(simd) => *simd,
            Arch::V3(simd) => simd,
            other => return elsewhere(other, kernel),
        };
        return if const { K::HALF } {
            Simd::vectorize(simd, kernel)
        } else {
            V3::vectorize(simd, Quarter(simd, kernel))
        };
    }
    fused(kernel)
}

/// Whether that has multiply-adds in one instruction, as those of x86 above the least and of ARM have.
#[inline(always)]
pub(super) fn fuses() -> bool {
    // In software it is slow, and the same to the bit.
    #[cfg(test)]
    if super::levels::forced().is_some() {
        return true;
    }
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) && !matches!(arch(), Arch::Scalar)
}
