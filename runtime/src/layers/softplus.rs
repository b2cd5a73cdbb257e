//! `softplus`: y = ln(1 + exp x), elementwise.
//!
//! Computed as max(x, 0) + ln(1 + exp(-|x|)), which neither overflows nor loses what is small. dx = dy / (1 + exp(-x)),
//! which from the output is (1 - exp(-y)) dy. Reads its output. 6 FLOPs an element forward, 4 backward.
//! PyTorch: `torch.nn.Softplus`, which takes x itself above 20, where the two agree to 1e-10 of it.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); softplus; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 6 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

/// ln(1 + exp x): 6 FLOPs.
#[inline(always)]
pub(crate) fn softplus<T: Scalar>(x: T) -> T {
    // A NaN comes through by way of the logarithm.
    let positive = if x > T::zero() { x } else { T::zero() };
    // -|x|, which at 0 takes the same side as `positive`, so that the two slopes there make one half.
    let minus = -x;
    let below = if x > T::zero() { minus } else { x };
    positive + below.exp().ln_1p()
}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        softplus(x)
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        -(-y).exp_m1() * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.softplus(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[
                0.126_928_011_042_972_5,
                0.474_076_984_180_106_7,
                std::f64::consts::LN_2,
                0.974_076_984_180_106_7,
                3.048_587_351_573_742,
            ],
            &[
                0.119_202_922_022_117_55,
                0.755_081_337_596_290_9,
                1.5,
                2.489_837_324_807_418_4,
                4.762_870_634_112_167,
            ],
        );
    }

    #[test]
    fn a_nan_stays_a_nan() {
        assert!(softplus(f32::NAN).is_nan());
    }
}
