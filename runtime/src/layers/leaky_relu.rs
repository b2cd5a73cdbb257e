//! `leaky_relu(slope)`: y = x where x > 0, else slope x, elementwise.
//!
//! dx = dy where y > 0, else slope dy; at 0 the gradient is slope dy. Reads its output, whose sign is the input's since
//! the slope is not negative. 2 FLOPs an element forward and 2 backward (a product and a comparison that selects). A NaN
//! stays one. PyTorch: `torch.nn.LeakyReLU(slope)`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); leaky_relu(0.1); mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 2 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// The slope below 0, from 0 up to 1.
    pub slope: f64,
}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        self.pull(x, x)
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        // Before the choice, so that the count does not depend on it.
        let below = T::from_f64(self.slope) * dy;
        if y > T::zero() { dy } else { below }
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.leaky_relu(x, slope); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let (y, dx) = ([-0.02, -0.005, 0.0, 0.5, 3.0], [0.01, 0.02, 0.03, 4.0, 5.0]);
        check(&Kernel { slope: 0.01 }, &y, &dx);
        let (y, dx) = ([-0.4, -0.1, 0.0, 0.5, 3.0], [0.2, 0.4, 0.600_000_000_000_000_1, 4.0, 5.0]);
        check(&Kernel { slope: 0.2 }, &y, &dx);
    }

    #[test]
    fn a_slope_of_zero_is_relu_and_a_nan_stays_a_nan() {
        let kernel = Kernel { slope: 0.0 };
        assert_eq!([-2.0, 0.0, 3.0].map(|x: f32| kernel.value(x)), [0.0, 0.0, 3.0]);
        assert!(kernel.value(f32::NAN).is_nan());
    }
}
