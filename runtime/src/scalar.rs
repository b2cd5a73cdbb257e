//! The numbers that networks are made of: what a kernel may do with them, and nothing about how it is done.
//!
//! [`Scalar`] stands on `num_traits::NumAssign` rather than on a float trait: what a kernel needs is arithmetic,
//! order, nine elementary functions and a matrix product. Machine floats ([`Real`]), [`Counted`] numbers and [`Dual`]
//! ones, which carry a derivative, satisfy it, and a new scalar is one more file. The network's *data* stay plain (`T::Real`): a first layer's
//! product has its own entry, [`Scalar::matmul_data`], where a richer scalar does not pay for constants.

use std::fmt::{Debug, Display};
use std::ops::Neg;

use bytemuck::{Pod, Zeroable};
use num_traits::NumAssign;
use quipu_cost::Dtype;

mod counted;
pub(crate) mod dual;
mod elementary;
pub(crate) mod fixed;
mod float;
mod level;
#[cfg(test)]
mod levels;
mod product;
pub(crate) mod reduce;
mod view;

pub(crate) use counted::count_hollow;
pub use counted::{Counted, count};
pub use dual::Dual;
pub(crate) use float::warm_up;
use product::Lanes;
pub(crate) use reduce::{all_finite, largest, last_not_finite};
pub use view::{Accum, View, ViewMut};

/// A number that a network's parameters and activations can be made of.
///
/// Arithmetic, comparisons and the elementary functions cost one FLOP each; constants, conversions and copies are
/// free. [`Zeroable`]: all bytes zero is the number zero, so that parameters are made on the heap at once.
pub trait Scalar:
    NumAssign + Neg<Output = Self> + PartialOrd + Copy + Default + Debug + Zeroable + Send + Sync + 'static
{
    /// The plain number behind it, f32 or f64: the type of data, metrics and files.
    type Real: Real;

    /// Whether threads may share the work on such numbers: not where their operations are noted by the thread that does
    /// them, as [`Counted`] ones are.
    const SHARED: bool = true;

    /// A constant, rounded to the type. Free of FLOPs.
    fn from_f64(x: f64) -> Self;

    /// A plain number as a constant. Free of FLOPs.
    fn from_real(x: Self::Real) -> Self;

    /// The plain value. Free of FLOPs.
    fn real(self) -> Self::Real;

    /// |x|. 1 FLOP.
    #[must_use]
    fn abs(self) -> Self;

    /// `above` where x is above 0, `below` where it is below, and x itself, which is 0 or NaN, elsewhere: what the sign
    /// of x chooses. 2 FLOPs, both comparisons whatever the first one says, and no branch, so that a loop stays in the
    /// machine's vectors.
    #[must_use]
    #[inline(always)]
    fn by_sign(self, above: Self, below: Self) -> Self {
        let value = if self < Self::zero() { below } else { self };
        if self > Self::zero() { above } else { value }
    }

    /// e to the power x. 1 FLOP.
    #[must_use]
    fn exp(self) -> Self;

    /// x, and 0 where that is as good as none: below 2^-100 = 8e-31 in f32 and 2^-900 in f64, with either sign. No FLOP: a
    /// rounding, which other scalars do without.
    ///
    /// What shrinks step by step, as an optimizer's running mean does once a unit is dead, would end among the subnormal numbers
    /// and stay there; for each of them many machines interrupt what they do, a hundred times as long.
    #[must_use]
    #[inline(always)]
    fn or_zero(self) -> Self {
        self
    }

    /// e to the power of an x of at most 0 (or a NaN), and 0 where that is as good as none: below e^-69 = 1e-30 in f32 and
    /// e^-600 in f64. 1 FLOP.
    ///
    /// The gradients of a network that is sure of its classes are products with such numbers; [`exp`](Self::exp)'s go on down to
    /// the subnormal ones, for which see [`or_zero`](Self::or_zero).
    #[must_use]
    #[inline(always)]
    fn exp_or_zero(self) -> Self {
        self.exp()
    }

    /// e to the power x, minus 1, exact also where x is so small that the power rounds to 1. 1 FLOP.
    #[must_use]
    fn exp_m1(self) -> Self;

    /// Natural logarithm. 1 FLOP.
    #[must_use]
    fn ln(self) -> Self;

    /// Natural logarithm of 1 + x, exact also where x is so small that the sum rounds to 1. 1 FLOP.
    #[must_use]
    fn ln_1p(self) -> Self;

    /// Square root. 1 FLOP.
    #[must_use]
    fn sqrt(self) -> Self;

    /// Hyperbolic tangent. 1 FLOP.
    #[must_use]
    fn tanh(self) -> Self;

    /// The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. 1 FLOP.
    #[must_use]
    fn erf(self) -> Self;

    /// x to the constant power `p`. 1 FLOP.
    #[must_use]
    fn powf(self, p: f64) -> Self;

    /// dst = a b, dst += a b, or dst += c a b with a constant c. For an (m, n) by (n, p) product 2mnp FLOPs, onto a
    /// destination or from zero.
    ///
    /// # Panics
    /// If the shapes do not fit each other.
    fn matmul(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self>, b: View<'_, Self>);

    /// [`matmul`](Self::matmul) with plain data on the left, as a network's first layer has it. 2mnp FLOPs.
    ///
    /// # Panics
    /// If the shapes do not fit each other.
    fn matmul_data(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self::Real>, b: View<'_, Self>);

    /// Parts, as even as they can be, of the inner dimension of so many elements whose products [`matmul`](Self::matmul) into
    /// several rows of so many columns makes apart from each other and adds up in order: whoever does the same has the same bits.
    #[must_use]
    #[inline(always)]
    fn passes(inner: usize, columns: usize) -> usize {
        let _ = (inner, columns);
        1
    }

    /// Whether small products can have loops of their own, on machines that [fuse](Self::fuses): not where numbers are made of
    /// others, whose products are products of those.
    const LOOPS: bool = false;

    /// self a + b, rounded once where the machine does that in one instruction. 2 FLOPs.
    #[must_use]
    #[inline(always)]
    fn mul_add(self, a: Self, b: Self) -> Self {
        self * a + b
    }

    /// Whether [`mul_add`](Self::mul_add) is one instruction of this machine, on which small products have loops of their
    /// own; elsewhere they go through [`matmul`](Self::matmul), as all products do.
    #[must_use]
    #[inline(always)]
    fn fuses() -> bool {
        false
    }

    /// Scalars as plain numbers, where that is what they are.
    #[must_use]
    #[inline(always)]
    fn plain(values: &[Self]) -> Option<&[Self::Real]> {
        let _ = values;
        None
    }

    /// The same, to write.
    #[must_use]
    #[inline(always)]
    fn plain_mut(values: &mut [Self]) -> Option<&mut [Self::Real]> {
        let _ = values;
        None
    }

    /// Runs `kernel` compiled for the best instruction set that the machine has, where the scalar knows how.
    ///
    /// It gains only if the compiler inlines `kernel` and what that calls: mark both `#[inline(always)]`. A closure that is
    /// not inlined runs all the same, compiled for the least of machines.
    fn dispatch<R>(kernel: impl FnMut() -> R) -> R;
}

/// A machine float: f32 or f64.
pub trait Real: Scalar<Real = Self> + Lanes + Pod + Display {
    /// The type, as the cost model and files name it.
    const DTYPE: Dtype;

    /// The largest number of the type that is not infinite, as an f64, exact.
    const MAX: f64;

    /// The value as an f64, exact.
    fn to_f64(self) -> f64;

    /// Whether it is neither infinite nor NaN.
    fn is_finite(self) -> bool;
}
