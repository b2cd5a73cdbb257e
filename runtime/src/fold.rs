//! A network for inference alone: layers that are y = x scale + shift go into the weights before them.
//!
//! What folds into what is known while the macro runs; it writes the folded network's type and a list of [`Fold`]s over
//! both networks' flat parameters, which [`fold`] goes through once.

use crate::layers::{Absorb, Affine};
use crate::network::{Model, Plain as _, zeros};
use crate::scalar::Scalar;

/// A stretch of the flat parameters and buffers of a network, and what becomes of it in the folded one.
pub enum Fold<T: Scalar> {
    /// That many parameters and buffers stay as they are.
    Same {
        /// Parameters.
        params: usize,
        /// Buffers.
        buffers: usize,
    },
    /// A layer takes the one behind it into its parameters.
    Absorb {
        /// The layer that stays.
        layer: &'static (dyn Absorb<T> + 'static),
        /// Its parameters.
        params: usize,
        /// Its parameters when it is folded.
        folded: usize,
        /// The layer that goes.
        affine: &'static (dyn Affine<T> + 'static),
        /// The features of that one, each with a scale and a shift.
        features: usize,
        /// Its parameters.
        affine_params: usize,
        /// Its buffers.
        buffers: usize,
    },
    /// As many copies of what is written once.
    Repeat {
        /// How many.
        times: usize,
        /// One copy.
        body: &'static [Fold<T>],
    },
}

/// A network that has layers to fold.
pub trait Foldable: Model {
    /// The network without them.
    type Folded: Model<Scalar = Self::Scalar>;
    /// What becomes of the parameters.
    const FOLDS: &'static [Fold<Self::Scalar>];
}

/// The folded network: the same function in evaluation, but for rounding.
#[must_use]
pub fn fold<M: Foldable>(net: &M) -> Box<M::Folded> {
    let mut folded = zeros::<M::Folded>();
    let (params, buffers) = folded.flat_parts_mut();
    let mut streams =
        Streams { params: net.flat(), buffers: net.flat_buffers(), to: params, buffers_to: buffers };
    streams.run(M::FOLDS);
    debug_assert!(streams.params.is_empty() && streams.to.is_empty(), "every parameter has been folded");
    folded
}

/// What is left of either network's parameters and buffers.
struct Streams<'s, T> {
    params: &'s [T],
    buffers: &'s [T],
    to: &'s mut [T],
    buffers_to: &'s mut [T],
}

impl<'s, T: Scalar> Streams<'s, T> {
    fn run(&mut self, folds: &[Fold<T>]) {
        for fold in folds {
            match *fold {
                Fold::Same { params, buffers } => {
                    take_mut(&mut self.to, params).copy_from_slice(take(&mut self.params, params));
                    take_mut(&mut self.buffers_to, buffers).copy_from_slice(take(&mut self.buffers, buffers));
                }
                Fold::Absorb { layer, params, folded, affine, features, affine_params, buffers } => {
                    let params = take(&mut self.params, params);
                    let (affine_params, buffers) =
                        (take(&mut self.params, affine_params), take(&mut self.buffers, buffers));
                    let mut factors = vec![T::zero(); 2 * features];
                    let (scale, shift) = factors.split_at_mut(features);
                    affine.affine(affine_params, buffers, scale, shift);
                    layer.absorb(params, scale, shift, take_mut(&mut self.to, folded));
                }
                Fold::Repeat { times, body } => (0..times).for_each(|_| self.run(body)),
            }
        }
    }
}

/// The next `count` elements, which leave the stream.
fn take<'s, T>(stream: &mut &'s [T], count: usize) -> &'s [T] {
    let (taken, rest) = stream.split_at(count);
    *stream = rest;
    taken
}

/// [`take`], to be written.
fn take_mut<'s, T>(stream: &mut &'s mut [T], count: usize) -> &'s mut [T] {
    let (taken, rest) = std::mem::take(stream).split_at_mut(count);
    *stream = rest;
    taken
}
