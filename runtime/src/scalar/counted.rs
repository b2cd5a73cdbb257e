//! A scalar that counts its own operations: the proof that the cost constants are true.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use bytemuck::{Pod, Zeroable};
use num_traits::{Num, One, Zero};

use super::{Accum, Scalar, View, ViewMut};

thread_local! {
    static FLOPS: Cell<u64> = const { Cell::new(0) };
    static HOLLOW: Cell<bool> = const { Cell::new(false) };
}

/// One more operation on this thread.
#[inline]
fn tick() {
    FLOPS.with(|flops| flops.set(flops.get() + 1));
}

/// The FLOPs that [`Counted`] numbers spend on this thread while `run` runs; calls may be nested.
///
/// ```
/// use quipu::scalar::{Counted, Scalar, count};
///
/// let x = Counted::<f64>::from_real(2.0);
/// assert_eq!(count(|| x * x + x), 2);
/// ```
pub fn count<R>(run: impl FnOnce() -> R) -> u64 {
    let before = FLOPS.get();
    run();
    FLOPS.get() - before
}

/// [`count`], with matrix products counted but not computed: as no count depends on numbers, that of a large network is
/// known at once.
pub(crate) fn count_hollow<R>(run: impl FnOnce() -> R) -> u64 {
    /// Sets things right again, whatever happens in between.
    struct Solid;
    impl Drop for Solid {
        fn drop(&mut self) {
            HOLLOW.set(false);
        }
    }
    let _solid = Solid;
    HOLLOW.set(true);
    count(run)
}

/// A number that counts: every add, subtract, multiply, divide, remainder, negation, absolute value, comparison and
/// elementary function is one FLOP for [`count`]. Constants, conversions and copies are free.
///
/// Its matrix product is the plain triple loop: mnp multiplications and as many additions, 2mnp FLOPs.
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub struct Counted<T>(pub T);

// SAFETY: a transparent wrapper, and all bytes zero is a T.
unsafe impl<T: Zeroable> Zeroable for Counted<T> {}

// SAFETY: a transparent wrapper: what holds for T's bytes holds for its.
unsafe impl<T: Pod> Pod for Counted<T> {}

macro_rules! operator {
    ($($operator:ident $method:ident $assign:ident $assign_method:ident $symbol:tt),*) => {$(
        impl<T: Scalar> $operator for Counted<T> {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                tick();
                Counted(self.0 $symbol other.0)
            }
        }

        impl<T: Scalar> $assign for Counted<T> {
            #[inline]
            fn $assign_method(&mut self, other: Self) {
                *self = *self $symbol other;
            }
        }
    )*};
}

operator!(
    Add add AddAssign add_assign +,
    Sub sub SubAssign sub_assign -,
    Mul mul MulAssign mul_assign *,
    Div div DivAssign div_assign /,
    Rem rem RemAssign rem_assign %
);

impl<T: Scalar> Neg for Counted<T> {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        tick();
        Counted(-self.0)
    }
}

impl<T: Scalar> PartialEq for Counted<T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        tick();
        self.0 == other.0
    }
}

/// `<`, `<=`, `>`, `>=` all come through here: one FLOP each.
impl<T: Scalar> PartialOrd for Counted<T> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        tick();
        self.0.partial_cmp(&other.0)
    }
}

impl<T: Scalar> Zero for Counted<T> {
    #[inline]
    fn zero() -> Self {
        Counted(T::zero())
    }

    #[inline]
    fn is_zero(&self) -> bool {
        tick();
        self.0.is_zero()
    }
}

impl<T: Scalar> One for Counted<T> {
    #[inline]
    fn one() -> Self {
        Counted(T::one())
    }
}

impl<T: Scalar> Num for Counted<T> {
    type FromStrRadixErr = T::FromStrRadixErr;

    fn from_str_radix(text: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(text, radix).map(Counted)
    }
}

macro_rules! functions {
    ($($function:ident),*) => {$(
        #[inline]
        fn $function(self) -> Self {
            tick();
            Counted(self.0.$function())
        }
    )*};
}

impl<T: Scalar> Scalar for Counted<T> {
    type Real = T::Real;

    const SHARED: bool = false;

    #[inline]
    fn from_f64(x: f64) -> Self {
        Counted(T::from_f64(x))
    }

    #[inline]
    fn from_real(x: T::Real) -> Self {
        Counted(T::from_real(x))
    }

    #[inline]
    fn real(self) -> T::Real {
        self.0.real()
    }

    functions!(abs, exp, exp_or_zero, exp_m1, ln, ln_1p, sqrt, tanh, erf);

    #[inline]
    fn powf(self, p: f64) -> Self {
        tick();
        Counted(self.0.powf(p))
    }

    fn matmul(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self>, b: View<'_, Self>) {
        product(dst, accum, (a.nrows(), a.ncols()), |i, k| *a.get(i, k), b);
    }

    fn matmul_data(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, T::Real>, b: View<'_, Self>) {
        product(dst, accum, (a.nrows(), a.ncols()), |i, k| Self::from_real(*a.get(i, k)), b);
    }

    #[inline]
    fn dispatch<R>(mut kernel: impl FnMut() -> R) -> R {
        kernel()
    }
}

/// The plain product of an (m, n) matrix, given by its elements, and an (n, p) one.
fn product<T: Scalar>(
    mut dst: ViewMut<'_, T>,
    accum: Accum,
    (m, n): (usize, usize),
    a: impl Fn(usize, usize) -> T,
    b: View<'_, T>,
) {
    let p = b.ncols();
    assert_eq!(
        (dst.nrows(), n, dst.ncols()),
        (m, b.nrows(), p),
        "shapes of a matrix product: rows, inner dimension, columns"
    );
    if HOLLOW.get() {
        let onto = if matches!(accum, Accum::AddTimes(_)) { 2 } else { 0 };
        return FLOPS.set(FLOPS.get() + (m * p * (2 * n + onto)) as u64);
    }
    for i in 0..m {
        for j in 0..p {
            let before = *dst.get(i, j);
            let mut sum = if accum == Accum::Add { before } else { T::zero() };
            for k in 0..n {
                sum += a(i, k) * *b.get(k, j);
            }
            *dst.get(i, j) = match accum {
                Accum::AddTimes(factor) => before + T::from_f64(factor) * sum,
                Accum::Replace | Accum::Add => sum,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type C = Counted<f64>;

    #[test]
    fn every_operation_counts_one() {
        let (x, y) = (C::from_f64(2.0), C::from_f64(3.0));
        let flops = |run: fn(C, C)| count(|| run(x, y));
        assert_eq!(flops(|x, y| assert_eq!((x + y - x).0, 3.0)), 2);
        assert_eq!(flops(|x, y| assert_eq!((x * y / y % x).0, 0.0)), 3);
        assert_eq!(flops(|x, _| assert_eq!((-x).abs().0, 2.0)), 2);
        assert_eq!(flops(|x, _| assert!(x.exp().ln().sqrt().tanh().erf().powf(2.0).0 > 0.0)), 6);
        assert_eq!(flops(|x, _| assert!(x.exp_m1().ln_1p().0 > 0.0)), 2);
        assert_eq!(flops(|x, y| assert_eq!([x < y, x <= y, x > y, x >= y], [true, true, false, false])), 4);
        assert_eq!(flops(|x, y| assert_eq!([x == y, x != y], [false, true])), 2);
        assert_eq!(flops(|x, _| assert!(!x.is_zero())), 1);
        let assign = |mut x: C, y: C| {
            x += y;
            x -= y;
            x *= y;
            x /= y;
            x %= y;
        };
        assert_eq!(flops(assign), 5);
    }

    #[test]
    fn constants_conversions_and_copies_are_free() {
        let free = || {
            let x = C::from_f64(1.0);
            let copies = [x, C::from_real(2.0), C::zero(), C::one(), C::default()];
            assert_eq!(copies.map(C::real), [1.0, 2.0, 0.0, 1.0, 0.0]);
        };
        assert_eq!(count(free), 0);
    }

    #[test]
    fn counts_nest_and_start_from_zero() {
        let x = C::from_f64(1.0);
        let outer = count(|| {
            let _ = x + x;
            assert_eq!(count(|| x * x), 1);
        });
        assert_eq!(outer, 2);
        assert_eq!(count(|| ()), 0);
    }

    #[test]
    fn a_product_counts_a_multiply_and_an_add_a_term() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [1.0, 0.0, -1.0, 2.0, 0.5, 1.0].map(C::from_f64);
        let lifted = a.map(C::from_f64);
        let mut c = [C::zero(); 4];
        for accum in [Accum::Replace, Accum::Add] {
            let flops = count(|| {
                C::matmul(
                    ViewMut::rows(&mut c, 2, 2),
                    accum,
                    View::rows(&lifted, 2, 3),
                    View::rows(&b, 3, 2),
                );
            });
            assert_eq!(flops, quipu_cost::matmul(2, 3, 2));
        }
        assert_eq!(c.map(C::real), [1.0, 14.0, 4.0, 32.0]);
        let flops = count(|| {
            let dst = ViewMut::rows(&mut c, 2, 2);
            C::matmul_data(dst, Accum::Replace, View::rows(&a, 2, 3), View::rows(&b, 3, 2));
        });
        assert_eq!(flops, quipu_cost::matmul(2, 3, 2));
        assert_eq!(c.map(C::real), [0.5, 7.0, 2.0, 16.0]);
    }

    #[test]
    fn a_hollow_product_counts_what_a_solid_one_does() {
        let (a, b) = ([C::from_f64(2.0); 6], [C::from_f64(3.0); 6]);
        for accum in [Accum::Replace, Accum::Add, Accum::AddTimes(0.5)] {
            let mut c = [C::zero(); 4];
            let mut product =
                || C::matmul(ViewMut::rows(&mut c, 2, 2), accum, View::rows(&a, 2, 3), View::rows(&b, 3, 2));
            assert_eq!(count_hollow(&mut product), count(&mut product));
            let mut untouched = [C::zero(); 4];
            let dst = ViewMut::rows(&mut untouched, 2, 2);
            count_hollow(|| C::matmul(dst, accum, View::rows(&a, 2, 3), View::rows(&b, 3, 2)));
            assert_eq!(untouched.map(|x| x.0), [0.0; 4]);
        }
    }

    #[test]
    #[should_panic(expected = "shapes of a matrix product")]
    fn a_product_of_shapes_that_do_not_fit_is_refused() {
        let zeros = [C::zero(); 6];
        C::matmul(
            ViewMut::rows(&mut [C::zero(); 4], 2, 2),
            Accum::Replace,
            View::rows(&zeros, 2, 3),
            View::rows(&zeros[..4], 2, 2),
        );
    }
}
