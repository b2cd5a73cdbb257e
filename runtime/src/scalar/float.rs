//! f32 and f64 as scalars: products by tiles or by faer, on one thread, and run-time dispatch to the machine's vector units.

use quipu_cost::Dtype;

use super::{Accum, Real, Scalar, View, ViewMut, elementary, level, product};

/// Functions of a number as the file of elementary ones has them for its type.
macro_rules! functions {
    ($module:ident: $($function:ident),*) => {$(
        #[inline(always)]
        fn $function(self) -> Self {
            elementary::$module::$function(self)
        }
    )*};
}

macro_rules! float {
    ($float:ident by $functions:ident, $erf:path, $dtype:expr) => {
        impl Scalar for $float {
            type Real = $float;

            const LOOPS: bool = true;

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn from_real(x: $float) -> Self {
                x
            }

            #[inline(always)]
            fn real(self) -> $float {
                self
            }

            #[inline(always)]
            fn abs(self) -> Self {
                $float::abs(self)
            }

            functions!($functions: exp, or_zero, exp_or_zero, exp_m1, ln, ln_1p, tanh);

            #[inline(always)]
            fn sqrt(self) -> Self {
                $float::sqrt(self)
            }

            #[inline(always)]
            fn erf(self) -> Self {
                $erf(self)
            }

            #[inline(always)]
            fn powf(self, p: f64) -> Self {
                $float::powf(self, p as $float)
            }

            fn matmul(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self>, b: View<'_, Self>) {
                let Some(dst) = product::by_tiles(dst, accum, a, b) else { return };
                let (accum, factor) = match accum {
                    Accum::Replace => (faer::Accum::Replace, 1.0),
                    Accum::Add => (faer::Accum::Add, 1.0),
                    Accum::AddTimes(factor) => (faer::Accum::Add, factor as $float),
                };
                faer::linalg::matmul::matmul(dst.faer(), accum, a.faer(), b.faer(), factor, faer::Par::Seq);
            }

            #[inline]
            fn matmul_data(dst: ViewMut<'_, Self>, accum: Accum, a: View<'_, Self>, b: View<'_, Self>) {
                Self::matmul(dst, accum, a, b);
            }

            #[inline]
            fn passes(inner: usize, columns: usize) -> usize {
                product::passes::<Self>(inner, columns)
            }

            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                $float::mul_add(self, a, b)
            }

            #[inline(always)]
            fn fuses() -> bool {
                level::fuses()
            }

            #[inline(always)]
            fn plain(values: &[$float]) -> Option<&[$float]> {
                Some(values)
            }

            #[inline(always)]
            fn plain_mut(values: &mut [$float]) -> Option<&mut [$float]> {
                Some(values)
            }

            #[inline(always)]
            fn dispatch<R>(kernel: impl FnMut() -> R) -> R {
                level::dispatch(kernel)
            }
        }

        impl Real for $float {
            const DTYPE: Dtype = $dtype;

            const MAX: f64 = $float::MAX as f64;

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn is_finite(self) -> bool {
                $float::is_finite(self)
            }
        }
    };
}

float!(f32 by single, elementary::erf, Dtype::F32);
float!(f64 by double, libm::erf, Dtype::F64);

/// Makes this thread's packing buffer for products, which faer would make in the first product that is large enough
/// to need it, and asks the machine for its instruction set.
pub(crate) fn warm_up() {
    fn product<T: Scalar>() {
        // Well above the sizes that faer multiplies without packing.
        const SIDE: usize = 64;
        let a = vec![T::zero(); SIDE * SIDE];
        let mut c = a.clone();
        let view = View::rows(&a, SIDE, SIDE);
        // Transposed: a right side in rows would go by tiles, which need no buffer.
        T::matmul(ViewMut::rows(&mut c, SIDE, SIDE), Accum::Replace, view, view.transposed());
    }
    product::<f32>();
    product::<f64>();
    f32::dispatch(
        #[inline(always)]
        || (),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products<T: Real>() {
        let number = |x: f64| T::from_f64(x);
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(number);
        let b = [1.0, 0.0, -1.0, 2.0, 0.5, 1.0].map(number);
        let mut c = [number(f64::NAN); 4];
        T::matmul(ViewMut::rows(&mut c, 2, 2), Accum::Replace, View::rows(&a, 2, 3), View::rows(&b, 3, 2));
        assert_eq!(c, [0.5, 7.0, 2.0, 16.0].map(number));
        T::matmul_data(ViewMut::rows(&mut c, 2, 2), Accum::Add, View::rows(&a, 2, 3), View::rows(&b, 3, 2));
        assert_eq!(c, [1.0, 14.0, 4.0, 32.0].map(number));

        let mut outer = [T::zero(); 9];
        let (left, right) = (View::rows(&a, 2, 3).transposed(), View::rows(&a, 2, 3));
        T::matmul(ViewMut::rows(&mut outer, 3, 3), Accum::Replace, left, right);
        assert_eq!(outer, [17.0, 22.0, 27.0, 22.0, 29.0, 36.0, 27.0, 36.0, 45.0].map(number));

        // One plane of interleaved numbers, as a dual number's matrix has them.
        let mut planes = [T::zero(); 8];
        let plane = ViewMut::strided(&mut planes, 2, 2, 4, 2);
        T::matmul(plane, Accum::Replace, View::strided(&a, 2, 1, 2, 1), View::strided(&b, 1, 2, 2, 2));
        assert_eq!(planes, [1.0, 0.0, -1.0, 0.0, 3.0, 0.0, -3.0, 0.0].map(number));
    }

    // torch: x.abs().sum().backward() leaves 0 where x is 0.
    fn signs<T: Real>() {
        let number = |x: f64| T::from_f64(x);
        for (x, expected) in
            [(2.0, 0.5), (-3.0, -0.25), (0.0, 0.0), (-0.0, 0.0), (1e-40, 0.5), (f64::INFINITY, 0.5)]
        {
            let (x, above, below) = (number(x), number(0.5), number(-0.25));
            assert_eq!(x.by_sign(above, below), number(expected), "{x}");
            let counted = |x| crate::scalar::Counted(x);
            let mut plain = counted(x);
            let flops = crate::scalar::count(|| plain = plain.by_sign(counted(above), counted(below)));
            assert_eq!((plain.0, flops), (number(expected), 2), "{x}");
        }
        let nan = number(f64::NAN);
        assert!(!nan.by_sign(number(0.5), number(-0.5)).is_finite());
    }

    #[test]
    fn a_sign_chooses_in_two_comparisons() {
        signs::<f32>();
        signs::<f64>();
    }

    #[test]
    fn products_of_small_matrices() {
        products::<f32>();
        products::<f64>();
    }

    #[test]
    #[should_panic]
    fn a_product_of_shapes_that_do_not_fit_is_refused() {
        f32::matmul(
            ViewMut::rows(&mut [0.0; 4], 2, 2),
            Accum::Replace,
            View::rows(&[0.0; 6], 2, 3),
            View::rows(&[0.0; 4], 2, 2),
        );
    }

    // torch.erf(torch.tensor(0.5, dtype=torch.float64)) and the like.
    #[test]
    fn elementary_functions() {
        assert!((Scalar::erf(0.5_f64) - 0.520_499_877_813_046_5).abs() < 1e-15);
        assert!((Scalar::erf(0.5_f32) - 0.520_499_9).abs() < 1e-6);
        assert!((Scalar::tanh(0.5_f64) - 0.462_117_157_260_009_8).abs() < 1e-15);
        assert!((Scalar::powf(2.0_f64, 0.5) - std::f64::consts::SQRT_2).abs() < 1e-15);
        // Through exp and ln alone both would be 0.
        assert_eq!([Scalar::exp_m1(1e-20_f64), Scalar::ln_1p(1e-20_f64)], [1e-20; 2]);
        assert_eq!([Scalar::exp_m1(1e-20_f32), Scalar::ln_1p(1e-20_f32)], [1e-20; 2]);
        assert!(!Real::is_finite(f32::NAN) && Real::is_finite(1.0_f32));
        assert_eq!(Real::to_f64(0.1_f32), f64::from(0.1_f32));
    }

    #[test]
    fn a_power_is_exps_or_zero_and_never_subnormal() {
        fn check<T: Real>(bound: f64) {
            let both = |x: f64| [T::from_f64(x).exp_or_zero(), T::from_f64(x).exp()].map(Real::to_f64);
            for x in [0.0, -0.0, -1e-3, -0.5, -1.0, -20.25, bound] {
                let [found, expected] = both(x);
                assert_eq!(found.to_bits(), expected.to_bits(), "e^{x}");
            }
            for x in [bound - 0.1, 1.2 * bound, 10.0 * bound, f64::NEG_INFINITY] {
                assert_eq!(both(x)[0].to_bits(), 0, "e^{x}");
            }
            assert!(both(f64::NAN)[0].is_nan());
        }
        check::<f32>(-69.0);
        check::<f64>(-600.0);
    }

    #[test]
    fn what_is_next_to_nothing_becomes_zero() {
        fn check<T: Real>(least: f64) {
            let rounded = |x: f64| T::from_f64(x).or_zero().to_f64();
            for x in [least, -least, 1.5 * least, 1.0, f64::INFINITY] {
                assert_eq!(rounded(x), T::from_f64(x).to_f64());
            }
            for x in [0.999 * least, -0.999 * least, 1e-8 * least, 0.0] {
                assert_eq!(rounded(x).to_bits(), 0, "{x:e}");
            }
            assert!(rounded(f64::NAN).is_nan());
        }
        check::<f32>(2_f64.powi(-100));
        check::<f64>(2_f64.powi(-900));
    }

    #[test]
    fn dispatch_runs_the_kernel_once_and_returns_its_value() {
        let mut runs = 0;
        assert_eq!(
            f32::dispatch(
                #[inline(always)]
                || {
                    runs += 1;
                    7
                }
            ),
            7
        );
        assert_eq!(runs, 1);
    }
}
