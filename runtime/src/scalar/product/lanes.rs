//! Floats side by side in the registers of an instruction set: what the tiles of a product are made of.

use pulp::Simd;

/// A float of which an instruction set has vectors.
pub(in super::super) trait Lanes: Copy {
    /// As many as one register of `S` holds.
    type Vector<S: Simd>: Copy;

    /// The number nearest to `x`.
    fn of(x: f64) -> Self;

    /// `x` in every lane.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;

    /// a b + c in every lane, rounded once.
    fn mul_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// The elements of a slice of fewer than a register's, and something behind them.
    fn part<S: Simd>(simd: S, from: &[Self]) -> Self::Vector<S>;

    /// The first lanes into a slice of fewer.
    fn put_part<S: Simd>(simd: S, to: &mut [Self], values: Self::Vector<S>);
}

macro_rules! lanes {
    ($float:ident, $vector:ident, $splat:ident, $mul_add:ident, $load:ident, $store:ident) => {
        impl Lanes for $float {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: Self) -> S::$vector {
                simd.$splat(x)
            }

            #[inline(always)]
            fn mul_add<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn part<S: Simd>(simd: S, from: &[Self]) -> S::$vector {
                simd.$load(from)
            }

            #[inline(always)]
            fn put_part<S: Simd>(simd: S, to: &mut [Self], values: S::$vector) {
                simd.$store(to, values);
            }
        }
    };
}

lanes!(f32, f32s, splat_f32s, mul_add_f32s, partial_load_f32s, partial_store_f32s);
lanes!(f64, f64s, splat_f64s, mul_add_f64s, partial_load_f64s, partial_store_f64s);
