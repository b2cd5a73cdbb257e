//! `mish`: y = x t, t = tanh(ln(1 + exp x)), elementwise.
//!
//! dx = (t + x (1 - t t) s) dy with s = 1 / (1 + exp(-x)). Reads its input. 8 FLOPs an element forward, 17 backward.
//! PyTorch: `torch.nn.Mish`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); mish; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 8 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use super::sigmoid::sigmoid;
use super::softplus::softplus;
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Input;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        x * softplus(x).tanh()
    }

    #[inline(always)]
    fn pull(&self, x: T, dy: T) -> T {
        let t = softplus(x).tanh();
        (t + x * (T::one() - t * t) * sigmoid(x)) * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.mish(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[
                -0.252_501_482_695_708_9,
                -0.220_743_774_651_729_98,
                0.0,
                0.375_245_211_304_895_1,
                2.986_535_004_967_957_5,
            ],
            &[
                -0.108_355_092_420_393_94,
                0.579_021_355_827_024_4,
                1.8,
                3.545_697_501_430_909,
                5.105_534_554_647_219,
            ],
        );
    }
}
