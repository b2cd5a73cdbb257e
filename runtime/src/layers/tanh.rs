//! `tanh`: y = tanh(x), elementwise.
//!
//! dx = (1 - y y) dy. Reads its output. 1 FLOP an element forward, 3 backward. PyTorch: `torch.nn.Tanh`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); tanh; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        x.tanh()
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        (T::one() - y * y) * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = torch.tanh(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let half = 0.462_117_157_260_009_74;
        check(
            &Kernel {},
            &[-0.964_027_580_075_816_9, -half, 0.0, half, 0.995_054_753_686_730_5],
            &[
                0.070_650_824_853_164_43,
                1.572_895_465_931_854_8,
                3.0,
                3.145_790_931_863_709_6,
                0.049_330_185_827_200_834,
            ],
        );
    }
}
