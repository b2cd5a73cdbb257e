//! A scalar that carries its own derivative: forward-mode automatic differentiation, and nested, derivatives of any order.

use std::cmp::Ordering;
use std::f64::consts::FRAC_2_SQRT_PI;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use bytemuck::{TransparentWrapper, Zeroable};
use num_traits::{Num, One, Zero};

use super::{Accum, Real, Scalar, View, ViewMut};

mod planes;
mod room;
#[cfg(test)]
mod tests;

pub(crate) use planes::{split, zip};

/// A number and its derivative in one direction, its *tangent*: a + a' e with e² = 0 (Clifford, 1873).
///
/// Whatever is computed over duals instead of over `T` computes its directional derivative on the way. Over a forward
/// pass that is J v ([`jvp`](crate::analysis::jvp)); over a forward and a backward pass the tangent of the gradient is the
/// Hessian times v (Pearlmutter, 1994; [`hvp`](crate::analysis::hvp)). `Dual<Dual<T>>` has second derivatives, and so on.
///
/// ```
/// use quipu::{Dual, Scalar};
///
/// let x = Dual::new(0.5_f64, 1.0);
/// let y = (x * x).exp();
/// assert_eq!(y.tangent(), 2.0 * x.value() * y.value());
/// ```
///
/// Comparisons, also for equality, are those of the values: two sides of a kink are told apart as over `T`, and on the kink
/// the derivative is that of the side which is chosen there. Data stay plain: [`Scalar::Real`] is `T`'s.
///
/// In operations of `T`, and so in FLOPs where `T` is [`Counted`](super::Counted): a sum, difference or negation takes 2,
/// a product or quotient 4, a remainder 5, a comparison 1; `abs` 4, `exp` 2, `exp_m1` 3, `ln` 2, `ln_1p` 3, `sqrt` 3,
/// `tanh` 4, `erf` 6, `powf` 4, `by_sign` 2. A matrix product takes three of `T`'s, one with plain data two.
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub struct Dual<T>(pub [T; 2]);

// SAFETY: a transparent wrapper of an array, and all bytes zero is a T.
unsafe impl<T: Zeroable> Zeroable for Dual<T> {}

// SAFETY: `#[repr(transparent)]`.
unsafe impl<T> TransparentWrapper<[T; 2]> for Dual<T> {}

impl<T: Copy> Dual<T> {
    /// A number with its tangent.
    #[inline(always)]
    pub const fn new(value: T, tangent: T) -> Self {
        Dual([value, tangent])
    }

    /// The number itself.
    #[inline(always)]
    #[must_use]
    pub const fn value(self) -> T {
        self.0[0]
    }

    /// Its derivative.
    #[inline(always)]
    #[must_use]
    pub const fn tangent(self) -> T {
        self.0[1]
    }
}

impl<T: Scalar> Dual<T> {
    /// A number that does not move.
    #[inline(always)]
    #[must_use]
    pub fn constant(value: T) -> Self {
        Dual([value, T::zero()])
    }

    /// f(x), from its value and its slope there.
    #[inline(always)]
    fn along(self, value: T, slope: T) -> Self {
        Dual([value, slope * self.0[1]])
    }

    /// As [`along`](Self::along) for a function whose value is infinite where exp overflows. There it does not move: what
    /// divides by it (a sigmoid far out) comes to 0, and to no NaN.
    #[inline(always)]
    fn along_finite(self, value: T, slope: T) -> Self {
        let tangent = slope * self.0[1];
        let overflows = value.real() > T::Real::from_f64(T::Real::MAX);
        Dual([value, if overflows { T::zero() } else { tangent }])
    }
}

impl<T: Scalar> Neg for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Dual(self.0.map(Neg::neg))
    }
}

macro_rules! operator {
    ($($operator:ident $method:ident $assign:ident $assign_method:ident ($a:ident, $b:ident) => $result:expr;)*) => {$(
        impl<T: Scalar> $operator for Dual<T> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let ($a, $b) = (self.0, other.0);
                Dual($result)
            }
        }

        impl<T: Scalar> $assign for Dual<T> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = self.$method(other);
            }
        }
    )*};
}

operator! {
    Add add AddAssign add_assign (a, b) => [a[0] + b[0], a[1] + b[1]];
    Sub sub SubAssign sub_assign (a, b) => [a[0] - b[0], a[1] - b[1]];
    Mul mul MulAssign mul_assign (a, b) => [a[0] * b[0], a[0] * b[1] + a[1] * b[0]];
    Div div DivAssign div_assign (a, b) => {
        let quotient = a[0] / b[0];
        [quotient, (a[1] - quotient * b[1]) / b[0]]
    };
    // a - k b with a whole number k that does not move.
    Rem rem RemAssign rem_assign (a, b) => {
        let rest = a[0] % b[0];
        [rest, a[1] - (a[0] - rest) / b[0] * b[1]]
    };
}

/// Of the values.
impl<T: Scalar> PartialEq for Dual<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0[0] == other.0[0]
    }
}

/// Of the values.
impl<T: Scalar> PartialOrd for Dual<T> {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0[0].partial_cmp(&other.0[0])
    }

    // Over floats each is one machine comparison; made of `partial_cmp` it is several.
    #[inline(always)]
    fn lt(&self, other: &Self) -> bool {
        self.0[0] < other.0[0]
    }

    #[inline(always)]
    fn le(&self, other: &Self) -> bool {
        self.0[0] <= other.0[0]
    }

    #[inline(always)]
    fn gt(&self, other: &Self) -> bool {
        self.0[0] > other.0[0]
    }

    #[inline(always)]
    fn ge(&self, other: &Self) -> bool {
        self.0[0] >= other.0[0]
    }
}

impl<T: Scalar> Zero for Dual<T> {
    #[inline(always)]
    fn zero() -> Self {
        Dual::constant(T::zero())
    }

    /// Whether the value is.
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.0[0].is_zero()
    }
}

impl<T: Scalar> One for Dual<T> {
    #[inline(always)]
    fn one() -> Self {
        Dual::constant(T::one())
    }
}

impl<T: Scalar> Num for Dual<T> {
    type FromStrRadixErr = T::FromStrRadixErr;

    fn from_str_radix(text: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(text, radix).map(Dual::constant)
    }
}

impl<T: Scalar> Scalar for Dual<T> {
    type Real = T::Real;

    const SHARED: bool = T::SHARED;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        Dual::constant(T::from_f64(x))
    }

    #[inline(always)]
    fn from_real(x: T::Real) -> Self {
        Dual::constant(T::from_real(x))
    }

    #[inline(always)]
    fn real(self) -> T::Real {
        self.0[0].real()
    }

    /// The slope at 0 is 0.
    #[inline(always)]
    fn abs(self) -> Self {
        let [x, tangent] = self.0;
        Dual([x.abs(), x.by_sign(tangent, -tangent)])
    }

    /// At 0 it does not move.
    #[inline(always)]
    fn by_sign(self, above: Self, below: Self) -> Self {
        let x = self.0[0];
        let (is_below, is_above) = (x < T::zero(), x > T::zero());
        // 0 or NaN, in both planes.
        let value = if is_below { below } else { Dual([T::from_real(x.real()); 2]) };
        if is_above { above } else { value }
    }

    #[inline(always)]
    fn exp(self) -> Self {
        let exp = self.0[0].exp();
        self.along_finite(exp, exp)
    }

    #[inline(always)]
    fn exp_or_zero(self) -> Self {
        let exp = self.0[0].exp_or_zero();
        self.along_finite(exp, exp)
    }

    #[inline(always)]
    fn exp_m1(self) -> Self {
        let x = self.0[0];
        self.along_finite(x.exp_m1(), x.exp())
    }

    #[inline(always)]
    fn ln(self) -> Self {
        let [x, tangent] = self.0;
        Dual([x.ln(), tangent / x])
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        let [x, tangent] = self.0;
        Dual([x.ln_1p(), tangent / (T::one() + x)])
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        let [x, tangent] = self.0;
        let root = x.sqrt();
        Dual([root, tangent / (root + root)])
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        let tanh = self.0[0].tanh();
        self.along(tanh, T::one() - tanh * tanh)
    }

    #[inline(always)]
    fn erf(self) -> Self {
        let x = self.0[0];
        self.along(x.erf(), T::from_f64(FRAC_2_SQRT_PI) * (-(x * x)).exp())
    }

    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        let x = self.0[0];
        self.along(x.powf(p), T::from_f64(p) * x.powf(p - 1.0))
    }

    fn matmul(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self>, b: View<'_, Self>) {
        planes::product(dst, accum, a, b);
    }

    fn matmul_data(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, T::Real>, b: View<'_, Self>) {
        planes::product_with_data(dst, accum, a, b);
    }

    #[inline(always)]
    fn dispatch<R>(kernel: impl FnMut() -> R) -> R {
        T::dispatch(kernel)
    }
}
