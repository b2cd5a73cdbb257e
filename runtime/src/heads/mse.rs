//! `mse(n)`: the mean squared error over n outputs, sum (z - t)^2 / n a row.
//!
//! Gradient of the batch's mean: 2 / (n B) (z - t). FLOPs a row: 3n for the loss, which leaves the differences behind,
//! n for the gradient, none for the prediction: it is z itself. PyTorch: `torch.nn.MSELoss()`.
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; mse(3) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 3 * 3 + 1);
//! ```

use super::{Head, TargetRows, scaled};
use crate::scalar::{Scalar, reduce};

/// n outputs, with a target each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Outputs a sample: n.
    pub outputs: usize,
}

impl<T: Scalar> Head<T> for Kernel {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        let targets = targets.values();
        assert_eq!(z.len(), targets.len(), "outputs and targets");
        let n = T::from_f64(self.outputs as f64);
        T::dispatch(
            #[inline(always)]
            || {
                for (z, &t) in z.iter_mut().zip(targets) {
                    *z -= T::from_real(t);
                }
            },
        );
        for (z, loss) in z.chunks_exact(self.outputs).zip(losses) {
            *loss = reduce::dot(z, z) / n;
        }
    }

    fn scale(&self, rows: usize) -> f64 {
        2.0 / (rows * self.outputs) as f64
    }

    /// A normal distribution whose variance does not move, n / 2.
    fn is_natural(&self) -> bool {
        true
    }

    fn gradient(&self, z: &mut [T], _: TargetRows<'_, T>, scale: T) {
        scaled(z, scale);
    }

    fn mean(&self, _: &mut [T]) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::tests::close;

    // loss = F.mse_loss(z, t); loss.backward()
    #[test]
    fn as_in_pytorch() {
        let kernel = Kernel { outputs: 2 };
        let targets = TargetRows::Values(&[1.0, 0.0, 0.3, 0.0]);
        let (mut z, mut losses) = ([1.0, -2.0, 0.5, 30.0], [0.0; 2]);
        kernel.loss(&mut z, targets, &mut losses);
        close(&losses, &[2.0, 450.02]);
        kernel.gradient(&mut z, targets, Head::<f64>::scale(&kernel, 2));
        close(&z, &[0.0, -1.0, 0.1, 15.0]);
        kernel.mean(&mut z);
        close(&z, &[0.0, -1.0, 0.1, 15.0]);
    }
}
