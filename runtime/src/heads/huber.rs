//! `huber(n, delta = d)`: with r = z - t, the mean of r²/2 where |r| <= d and d (|r| - d/2) elsewhere (Huber, 1964).
//!
//! With c = r held between -d and d both sides are c (r - c/2), and the gradient is c. Gradient of the batch's mean:
//! c / (n B). FLOPs a row: 7n for the loss, which leaves c behind, n for the gradient, none for the prediction: it is z
//! itself. PyTorch: `torch.nn.HuberLoss(delta=d)`.
//!
//! Argument: [`delta`](words::delta).
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; huber(3, delta = 0.5) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 7 * 3 + 1);
//! ```

use std::hint::select_unpredictable;

use super::{Head, TargetRows, scaled};
use crate::scalar::Scalar;

/// The words of `huber`, each with its documentation.
pub mod words {
    /// `delta = 1.0`: how far from the target the absolute error begins, above 0.
    pub mod delta {}
}

/// n outputs, with a target each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Outputs a sample: n.
    pub outputs: usize,
    /// Where the absolute error begins, above 0.
    pub delta: f64,
}

impl<T: Scalar> Head<T> for Kernel {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        let targets = targets.values();
        assert_eq!(z.len(), targets.len(), "outputs and targets");
        let n = T::from_f64(self.outputs as f64);
        let (half, high, low) = (T::from_f64(0.5), T::from_f64(self.delta), T::from_f64(-self.delta));
        // One row's terms after another: a sum that begins with its first term.
        let rows = z.chunks_exact_mut(self.outputs).zip(targets.chunks_exact(self.outputs));
        for ((z, t), loss) in rows.zip(losses) {
            let terms = z.iter_mut().zip(t).map(|(z, &t)| {
                let r = *z - T::from_real(t);
                let c = select_unpredictable(r > high, high, r);
                let c = select_unpredictable(c < low, low, c);
                *z = c;
                c * (r - half * c)
            });
            *loss = terms.reduce(|sum, term| sum + term).expect("a row has an output") / n;
        }
    }

    fn scale(&self, rows: usize) -> f64 {
        1.0 / (rows * self.outputs) as f64
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

    // loss = F.huber_loss(z, t, delta=0.5, reduction="none").mean(1); loss.mean().backward()
    #[test]
    fn as_in_pytorch() {
        let kernel = Kernel { outputs: 2, delta: 0.5 };
        let targets = TargetRows::Values(&[1.0, 0.0, 0.3, 0.0]);
        let (mut z, mut losses) = ([1.0, -2.0, 0.5, 30.0], [0.0; 2]);
        kernel.loss(&mut z, targets, &mut losses);
        close(&losses, &[0.4375, 7.4475]);
        kernel.gradient(&mut z, targets, Head::<f64>::scale(&kernel, 2));
        close(&z, &[0.0, -0.125, 0.05, 0.125]);
        kernel.mean(&mut z);
        close(&z, &[0.0, -0.125, 0.05, 0.125]);
    }
}
