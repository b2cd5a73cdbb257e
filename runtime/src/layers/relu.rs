//! `relu`: y = max(x, 0), elementwise.
//!
//! dx = dy where y > 0, else 0; at 0 the gradient is 0. Reads its output. One FLOP an element forward (a comparison)
//! and one backward (a comparison that selects). A NaN stays one. PyTorch: `torch.nn.ReLU`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); relu; mse(3) > }
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
        // Not `if x > 0 { x } else { 0 }`: that would turn a NaN into an innocent 0. And not `x < 0`: at 0 nothing moves,
        // in either mode of differentiation.
        if x <= T::zero() { T::zero() } else { x }
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        if y > T::zero() { dy } else { T::zero() }
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.relu(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(&Kernel {}, &[0.0, 0.0, 0.0, 0.5, 3.0], &[0.0, 0.0, 0.0, 4.0, 5.0]);
    }

    #[test]
    fn a_nan_stays_a_nan() {
        assert!(Kernel {}.value(f32::NAN).is_nan());
    }
}
