//! `gaussian_nll(n)`: n values under normal distributions; of the 2n features the first n are means m, the others
//! logarithms s of variances (Nix and Weigend, 1994).
//!
//! Loss of a row: the mean over the values of (s + u²) / 2 with u = (m - t) f and f = exp(-s/2), one over the deviation;
//! it is -ln of the density without its constant ln(2 pi) / 2. As a logarithm the variance is above zero whatever the
//! network says, and by deviations a narrow one stays in range twice as long as by variances. Gradients of the batch's
//! mean: u f / (n B) in m and (1 - u²) / (2 n B) in s.
//!
//! FLOPs a row: 8n for the loss, which leaves u f and u² behind, 3n for the gradient, n for the prediction: n means,
//! then n variances exp(s). PyTorch: `torch.nn.GaussianNLLLoss(eps=0)` of m, t and exp(s).
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; gaussian_nll(2) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 8 * 2 + 1);
//! ```

use super::{Head, TargetRows};
use crate::scalar::{Real, Scalar};

/// n values, with a mean and a variance each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Values a sample: n.
    pub values: usize,
}

impl Kernel {
    /// The means and the logarithms of variances of each row.
    fn rows<'z, T>(&self, z: &'z mut [T]) -> impl Iterator<Item = (&'z mut [T], &'z mut [T])> + use<'z, T> {
        let values = self.values;
        z.chunks_exact_mut(2 * values).map(move |row| row.split_at_mut(values))
    }
}

impl<T: Scalar> Head<T> for Kernel {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        let targets = targets.values();
        assert_eq!(z.len(), 2 * targets.len(), "means and variances, and targets");
        let (share, minus_half) = (T::from_f64(0.5 / self.values as f64), T::from_f64(-0.5));
        for (((means, logs), t), loss) in self.rows(z).zip(targets.chunks_exact(self.values)).zip(losses) {
            let terms = means.iter_mut().zip(logs).zip(t).map(|((m, s), &t)| {
                let factor = (minus_half * *s).exp();
                let u = (*m - T::from_real(t)) * factor;
                let square = u * u;
                let term = *s + square;
                (*m, *s) = (u * factor, square);
                term
            });
            *loss = share * terms.reduce(|sum, term| sum + term).expect("a row has a value");
        }
    }

    fn scale(&self, rows: usize) -> f64 {
        1.0 / (rows * self.values) as f64
    }

    fn gradient(&self, z: &mut [T], _: TargetRows<'_, T>, scale: T) {
        let (one, half) = (T::one(), T::from_f64(0.5 * scale.real().to_f64()));
        for (means, logs) in self.rows(z) {
            T::dispatch(
                #[inline(always)]
                || {
                    for (m, s) in means.iter_mut().zip(&mut *logs) {
                        *m *= scale;
                        *s = half * (one - *s);
                    }
                },
            );
        }
    }

    fn mean(&self, z: &mut [T]) {
        for (_, logs) in self.rows(z) {
            for s in logs {
                *s = s.exp();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::tests::close;

    // loss = F.gaussian_nll_loss(m, t, s.exp(), eps=0); loss.backward()
    #[test]
    fn as_in_pytorch() {
        let kernel = Kernel { values: 1 };
        let targets = TargetRows::Values(&[1.0, 0.5]);
        let (mut z, mut losses) = ([0.5, 0.0, 2.5, 2.0_f64.ln()], [0.0; 2]);
        let mut predicted = z;
        kernel.loss(&mut z, targets, &mut losses);
        close(&losses, &[0.125, 0.5 * (2.0_f64.ln() + 2.0)]);
        kernel.gradient(&mut z, targets, Head::<f64>::scale(&kernel, 2));
        close(&z, &[-0.25, 0.1875, 0.5, -0.25]);
        kernel.mean(&mut predicted);
        close(&predicted, &[0.5, 1.0, 2.5, 2.0]);
    }

    /// Minimising it is maximising the likelihood: the two differ by the constant that the loss leaves out.
    #[test]
    fn it_is_the_likelihood_without_its_constant() {
        let kernel = Kernel { values: 1 };
        for (m, s, t) in [(0.5, 0.0, 1.0), (-3.0, 2.5, 4.0), (0.1, -4.0, 0.11)] {
            let (mut z, mut losses) = ([m, s], [0.0]);
            kernel.loss(&mut z, TargetRows::Values(&[t]), &mut losses);
            let deviation = f64::exp(s / 2.0);
            let likelihood = crate::prob::gaussian_log_likelihood::<f64>(&[t], &[m], deviation).unwrap();
            let constant = 0.5 * std::f64::consts::TAU.ln();
            assert!((losses[0] + constant + likelihood).abs() < 1e-12, "{m} {s} {t}");
        }
    }
}
