//! `layer_norm`: every group of `width` values (the last axis) is brought to mean 0 and variance 1, then scaled and
//! shifted by learnt numbers.
//!
//! y = xhat weight + bias, xhat = (x - m) r, m = mean(x), r = 1 / sqrt(mean((x - m)^2) + eps). With g = dy weight,
//! dx = r (g - mean(g) - xhat mean(g xhat)); dweight = the sum of dy xhat, dbias = the sum of dy over groups.
//! For a group of n: 7n + 3 FLOPs forward, 8n for dx, 3n for the parameters. Works in place.
//! PyTorch: `torch.nn.LayerNorm(n)`.
//!
//! Kept values of a sample: its normalised groups xhat (groups * width), then their r (groups).
//!
//! Argument: [`eps`](words::eps).
//!
//! ```
//! quipu::network! { Net < fc(4, 5); layer_norm(eps = 1e-6); mse(5) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 7 * 5 + 3);
//! ```

use std::ops::Range;

use super::{Backward, Forward, Gradient, Layer, residual};
use crate::scalar::{Scalar, reduce};

/// The words of `layer_norm`, each with its documentation.
pub mod words {
    /// `eps = 1e-5`: what is added to the variance before its root, above 0.
    pub mod eps {}
}

arrays! {
    /// The parameters of a layer norm over groups of `N` values.
    pub struct LayerNorm<T, N> {
        /// What each normalised value is multiplied with.
        pub weight,
        /// What is added then.
        pub bias,
    }
}

/// (..., width) in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Groups in a sample: T for a shape (T, d).
    pub groups: usize,
    /// Values in a group: d.
    pub width: usize,
    /// Added to the variance, so that a constant group does not divide by 0.
    pub eps: f64,
}

/// Brings a group to mean 0 and variance 1 and returns the reciprocal deviation: 5n + 3 FLOPs.
fn normalise<T: Scalar>(x: &mut [T], eps: T, share: T) -> T {
    let mean = reduce::sum(x) * share; // n
    T::dispatch(
        #[inline(always)]
        || {
            for x in &mut *x {
                *x -= mean; // n
            }
        },
    );
    let variance = reduce::dot(x, x) * share; // 2n
    let scale = T::one() / (variance + eps).sqrt(); // 3
    T::dispatch(
        #[inline(always)]
        || {
            for x in &mut *x {
                *x *= scale; // n
            }
        },
    );
    scale
}

/// dy becomes dx, from the kept normalised group and reciprocal deviation: 8n FLOPs.
fn pull<T: Scalar>(d: &mut [T], xhat: &[T], scale: T, weight: &[T], share: T) {
    T::dispatch(
        #[inline(always)]
        || {
            for (d, &weight) in d.iter_mut().zip(weight) {
                *d *= weight; // n
            }
        },
    );
    let mean = reduce::sum(d) * share; // n
    let along = reduce::dot(d, xhat) * share; // 2n
    T::dispatch(
        #[inline(always)]
        || {
            for (d, &xhat) in d.iter_mut().zip(xhat) {
                *d = scale * (*d - mean - xhat * along); // 4n
            }
        },
    );
}

/// `out` becomes the sum of dy xhat over all groups, as long as `out`: 2n FLOPs a group. `sample` are the values of a
/// sample, which stand first of the `kept` ones that it keeps.
pub(super) fn sum_products<T: Scalar>(out: &mut [T], dy: &[T], saved: &[T], sample: usize, kept: usize) {
    out.fill(T::zero());
    let width = out.len();
    T::dispatch(
        #[inline(always)]
        || {
            for (dy, kept) in dy.chunks_exact(sample).zip(saved.chunks_exact(kept)) {
                for (dy, xhat) in dy.chunks_exact(width).zip(kept.chunks_exact(width)) {
                    for ((out, &dy), &xhat) in out.iter_mut().zip(dy).zip(xhat) {
                        *out += dy * xhat;
                    }
                }
            }
        },
    );
}

impl Kernel {
    /// Values of a sample, and where the reciprocal deviations begin in what it keeps.
    fn sample(&self) -> usize {
        self.groups * self.width
    }

    /// Elements that a sample keeps.
    fn kept(&self) -> usize {
        self.sample() + self.groups
    }
}

impl<T: Scalar> Layer<T> for Kernel {
    fn forward(&self, params: &[T], io: Forward<'_, T>) {
        residual::settle(io.y, io.x);
        let (weight, bias) = params.split_at(self.width);
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
                        for ((y, &weight), &bias) in y.iter_mut().zip(weight).zip(bias) {
                            *y = *y * weight + bias; // 2n
                        }
                    },
                );
            }
        }
    }

    fn backward(&self, params: &[T], io: Backward<'_, T>) {
        residual::settle(io.dx, io.dy);
        let weight = &params[..self.width];
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

    /// The weight, then the bias.
    fn piece(&self, index: usize, _: usize) -> Option<Range<usize>> {
        (index < 2).then(|| index * self.width..(index + 1) * self.width)
    }

    fn gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, out: &mut [T]) {
        if piece.start == self.width {
            return residual::sum_rows(out, io.dy);
        }
        sum_products(out, io.dy, io.saved.values, self.sample(), self.kept());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Noise, Saved, SavedMut, Source};
    use crate::network::Plain;

    const KERNEL: Kernel = Kernel { groups: 2, width: 3, eps: 1e-5 };
    const X: [f64; 6] = [1.0, 2.0, 4.0, -1.0, 0.5, 2.0];
    const PARAMS: [f64; 6] = [1.0, 2.0, 0.5, 0.1, 0.2, 0.3];
    const DY: [f64; 6] = [1.0, -1.0, 0.5, 2.0, 0.5, -3.0];
    const NOISE: Noise = Noise { key: 0, first_row: 0 };

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
        }
    }

    // y = F.layer_norm(x, (3,), weight, bias, 1e-5); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let y = [
            -0.969_041_531_450_297_7,
            -0.334_520_765_725_149_05,
            0.968_150_957_156_436,
            -1.124_740_788_929_096_6,
            0.2,
            0.912_370_394_464_548_3,
        ];
        let dx = [
            0.944_956_721_855_120_1,
            -1.417_434_438_498_399_2,
            0.472_477_716_643_278_9,
            -0.204_113_939_123_328_76,
            0.408_246_929_643_032_33,
            -0.204_132_990_519_703_46,
        ];
        let dparams =
            [-3.518_523_109_308_491, 0.267_260_382_862_574_6, -3.006_071_409_630_854, 3.0, -0.5, -2.5];

        // One sample of two groups, and two samples of one.
        for (rows, groups) in [(1, 2), (2, 1)] {
            let kernel = Kernel { groups, ..KERNEL };
            let mut kept = [0.0; 8];
            for x in [Source::Values(&X[..]), Source::Data(&X), Source::Here] {
                let mut found = X;
                let saved = Some(SavedMut { values: &mut kept, indices: &mut [], bytes: &mut [] });
                kernel.forward(&PARAMS, Forward { rows, x, y: &mut found, saved, noise: NOISE });
                close(&found, &y);
                let mut found = X;
                kernel.forward(&PARAMS, Forward { rows, x, y: &mut found, saved: None, noise: NOISE });
                close(&found, &y);
            }
            let saved = Saved { values: &kept[..], indices: &[], bytes: &[] };
            for dy in [Source::Values(&DY[..]), Source::Here] {
                let mut found = DY;
                kernel.backward(&PARAMS, Backward { rows, x: None, y: None, saved, dy, dx: &mut found });
                close(&found, &dx);
            }
            let mut found = [f64::NAN; 6];
            let io = Gradient { batch: rows, x: Source::Here, saved, dy: &DY };
            let pieces = (0..).map_while(|index| Layer::<f64>::piece(&kernel, index, 1));
            pieces.for_each(|piece| kernel.gradient(&io, piece.clone(), &mut found[piece]));
            close(&found, &dparams);
        }
    }

    #[test]
    fn a_constant_group_does_not_divide_by_zero() {
        let mut y = [5.0_f32; 6];
        let params = PARAMS.map(|x| x as f32);
        KERNEL.forward(&params, Forward { rows: 1, x: Source::Here, y: &mut y, saved: None, noise: NOISE });
        assert_eq!(y, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3]);
    }

    #[test]
    fn typed_parameters_are_flat_ones() {
        let typed = LayerNorm { weight: [1.0_f32, 2.0], bias: [3.0, 4.0] };
        assert_eq!(typed.flat(), [1.0, 2.0, 3.0, 4.0]);
    }
}
