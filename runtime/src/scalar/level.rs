//! The instruction set that kernels run on: the machine's best, asked for when the program runs.

use pulp::{Arch, Simd, WithSimd};

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
