//! `softmax`: y = exp(x - max x) / S over each row of the last axis, with S the sum of the row's exponentials.
//!
//! dx = y (dy - y . dy), without the Jacobian diag(y) - y y^T. Reads its output and works in place. A row of d takes
//! 5d - 2 FLOPs forward and 4d - 1 backward; by way of the Jacobian it would be 3d^2 + 2d. Nothing overflows, whatever
//! x is. PyTorch: `torch.nn.Softmax(-1)`.
//!
//! ```
//! quipu::network! { Net < fc(4, 5); softmax; mse(5) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 5 * 5 - 2);
//! ```

use super::{Backward, Forward, Layer, residual};
use crate::heads::softmax_ce::softmax;
use crate::scalar::{Scalar, reduce};

/// (…, width) in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Values in a row.
    pub width: usize,
}

impl<T: Scalar> Layer<T> for Kernel {
    fn forward(&self, _: &[T], io: Forward<'_, T>) {
        residual::settle(io.y, io.x);
        T::dispatch(
            #[inline(always)]
            || softmax(io.y, self.width),
        );
    }

    fn backward(&self, _: &[T], io: Backward<'_, T>) {
        residual::settle(io.dx, io.dy);
        let y = io.y.expect("the plan keeps the output of a kind that reads it");
        assert_eq!(y.len(), io.dx.len(), "elements kept and elements of the gradient");
        T::dispatch(
            #[inline(always)]
            || {
                for (d, y) in io.dx.chunks_exact_mut(self.width).zip(y.chunks_exact(self.width)) {
                    let along = reduce::dot(y, d); // 2d - 1
                    for (d, &y) in d.iter_mut().zip(y) {
                        *d = y * (*d - along); // 2d
                    }
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Noise, Saved, Source};

    const KERNEL: Kernel = Kernel { width: 3 };
    const NOISE: Noise = Noise { key: 0, first_row: 0 };
    const X: [f64; 6] = [1.0, 2.0, 0.5, -1.0, 3.0, 0.0];
    const DY: [f64; 6] = [1.0, -1.0, 0.5, 2.0, 0.5, -3.0];

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
        }
    }

    // y = F.softmax(x, -1); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let y = [
            0.231_223_897_622_149_07,
            0.628_531_719_211_762_4,
            0.140_244_383_166_088_48,
            0.017_147_825_545_520_388,
            0.936_239_551_876_505_8,
            0.046_612_622_577_973_9,
        ];
        let dx = [
            0.306_877_034_238_226_4,
            -0.422_885_172_682_349_9,
            0.116_008_138_444_123_58,
            0.028_078_234_357_523_164,
            0.128_660_324_303_076_67,
            -0.156_738_558_660_599_8,
        ];
        // One sample of two rows, and two samples of one.
        for rows in [1, 2] {
            for x in [Source::Values(&X[..]), Source::Data(&X), Source::Here] {
                let mut found = X;
                KERNEL.forward(&[], Forward { rows, x, y: &mut found, saved: None, noise: NOISE });
                close(&found, &y);
            }
            for dy in [Source::Values(&DY[..]), Source::Here] {
                let mut found = DY;
                let saved = Saved { values: &[], indices: &[], bytes: &[] };
                let io = Backward { rows, x: None, y: Some(&y), saved, dy, dx: &mut found };
                KERNEL.backward(&[], io);
                close(&found, &dx);
            }
        }
    }

    #[test]
    fn nothing_overflows_and_a_nan_stays_in_its_row() {
        let mut y = [1e30_f32, -1e30, 1e30, -1e30, -1e30, f32::NAN];
        KERNEL.forward(&[], Forward { rows: 2, x: Source::Here, y: &mut y, saved: None, noise: NOISE });
        assert_eq!(y[..3], [0.5, 0.0, 0.5]);
        assert!(y[3..].iter().all(|y| y.is_nan()));
    }
}
