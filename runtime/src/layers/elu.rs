//! `elu(alpha)`: y = x where x > 0, else alpha (exp(x) - 1), elementwise.
//!
//! dx = dy where y > 0, else (y + alpha) dy, which is alpha exp(x) dy; at 0 the gradient is alpha dy. Reads its output.
//! 3 FLOPs an element forward (exp - 1, product, a comparison that selects) and 3 backward. A NaN stays one.
//! PyTorch: `torch.nn.ELU(alpha)`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); elu(0.5); mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 3 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// How far the output sinks below 0, above 0.
    pub alpha: f64,
}

/// x where x > 0, else alpha (exp(x) - 1): 3 FLOPs.
#[inline(always)]
pub(crate) fn elu<T: Scalar>(x: T, alpha: f64) -> T {
    // Infinite for a large x, for which it is not chosen.
    let below = T::from_f64(alpha) * x.exp_m1();
    if x > T::zero() { x } else { below }
}

/// The gradient of an output that rises by `slope` above 0 and sinks to -`depth` below: 3 FLOPs.
#[inline(always)]
pub(crate) fn pull<T: Scalar>(y: T, dy: T, slope: f64, depth: f64) -> T {
    let below = y + T::from_f64(depth);
    let slope = if y > T::zero() { T::from_f64(slope) } else { below };
    slope * dy
}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Output;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        elu(x, self.alpha)
    }

    #[inline(always)]
    fn pull(&self, y: T, dy: T) -> T {
        pull(y, dy, 1.0, self.alpha)
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.elu(x, alpha); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel { alpha: 1.0 },
            &[-0.864_664_716_763_387_3, -0.393_469_340_287_366_6, 0.0, 0.5, 3.0],
            &[0.135_335_283_236_612_7, 1.213_061_319_425_266_8, 3.0, 4.0, 5.0],
        );
        check(
            &Kernel { alpha: 0.7 },
            &[-0.605_265_301_734_371_1, -0.275_428_538_201_156_6, 0.0, 0.5, 3.0],
            &[0.094_734_698_265_628_89, 0.849_142_923_597_686_7, 2.1, 4.0, 5.0],
        );
    }

    #[test]
    fn a_nan_stays_a_nan() {
        assert!(Kernel { alpha: 1.0 }.value(f32::NAN).is_nan());
    }
}
