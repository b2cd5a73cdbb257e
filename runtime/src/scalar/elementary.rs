//! exp, ln, tanh, erf and their kin for f32 and f64 as straight lines of arithmetic, without a branch or a table, so that
//! loops over them run in the machine's vectors.
//!
//! Largest errors, in units in the last place (ulp) of the result; over all numbers for f32, which
//! `cargo run --release --example ulp` walks through, and as far as samples show for f64:
//!
//! | function | f32 | f64 |
//! |---|---:|---:|
//! | exp | 1.1 | 1 |
//! | exp_m1 | 1.7 | 2 |
//! | ln | 0.9 | 1 |
//! | ln_1p | 1.5 | 2 |
//! | tanh | 2.7 | 3 |
//! | erf | 1.5 | that of `libm` |
//!
//! No operation is fused (a product and a sum round twice everywhere), so that every machine computes the same bits.
//! The polynomials are the best of their degree; `polynomials.py` beside this file makes them (Remez, 1934). Reductions
//! of arguments are the usual ones: exp x = 2^k exp r with |r| <= ln(2)/2 and ln 2 in two parts (Cody and Waite, 1980),
//! ln x = k ln 2 + ln(1 + f) with 1 + f from 1/sqrt 2 to sqrt 2.

// A program wrote the numbers.
#[allow(clippy::unreadable_literal, clippy::excessive_precision)]
mod polynomials;

/// The functions for one type.
macro_rules! elementary {
    (
        $name:ident: $float:ident as $int:ident of $bits:ident,
        mantissa $mantissa:literal, bias $bias:literal, tiny $tiny:literal, magic $magic:expr,
        ln2 $high:expr, $low:expr, exp from $least:expr, to $most:expr, none below $none:expr, one from $one:expr
    ) => {
        pub(super) mod $name {
            use super::polynomials::$name::{EXP, LN};

            /// 1.5 times 2 to the power of the mantissa's digits: added to a number it leaves its nearest whole one in the
            /// last digits.
            const MAGIC: $float = $magic;
            /// ln 2, whose first part times a whole number is exact, and the rest of it.
            const LN2: [$float; 2] = [$high, $low];

            /// c0 + c1 x + c2 x^2 + …
            #[inline(always)]
            pub(super) fn polynomial<const N: usize>(coefficients: &[$float; N], x: $float) -> $float {
                let mut sum = coefficients[N - 1];
                let mut index = N - 1;
                while index > 0 {
                    index -= 1;
                    sum = sum * x + coefficients[index];
                }
                sum
            }

            /// 2^k, for a k whose power is a normal number.
            #[inline(always)]
            fn power_of_two(k: $int) -> $float {
                $float::from_bits(((k + $bias) << $mantissa) as $bits)
            }

            /// x between two bounds; a NaN stays one.
            #[inline(always)]
            fn within(x: $float, least: $float, most: $float) -> $float {
                let x = if x < least { least } else { x };
                if x > most { most } else { x }
            }

            /// k and exp(r) - 1 of exp x = 2^k exp r.
            #[inline(always)]
            fn reduced(x: $float) -> ($int, $float) {
                let shifted = x * std::$float::consts::LOG2_E + MAGIC;
                let whole = shifted - MAGIC;
                let k = (shifted.to_bits() as $int).wrapping_sub(MAGIC.to_bits() as $int);
                let r = (x - whole * LN2[0]) - whole * LN2[1];
                (k, r + r * r * polynomial(&EXP, r))
            }

            /// e to the power x.
            #[inline(always)]
            pub(in crate::scalar) fn exp(x: $float) -> $float {
                let (k, part) = reduced(within(x, $least, $most));
                // In two steps, each of which is a normal number: the result may be none.
                let half = k >> 1;
                (1.0 + part) * power_of_two(half) * power_of_two(k - half)
            }

            /// x, and 0 where |x| is far too little to count.
            #[inline(always)]
            pub(in crate::scalar) fn or_zero(x: $float) -> $float {
                const LEAST: $float = $float::from_bits((($bias as $int + $tiny) << $mantissa) as $bits);
                if x.abs() < LEAST { 0.0 } else { x }
            }

            /// e to the power of an x that is at most 0 or a NaN: [`exp`]'s, and 0 where x is less than a bound whose power is
            /// far from the least normal number.
            #[inline(always)]
            pub(in crate::scalar) fn exp_or_zero(x: $float) -> $float {
                let is_none = x < $none;
                let (k, part) = reduced(if is_none { $none } else { x });
                let power = (1.0 + part) * power_of_two(k);
                if is_none { 0.0 } else { power }
            }

            /// e to the power x, minus 1.
            #[inline(always)]
            pub(in crate::scalar) fn exp_m1(x: $float) -> $float {
                // Below that it is -1.
                let (k, part) = reduced(within(x, -2.0 * $one, $most));
                // 2^k may be too large where the result is not.
                let half = power_of_two(k - 1);
                2.0 * (half * part + (half - 0.5))
            }

            /// Hyperbolic tangent, (exp 2x - 1) / (exp 2x + 1).
            #[inline(always)]
            pub(in crate::scalar) fn tanh(x: $float) -> $float {
                let size = x.abs();
                // Beyond that it is 1.
                let twice = exp_m1(2.0 * if size > $one { $one } else { size });
                (twice / (twice + 2.0)).copysign(x)
            }

            /// Natural logarithm.
            #[inline(always)]
            pub(in crate::scalar) fn ln(x: $float) -> $float {
                const SUBNORMAL: $float = (1_u64 << $mantissa) as $float;
                let subnormal = x < $float::MIN_POSITIVE;
                let scaled = if subnormal { x * SUBNORMAL } else { x };
                let lost = if subnormal { $mantissa as $float } else { 0.0 };
                // The exponent such that the rest is from 1/sqrt 2 to sqrt 2.
                let bits = scaled.to_bits() as $int;
                let middle = std::$float::consts::FRAC_1_SQRT_2.to_bits() as $int;
                let exponent = bits.wrapping_sub(middle) >> $mantissa;
                let f = $float::from_bits(bits.wrapping_sub(exponent << $mantissa) as $bits) - 1.0;
                let k = $float::from_bits((MAGIC.to_bits() as $int).wrapping_add(exponent) as $bits)
                    - MAGIC
                    - lost;
                let square = f * f;
                let tail = f * square * polynomial(&LN, f);
                let ln = k * LN2[0] + (f - (0.5 * square - (tail + k * LN2[1])));
                let ln = if x == $float::INFINITY { x } else { ln };
                let ln = if x == 0.0 { $float::NEG_INFINITY } else { ln };
                // Also for a NaN.
                if x >= 0.0 { ln } else { $float::NAN }
            }

            /// Natural logarithm of 1 + x: what the sum 1 + x loses is put back (Goldberg, 1991, theorem 4).
            #[inline(always)]
            pub(in crate::scalar) fn ln_1p(x: $float) -> $float {
                let sum = 1.0 + x;
                let lost = (x - (sum - 1.0)) / sum;
                // Where there is nothing to put back there may be no number: at -1 and at infinity.
                let lost = if sum == 0.0 || sum == $float::INFINITY { 0.0 } else { lost };
                ln(sum) + lost
            }
        }
    };
}

elementary!(
    single: f32 as i32 of u32,
    mantissa 23, bias 127, tiny -100, magic 12_582_912.0,
    ln2 355.0 / 512.0, -2.121_944_4e-4, exp from -104.0, to 89.0, none below -69.0, one from 9.5
);
elementary!(
    double: f64 as i64 of u64,
    mantissa 52, bias 1023, tiny -900, magic 6_755_399_441_055_744.0,
    ln2 0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10, exp from -746.0, to 710.0, none below -600.0, one from 20.0
);

/// The error function of an f32.
#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    use polynomials::{ERF_FAR, ERF_NEAR};
    let (size, square) = (x.abs(), x * x);
    let near = x + x * single::polynomial(&ERF_NEAR, square);
    // Beyond 4 it is 1.
    let far = if size > 4.0 { 4.0 } else { size };
    let far = (1.0 - single::exp(-(far + far * single::polynomial(&ERF_FAR, far)))).copysign(x);
    // Not an `if`, in one of whose arms the compiler would put the work.
    std::hint::select_unpredictable(size > 0.94, far, near)
}
