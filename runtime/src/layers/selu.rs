//! `selu`: y = s elu(x, a), elementwise, with s = 1.0507… and a = 1.6732…, under which activations of mean 0 and variance
//! 1 keep them.
//!
//! dx = s dy where y > 0, else (y + s a) dy; at 0 the gradient is s a dy. Reads its output. 4 FLOPs an element forward
//! and 3 backward. PyTorch: `torch.nn.SELU`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); selu; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 4 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use super::elu;
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

/// The slope above 0 (Klambauer et al. 2017), as PyTorch has it.
const SCALE: f64 = 1.050_700_987_355_480_5;
/// How far elu sinks below 0.
const ALPHA: f64 = 1.673_263_242_354_377_2;

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        T::from_f64(SCALE) * elu::elu(x, ALPHA)
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        elu::pull(y, dy, SCALE, SCALE * ALPHA)
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.selu(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[
                -1.520_166_468_595_694_8,
                -0.691_758_187_802_871_3,
                0.0,
                0.525_350_493_677_740_2,
                3.152_102_962_066_441_4,
            ],
            &[
                0.237_932_872_251_681_8,
                2.132_682_306_089_010_5,
                5.274_298_022_542_13,
                4.202_803_949_421_922,
                5.253_504_936_777_402,
            ],
        );
    }
}
