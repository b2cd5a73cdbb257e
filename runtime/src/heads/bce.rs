//! `bce(n)`: binary cross-entropy of n logits with targets t in [0, 1], the mean over them a row.
//!
//! -t ln p - (1 - t) ln (1 - p) with p = sigmoid(z) is max(z, 0) - z t + ln(1 + exp(-|z|)), which never overflows.
//! Gradient of the batch's mean: (p - t) / (n B). FLOPs a row: 10n for the loss (9 an element, n - 1 additions, a
//! division), which leaves z as it is, 6n for the gradient, 4n for the prediction p.
//! PyTorch: `torch.nn.BCEWithLogitsLoss()`.
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; bce(2) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 10 * 2 + 1);
//! ```

use super::{Head, TargetRows};
use crate::layers::sigmoid::sigmoid;
use crate::scalar::Scalar;

/// n logits, with a target in [0, 1] each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Logits a sample: n.
    pub outputs: usize,
}

/// The cross-entropy of one logit: 9 FLOPs. A NaN stays one.
#[inline(always)]
fn element<T: Scalar>(z: T, t: T) -> T {
    let positive = if z < T::zero() { T::zero() } else { z };
    // -|z|, which at 0 takes the same side as `positive`, so that the two slopes there make one half.
    let minus = -z;
    let below = if z < T::zero() { z } else { minus };
    positive - z * t + (T::one() + below.exp()).ln()
}

impl<T: Scalar> Head<T> for Kernel {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        let targets = targets.values();
        assert_eq!(z.len(), targets.len(), "outputs and targets");
        let n = T::from_f64(self.outputs as f64);
        T::dispatch(
            #[inline(always)]
            || {
                let rows = z.chunks_exact(self.outputs).zip(targets.chunks_exact(self.outputs));
                for ((z, t), loss) in rows.zip(&mut *losses) {
                    let mut sum = element(z[0], T::from_real(t[0]));
                    for (&z, &t) in z[1..].iter().zip(&t[1..]) {
                        sum += element(z, T::from_real(t));
                    }
                    *loss = sum / n;
                }
            },
        );
    }

    fn scale(&self, rows: usize) -> f64 {
        1.0 / (rows * self.outputs) as f64
    }

    /// Independent Bernoulli distributions.
    fn is_natural(&self) -> bool {
        true
    }

    fn gradient(&self, z: &mut [T], targets: TargetRows<'_, T>, scale: T) {
        let targets = targets.values();
        assert_eq!(z.len(), targets.len(), "outputs and targets");
        T::dispatch(
            #[inline(always)]
            || {
                for (z, &t) in z.iter_mut().zip(targets) {
                    *z = (sigmoid(*z) - T::from_real(t)) * scale;
                }
            },
        );
    }

    fn mean(&self, z: &mut [T]) {
        T::dispatch(
            #[inline(always)]
            || {
                for z in &mut *z {
                    *z = sigmoid(*z);
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::tests::close;

    // loss = F.binary_cross_entropy_with_logits(z, t); loss.backward(); torch.sigmoid(z)
    #[test]
    fn as_in_pytorch() {
        let kernel = Kernel { outputs: 2 };
        let targets = TargetRows::Values(&[1.0, 0.0, 0.3, 0.0]);
        let logits = [1.0, -2.0, 0.5, 30.0];
        let (mut z, mut losses) = (logits, [0.0; 2]);
        kernel.loss(&mut z, targets, &mut losses);
        close(&losses, &[0.220_094_849_280_597_78, 15.412_038_492_090_1]);
        assert_eq!(z, logits);
        kernel.gradient(&mut z, targets, Head::<f64>::scale(&kernel, 2));
        let dz = [
            -0.067_235_355_342_498_78,
            0.029_800_730_505_529_387,
            0.080_614_832_800_463_65,
            0.249_999_999_999_976_63,
        ];
        close(&z, &dz);
        let mut p = logits;
        kernel.mean(&mut p);
        close(
            &p,
            &[
                0.731_058_578_630_004_9,
                0.119_202_922_022_117_55,
                0.622_459_331_201_854_6,
                0.999_999_999_999_906_5,
            ],
        );
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let kernel = Kernel { outputs: 4 };
        let targets = TargetRows::Values(&[0.0, 1.0, 0.0, 1.0]);
        let (mut z, mut losses) = ([1e4_f32, 1e4, -1e4, -1e4], [0.0]);
        kernel.loss(&mut z, targets, &mut losses);
        assert_eq!(losses, [5e3]);
        kernel.gradient(&mut z, targets, 1.0);
        assert_eq!(z, [1.0, 0.0, 0.0, -1.0]);
    }
}
