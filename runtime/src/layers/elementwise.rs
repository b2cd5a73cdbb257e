//! What all elementwise kinds share: one rule for a value and one for its gradient become a layer's two passes.

use std::hint::black_box;

use super::{Backward, Forward, Source};
use crate::scalar::Scalar;
use crate::scalar::fixed::Then;

/// What an elementwise kind keeps for its backward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// The value that flowed in: forward must not run in place while a backward pass is to come.
    Input,
    /// The value that flowed out.
    Output,
}

/// A layer that does the same to every element: y = f(x).
///
/// Both methods are called in loops over whole activations; mark them `#[inline(always)]`, or the loops are not
/// compiled for the machine's vector units. The macro `elementwise_layer!` of this module makes a layer of it.
pub trait Elementwise<T: Scalar>: Sync {
    /// Which value [`pull`](Self::pull) reads.
    const KEEPS: Keeps;

    /// The output for an input.
    fn value(&self, x: T) -> T;

    /// The gradient of the input, from the kept value and the gradient of the output.
    fn pull(&self, kept: T, dy: T) -> T;
}

/// An elementwise kind as a layer before it is told of it, to do both in one go ([`Layer::forward_then`](super::Layer::forward_then)).
pub trait Pointwise<T: Scalar>: Elementwise<T> + Elementwise<T::Real> {}

impl<T: Scalar, E: Elementwise<T> + Elementwise<T::Real>> Pointwise<T> for E {}

/// Replaces `values` by what `compute` makes of them, by way of a small block on the stack.
///
/// Written straight in place, a choice between the old value and another (relu) becomes stores under a mask, which
/// some machines run six times slower than computing elsewhere and copying back; the compiler must not see that it is the same place.
#[inline(always)]
fn in_blocks<T: Scalar>(values: &mut [T], mut compute: impl FnMut(&[T], &mut [T])) {
    let (blocks, values) = values.as_chunks_mut::<64>();
    for block in blocks {
        in_block(block, &mut compute);
    }
    let (blocks, values) = values.as_chunks_mut::<8>();
    for block in blocks {
        in_block(block, &mut compute);
    }
    for value in values {
        in_block(std::array::from_mut(value), &mut compute);
    }
}

/// One block, of a size that the compiler knows.
#[inline(always)]
fn in_block<T: Scalar, const N: usize>(values: &mut [T; N], compute: &mut impl FnMut(&[T], &mut [T])) {
    let mut results = [T::zero(); N];
    compute(values, &mut results);
    *black_box(values) = results;
}

/// The forward pass, y = f(x).
pub(crate) struct Apply<'e, E>(pub(crate) &'e E);

impl<T: Scalar, E: Elementwise<T>> Then<T> for Apply<'_, E> {
    #[inline(always)]
    fn of(self, from: &[T], to: &mut [T]) {
        for (to, &x) in to.iter_mut().zip(from) {
            *to = self.0.value(x);
        }
    }

    fn after(self, values: &mut [T]) {
        T::dispatch(
            #[inline(always)]
            || {
                in_blocks(
                    values,
                    #[inline(always)]
                    |values, results| Apply(self.0).of(values, results),
                );
            },
        );
    }
}

/// The backward pass from what was kept: the gradient of what flowed out becomes that of what flowed in.
pub(crate) struct Pull<'e, T, E>(pub(crate) &'e E, pub(crate) &'e [T]);

impl<T: Scalar, E: Elementwise<T>> Then<T> for Pull<'_, T, E> {
    #[inline(always)]
    fn of(self, from: &[T], to: &mut [T]) {
        let Pull(kernel, kept) = self;
        assert_eq!(kept.len(), to.len(), "elements kept and elements of the gradient");
        for ((to, &dy), &kept) in to.iter_mut().zip(from).zip(kept) {
            *to = kernel.pull(kept, dy);
        }
    }

    fn after(self, values: &mut [T]) {
        let Pull(kernel, mut kept) = self;
        assert_eq!(kept.len(), values.len(), "elements kept and elements of the gradient");
        T::dispatch(
            #[inline(always)]
            || {
                in_blocks(
                    values,
                    #[inline(always)]
                    |values, results| {
                        let (block, rest) = kept.split_at(values.len());
                        kept = rest;
                        Pull(kernel, block).of(values, results);
                    },
                );
            },
        );
    }
}

/// The forward pass of an elementwise kind: in place, or from one buffer to another.
///
/// # Panics
/// If input and output differ in size.
pub fn forward<T: Scalar, E: Elementwise<T>>(kernel: &E, io: Forward<'_, T>) {
    let y = io.y;
    match io.x {
        Source::Here => Apply(kernel).after(y),
        Source::Values(x) => {
            assert_eq!(x.len(), y.len(), "elements in and out of an elementwise layer");
            T::dispatch(
                #[inline(always)]
                || Apply(kernel).of(x, y),
            );
        }
        Source::Data(x) => {
            assert_eq!(x.len(), y.len(), "elements in and out of an elementwise layer");
            T::dispatch(
                #[inline(always)]
                || {
                    for (y, &x) in y.iter_mut().zip(x) {
                        *y = kernel.value(T::from_real(x));
                    }
                },
            );
        }
    }
}

/// The backward pass of an elementwise kind: in place, or from one buffer to another.
///
/// # Panics
/// If what the kind keeps is missing, or sizes differ.
pub fn backward<T: Scalar, E: Elementwise<T>>(kernel: &E, io: Backward<'_, T>) {
    let kept = match E::KEEPS {
        Keeps::Input => io.x.expect("the plan keeps the input of a kind that reads it"),
        Keeps::Output => io.y.expect("the plan keeps the output of a kind that reads it"),
    };
    let dx = io.dx;
    match io.dy {
        Source::Here => backward_in_place(kernel, kept, dx),
        Source::Values(dy) => {
            assert_eq!(dy.len(), dx.len(), "elements of the gradients of output and input");
            T::dispatch(
                #[inline(always)]
                || Pull(kernel, kept).of(dy, dx),
            );
        }
        Source::Data(_) => unreachable!("a gradient is never plain data"),
    }
}

/// The backward pass of an elementwise kind on a gradient that stands where it goes.
pub(crate) fn backward_in_place<T: Scalar, E: Elementwise<T>>(kernel: &E, kept: &[T], dx: &mut [T]) {
    Pull(kernel, kept).after(dx);
}

/// Makes a `Layer` without parameters of a type that is [`Elementwise`] over any scalar.
///
/// A blanket implementation would forbid all other kinds theirs: the compiler cannot know that none of them will
/// ever be `Elementwise`.
macro_rules! elementwise_layer {
    ($kernel:ty) => {
        impl<T: $crate::scalar::Scalar> $crate::layers::Layer<T> for $kernel {
            fn forward(&self, _: &[T], io: $crate::layers::Forward<'_, T>) {
                $crate::layers::elementwise::forward(self, io);
            }

            fn backward(&self, _: &[T], io: $crate::layers::Backward<'_, T>) {
                $crate::layers::elementwise::backward(self, io);
            }
        }
    };
}

pub(crate) use elementwise_layer;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::layers::{Layer, Noise, Saved};

    const NOISE: Noise = Noise { key: 0, first_row: 0 };
    const NOTHING: Saved<'_, f64> = Saved { values: &[], indices: &[], bytes: &[] };

    /// The inputs that the reference numbers of every elementwise kind are for.
    pub(crate) const X: [f64; 5] = [-2.0, -0.5, 0.0, 0.5, 3.0];
    /// And the gradients of the output.
    pub(crate) const DY: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

    fn close(found: &[f64], expected: &[f64; 5]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
        }
    }

    /// Checks a kind against reference numbers at [`X`] and [`DY`], in place, out of place and from plain data.
    pub(crate) fn check<K: Layer<f64> + Elementwise<f64>>(kernel: &K, y: &[f64; 5], dx: &[f64; 5]) {
        for x in [Source::Values(&X[..]), Source::Data(&X), Source::Here] {
            let mut found = X;
            kernel.forward(&[], Forward { rows: 1, x, y: &mut found, saved: None, noise: NOISE });
            close(&found, y);
        }
        let (kept_x, kept_y) = match K::KEEPS {
            Keeps::Input => (Some(&X[..]), None),
            Keeps::Output => (None, Some(&y[..])),
        };
        for dy in [Source::Values(&DY[..]), Source::Here] {
            let mut found = DY;
            let io = Backward { rows: 1, x: kept_x, y: kept_y, saved: NOTHING, dy, dx: &mut found };
            kernel.backward(&[], io);
            close(&found, dx);
        }
    }
}
