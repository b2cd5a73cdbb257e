//! `hinge(C)`: the multiclass hinge loss (Weston and Watkins, 1999), the mean over the classes.
//!
//! Loss of a row of class k: sum over j != k of max(0, 1 - z_k + z_j), by C. It is 0 once the right class leads every
//! other by 1. With v_j = 1 where class j is inside that margin and 0 elsewhere, the gradient of the batch's mean is
//! v_j / (C B), and -(sum of v) / (C B) for class k; on the edge of the margin it is 0.
//!
//! The two scores are subtracted first: where both are large, 1 - z_k would have lost its 1.
//!
//! FLOPs a row: 4C for the loss (a difference, a sum and a comparison a class, C - 1 additions, a division), which leaves
//! v behind, 2C for the gradient, none for the prediction: it is z itself, scores whose largest is the answer. The right
//! class goes the way of the others and is left out in the end, for no count depends on data; so is a row whose class is
//! [`IGNORED`]. PyTorch: `torch.nn.MultiMarginLoss()`.
//!
//! ```
//! quipu::network! { Net < fc(4, 8); relu; hinge(3) > }
//! assert_eq!(Net::COST.layers[3].forward_flops, 4 * 3 + 1);
//! ```

use super::{Head, IGNORED, TargetRows};
use crate::scalar::{Scalar, reduce};

/// C scores, with a class as target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Classes: C.
    pub classes: usize,
}

impl<T: Scalar> Head<T> for Kernel {
    fn loss(&self, z: &mut [T], targets: TargetRows<'_, T>, losses: &mut [T]) {
        let n = T::from_f64(self.classes as f64);
        let rows = z.chunks_exact_mut(self.classes).zip(losses).zip(targets.classes());
        for ((z, loss), &class) in rows {
            // An ignored row goes the same way, as class 0, and comes to nothing in the end.
            let (ignored, class) = (class == IGNORED, if class == IGNORED { 0 } else { class as usize });
            let of_class = z[class];
            let terms = z.iter_mut().enumerate().map(|(j, z)| {
                let lack = (*z - of_class) + T::one();
                // Not `lack > 0`: that would turn a NaN into an innocent 0.
                let outside = lack <= T::zero() || j == class;
                *z = if outside { T::zero() } else { T::one() };
                if outside { T::zero() } else { lack }
            });
            let found = terms.reduce(|sum, term| sum + term).expect("a row has a class") / n;
            *loss = if ignored { T::zero() } else { found };
        }
    }

    fn scale(&self, rows: usize) -> f64 {
        1.0 / (rows * self.classes) as f64
    }

    fn gradient(&self, z: &mut [T], targets: TargetRows<'_, T>, scale: T) {
        T::dispatch(
            #[inline(always)]
            || {
                for (z, &class) in z.chunks_exact_mut(self.classes).zip(targets.classes()) {
                    let all = -reduce::sum(z);
                    if class != IGNORED {
                        z[class as usize] = all;
                    }
                    for z in &mut *z {
                        *z *= scale;
                    }
                    if class == IGNORED {
                        z.fill(T::zero());
                    }
                }
            },
        );
    }

    fn mean(&self, _: &mut [T]) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::tests::close;

    const KERNEL: Kernel = Kernel { classes: 3 };

    // F.multi_margin_loss(z, t, reduction="none"); F.multi_margin_loss(z, t).backward()
    #[test]
    fn as_in_pytorch() {
        let targets = TargetRows::Classes(&[1, 0, 2]);
        let (mut z, mut losses) = ([1.0, 2.5, 0.5, -1.0, 3.0, 0.0, 0.2, 0.1, -0.3], [0.0; 3]);
        run(&mut z, targets, &mut losses, 3);
        close(&losses, &[0.0, 7.0 / 3.0, 2.9 / 3.0]);
        let ninth = 1.0 / 9.0;
        close(&z, &[0.0, 0.0, 0.0, -2.0 * ninth, ninth, ninth, ninth, ninth, -2.0 * ninth]);
    }

    fn run(z: &mut [f64], targets: TargetRows<'_, f64>, losses: &mut [f64], counted: usize) {
        KERNEL.loss(z, targets, losses);
        KERNEL.gradient(z, targets, Head::<f64>::scale(&KERNEL, counted));
    }

    #[test]
    fn ignored_rows_are_nothing() {
        let targets = TargetRows::Classes(&[IGNORED, 0]);
        let (mut z, mut losses) = ([5.0, 6.0, 7.0, 0.5, 0.0, -2.0], [f64::NAN; 2]);
        run(&mut z, targets, &mut losses, 1);
        close(&losses, &[0.0, 0.5 / 3.0]);
        close(&z, &[0.0, 0.0, 0.0, -1.0 / 3.0, 1.0 / 3.0, 0.0]);
    }

    #[test]
    fn the_edge_of_the_margin_is_outside_and_predictions_are_scores() {
        let (mut z, mut losses) = ([2.0, 1.0, 1.0], [f64::NAN]);
        KERNEL.mean(&mut z);
        assert_eq!(z, [2.0, 1.0, 1.0]);
        run(&mut z, TargetRows::Classes(&[0]), &mut losses, 1);
        assert_eq!((losses, z), ([0.0], [0.0; 3]));
    }

    #[test]
    fn a_nan_among_the_scores_reaches_the_loss() {
        for (place, class) in [(0, 0), (1, 0), (2, 0), (1, 1)] {
            let (mut z, mut losses) = ([1.0_f32; 3], [0.0]);
            z[place] = f32::NAN;
            KERNEL.loss(&mut z, TargetRows::Classes(&[class]), &mut losses);
            assert!(losses[0].is_nan());
        }
    }
}
