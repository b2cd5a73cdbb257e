//! `fc(inputs, outputs)`: a fully connected layer, y = x W + b.
//!
//! W is (inputs, outputs) row-major: column j holds the weights of output j. dx = dy W^T, dW = x^T dy, db = the sum
//! of dy over rows. A row costs 2 inputs outputs + outputs FLOPs forward, 2 inputs outputs for dx and
//! 2 inputs outputs + outputs for dW and db; without a bias the `+ outputs` fall away. A sample of shape
//! (T, inputs) is T rows. PyTorch: `torch.nn.Linear`, whose weight is the transpose, (outputs, inputs).
//!
//! `rank = r` makes two of these layers in a row, `down` (inputs, r) without bias and `up` (r, outputs), so that W is the
//! product of their weights: r (inputs + outputs) numbers instead of inputs * outputs.
//!
//! Arguments: [`rank`](words::rank), [`bias`](words::bias) and [`init`](words::init).
//!
//! ```
//! quipu::network! { Net < fc(784, 256); relu; fc(64, init = xavier); relu; fc(10, rank = 4, bias = false); softmax_ce(10) > }
//! assert_eq!(Net::PARAMS, (784 * 256 + 256) + (256 * 64 + 64) + 4 * (64 + 10));
//! ```

use std::ops::Range;

use bytemuck::Zeroable;

use super::{Absorb, Backward, Forward, Gradient, Layer, Source, residual};
use crate::even;
use crate::network::Plain;
use crate::scalar::{Accum, Real, Scalar, View, ViewMut, largest};

mod small;

pub use small::Small;

/// The words of `fc`, each with its documentation.
pub mod words {
    /// `rank = 8`: two thin layers whose product has that rank, instead of one; refused where that saves no weight.
    pub mod rank {}

    /// `bias = false`: y = x W alone. `true` unless stated.
    pub mod bias {}

    /// `init = he`: how the weights start; a bias starts at 0. `he` unless stated.
    pub mod init {
        /// Normal of variance 2 / inputs, for layers before a `relu` (He et al., 2015).
        pub mod he {}

        /// Uniform up to ±sqrt(6 / (inputs + outputs)), for layers before a `tanh` (Glorot and Bengio, 2010).
        pub mod xavier {}

        /// Normal of variance 1 / inputs, which keeps that of what flows in; for `selu`.
        pub mod lecun {}

        /// All singular values 1 (Saxe et al., 2014).
        pub mod orthogonal {}

        /// All 0: nothing comes out until the first step. With a rank only the second of the two layers is 0.
        pub mod zeros {}
    }
}

/// The parameters of a fully connected layer; `BIAS` is `OUT`, or 0 for a layer without bias.
#[derive(Debug, PartialEq)]
#[repr(C)]
pub struct Fc<T, const IN: usize, const OUT: usize, const BIAS: usize = OUT> {
    /// The weights, (inputs, outputs): `weight[i][j]` leads from input i to output j.
    pub weight: [[T; OUT]; IN],
    /// The biases, one an output; empty without bias.
    pub bias: [T; BIAS],
}

// SAFETY: arrays of T, and all bytes zero is a T.
unsafe impl<T: Zeroable, const IN: usize, const OUT: usize, const BIAS: usize> Zeroable
    for Fc<T, IN, OUT, BIAS>
{
}

// SAFETY: `#[repr(C)]`, and both fields are arrays of T, between which no padding can be.
unsafe impl<T: Scalar, const IN: usize, const OUT: usize, const BIAS: usize> Plain<T>
    for Fc<T, IN, OUT, BIAS>
{
}

/// (…, inputs) in, (…, outputs) out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// The last axis coming in.
    pub inputs: usize,
    /// The last axis going out.
    pub outputs: usize,
    /// Whether there is a bias.
    pub bias: bool,
}

/// Weights that one piece of the gradient aims at: its dW (400 KB of f32) is written once, by one worker.
const PANEL: usize = 100_000;
/// Fewer rows of W than this make a product that packs more than it multiplies.
const PANEL_ROWS: usize = 64;

impl Kernel {
    fn weights(&self) -> usize {
        self.inputs * self.outputs
    }

    /// The rows of W in piece `index`; `None` past the last.
    ///
    /// At most those of about [`PANEL`] weights and at least [`PANEL_ROWS`], unless there are too few for every thread to
    /// have a piece; as even as multiples of 4 allow, so that no thin piece is left over, and never a single row, whose
    /// product would be rounded in another way.
    fn panel(&self, index: usize, parts: usize) -> Option<Range<usize>> {
        if parts == 1 && self.weights() <= PANEL {
            // The same as below, without its divisions: most layers of small networks.
            return (index == 0).then_some(0..self.inputs);
        }
        let most = (PANEL / self.outputs).max(PANEL_ROWS);
        let panels = self.inputs.div_ceil(most).next_multiple_of(parts.max(1));
        let rows = self.inputs.div_ceil(panels).next_multiple_of(4);
        let edge = |index: usize| match (index * rows).min(self.inputs) {
            at if index > 0 && self.inputs - at <= 1 => self.inputs,
            at => at,
        };
        let panel = edge(index)..edge(index + 1);
        (!panel.is_empty()).then_some(panel)
    }

    /// y = x W, for some of the inputs.
    fn multiply<T: Scalar>(&self, params: &[T], x: Source<'_, T>, inputs: Range<usize>, y: &mut [T]) {
        let rows = y.len() / self.outputs;
        let weight = &params[inputs.start * self.outputs..inputs.end * self.outputs];
        let weight = View::rows(weight, inputs.len(), self.outputs);
        let y = ViewMut::rows(y, rows, self.outputs);
        match x {
            Source::Data(x) => {
                let x = View::rows(x, rows, self.inputs).columns(inputs);
                T::matmul_data(y, Accum::Replace, x, weight);
            }
            Source::Values(x) => {
                let x = View::rows(x, rows, self.inputs).columns(inputs);
                T::matmul(y, Accum::Replace, x, weight);
            }
            Source::Here => unreachable!("a product does not run in place"),
        }
    }

    /// x^T dy for the rows of W in a piece: one product each for plain data and for scalars, x^T on the left of both.
    fn product<T: Scalar>(&self, io: &Gradient<'_, T>, piece: Range<usize>, accum: Accum, out: &mut [T]) {
        let panel = piece.start / self.outputs..piece.end / self.outputs;
        let rows = io.dy.len() / self.outputs;
        let dy = View::rows(io.dy, rows, self.outputs);
        let out = ViewMut::rows(out, panel.len(), self.outputs);
        match io.x {
            Source::Data(x) => {
                let x = View::rows(x, rows, self.inputs).columns(panel).transposed();
                T::matmul_data(out, accum, x, dy);
            }
            Source::Values(x) => {
                let x = View::rows(x, rows, self.inputs).columns(panel).transposed();
                T::matmul(out, accum, x, dy);
            }
            Source::Here => unreachable!("the plan keeps the input of a layer with weights"),
        }
    }
}

impl<T: Scalar> Layer<T> for Kernel {
    fn forward(&self, params: &[T], io: Forward<'_, T>) {
        self.multiply(params, io.x, 0..self.inputs, io.y);
        Layer::forward_rest(self, params, io.y);
    }

    fn backward(&self, params: &[T], io: Backward<'_, T>) {
        let Source::Values(dy) = io.dy else { unreachable!("a product does not run in place") };
        let weight = View::rows(&params[..self.weights()], self.inputs, self.outputs);
        let rows = dy.len() / self.outputs;
        let dx = ViewMut::rows(io.dx, rows, self.inputs);
        T::matmul(dx, Accum::Replace, View::rows(dy, rows, self.outputs), weight.transposed());
    }

    /// Panels of whole rows of W, then the bias.
    fn piece(&self, index: usize, parts: usize) -> Option<Range<usize>> {
        if let Some(panel) = self.panel(index, parts) {
            return Some(panel.start * self.outputs..panel.end * self.outputs);
        }
        let is_next = index.checked_sub(1).is_none_or(|last| self.panel(last, parts).is_some());
        (self.bias && is_next).then(|| self.weights()..self.weights() + self.outputs)
    }

    fn gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, out: &mut [T]) {
        if piece.start == self.weights() {
            return residual::sum_rows(out, io.dy);
        }
        self.product(io, piece, Accum::Replace, out);
    }

    /// All but the bias.
    fn is_product(&self, piece: &Range<usize>) -> bool {
        piece.start < self.weights()
    }

    /// |dW| <= the sum of |x| |dy| over rows.
    fn stays_finite(&self, io: &Gradient<'_, T>, steepest: f64) -> bool {
        let rows = (io.dy.len() / self.outputs) as f64;
        let steepest = rows * steepest;
        // Then |dW| is at most the largest |x|, which is a number: the gradients of mean losses are that small.
        if steepest <= 1.0 {
            return true;
        }
        let x = match io.x {
            Source::Data(x) => largest(x),
            Source::Values(x) => largest(x),
            Source::Here => return false,
        };
        x.is_some_and(|x| steepest * x < 0.5 * T::Real::MAX)
    }

    fn add_gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, factor: f64, onto: &mut [T]) {
        self.product(io, piece, Accum::AddTimes(factor), onto);
    }

    fn parts(&self) -> usize {
        T::passes(self.inputs, self.outputs)
    }

    fn forward_part(&self, params: &[T], x: Source<'_, T>, part: usize, y: &mut [T]) {
        let inputs = even::part(&(0..self.inputs), part, Layer::<T>::parts(self));
        self.multiply(params, x, inputs, y);
    }

    /// The bias.
    fn forward_rest(&self, params: &[T], y: &mut [T]) {
        if !self.bias {
            return;
        }
        let bias = &params[self.weights()..];
        T::dispatch(
            #[inline(always)]
            || {
                for y in y.chunks_exact_mut(self.outputs) {
                    for (y, &bias) in y.iter_mut().zip(bias) {
                        *y += bias;
                    }
                }
            },
        );
    }
}

impl<T: Scalar> Absorb<T> for Kernel {
    fn absorb(&self, params: &[T], scale: &[T], shift: &[T], out: &mut [T]) {
        let (weight, bias) = params.split_at(self.weights());
        let (to_weight, to_bias) = out.split_at_mut(self.weights());
        let rows = to_weight.chunks_exact_mut(self.outputs).zip(weight.chunks_exact(self.outputs));
        for (to, from) in rows {
            for ((to, &from), &scale) in to.iter_mut().zip(from).zip(scale) {
                *to = from * scale; // inputs * outputs
            }
        }
        to_bias.copy_from_slice(shift);
        for ((to, &bias), &scale) in to_bias.iter_mut().zip(bias).zip(scale) {
            *to += bias * scale; // 2 outputs, none without a bias
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Noise, Saved};

    const SAVED: Saved<'_, f64> = Saved { values: &[], indices: &[], bytes: &[] };

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
        }
    }

    // y = F.linear(x, W.T, b); y.backward(dy)
    #[test]
    fn as_in_pytorch() {
        let kernel = Kernel { inputs: 3, outputs: 2, bias: true };
        let x = [1.0, 2.0, 3.0, -1.0, 0.5, 2.0];
        let params = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.01, -0.02];
        let dy = [1.0, -1.0, 2.0, 0.5];
        for x in [Source::Values(&x[..]), Source::Data(&x)] {
            let mut y = [f64::NAN; 4];
            let noise = Noise { key: 0, first_row: 0 };
            kernel.forward(&params, Forward { rows: 2, x, y: &mut y, saved: None, noise });
            close(&y, &[-0.79, 2.38, -0.94, 1.58]);

            let mut gradient = [f64::NAN; 8];
            let io = Gradient { batch: 2, x, saved: SAVED, dy: &dy };
            let pieces = (0..).map_while(|index| Layer::<f64>::piece(&kernel, index, 1));
            pieces.for_each(|piece| kernel.gradient(&io, piece.clone(), &mut gradient[piece]));
            close(&gradient, &[-1.0, -1.5, 3.0, -1.75, 7.0, -2.0, 3.0, -0.5]);
        }
        let mut dx = [f64::NAN; 6];
        let dy = Source::Values(&dy[..]);
        kernel.backward(&params, Backward { rows: 2, x: None, y: None, saved: SAVED, dy, dx: &mut dx });
        close(&dx, &[0.3, -0.1, -1.1, 0.1, 0.8, -0.7]);
    }

    #[test]
    fn pieces_cover_the_parameters_in_order() {
        for (inputs, outputs) in
            [(1, 1), (784, 256), (785, 256), (3, 2), (5, 1), (5000, 7), (65, 100_000), (4096, 4096)]
        {
            for (bias, parts) in [(false, 1), (true, 1), (true, 2), (true, 3), (true, 8)] {
                let kernel = Kernel { inputs, outputs, bias };
                let (mut end, mut count) = (0, 0);
                for piece in (0..).map_while(|index| Layer::<f64>::piece(&kernel, index, parts)) {
                    assert_eq!(piece.start, end);
                    assert!(piece.len() <= PANEL.max(PANEL_ROWS * outputs) + 5 * outputs, "{piece:?}");
                    let rows = piece.len() / outputs;
                    assert!(rows > 1 || inputs == 1 || piece.start == inputs * outputs, "{piece:?}");
                    (end, count) = (piece.end, count + 1);
                }
                assert_eq!(end, inputs * outputs + if bias { outputs } else { 0 });
                assert!(count >= parts || inputs < 16 * parts, "{count} pieces for {parts}");
            }
        }
        let kernel = Kernel { inputs: 784, outputs: 256, bias: true };
        let rows = |parts| {
            (0..).map_while(|index| kernel.panel(index, parts)).map(|panel| panel.len()).collect::<Vec<_>>()
        };
        assert_eq!((rows(1), rows(2)), (vec![264, 264, 256], vec![196; 4]));
    }

    #[test]
    fn a_scale_and_a_shift_go_into_weights_and_bias() {
        let params = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.01, -0.02];
        for bias in [true, false] {
            let kernel = Kernel { inputs: 3, outputs: 2, bias };
            let mut found = [f64::NAN; 8];
            kernel.absorb(&params[..if bias { 8 } else { 6 }], &[2.0, -1.0], &[0.5, 0.25], &mut found);
            close(&found[..6], &[0.2, 0.2, 0.6, -0.4, -1.0, -0.6]);
            close(&found[6..], if bias { &[0.52, 0.27] } else { &[0.5, 0.25] });
        }
    }

    #[test]
    fn typed_parameters_are_flat_ones() {
        let typed = Fc { weight: [[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]], bias: [7.0, 8.0] };
        assert_eq!(typed.flat(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        let mut bare = Fc::<f64, 2, 1, 0> { weight: [[1.0], [2.0]], bias: [] };
        bare.flat_mut()[1] = 3.0;
        assert_eq!(bare.weight, [[1.0], [3.0]]);
    }
}
