//! `hardswish`: y = x min(max(x + 3, 0), 6) / 6, elementwise: silu drawn with straight lines.
//!
//! dx = 0 where x <= -3, dy where x >= 3, else (x / 3 + 1/2) dy. Reads its input. 5 FLOPs an element forward (addition,
//! two comparisons, two products) and 5 backward. A NaN stays one. PyTorch: `torch.nn.Hardswish`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); hardswish; mse(3) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 5 * 5);
//! ```

use super::elementwise::{Elementwise, Keeps, elementwise_layer};
use crate::scalar::Scalar;

/// Any shape in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {}

impl<T: Scalar> Elementwise<T> for Kernel {
    const KEEPS: Keeps = Keeps::Input;

    #[inline(always)]
    fn value(&self, x: T) -> T {
        let six = T::from_f64(6.0);
        let gate = x + T::from_f64(3.0);
        // On the kinks the flat side, which is the one that `pull` takes.
        let gate = if gate <= T::zero() { T::zero() } else { gate };
        let gate = if gate >= six { six } else { gate };
        // A sixth of the gate and not of the product, which may overflow; 6 times the rounded sixth is 1 exactly.
        x * (gate * T::from_f64(1.0 / 6.0))
    }

    #[inline(always)]
    fn pull(&self, x: T, dy: T) -> T {
        // Both comparisons before the choice, so that the count does not depend on it.
        let (off, on) = (x <= T::from_f64(-3.0), x >= T::from_f64(3.0));
        let between = x * T::from_f64(1.0 / 3.0) + T::from_f64(0.5);
        let slope = if off { T::zero() } else { between };
        let slope = if on { T::one() } else { slope };
        slope * dy
    }
}

elementwise_layer!(Kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::elementwise::tests::check;

    // y = F.hardswish(x); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        check(
            &Kernel {},
            &[-0.333_333_333_333_333_3, -0.208_333_333_333_333_34, 0.0, 0.291_666_666_666_666_7, 3.0],
            &[-0.166_666_666_666_666_63, 0.666_666_666_666_666_7, 1.5, 2.666_666_666_666_666_5, 5.0],
        );
    }

    #[test]
    fn off_below_minus_three_and_on_above_three() {
        let slopes = [-4.0, -3.0, 3.0, 4.0].map(|x: f64| Kernel {}.pull(x, 1.0));
        assert_eq!(slopes, [0.0, 0.0, 1.0, 1.0]);
        assert_eq!([-1e30, 1e30].map(|x: f32| Kernel {}.value(x)), [0.0, 1e30]);
        assert_eq!(Kernel {}.value(1e300_f64), 1e300);
    }

    #[test]
    fn a_nan_stays_a_nan() {
        assert!(Kernel {}.value(f32::NAN).is_nan());
    }
}
