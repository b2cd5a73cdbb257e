//! The layer kinds: one file a kind, twin of the file of that name in the macro, and the one trait they implement.
//!
//! A kernel sees plain slices: its parameters flat, in the order of its typed struct, and `rows` samples of
//! activations, row-major. It never allocates, never looks at the batch beyond its rows, and is generic over
//! [`Scalar`], so that one rule serves f32, f64, counting and derivatives of any order. For these no value takes a way
//! through `real` to a result, and on a kink (0, for `relu`) forward and backward take the same side.

use std::ops::Range;

use crate::scalar::Scalar;

/// Declares named arrays of scalars that lie one after another: what a layer over `N` features learns, or remembers.
///
/// The pattern lets nothing but arrays of `T` through, on which the `unsafe` implementations rest.
macro_rules! arrays {
    ($(#[$about:meta])* pub struct $name:ident<T, N> { $($(#[$of:meta])* pub $field:ident,)+ }) => {
        $(#[$about])*
        #[derive(Debug, PartialEq)]
        #[repr(C)]
        pub struct $name<T, const N: usize> {
            $($(#[$of])* pub $field: [T; N],)+
        }

        // SAFETY: arrays of T, and all bytes zero is a T.
        unsafe impl<T: bytemuck::Zeroable, const N: usize> bytemuck::Zeroable for $name<T, N> {}

        // SAFETY: `#[repr(C)]`, and all fields are arrays of T, between which no padding can be.
        unsafe impl<T: $crate::scalar::Scalar, const N: usize> $crate::network::Plain<T> for $name<T, N> {}
    };
}

pub mod batch_norm;
pub mod concat;
pub mod dropout;
pub mod elementwise;
pub mod elu;
pub mod fc;
pub mod flatten;
pub mod gelu;
pub mod hardswish;
pub mod input;
pub mod layer_norm;
pub mod leaky_relu;
pub mod mish;
pub mod relu;
pub mod repeat;
pub mod residual;
pub mod rms_norm;
pub mod selu;
pub mod sigmoid;
pub mod silu;
pub mod softmax;
pub mod softplus;
pub mod tanh;

pub use batch_norm::{BatchNorm, Running};
pub use elementwise::Pointwise;
pub use fc::Fc;
pub use layer_norm::LayerNorm;
pub use rms_norm::RmsNorm;

/// Where a kernel finds the values that flow into it.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a, T: Scalar> {
    /// The network's own input, still plain data: rows × elements a sample.
    Data(&'a [T::Real]),
    /// Activations or gradients of the workspace: rows × elements a sample.
    Values(&'a [T]),
    /// They already stand in the destination: the kernel works in place.
    Here,
}

/// What a layer keeps from its forward to its backward pass, beside its input or output; row-major.
#[derive(Debug)]
pub struct SavedMut<'a, T> {
    /// Rows × saved scalars a sample.
    pub values: &'a mut [T],
    /// Rows × saved indices a sample.
    pub indices: &'a mut [u32],
    /// Rows × saved bytes a sample.
    pub bytes: &'a mut [u8],
}

/// What a layer kept, read back; row-major as in [`SavedMut`].
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a, T> {
    /// Rows × saved scalars a sample.
    pub values: &'a [T],
    /// Rows × saved indices a sample.
    pub indices: &'a [u32],
    /// Rows × saved bytes a sample.
    pub bytes: &'a [u8],
}

/// The key of a layer's random numbers: the same for the same seed, step and layer, whatever the chunks are.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    /// Mixed from the workspace's seed, the step and the layer's place.
    pub key: u64,
    /// The first row of this chunk in the batch.
    pub first_row: usize,
}

/// One forward call over a chunk of rows.
#[derive(Debug)]
pub struct Forward<'a, T: Scalar> {
    /// Samples in this chunk.
    pub rows: usize,
    /// The layer's input; [`Source::Data`] only reaches kinds that accept plain data.
    pub x: Source<'a, T>,
    /// The layer's output, rows × elements a sample; holds the input when `x` is [`Source::Here`].
    pub y: &'a mut [T],
    /// Where to keep what the backward pass reads; `None` in evaluation mode.
    pub saved: Option<SavedMut<'a, T>>,
    /// The key of random numbers.
    pub noise: Noise,
}

/// One backward call over a chunk of rows: the gradient of the layer's input from that of its output.
#[derive(Debug)]
pub struct Backward<'a, T: Scalar> {
    /// Samples in this chunk.
    pub rows: usize,
    /// The layer's input, for kinds that ask to keep it.
    pub x: Option<&'a [T]>,
    /// The layer's output, for kinds that ask to keep it.
    pub y: Option<&'a [T]>,
    /// What the forward pass kept.
    pub saved: Saved<'a, T>,
    /// The gradient of the output; [`Source::Here`]: it stands in `dx`.
    pub dy: Source<'a, T>,
    /// The gradient of the input, replaced.
    pub dx: &'a mut [T],
}

/// What the parameter gradients of the whole batch are made from.
#[derive(Debug)]
pub struct Gradient<'a, T: Scalar> {
    /// Samples in the batch.
    pub batch: usize,
    /// The layer's input, for kinds that ask to keep it; else [`Source::Here`].
    pub x: Source<'a, T>,
    /// What the forward pass kept.
    pub saved: Saved<'a, T>,
    /// The gradient of the layer's output.
    pub dy: &'a [T],
}

/// A layer kind's kernels.
pub trait Layer<T: Scalar>: Sync {
    /// Computes a chunk's output from its input. `params` is flat, empty for kinds without parameters.
    fn forward(&self, params: &[T], io: Forward<'_, T>);

    /// Computes the gradient of a chunk's input from that of its output.
    fn backward(&self, params: &[T], io: Backward<'_, T>);

    /// [`forward`](Self::forward), and then `then` on the output, in place: of a small kernel's row alone, in one go with it.
    fn forward_then<E: Pointwise<T>>(&self, params: &[T], io: Forward<'_, T>, then: &E) {
        let Forward { rows, x, y, saved, noise } = io;
        self.forward(params, Forward { rows, x, y: &mut *y, saved, noise });
        elementwise::forward(then, Forward { rows, x: Source::Here, y, saved: None, noise });
    }

    /// [`backward`](Self::backward), and then that of `then`, the layer before this one, in place: `kept` is what that keeps.
    fn backward_then<E: Pointwise<T>>(&self, params: &[T], io: Backward<'_, T>, then: &E, kept: &[T]) {
        let Backward { rows, x, y, saved, dy, dx } = io;
        self.backward(params, Backward { rows, x, y, saved, dy, dx: &mut *dx });
        elementwise::backward_in_place(then, kept, dx);
    }

    /// The `index`-th range of the flat parameters that can be worked on by itself, where `parts` threads share the work;
    /// `None` past the last.
    ///
    /// The pieces cover all parameters in order. However they are cut, every element of a gradient is the same sum in the
    /// same order: a gradient is split by what is written, never by what is summed.
    fn piece(&self, index: usize, parts: usize) -> Option<Range<usize>> {
        let _ = (index, parts);
        None
    }

    /// Replaces the gradient of the parameters in `piece`: `out` is that range of the flat gradient.
    fn gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, out: &mut [T]) {
        let _ = (io, piece, out);
    }

    /// Whether the gradient of a piece is a matrix product.
    fn is_product(&self, piece: &Range<usize>) -> bool {
        let _ = piece;
        false
    }

    /// Whether no product of what the gradient is made of, all of it finite, can leave the range of the numbers, as
    /// [`add_gradient`](Self::add_gradient) takes for granted: what goes right into parameters cannot be looked at first.
    /// `steepest` is the largest |dy|.
    fn stays_finite(&self, io: &Gradient<'_, T>, steepest: f64) -> bool {
        let _ = (io, steepest);
        false
    }

    /// Adds `factor` times the gradient of a piece that is a product to `onto`: one pass, in which the gradient is never
    /// in memory.
    fn add_gradient(&self, io: &Gradient<'_, T>, piece: Range<usize>, factor: f64, onto: &mut [T]) {
        let _ = (io, piece, factor, onto);
        unreachable!("the gradient is no product");
    }

    /// Parts of the layer's inputs, as even as they can be, whose products can be made apart from each other, for several rows, and
    /// added up in order, with the same bits as the whole; 1 where there is nothing to be made apart.
    ///
    /// A thread that makes those of the inputs whose parameters it will step reads no others, and finds them in its caches.
    fn parts(&self) -> usize {
        1
    }

    /// The product of part `part` of the inputs, of several rows: `y` = it.
    fn forward_part(&self, params: &[T], x: Source<'_, T>, part: usize, y: &mut [T]) {
        let _ = (params, x, part, y);
        unreachable!("the layer has no parts");
    }

    /// What the forward pass does to the sum of all parts, which is in `y`.
    fn forward_rest(&self, params: &[T], y: &mut [T]) {
        let _ = (params, y);
    }
}

/// The kernels of a kind that a layer's rows cannot go through one by one, because they depend on the whole batch.
///
/// What such a layer makes of a batch, its *statistics*, lies in memory of the step that does not grow with the batch.
/// Every pass over rows comes after a step over the whole batch: [`measure`](Self::measure) before
/// [`forward`](Self::forward), [`reduce`](Self::reduce) before [`backward`](Self::backward). Beside its parameters
/// such a layer has *buffers*, which are not trained but follow the batches; evaluation uses them instead of a batch.
pub trait Batchwise<T: Scalar>: Sync {
    /// Training: makes the statistics of a batch from all of its rows.
    fn measure(&self, x: &[T], statistics: &mut [T]);

    /// Evaluation: makes the statistics from the buffers.
    fn prepare(&self, params: &[T], buffers: &[T], statistics: &mut [T]);

    /// Computes a chunk's output from its input and the statistics; in evaluation nothing is kept.
    fn forward(&self, params: &[T], statistics: &[T], io: Forward<'_, T>);

    /// Sums up over the batch what the gradients need, into the statistics.
    fn reduce(&self, params: &[T], buffers: &[T], io: Reduce<'_, T>);

    /// Computes the gradient of a chunk's input from that of its output and the sums.
    fn backward(&self, statistics: &[T], io: Backward<'_, T>);
}

/// One call of [`Batchwise::reduce`] over the whole batch.
#[derive(Debug)]
pub struct Reduce<'a, T> {
    /// What the forward pass kept.
    pub saved: Saved<'a, T>,
    /// The gradient of the layer's output.
    pub dy: &'a [T],
    /// The statistics of the forward pass, which the sums replace.
    pub statistics: &'a mut [T],
    /// What to replace in the network's gradient, where that is asked for.
    pub change: Option<Change<'a, T>>,
}

/// A layer's part of a gradient.
#[derive(Debug)]
pub struct Change<'a, T> {
    /// The gradient of the parameters.
    pub params: &'a mut [T],
    /// By how much the buffers change with this batch.
    pub buffers: &'a mut [T],
}

/// A kind that in evaluation is y = x scale + shift, feature by feature.
pub trait Affine<T: Scalar>: Sync {
    /// Writes the scale and the shift of every feature.
    fn affine(&self, params: &[T], buffers: &[T], scale: &mut [T], shift: &mut [T]);
}

/// A kind that can take a scale and a shift of its outputs into its parameters.
pub trait Absorb<T: Scalar>: Sync {
    /// Writes the parameters of the layer that does both; it has a bias, whether this one has or not.
    fn absorb(&self, params: &[T], scale: &[T], shift: &[T], out: &mut [T]);
}
