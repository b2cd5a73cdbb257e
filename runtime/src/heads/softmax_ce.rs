//! `softmax_ce(C)`: softmax over C classes and the cross-entropy with a class, or with a distribution over them.
//!
//! p = exp(z') / S with z' = z - max(z) and S = sum exp(z'): 5C - 2 FLOPs a row, and no overflow whatever z is. The loss
//! leaves p behind; the gradient of the batch's mean is (p - t) / B, 2C FLOPs a row. The prediction is p, 5C - 2. An exponential
//! below 1e-30 (f32) or e^-600 (f64) is 0: `Scalar::exp_or_zero`. The loss, which is of z', is not touched by it.
//!
//! | target | loss of a row | FLOPs beside p |
//! |---|---|---|
//! | class k | ln S - z'_k | 2 |
//! | class k, smoothing e: t = (1 - e) onehot(k) + e / C | ln S - (1 - e) z'_k - (e / C) sum z' | C + 4 |
//! | distribution t | ln S - sum t z' | 2C + 1 |
//! | distribution t, smoothing e | ln S - (1 - e) sum t z' - (e / C) sum z' | 3C + 3; gradient 4C |
//!
//! A distribution sums to 1: that is why ln S stands alone, and why p - t is the gradient. A row whose class is
//! [`IGNORED`] has loss 0 and gradient 0; what it costs is counted all the same, for no count depends on data.
//! With `class_weights` w the batch's mean is sum w_k loss / sum w_k over the rows that count, each with its class k: a
//! product more a row for the loss and for the gradient, whose factor is w_k / sum w_k. Targets are classes then.
//! PyTorch: `torch.nn.CrossEntropyLoss(weight=w)`, `torch.nn.CrossEntropyLoss(label_smoothing=e)`.
//!
//! Arguments: [`smoothing`](words::smoothing) and [`class_weights`](words::class_weights).
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; softmax_ce(3, smoothing = 0.1) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 6 * 3 + 3);
//! ```

use super::{Head, IGNORED, TargetRows};
use crate::scalar::{Scalar, reduce};

mod probabilities;

use probabilities::probabilities;
pub(crate) use probabilities::{shift, softmax};

/// The words of `softmax_ce`, each with its documentation.
pub mod words {
    /// `smoothing = 0.1`: what a target gives away to all classes alike, from 0 up and below 1. Not beside
    /// `class_weights`.
    pub mod smoothing {}

    /// `class_weights = [1.0, 2.0, …]`: what a row of each class counts in the batch's mean, one number a class, above 0.
    /// Not beside `smoothing`.
    pub mod class_weights {}
}

/// `C` logits, with a class or a distribution as target. How many is a part of the type, so that the few of a short row are a
/// few instructions instead of loops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel<const C: usize> {
    /// What a target gives away to all classes alike, at least 0 and below 1; 0: nothing.
    pub smoothing: f64,
    /// What a row of each class counts in the batch's mean, above 0; empty: 1 each. Only for classes as targets, and
    /// without smoothing.
    pub weights: &'static [f64],
}

impl<const C: usize> Kernel<C> {
    /// What of a target is its own, and what each class gets of the rest: (1 - e, e / C).
    fn shares(&self) -> (f64, f64) {
        (1.0 - self.smoothing, self.smoothing / C as f64)
    }

    /// The losses of rows, whose logits become probabilities; `own` reads from a row's shifted logits what the target
    /// alone has there: z'_k, or sum t z'.
    #[inline(always)]
    fn rows<T: Scalar>(&self, z: &mut [T], losses: &mut [T], own: impl Fn(usize, &[T]) -> T) {
        let (keep, give) = self.shares();
        probabilities(
            z,
            C,
            #[inline(always)]
            |row, z| match self.smoothing > 0.0 {
                true => T::from_f64(keep) * own(row, z) + T::from_f64(give) * reduce::sum(z),
                false => own(row, z),
            },
            #[inline(always)]
            |first, owns, sums| {
                for ((loss, &own), &sum) in losses[first..].iter_mut().zip(owns).zip(sums) {
                    *loss = sum.ln() - own;
                }
            },
        );
    }
}

/// z becomes (z - target) * scale: 2 FLOPs an element beside the target's own.
#[inline(always)]
fn pull<T: Scalar>(z: &mut [T], scale: T, targets: impl Iterator<Item = T>) {
    for (z, target) in z.iter_mut().zip(targets) {
        *z = (*z - target) * scale;
    }
}

impl<T: Scalar, const C: usize> Head<T> for Kernel<C> {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        match targets {
            TargetRows::Classes(classes) => T::dispatch(
                #[inline(always)]
                || {
                    // An ignored row goes the same way, as class 0, and comes to nothing in the end.
                    let class = |row: usize| if classes[row] == IGNORED { 0 } else { classes[row] as usize };
                    self.rows(
                        z,
                        losses,
                        #[inline(always)]
                        |row, z| z[class(row)],
                    );
                    for (row, loss) in losses.iter_mut().enumerate() {
                        if let Some(&weight) = self.weights.get(class(row)) {
                            *loss *= T::from_f64(weight);
                        }
                        if classes[row] == IGNORED {
                            *loss = T::zero();
                        }
                    }
                },
            ),
            TargetRows::Values(values) => T::dispatch(
                #[inline(always)]
                || {
                    let of = |row: usize| &values[row * C..][..C];
                    self.rows(
                        z,
                        losses,
                        #[inline(always)]
                        |row, z| reduce::dot_by(of(row), z, T::from_real),
                    );
                },
            ),
        }
    }

    fn scale(&self, rows: usize) -> f64 {
        1.0 / rows as f64
    }

    fn weighs(&self) -> bool {
        !self.weights.is_empty()
    }

    fn weight(&self, targets: TargetRows<'_, T>) -> Option<f64> {
        match targets {
            TargetRows::Classes(classes) if !self.weights.is_empty() => {
                let counted = classes.iter().filter(|&&class| class != IGNORED);
                Some(counted.map(|&class| self.weights[class as usize]).sum())
            }
            _ => None,
        }
    }

    /// The categorical distribution; rows that are weighed by their own class follow none.
    fn is_natural(&self) -> bool {
        self.weights.is_empty()
    }

    fn gradient(&self, z: &mut [T], targets: TargetRows<'_, T>, scale: T) {
        let (keep, give) = self.shares();
        let (own, other) = (T::from_f64(keep + give), T::from_f64(give));
        let keep = T::from_f64(keep);
        match targets {
            TargetRows::Classes(classes) => T::dispatch(
                #[inline(always)]
                || {
                    for (z, &class) in z.chunks_exact_mut(C).zip(classes) {
                        // An ignored row costs the same: it takes the weight of class 0, and comes to nothing below.
                        let weight = self.weights.get(if class == IGNORED { 0 } else { class as usize });
                        let scale = weight.map_or(scale, |&weight| scale * T::from_f64(weight));
                        pull(z, scale, (0_u32..).map(|c| if c == class { own } else { other }));
                        if class == IGNORED {
                            z.fill(T::zero());
                        }
                    }
                },
            ),
            TargetRows::Values(values) => T::dispatch(
                #[inline(always)]
                || {
                    for (z, t) in z.chunks_exact_mut(C).zip(values.chunks_exact(C)) {
                        if self.smoothing > 0.0 {
                            pull(z, scale, t.iter().map(|&t| T::from_real(t) * keep + other));
                        } else {
                            pull(z, scale, t.iter().map(|&t| T::from_real(t)));
                        }
                    }
                },
            ),
        }
    }

    fn mean(&self, z: &mut [T]) {
        T::dispatch(
            #[inline(always)]
            || {
                softmax(z, C);
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::tests::close;

    const Z: [f64; 9] = [1.0, 2.0, 0.5, -1.0, 3.0, 0.0, 0.2, 0.1, -0.3];
    const SOFT: [f64; 9] = [0.2, 0.5, 0.3, 0.0, 1.0, 0.0, 0.25, 0.25, 0.5];

    /// Losses and gradient for three rows of three classes, `counted` of which count.
    fn run(smoothing: f64, targets: TargetRows<'_, f64>, counted: usize) -> ([f64; 3], [f64; 9]) {
        let kernel = Kernel::<3> { smoothing, weights: &[] };
        let (mut z, mut losses) = (Z, [0.0; 3]);
        kernel.loss(&mut z, targets, &mut losses);
        kernel.gradient(&mut z, targets, Head::<f64>::scale(&kernel, counted));
        (losses, z)
    }

    #[test]
    fn a_sure_row_has_no_subnormal_gradient() {
        let kernel = Kernel::<3> { smoothing: 0.0, weights: &[] };
        let targets = TargetRows::Classes(&[0, 0]);
        let (mut z, mut losses) = ([90.0_f32, 1.0, 10.0, 0.0, -95.0, f32::NEG_INFINITY], [0.0; 2]);
        kernel.loss(&mut z, targets, &mut losses);
        assert_eq!((losses, z), ([0.0; 2], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
        kernel.gradient(&mut z, targets, 0.5);
        assert_eq!(z, [0.0; 6]);
        // The loss is of the logits, not of that 0.
        kernel.loss(&mut [90.0, 1.0, 10.0], TargetRows::Classes(&[1]), &mut losses[..1]);
        assert_eq!(losses[0], 89.0);
    }

    // F.cross_entropy(z, t, reduction='none'); F.cross_entropy(z, t).backward()
    #[test]
    fn classes_as_in_pytorch() {
        let (losses, dz) = run(0.0, TargetRows::Classes(&[1, 0, 2]), 3);
        close(&losses, &[0.464_368_784_107_944_9, 4.065_883_903_757_429, 1.420_827_655_553_259_3]);
        close(
            &dz,
            &[
                0.077_074_632_540_716_34,
                -0.123_822_760_262_745_86,
                0.046_748_127_722_029_49,
                -0.327_617_391_484_826_5,
                0.312_079_850_625_501_9,
                0.015_537_540_859_324_63,
                0.132_729_780_348_312,
                0.120_098_871_746_846_69,
                -0.252_828_652_095_158_7,
            ],
        );
    }

    // The same with t[1] = -100, PyTorch's ignore_index
    #[test]
    fn ignored_rows_as_in_pytorch() {
        let (losses, dz) = run(0.0, TargetRows::Classes(&[1, IGNORED, 2]), 2);
        close(&losses, &[0.464_368_784_107_944_9, 0.0, 1.420_827_655_553_259_3]);
        close(
            &dz,
            &[
                0.115_611_948_811_074_52,
                -0.185_734_140_394_118_79,
                0.070_122_191_583_044_24,
                0.0,
                0.0,
                0.0,
                0.199_094_670_522_468_01,
                0.180_148_307_620_270_04,
                -0.379_242_978_142_738_05,
            ],
        );
    }

    // weight=w, t[1] = 1 and -100: F.cross_entropy(z, t, w, reduction='none'); F.cross_entropy(z, t, w).backward()
    #[test]
    fn weighted_classes_as_in_pytorch() {
        let kernel = Kernel::<3> { smoothing: 0.0, weights: &[1.0, 2.0, 0.5] };
        let expected = [
            (0, 3.5, 4.065_883_903_757_429, [-0.280_814_906_986_994_2, 0.267_497_014_821_858_8]),
            (IGNORED, 2.5, 0.0, [0.0, 0.0]),
        ];
        for (class, sum, loss, dz) in expected {
            let targets = TargetRows::Classes(&[1, class, 2]);
            let (mut z, mut losses) = (Z, [0.0; 3]);
            assert_eq!(Head::<f64>::weight(&kernel, targets), Some(sum));
            kernel.loss(&mut z, targets, &mut losses);
            close(&losses, &[0.928_737_568_215_889_8, loss, 0.710_413_827_776_629_6]);
            kernel.gradient(&mut z, targets, 1.0 / sum);
            close(&z[3..5], &dz);
            let first = [0.132_127_941_498_370_87, -0.212_267_589_021_850_03, 0.080_139_647_523_479_13];
            close(&z[..3], &first.map(|dz| dz * 3.5 / sum));
        }
    }

    // label_smoothing=0.1
    #[test]
    fn smoothed_classes_as_in_pytorch() {
        let (losses, dz) = run(0.1, TargetRows::Classes(&[1, 0, 2]), 3);
        close(&losses, &[0.547_702_117_441_278_3, 3.899_217_237_090_762_3, 1.390_827_655_553_259_5]);
        close(
            &dz,
            &[
                0.065_963_521_429_605_24,
                -0.101_600_538_040_523_62,
                0.035_637_016_610_918_386,
                -0.305_395_169_262_604_3,
                0.300_968_739_514_390_85,
                0.004_426_429_748_213_521,
                0.121_618_669_237_200_9,
                0.108_987_760_635_735_58,
                -0.230_606_429_872_936_5,
            ],
        );
    }

    // t a tensor of probabilities
    #[test]
    fn distributions_as_in_pytorch() {
        let (losses, dz) = run(0.0, TargetRows::Values(&SOFT), 3);
        close(&losses, &[1.114_368_784_107_945, 0.065_883_903_757_429_11, 1.195_827_655_553_259_2]);
        close(
            &dz,
            &[
                0.010_407_965_874_049_676,
                0.042_843_906_403_920_81,
                -0.053_251_872_277_970_5,
                0.005_715_941_848_506_796,
                -0.021_253_482_707_831_412,
                0.015_537_540_859_324_63,
                0.049_396_447_014_978_674,
                0.036_765_538_413_513_356,
                -0.086_161_985_428_492_04,
            ],
        );
        let (losses, dz) = run(0.1, TargetRows::Values(&SOFT), 3);
        close(&losses, &[1.132_702_117_441_278_4, 0.299_217_237_090_762_4, 1.188_327_655_553_259_4]);
        close(
            &dz,
            &[
                0.005_963_521_429_605_231,
                0.048_399_461_959_476_37,
                -0.054_362_983_389_081_62,
                -0.005_395_169_262_604_313,
                0.000_968_739_514_390_838_7,
                0.004_426_429_748_213_522,
                0.046_618_669_237_200_89,
                0.033_987_760_635_735_574,
                -0.080_606_429_872_936_48,
            ],
        );
    }

    // F.softmax(z, 1)
    #[test]
    fn probabilities_as_in_pytorch() {
        let mut p = Z;
        Kernel::<3> { smoothing: 0.0, weights: &[] }.mean(&mut p);
        close(&p[..3], &[0.231_223_897_622_149_07, 0.628_531_719_211_762_4, 0.140_244_383_166_088_48]);
        close(&p[3..6], &[0.017_147_825_545_520_388, 0.936_239_551_876_505_8, 0.046_612_622_577_973_9]);
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let kernel = Kernel::<3> { smoothing: 0.0, weights: &[] };
        let (mut z, mut losses) = ([1e4_f32, -1e4, 0.0, -1e4, -1e4, -1e4], [0.0; 2]);
        let targets = TargetRows::Classes(&[1, 2]);
        kernel.loss(&mut z, targets, &mut losses);
        assert_eq!(losses[0], 2e4);
        assert!((losses[1] - 3.0_f32.ln()).abs() < 1e-6);
        kernel.gradient(&mut z, targets, 1.0);
        assert_eq!(z[..3], [1.0, -1.0, 0.0]);
    }

    #[test]
    fn a_nan_among_the_logits_reaches_the_loss() {
        for place in 0..3 {
            let mut z = [1.0_f32; 3];
            z[place] = f32::NAN;
            let mut losses = [0.0];
            Kernel::<3> { smoothing: 0.0, weights: &[] }.loss(&mut z, TargetRows::Classes(&[0]), &mut losses);
            assert!(losses[0].is_nan());
        }
    }
}
