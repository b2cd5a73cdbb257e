//! `sigmoid`: y = 1 / (1 + exp(-x)), elementwise.
//!
//! dx = y (1 - y) dy. Reads its output. 4 FLOPs an element forward (negation, exp, addition, division), 3 backward.
//! PyTorch: `torch.nn.Sigmoid`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); sigmoid; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 4 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

/// 1 / (1 + exp(-x)): 4 FLOPs. For large -x the exponential is infinite and the result is 0, as it should be.
#[inline(always)]
pub(crate) fn sigmoid<T: Scalar>(x: T) -> T {
    T::one() / (T::one() + (-x).exp())
}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        sigmoid(x)
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        y * (T::one() - y) * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = torch.sigmoid(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[
                0.119_202_922_022_117_55,
                0.377_540_668_798_145_4,
                0.5,
                0.622_459_331_201_854_6,
                0.952_574_126_822_433_4,
            ],
            &[
                0.104_993_585_403_506_5,
                0.470_007_424_403_189,
                0.75,
                0.940_014_848_806_378,
                0.225_883_298_654_56,
            ],
        );
    }

    #[test]
    fn saturates_without_overflow() {
        assert_eq!([-1e4, 1e4].map(sigmoid::<f64>), [0.0, 1.0]);
        assert_eq!([-1e4, 1e4].map(sigmoid::<f32>), [0.0, 1.0]);
    }
}
