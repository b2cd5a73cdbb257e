//! A fully connected layer of so few weights that a call for a matrix product costs more than the product: the same layer
//! as [`Kernel`], by loops whose sizes the compiler knows.
//!
//! Which layers those are the macro decides, by their weights and their sides, in its file of the kind: then it names this
//! kernel in place of the other. Where the machine has no multiply-add in one instruction, or the numbers are none of the
//! machine's, it is the other one.

use std::ops::Range;

use super::super::elementwise::{Apply, Pull};
use super::super::{Absorb, Backward, Forward, Gradient, Layer, Pointwise, Source, residual};
use super::Kernel;
use crate::scalar::fixed::{self, Then};
use crate::scalar::{Real, Scalar};

/// (…, `IN`) in, (…, `OUT`) out; `BIAS` is `OUT`, or 0 for a layer without bias.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Small<const IN: usize, const OUT: usize, const BIAS: usize> {}

/// Weights up to which turning W by hand is faster than a product with its transpose.
const TURNED: usize = 512;
/// Outputs up to which the dot products of a row alone with the rows of W, more of them, are faster by hand, too.
const DOTS: usize = 16;
/// Multiply-adds up to which a gradient's own loops are faster than a product.
const GRADIENT: usize = 1 << 16;

impl<const IN: usize, const OUT: usize, const BIAS: usize> Small<IN, OUT, BIAS> {
    const WEIGHTS: usize = IN * OUT;
    const TURNS: bool = Self::WEIGHTS <= TURNED;
    const DOES_DOTS: bool = Self::TURNS || OUT <= DOTS;
    const GENERAL: Kernel = Kernel { inputs: IN, outputs: OUT, bias: BIAS > 0 };

    /// The rows of W, and the bias.
    #[inline(always)]
    fn params<T>(params: &[T]) -> (&[[T; OUT]; IN], Option<&[T; OUT]>) {
        let (weight, bias) = params.split_at(Self::WEIGHTS);
        let Some(weight) = weight.as_chunks().0.first_chunk() else { unreachable!("the weights of a layer") };
        (weight, bias.first_chunk().filter(|_| BIAS > 0))
    }

    /// What flows in, if it is numbers of the machine's that it fuses; for others the general kernel has a product.
    #[inline(always)]
    fn values<'a, T: Scalar>(x: &Source<'a, T>) -> Option<&'a [T::Real]> {
        match *x {
            _ if !T::fuses() => None,
            Source::Data(x) => T::LOOPS.then_some(x),
            Source::Values(x) => T::plain(x),
            Source::Here => None,
        }
    }

    /// The forward pass and `then`, where there are loops for it; whether that is so.
    fn goes_forward<T: Scalar>(params: &[T], io: &mut Forward<'_, T>, then: impl Then<T::Real>) -> bool {
        // A constant first, here and below: where it is false, the compiler does not even build the loops.
        if T::LOOPS
            && let (Some(x), Some(params)) = (Self::values(&io.x), T::plain(params))
            && let Some(y) = T::plain_mut(io.y)
        {
            let (weight, bias) = Self::params(params);
            let (x, y) = (x.as_chunks().0, y.as_chunks_mut().0);
            match (x, &mut *y) {
                ([x], [y]) => fixed::row::<T::Real, IN, OUT>(x, weight, bias, y, then),
                _ => {
                    fixed::rows::<T::Real, IN, OUT>(x, weight, bias, y);
                    then.after(y.as_flattened_mut());
                }
            }
            return true;
        }
        false
    }

    /// The backward pass and `then`, where there are loops for it that are the faster way; whether that is so.
    fn goes_back<T: Scalar>(params: &[T], io: &mut Backward<'_, T>, then: impl Then<T::Real>) -> bool {
        let alone = io.dx.len() == IN;
        if T::LOOPS
            && const { Self::DOES_DOTS }
            && (Self::TURNS || alone)
            && let (Some(dy), Some(params)) = (Self::values(&io.dy), T::plain(params))
            && let Some(dx) = T::plain_mut(io.dx)
        {
            let (dy, dx, (weight, _)) = (dy.as_chunks().0, dx.as_chunks_mut().0, Self::params(params));
            match (dy, &mut *dx) {
                ([dy], [dx]) => fixed::dots::<T::Real, IN, OUT>(dy, weight, dx, then),
                _ if const { !Self::TURNS } => unreachable!("several rows that are not for the loops"),
                _ => {
                    let turned = T::Real::dispatch(
                        #[inline(always)]
                        || fixed::transposed(weight),
                    );
                    fixed::rows::<T::Real, OUT, IN>(dy, &turned, None, dx);
                    then.after(dx.as_flattened_mut());
                }
            }
            return true;
        }
        false
    }

    /// The rows of W and the bias in what belongs to a piece.
    #[inline(always)]
    fn split<'o, T>(piece: &Range<usize>, out: &'o mut [T]) -> (&'o mut [T], &'o mut [T]) {
        out.split_at_mut(piece.end.min(Self::WEIGHTS).saturating_sub(piece.start))
    }

    /// The gradient of a piece goes to its rows of W and to the bias: in place of what is there, or `times` it onto that.
    #[inline(always)]
    fn accumulate<T: Real>(x: &[T], dy: &[T], piece: Range<usize>, out: &mut [T], times: Option<T>) {
        let (to_weight, to_bias) = Self::split(&piece, out);
        let (x, dy) = (x.as_chunks().0, dy.as_chunks().0);
        let rows = piece.start / OUT..piece.start / OUT + to_weight.len() / OUT;
        let to_bias = to_bias.first_chunk_mut().filter(|_| BIAS > 0);
        fixed::across::<T, IN, OUT>(x, dy, rows, to_weight.as_chunks_mut().0, to_bias, times);
    }

    /// The gradient of a piece by the general product, its bias by a sum.
    fn by_product<T: Scalar>(io: &Gradient<'_, T>, piece: Range<usize>, out: &mut [T]) {
        let (to_weight, to_bias) = Self::split(&piece, out);
        if !to_weight.is_empty() {
            Self::GENERAL.gradient(io, piece.start..piece.start + to_weight.len(), to_weight);
        }
        if !to_bias.is_empty() {
            residual::sum_rows(to_bias, io.dy);
        }
    }
}

impl<T: Scalar, const IN: usize, const OUT: usize, const BIAS: usize> Layer<T> for Small<IN, OUT, BIAS> {
    fn forward(&self, params: &[T], mut io: Forward<'_, T>) {
        if !Self::goes_forward(params, &mut io, ()) {
            Self::GENERAL.forward(params, io);
        }
    }

    fn backward(&self, params: &[T], mut io: Backward<'_, T>) {
        if !Self::goes_back(params, &mut io, ()) {
            Self::GENERAL.backward(params, io);
        }
    }

    fn forward_then<E: Pointwise<T>>(&self, params: &[T], mut io: Forward<'_, T>, then: &E) {
        if !Self::goes_forward(params, &mut io, Apply(then)) {
            Self::GENERAL.forward_then(params, io, then);
        }
    }

    fn backward_then<E: Pointwise<T>>(&self, params: &[T], mut io: Backward<'_, T>, then: &E, kept: &[T]) {
        let plain = T::plain(kept);
        if !plain.is_some_and(|kept| Self::goes_back(params, &mut io, Pull(then, kept))) {
            Self::GENERAL.backward_then(params, io, then, kept);
        }
    }

    /// All at once, unless there are several threads to work on them.
    fn piece(&self, index: usize, parts: usize) -> Option<Range<usize>> {
        match parts {
            1 => (index == 0).then_some(0..Self::WEIGHTS + BIAS),
            _ => Layer::<T>::piece(&Self::GENERAL, index, parts),
        }
    }

    fn gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, out: &mut [T]) {
        // By the whole batch and the whole layer: how they are shared changes nothing.
        if T::LOOPS
            && let (Some(x), Some(dy)) = (Self::values(&io.x), T::plain(io.dy))
            && x.len() * OUT <= GRADIENT
            && let Some(out) = T::plain_mut(out)
        {
            return Self::accumulate(x, dy, piece, out, None);
        }
        Self::by_product(io, piece, out);
    }

    /// All of it, the bias too, whether it is in one piece with the weights or, for several threads, in one of its own: what is
    /// added is rounded in the same way.
    fn is_product(&self, _: &Range<usize>) -> bool {
        true
    }

    /// As for the general kernel, whose bias is looked at; here it is in the piece, and |db| <= the sum of |dy| over rows.
    fn stays_finite(&self, io: &Gradient<'_, T>, steepest: f64) -> bool {
        let rows = (io.dy.len() / OUT) as f64;
        rows * steepest < 0.5 * T::Real::MAX && Self::GENERAL.stays_finite(io, steepest)
    }

    fn add_gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, factor: f64, onto: &mut [T]) {
        if T::LOOPS
            && let (Some(x), Some(dy)) = (Self::values(&io.x), T::plain(io.dy))
            && x.len() * OUT <= GRADIENT
            && let Some(onto) = T::plain_mut(onto)
        {
            return Self::accumulate(x, dy, piece, onto, Some(T::Real::from_f64(factor)));
        }
        let (to_weight, to_bias) = Self::split(&piece, onto);
        if !to_weight.is_empty() {
            Self::GENERAL.add_gradient(io, piece.start..piece.start + to_weight.len(), factor, to_weight);
        }
        if !to_bias.is_empty() {
            let mut sums = [T::zero(); BIAS];
            residual::sum_rows(&mut sums, io.dy);
            let times = T::from_f64(factor);
            for (to, sum) in to_bias.iter_mut().zip(sums) {
                *to += sum * times;
            }
        }
    }
}

impl<T: Scalar, const IN: usize, const OUT: usize, const BIAS: usize> Absorb<T> for Small<IN, OUT, BIAS> {
    fn absorb(&self, params: &[T], scale: &[T], shift: &[T], out: &mut [T]) {
        Self::GENERAL.absorb(params, scale, shift, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Noise, Saved, gelu, relu};
    use crate::scalar::largest;

    const SAVED: Saved<'_, f64> = Saved { values: &[], indices: &[], bytes: &[] };

    fn numbers(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * i + 7 * seed * i + seed) % 101) as f64 / 50.0 - 1.0).collect()
    }

    fn close(what: &str, found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-11, "{what}: {found} for {expected}");
        }
    }

    /// All that a layer computes of `rows` rows, its gradient cut for `parts`.
    fn all<L: Layer<f64>>(kernel: &L, sizes: [usize; 3], rows: usize, parts: usize) -> [Vec<f64>; 4] {
        let [inputs, outputs, bias] = sizes;
        let count = inputs * outputs + bias;
        let (params, x, dy) = (numbers(count, 1), numbers(rows * inputs, 2), numbers(rows * outputs, 3));
        let (mut y, mut dx) = (vec![f64::NAN; rows * outputs], vec![f64::NAN; rows * inputs]);
        let noise = Noise { key: 0, first_row: 0 };
        kernel.forward(&params, Forward { rows, x: Source::Data(&x), y: &mut y, saved: None, noise });
        let back = Source::Values(&dy[..]);
        kernel.backward(&params, Backward { rows, x: None, y: None, saved: SAVED, dy: back, dx: &mut dx });
        let io = Gradient { batch: rows, x: Source::Values(&x), saved: SAVED, dy: &dy };
        let (mut gradient, mut stepped) = (vec![f64::NAN; count], params.clone());
        for piece in (0..).map_while(|index| kernel.piece(index, parts)) {
            kernel.gradient(&io, piece.clone(), &mut gradient[piece.clone()]);
            if kernel.is_product(&piece) {
                kernel.add_gradient(&io, piece.clone(), -0.5, &mut stepped[piece]);
            } else {
                let steps = stepped[piece.clone()].iter_mut().zip(&gradient[piece]);
                steps.for_each(|(param, gradient)| *param -= 0.5 * gradient);
            }
        }
        [y, dx, gradient, stepped]
    }

    /// A layer beside the general kernel, and its own rows and pieces beside themselves.
    fn same<const IN: usize, const OUT: usize, const BIAS: usize>() {
        let (small, sizes) = (Small::<IN, OUT, BIAS> {}, [IN, OUT, BIAS]);
        for rows in [1, 2, 3, 4, 5, 9, 64, 200] {
            let found = all(&small, sizes, rows, 1);
            let expected = all(&Small::<IN, OUT, BIAS>::GENERAL, sizes, rows, 1);
            let what = format!("{sizes:?} of {rows} rows");
            for (found, expected) in found.iter().zip(&expected) {
                close(&what, found, expected);
            }
            assert_eq!(found, all(&small, sizes, rows, 3), "{what} shared");
            if rows > 2 {
                // one row alone is summed in another order
                let few = all(&small, sizes, 2, 1);
                assert_eq!((&found[0][..2 * OUT], &found[1][..2 * IN]), (&few[0][..], &few[1][..]), "{what}");
            }
        }
    }

    #[test]
    fn what_may_leave_the_range_in_weights_or_bias_is_told() {
        let small = Small::<2, 2, 2> {};
        let finite = |x: f32, dy: f32| {
            let (x, dy) = ([x; 4], [dy; 4]);
            let saved = Saved { values: &[], indices: &[], bytes: &[] };
            {
                let io = Gradient { batch: 2, x: Source::Values(&x), saved, dy: &dy };
                small.stays_finite(&io, largest(&dy).unwrap())
            }
        };
        assert!(finite(1.0, 0.1) && finite(1e-3, 1e30) && finite(1e30, 1e3));
        assert!(!finite(1e30, 1e10), "in the weights");
        assert!(!finite(1e-3, 3e38), "in the bias");
    }

    /// An activation in one go with a layer, beside the two apart: the same bits.
    fn joined<T: Real, const IN: usize, const OUT: usize>(then: &impl Pointwise<T>) {
        let kernel = Small::<IN, OUT, OUT> {};
        let numbers = |count, seed| numbers(count, seed).into_iter().map(T::from_f64).collect::<Vec<_>>();
        let (params, noise) = (numbers(IN * OUT + OUT, 1), Noise { key: 0, first_row: 0 });
        let saved = Saved { values: &[], indices: &[], bytes: &[] };
        for rows in [1, 2, 5, 64] {
            let (x, dy, kept) = (numbers(rows * IN, 2), numbers(rows * OUT, 3), numbers(rows * IN, 4));
            let forward = |y| Forward { rows, x: Source::Data(&x), y, saved: None, noise };
            let backward = |dx| Backward { rows, x: None, y: None, saved, dy: Source::Values(&dy), dx };
            let [mut y, mut apart_y] = [vec![T::zero(); rows * OUT], vec![T::zero(); rows * OUT]];
            kernel.forward_then(&params, forward(&mut y), then);
            kernel.forward(&params, forward(&mut apart_y));
            Apply(then).after(&mut apart_y);
            let [mut dx, mut apart_dx] = [vec![T::zero(); rows * IN], vec![T::zero(); rows * IN]];
            kernel.backward_then(&params, backward(&mut dx), then, &kept);
            kernel.backward(&params, backward(&mut apart_dx));
            Pull(then, &kept).after(&mut apart_dx);
            assert_eq!((y, dx), (apart_y, apart_dx), "{rows} rows of {IN} and {OUT}");
        }
    }

    #[test]
    fn an_activation_goes_with_the_layer() {
        joined::<f32, 6, 64>(&relu::Kernel {});
        joined::<f32, 64, 8>(&relu::Kernel {});
        joined::<f64, 64, 8>(&relu::Kernel {});
        joined::<f32, 8, 4>(&gelu::Kernel { tanh: false });
        joined::<f64, 5, 7>(&gelu::Kernel { tanh: true });
    }

    #[test]
    fn as_the_general_kernel() {
        same::<1, 1, 1>();
        same::<6, 64, 64>();
        same::<64, 8, 8>();
        same::<8, 4, 0>();
        same::<5, 7, 7>();
        same::<32, 32, 32>();
        same::<3, 31, 0>();
    }
}
