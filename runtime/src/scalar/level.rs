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
    arch().dispatch(Kernel(kernel))
}

/// Whether that has multiply-adds in one instruction: all of pulp's do but the least, which is what every compiler may
/// take for granted.
#[inline(always)]
pub(super) fn fuses() -> bool {
    !matches!(arch(), Arch::Scalar)
}
