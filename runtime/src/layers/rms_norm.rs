//! `rms_norm`: every group of `width` values (the last axis) is brought to a root mean square of 1, then scaled by
//! learnt numbers.
//!
//! y = xhat weight, xhat = x r, r = 1 / sqrt(mean(x^2) + eps). With g = dy weight, dx = r (g - xhat mean(g xhat));
//! dweight = the sum of dy xhat over groups. For a group of n: 4n + 3 FLOPs forward, 6n for dx, 2n for the weight. Works
//! in place. PyTorch: `torch.nn.RMSNorm(n, eps)`.
//!
//! Kept values of a sample: its normalised groups xhat (groups * width), then their r (groups).
//!
//! Argument: [`eps`](words::eps).
//!
//! ```
//! quipu::network! { Net < fc(4, 5); rms_norm(eps = 1e-5); mse(5) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 4 * 5 + 3);
//! ```

use std::ops::Range;

use super::layer_norm::sum_products;
use super::{Backward, Forward, Gradient, Layer, residual};
use crate::scalar::{Scalar, reduce};

/// The words of `rms_norm`, each with its documentation.
pub mod words {
    /// `eps = 1e-6`: what is added to the mean square before its root, above 0.
    pub mod eps {}
}

arrays! {
    /// The parameters of an RMS norm over groups of `N` values.
    pub struct RmsNorm<T, N> {
        /// What each normalised value is multiplied with.
        pub weight,
    }
}

/// (…, width) in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Groups in a sample: T for a shape (T, d).
    pub groups: usize,
    /// Values in a group: d.
    pub width: usize,
    /// Added to the mean square, so that a group of zeros does not divide by 0.
    pub eps: f64,
}

/// Brings a group to a root mean square of 1 and returns what it was multiplied with: 3n + 3 FLOPs.
fn normalise<T: Scalar>(x: &mut [T], eps: T, share: T) -> T {
    T::dispatch(
        #[inline(always)]
        || {
            let square = reduce::dot(x, x) * share; // 2n
            let scale = T::one() / (square + eps).sqrt(); // 3
            for x in &mut *x {
                *x *= scale; // n
            }
            scale
        },
    )
}

/// dy becomes dx, from the kept normalised group and its factor: 6n FLOPs.
fn pull<T: Scalar>(d: &mut [T], xhat: &[T], scale: T, weight: &[T], share: T) {
    T::dispatch(
        #[inline(always)]
        || {
            for (d, &weight) in d.iter_mut().zip(weight) {
                *d *= weight; // n
            }
            let along = reduce::dot(d, xhat) * share; // 2n
            for (d, &xhat) in d.iter_mut().zip(xhat) {
                *d = scale * (*d - xhat * along); // 3n
            }
        },
    );
}

impl Kernel {
    /// Values of a sample, and where the factors begin in what it keeps.
    fn sample(&self) -> usize {
        self.groups * self.width
    }

    /// Elements that a sample keeps.
    fn kept(&self) -> usize {
        self.sample() + self.groups
    }
}

impl<T: Scalar> Layer<T> for Kernel {
    fn forward(&self, weight: &[T], io: Forward<'_, T>) {
        residual::settle(io.y, io.x);
        let (eps, share) = (T::from_f64(self.eps), T::from_f64(1.0 / self.width as f64));
        let mut saved = io.saved.map(|saved| saved.values.chunks_exact_mut(self.kept()));
        for y in io.y.chunks_exact_mut(self.sample()) {
            let mut kept =
                saved.as_mut().and_then(Iterator::next).map(|kept| kept.split_at_mut(self.sample()));
            for (group, y) in y.chunks_exact_mut(self.width).enumerate() {
                let scale = normalise(y, eps, share);
                if let Some((xhat, scales)) = &mut kept {
                    xhat[group * self.width..][..self.width].copy_from_slice(y);
                    scales[group] = scale;
                }
                T::dispatch(
                    #[inline(always)]
                    || {
                        for (y, &weight) in y.iter_mut().zip(weight) {
                            *y *= weight; // n
                        }
                    },
                );
            }
        }
    }

    fn backward(&self, weight: &[T], io: Backward<'_, T>) {
        residual::settle(io.dx, io.dy);
        let share = T::from_f64(1.0 / self.width as f64);
        let samples = io.dx.chunks_exact_mut(self.sample());
        for (dx, kept) in samples.zip(io.saved.values.chunks_exact(self.kept())) {
            let (xhat, scales) = kept.split_at(self.sample());
            let groups = dx.chunks_exact_mut(self.width).zip(xhat.chunks_exact(self.width));
            for ((dx, xhat), &scale) in groups.zip(scales) {
                pull(dx, xhat, scale, weight, share);
            }
        }
    }

    /// The weight.
    fn piece(&self, index: usize, _: usize) -> Option<Range<usize>> {
        (index == 0).then_some(0..self.width)
    }

    fn gradient(&self, io: &Gradient<'_, T>, _: Range<usize>, out: &mut [T]) {
        sum_products(out, io.dy, io.saved.values, self.sample(), self.kept());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Noise, Saved, SavedMut, Source};
    use crate::network::Plain;

    const KERNEL: Kernel = Kernel { groups: 2, width: 3, eps: 1e-6 };
    const X: [f64; 6] = [1.0, 2.0, 4.0, -1.0, 0.5, 2.0];
    const WEIGHT: [f64; 3] = [1.0, 2.0, 0.5];
    const DY: [f64; 6] = [1.0, -1.0, 0.5, 2.0, 0.5, -3.0];
    const NOISE: Noise = Noise { key: 0, first_row: 0 };

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
        }
    }

    // y = F.rms_norm(x, (3,), weight, 1e-6); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let y = [
            0.377_964_446_011_767_7,
            1.511_857_784_047_070_8,
            0.755_928_892_023_535_4,
            -0.755_928_730_038_848_2,
            0.755_928_730_038_848_2,
            0.755_928_730_038_848_2,
        ];
        let dx = [
            0.413_961_054_775_277_67,
            -0.683_935_674_496_515_5,
            0.238_477_546_556_981_72,
            0.863_918_918_866_421_5,
            1.079_898_000_644_485_6,
            0.161_983_987_364_277_44,
        ];
        let dweight = [-1.133_893_014_065_928_7, -0.566_946_709_513_823_4, -3.779_643_488_209_554];

        // One sample of two groups, and two samples of one.
        for (rows, groups) in [(1, 2), (2, 1)] {
            let kernel = Kernel { groups, ..KERNEL };
            let mut kept = [0.0; 8];
            for x in [Source::Values(&X[..]), Source::Data(&X), Source::Here] {
                let mut found = X;
                let saved = Some(SavedMut { values: &mut kept, indices: &mut [], bytes: &mut [] });
                kernel.forward(&WEIGHT, Forward { rows, x, y: &mut found, saved, noise: NOISE });
                close(&found, &y);
                let mut found = X;
                kernel.forward(&WEIGHT, Forward { rows, x, y: &mut found, saved: None, noise: NOISE });
                close(&found, &y);
            }
            let saved = Saved { values: &kept[..], indices: &[], bytes: &[] };
            for dy in [Source::Values(&DY[..]), Source::Here] {
                let mut found = DY;
                kernel.backward(&WEIGHT, Backward { rows, x: None, y: None, saved, dy, dx: &mut found });
                close(&found, &dx);
            }
            let mut found = [f64::NAN; 3];
            let io = Gradient { batch: rows, x: Source::Here, saved, dy: &DY };
            kernel.gradient(&io, 0..3, &mut found);
            close(&found, &dweight);
            assert_eq!([0, 1].map(|index| Layer::<f64>::piece(&kernel, index, 1)), [Some(0..3), None]);
        }
    }

    #[test]
    fn a_group_of_zeros_does_not_divide_by_zero() {
        let mut y = [0.0_f32; 6];
        let weight = WEIGHT.map(|x| x as f32);
        KERNEL.forward(&weight, Forward { rows: 1, x: Source::Here, y: &mut y, saved: None, noise: NOISE });
        assert_eq!(y, [0.0; 6]);
    }

    #[test]
    fn typed_parameters_are_flat_ones() {
        assert_eq!(RmsNorm { weight: [1.0_f32, 2.0] }.flat(), [1.0, 2.0]);
    }
}
