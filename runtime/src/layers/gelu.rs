//! `gelu`: y = x P(x) with the normal distribution P, elementwise; or, with the flag `tanh`, its old approximation.
//!
//! Reads its input.
//!
//! | form | y | FLOPs forward, backward |
//! |---|---|---|
//! | exact | x P, P = 0.5 (1 + erf(x / sqrt 2)) | 5, 11 |
//! | tanh | 0.5 x (1 + tanh u), u = c0 (x + c1 x^3), c0 = sqrt(2 / pi), c1 = 0.044715 | 9, 19 |
//!
//! dx = (P + x p) dy with the density p = exp(-x x / 2) / sqrt(2 pi); for the tanh form, with t = tanh u,
//! dx = (0.5 (1 + t) + 0.5 x (1 - t t) u') dy, u' = c0 (1 + 3 c1 x x). PyTorch: `torch.nn.GELU`,
//! `torch.nn.GELU(approximate='tanh')`.
//!
//! Flag: [`tanh`](words::tanh).
//!
//! ```
//! quipu::network! { Net < fc(4, 5); gelu(tanh); mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 9 * 5);
//! ```

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// The words of `gelu`, each with its documentation.
pub mod words {
    /// `gelu(tanh)`: the approximation by tanh, as GPT-2 has it. 9 FLOPs an element instead of 5.
    pub mod tanh {}
}

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Whether to compute the approximation by tanh.
    pub tanh: bool,
}

/// 1 / sqrt(2 pi): the density's height.
const HEIGHT: f64 = 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
/// sqrt(2 / pi).
const C0: f64 = FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
/// The coefficient that fits tanh to erf.
const C1: f64 = 0.044_715;

/// P(x), the normal distribution: 4 FLOPs.
#[inline(always)]
fn normal<T: Scalar>(x: T) -> T {
    T::from_f64(0.5) * (T::one() + (x * T::from_f64(FRAC_1_SQRT_2)).erf())
}

/// tanh(c0 (x + c1 x^3)): 6 FLOPs.
#[inline(always)]
fn inner<T: Scalar>(x: T) -> T {
    (T::from_f64(C0) * (x + T::from_f64(C1) * x * x * x)).tanh()
}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Input;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        if self.tanh { T::from_f64(0.5) * x * (T::one() + inner(x)) } else { x * normal(x) }
    }

    #[inline(always)]
    fn pull(&self, x: T, dy: T) -> T {
        let half = T::from_f64(0.5);
        let slope = if self.tanh {
            let t = inner(x);
            let dt = T::one() - t * t;
            // dt u', with dt in front: beyond 1e19 x x is infinite in f32, and 0 times that would be no number.
            let du = T::from_f64(C0) * (dt + T::from_f64(3.0 * C1) * dt * x * x);
            half * (T::one() + t) + half * x * du
        } else {
            normal(x) + x * (T::from_f64(HEIGHT) * (T::from_f64(-0.5) * x * x).exp())
        };
        slope * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.gelu(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel { tanh: false },
            &[
                -0.045_500_263_896_358_42,
                -0.154_268_769_362_993_44,
                0.0,
                0.345_731_230_637_006_56,
                2.995_950_305_905_11,
            ],
            &[
                -0.085_231_801_078_196_92,
                0.265_009_750_687_674_24,
                1.5,
                3.469_980_498_624_651_4,
                5.059_728_236_020_92,
            ],
        );
    }

    // y = F.gelu(x, approximate='tanh'); y.backward(dy)
    #[test]
    fn by_tanh_as_in_pytorch() {
        check(
            &Kernel { tanh: true },
            &[
                -0.045_402_305_912_224_94,
                -0.154_285_990_174_856_06,
                0.0,
                0.345_714_009_825_143_94,
                2.996_362_607_918_227,
            ],
            &[
                -0.086_099_256_623_618_3,
                0.265_260_192_930_731_5,
                1.5,
                3.469_479_614_138_569_5,
                5.057_920_833_154_847_5,
            ],
        );
    }
}
