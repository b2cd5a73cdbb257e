//! `silu`: y = x / (1 + exp(-x)), elementwise; also called swish.
//!
//! dx = s (1 + x (1 - s)) dy with s = 1 / (1 + exp(-x)). Reads its input. 4 FLOPs an element forward (negation, exp,
//! addition, division), 9 backward. PyTorch: `torch.nn.SiLU`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); silu; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 4 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use super::sigmoid::sigmoid;
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Input;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        // For a large -x the exponential is infinite and the result is 0, as it should be.
        x / (T::one() + (-x).exp())
    }

    #[inline(always)]
    fn pull(&self, x: T, dy: T) -> T {
        let s = sigmoid(x);
        s * (T::one() + x * (T::one() - s)) * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.silu(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[
                -0.238_405_844_044_235_1,
                -0.188_770_334_399_072_7,
                0.0,
                0.311_229_665_600_927_3,
                2.857_722_380_467_299_8,
            ],
            &[
                -0.090_784_248_784_895_47,
                0.520_077_625_394_696_4,
                1.5,
                2.959_844_749_210_607_7,
                5.440_520_530_075_847,
            ],
        );
    }
}
