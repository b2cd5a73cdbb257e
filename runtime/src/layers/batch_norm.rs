//! `batch_norm`: every feature is brought to mean 0 and variance 1 over the batch, then scaled and shifted by learnt
//! numbers; evaluation takes the running mean and variance instead of a batch's.
//!
//! y = xhat weight + bias, xhat = (x - m) r, r = 1 / sqrt(v + eps), with m the mean and v = mean((x - m)^2) over the
//! batch. With sums over the batch, dbias = sum(dy), dweight = sum(dy xhat), and
//! dx = weight r (dy - mean(dy) - xhat mean(dy xhat)). After a step each running number has moved by momentum times its
//! distance from the batch's, the variance from the unbiased one, v B / (B - 1). In evaluation
//! y = (x - running mean) f + bias, f = weight / sqrt(running variance + eps).
//! For n features, a sample: 8n FLOPs forward, 3n for the sums, 4n for dx, in evaluation 3n; and a step: 5n forward, 3n
//! for dx and 5n for the running numbers, in evaluation 3n. Works in place. PyTorch: `torch.nn.BatchNorm1d(n)`.
//!
//! Kept values of a sample: its normalised features xhat. Statistics: (m, r, v) of every feature, which become
//! (mean(dy), weight r, mean(dy xhat)); in evaluation (running mean, f).
//!
//! Arguments: [`eps`](words::eps) and [`momentum`](words::momentum).
//!
//! ```
//! quipu::network! { Net < fc(4, 5); batch_norm(momentum = 0.05); mse(5) > }
//! assert_eq!(Net::COST.layers[1].forward_flops, 8 * 5);
//! ```

use super::{Affine, Backward, Batchwise, Forward, Reduce, residual};
use crate::scalar::Scalar;

/// The words of `batch_norm`, each with its documentation.
pub mod words {
    /// `eps = 1e-5`: what is added to the variance before its root, above 0.
    pub mod eps {}

    /// `momentum = 0.1`: the share of a batch in the running mean and variance, above 0 and at most 1.
    pub mod momentum {}
}

arrays! {
    /// The parameters of a batch norm over `N` features.
    pub struct BatchNorm<T, N> {
        /// What each normalised feature is multiplied with.
        pub weight,
        /// What is added then.
        pub bias,
    }
}

arrays! {
    /// What a batch norm over `N` features has seen of the batches; in a gradient, by how much that changes.
    pub struct Running<T, N> {
        /// The mean of each feature.
        pub running_mean,
        /// The unbiased variance of each feature.
        pub running_var,
    }
}

/// (width) in, the same out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Features.
    pub width: usize,
    /// Added to the variance, so that a constant feature does not divide by 0.
    pub eps: f64,
    /// How far the running numbers move towards a batch's.
    pub momentum: f64,
}

/// Rows whose sum is taken by itself before it joins the others: rounding errors grow with a block's length and with the
/// number of blocks, not with the product of the two.
const BLOCK: usize = 64;

impl Kernel {
    /// Splits statistics into one array a feature.
    fn parts<'s, T, const N: usize>(&self, statistics: &'s [T]) -> [&'s [T]; N] {
        std::array::from_fn(|part| &statistics[part * self.width..(part + 1) * self.width])
    }

    /// Splits statistics into one array a feature, mutably.
    fn parts_mut<'s, T>(&self, statistics: &'s mut [T]) -> [&'s mut [T]; 3] {
        let (first, rest) = statistics.split_at_mut(self.width);
        let (second, third) = rest.split_at_mut(self.width);
        [first, second, third]
    }

    /// weight / sqrt(variance + eps): 3n FLOPs.
    fn factor<T: Scalar>(&self, factor: &mut [T], weight: &[T], variance: &[T]) {
        let eps = T::from_f64(self.eps);
        for ((factor, &weight), &variance) in factor.iter_mut().zip(weight).zip(variance) {
            *factor = weight / (variance + eps).sqrt();
        }
    }
}

impl<T: Scalar> Batchwise<T> for Kernel {
    fn measure(&self, x: &[T], statistics: &mut [T]) {
        let share = T::from_f64(self.width as f64 / x.len() as f64);
        let eps = T::from_f64(self.eps);
        statistics.fill(T::zero());
        // Blocks of rows are summed up where the reciprocal deviation will stand.
        let [mean, block, variance] = self.parts_mut(statistics);
        T::dispatch(
            #[inline(always)]
            || {
                for rows in x.chunks(BLOCK * self.width) {
                    let (first, rest) = rows.split_at(self.width);
                    block.copy_from_slice(first);
                    for x in rest.chunks_exact(self.width) {
                        residual::add_here(block, x);
                    }
                    residual::add_here(mean, block); // n a sample, all in all
                }
                for mean in &mut *mean {
                    *mean *= share; // n
                }
                for rows in x.chunks(BLOCK * self.width) {
                    let (first, rest) = rows.split_at(self.width);
                    for ((block, &x), &mean) in block.iter_mut().zip(first).zip(&*mean) {
                        let centred = x - mean;
                        *block = centred * centred;
                    }
                    for x in rest.chunks_exact(self.width) {
                        for ((block, &x), &mean) in block.iter_mut().zip(x).zip(&*mean) {
                            let centred = x - mean;
                            *block += centred * centred;
                        }
                    }
                    residual::add_here(variance, block); // 3n a sample, all in all
                }
                let scale = &mut *block;
                for (scale, variance) in scale.iter_mut().zip(&mut *variance) {
                    *variance *= share; // n
                    *scale = T::one() / (*variance + eps).sqrt(); // 3n
                }
            },
        );
    }

    fn prepare(&self, params: &[T], buffers: &[T], statistics: &mut [T]) {
        let (mean, factor) = statistics.split_at_mut(self.width);
        let [running_mean, running_var] = self.parts(buffers);
        mean.copy_from_slice(running_mean);
        self.factor(factor, &params[..self.width], running_var);
    }

    fn forward(&self, params: &[T], statistics: &[T], mut io: Forward<'_, T>) {
        residual::settle(io.y, io.x);
        let [weight, bias] = self.parts(params);
        let [mean, scale] = self.parts(statistics);
        T::dispatch(
            #[inline(always)]
            || {
                let samples = io.y.chunks_exact_mut(self.width);
                match &mut io.saved {
                    Some(saved) => {
                        for (y, kept) in samples.zip(saved.values.chunks_exact_mut(self.width)) {
                            for (((y, kept), &mean), &scale) in y.iter_mut().zip(kept).zip(mean).zip(scale) {
                                *kept = (*y - mean) * scale; // 2n
                                *y = *kept;
                            }
                            for ((y, &weight), &bias) in y.iter_mut().zip(weight).zip(bias) {
                                *y = *y * weight + bias; // 2n
                            }
                        }
                    }
                    None => {
                        for y in samples {
                            for (((y, &mean), &factor), &bias) in y.iter_mut().zip(mean).zip(scale).zip(bias)
                            {
                                *y = (*y - mean) * factor + bias; // 3n
                            }
                        }
                    }
                }
            },
        );
    }

    fn reduce(&self, params: &[T], buffers: &[T], io: Reduce<'_, T>) {
        let batch = io.dy.len() / self.width;
        let share = T::from_f64(1.0 / batch as f64);
        let (weight, _) = params.split_at(self.width);
        let [mean, scale, variance] = self.parts_mut(io.statistics);
        let mut change = io.change;
        if let Some(change) = &mut change {
            let momentum = T::from_f64(self.momentum);
            // One row has no variance: a training step is refused before it comes here.
            let unbiased = T::from_f64(batch as f64 / (batch as f64 - 1.0).max(1.0));
            let [running_mean, running_var] = self.parts(buffers);
            let (of_mean, of_var) = change.buffers.split_at_mut(self.width);
            for ((change, &batch), &running) in of_mean.iter_mut().zip(&*mean).zip(running_mean) {
                *change = momentum * (batch - running); // 2n
            }
            for ((change, &batch), &running) in of_var.iter_mut().zip(&*variance).zip(running_var) {
                *change = momentum * (batch * unbiased - running); // 3n
            }
        }
        let (sum, along) = (mean, variance);
        sum.fill(T::zero());
        along.fill(T::zero());
        T::dispatch(
            #[inline(always)]
            || {
                let samples = io.dy.chunks_exact(self.width);
                for (dy, xhat) in samples.zip(io.saved.values.chunks_exact(self.width)) {
                    residual::add_here(sum, dy); // n a sample
                    for ((along, &dy), &xhat) in along.iter_mut().zip(dy).zip(xhat) {
                        *along += dy * xhat; // 2n a sample
                    }
                }
            },
        );
        if let Some(change) = change {
            let (of_weight, of_bias) = change.params.split_at_mut(self.width);
            of_weight.copy_from_slice(along);
            of_bias.copy_from_slice(sum);
        }
        for (sum, along) in sum.iter_mut().zip(along) {
            *sum *= share; // n
            *along *= share; // n
        }
        for (scale, &weight) in scale.iter_mut().zip(weight) {
            *scale *= weight; // n
        }
    }

    fn backward(&self, statistics: &[T], io: Backward<'_, T>) {
        residual::settle(io.dx, io.dy);
        let [mean, factor, along] = self.parts(statistics);
        T::dispatch(
            #[inline(always)]
            || {
                let samples = io.dx.chunks_exact_mut(self.width);
                for (dx, xhat) in samples.zip(io.saved.values.chunks_exact(self.width)) {
                    let sums = mean.iter().zip(along).zip(factor);
                    for ((dx, &xhat), ((&mean, &along), &factor)) in dx.iter_mut().zip(xhat).zip(sums) {
                        *dx = factor * (*dx - mean - xhat * along); // 4n
                    }
                }
            },
        );
    }
}

impl<T: Scalar> Affine<T> for Kernel {
    fn affine(&self, params: &[T], buffers: &[T], scale: &mut [T], shift: &mut [T]) {
        let [weight, bias] = self.parts(params);
        let [mean, variance] = self.parts(buffers);
        self.factor(scale, weight, variance); // 3n
        for (((shift, &bias), &mean), &scale) in shift.iter_mut().zip(bias).zip(mean).zip(&*scale) {
            *shift = bias - mean * scale; // 2n
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Change, Noise, Saved, SavedMut, Source};
    use crate::network::Plain;

    const KERNEL: Kernel = Kernel { width: 3, eps: 1e-5, momentum: 0.1 };
    const X: [f64; 9] = [1.0, 2.0, 4.0, -1.0, 0.5, 2.0, 0.5, 0.25, -3.0];
    const PARAMS: [f64; 6] = [1.0, 2.0, 0.5, 0.1, 0.2, 0.3];
    const RUNNING: [f64; 6] = [0.5, -0.5, 1.0, 1.0, 2.0, 0.25];
    const DY: [f64; 9] = [1.0, -1.0, 0.5, 2.0, 0.5, -3.0, 0.25, 1.0, -1.0];
    const NOISE: Noise = Noise { key: 0, first_row: 0 };

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
        }
    }

    // y = F.batch_norm(x, running_mean, running_var, weight, bias, training=True, momentum=0.1); y.backward(dy)
    #[test]
    fn as_in_pytorch_in_training() {
        let y = [
            1.080_573_887_125_969_8,
            3.003_628_631_147_951,
            0.809_524_371_408_784_7,
            -1.272_803_441_976_357_4,
            -0.878_318_704_287_673_4,
            0.469_841_457_136_261_6,
            0.492_229_554_850_387_9,
            -1.525_309_926_860_277_4,
            -0.379_365_828_545_046_36,
        ];
        let dx = [
            0.543_078_198_684_711_6,
            0.045_087_611_956_496_27,
            0.234_076_423_737_032_77,
            0.181_041_453_482_334_75,
            -0.315_952_722_709_084_87,
            -0.327_706_895_246_502_87,
            -0.724_119_652_167_046_1,
            0.270_865_110_752_589,
            0.093_630_471_509_470_11,
        ];
        let dparams =
            [-1.666_975_608_114_148_5, -2.534_048_955_076_033, 0.849_207_285_681_308, 3.25, 0.5, -3.5];
        let moved = [
            -0.033_333_333_333_333_326,
            0.141_666_666_666_666_66,
            0.0,
            0.008_333_333_333_333_304,
            -0.110_416_666_666_666_61,
            1.275_000_000_000_000_1,
        ];

        let (mut statistics, mut kept) = ([f64::NAN; 9], [f64::NAN; 9]);
        KERNEL.measure(&X, &mut statistics);
        // Rows one by one, or together, in place or not.
        for rows in [1, 3] {
            let mut found = X;
            for (found, kept) in found.chunks_exact_mut(3 * rows).zip(kept.chunks_exact_mut(3 * rows)) {
                let saved = Some(SavedMut { values: kept, indices: &mut [], bytes: &mut [] });
                KERNEL.forward(
                    &PARAMS,
                    &statistics,
                    Forward { rows, x: Source::Here, y: found, saved, noise: NOISE },
                );
            }
            close(&found, &y);
        }
        let mut found = [f64::NAN; 9];
        let io = Forward { rows: 3, x: Source::Values(&X), y: &mut found, saved: None, noise: NOISE };
        // What is kept may be nothing where the statistics are those of evaluation.
        let mut prepared = [f64::NAN; 6];
        KERNEL.prepare(&PARAMS, &RUNNING, &mut prepared);
        KERNEL.forward(&PARAMS, &prepared, io);
        close(&found, &IN_EVALUATION);

        let saved = Saved { values: &kept[..], indices: &[], bytes: &[] };
        let (mut params, mut buffers, before) = ([f64::NAN; 6], [f64::NAN; 6], statistics);
        let change = Some(Change { params: &mut params, buffers: &mut buffers });
        KERNEL.reduce(&PARAMS, &RUNNING, Reduce { saved, dy: &DY, statistics: &mut statistics, change });
        close(&params, &dparams);
        close(&buffers, &moved);
        // The sums are the same where nobody asks for a gradient of the parameters.
        let mut alone = before;
        KERNEL.reduce(&PARAMS, &RUNNING, Reduce { saved, dy: &DY, statistics: &mut alone, change: None });
        assert_eq!(alone, statistics);
        for dy in [Source::Values(&DY[..]), Source::Here] {
            let mut found = DY;
            KERNEL.backward(&statistics, Backward { rows: 3, x: None, y: None, saved, dy, dx: &mut found });
            close(&found, &dx);
        }
    }

    // F.batch_norm(x, running_mean, running_var, weight, bias)
    const IN_EVALUATION: [f64; 9] = [
        0.599_997_500_018_749_9,
        3.735_525_067_131_118_4,
        3.299_940_001_799_94,
        -1.399_992_500_056_249_6,
        1.614_210_026_852_447_3,
        1.299_980_000_599_98,
        0.099_999_999_999_999_98,
        1.260_657_520_139_335_5,
        -3.699_920_002_399_92,
    ];

    #[test]
    fn evaluation_is_a_scale_and_a_shift() {
        let (mut scale, mut shift) = ([0.0; 3], [0.0; 3]);
        KERNEL.affine(&PARAMS, &RUNNING, &mut scale, &mut shift);
        let found: Vec<f64> = X.iter().enumerate().map(|(i, x)| x * scale[i % 3] + shift[i % 3]).collect();
        close(&found, &IN_EVALUATION);
    }

    #[test]
    fn a_constant_feature_does_not_divide_by_zero() {
        let (mut statistics, mut y) = ([0.0_f32; 9], [5.0_f32; 6]);
        KERNEL.measure(&y, &mut statistics);
        let mut kept = [0.0; 6];
        let saved = Some(SavedMut { values: &mut kept[..], indices: &mut [], bytes: &mut [] });
        let params = PARAMS.map(|x| x as f32);
        let io = Forward { rows: 2, x: Source::Here, y: &mut y, saved, noise: NOISE };
        KERNEL.forward(&params, &statistics, io);
        assert_eq!(y, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3]);
    }

    #[test]
    fn single_precision_measures_large_batches_of_features_far_from_zero() {
        let x: Vec<f64> = (0..3 * 5_000).map(|i| 1_000.0 + f64::from(i * i % 1_009) / 500.0).collect();
        let (mut exact, mut found) = ([0.0; 9], [0.0_f32; 9]);
        KERNEL.measure(&x, &mut exact);
        let single: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        KERNEL.measure(&single, &mut found);
        for (i, (found, exact)) in found.iter().zip(exact).enumerate() {
            // Of a thousand f32 resolves 6e-5.
            let room = if i < 3 { 5e-4 } else { 1e-3 * exact };
            assert!((f64::from(*found) - exact).abs() < room, "{i}: {found} for {exact}");
        }
    }

    #[test]
    fn features_far_beyond_squares_come_out_as_their_bias() {
        for size in [1e20_f32, 1e30] {
            let (mut statistics, mut kept) = ([0.0; 9], [0.0; 9]);
            let x = X.map(|x| x as f32 * size);
            let mut y = x;
            KERNEL.measure(&x, &mut statistics);
            let saved = Some(SavedMut { values: &mut kept[..], indices: &mut [], bytes: &mut [] });
            let io = Forward { rows: 3, x: Source::Here, y: &mut y, saved, noise: NOISE };
            KERNEL.forward(&PARAMS.map(|x| x as f32), &statistics, io);
            assert_eq!(y, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3]);
        }
    }

    #[test]
    fn typed_parameters_and_buffers_are_flat_ones() {
        let typed = BatchNorm { weight: [1.0_f32, 2.0], bias: [3.0, 4.0] };
        assert_eq!(typed.flat(), [1.0, 2.0, 3.0, 4.0]);
        let typed = Running { running_mean: [1.0_f32, 2.0], running_var: [3.0, 4.0] };
        assert_eq!(typed.flat(), [1.0, 2.0, 3.0, 4.0]);
    }
}
