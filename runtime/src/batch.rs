//! One batch as a network takes it: borrowed rows of inputs and what should come out of them.

use crate::scalar::Scalar;

/// What goes into a network: rows one after another (row-major), borrowed.
///
/// A `&[f32]` (or `&[f64]` for a network over `f64`), a `&Vec` or an array of them converts into
/// [`Values`](Inputs::Values); `u32`s convert into [`Tokens`](Inputs::Tokens).
#[derive(Clone, Copy, Debug)]
pub enum Inputs<'a, T: Scalar> {
    /// Numbers, batch x INPUTS of them. They are plain numbers over any scalar: the data carries no derivative.
    Values(&'a [T::Real]),
    /// Numbers of the network's own scalar, batch x INPUTS of them: where they are [duals](crate::Dual), derivatives flow
    /// in with the data. A first layer's products cost then what any other layer's do.
    Lifted(&'a [T]),
    /// Indices into a vocabulary, batch x INPUTS of them.
    Tokens(&'a [u32]),
}

/// What should come out of a network, row after row, borrowed.
///
/// A `&[u32]`, `&Vec<u32>` or an array of them converts into [`Classes`](Targets::Classes); `f32`s (or `f64`s for a
/// network over `f64`) convert into [`Values`](Targets::Values).
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a, T: Scalar> {
    /// One class a row, from 0; a row with [`IGNORED`] counts neither in the loss nor in its mean.
    Classes(&'a [u32]),
    /// A row of numbers each: the values to meet, or probabilities of the classes (soft targets).
    Values(&'a [T::Real]),
    /// The inputs themselves, as an autoencoder wants them.
    Inputs,
}

/// The class of a row that is left out of the loss.
pub const IGNORED: u32 = u32::MAX;

/// A batch: inputs and targets of the same rows. It borrows both and is cheap to copy.
///
/// Nothing is checked here: sizes, classes and numbers are checked against the network when the batch is used.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a, T: Scalar> {
    /// What goes in.
    pub inputs: Inputs<'a, T>,
    /// What should come out.
    pub targets: Targets<'a, T>,
}

impl<'a, T: Scalar> Batch<'a, T> {
    /// Puts inputs and targets together: slices, vectors or arrays by reference.
    pub fn new(inputs: impl Into<Inputs<'a, T>>, targets: impl Into<Targets<'a, T>>) -> Self {
        Batch { inputs: inputs.into(), targets: targets.into() }
    }
}

impl<T: Scalar> Inputs<'_, T> {
    /// Elements in all rows together.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Inputs::Values(values) => values.len(),
            Inputs::Lifted(values) => values.len(),
            Inputs::Tokens(tokens) => tokens.len(),
        }
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The conversions of one element type into one variant: slice, vector, array. The bound on `Real` keeps a network
/// over `f32` from taking `f64`s, and tells the compiler what a literal is.
macro_rules! convert {
    ($($into:ident :: $variant:ident from $element:ty $(where $real:ty)?;)*) => {$(
        impl<'a, T: Scalar $(<Real = $real>)?> From<&'a [$element]> for $into<'a, T> {
            fn from(slice: &'a [$element]) -> Self {
                $into::$variant(slice)
            }
        }

        impl<'a, T: Scalar $(<Real = $real>)?> From<&'a Vec<$element>> for $into<'a, T> {
            fn from(vector: &'a Vec<$element>) -> Self {
                $into::$variant(vector)
            }
        }

        impl<'a, T: Scalar $(<Real = $real>)?, const N: usize> From<&'a [$element; N]> for $into<'a, T> {
            fn from(array: &'a [$element; N]) -> Self {
                $into::$variant(array)
            }
        }
    )*};
}

convert! {
    Inputs::Values from f32 where f32;
    Inputs::Values from f64 where f64;
    Inputs::Tokens from u32;
    Targets::Values from f32 where f32;
    Targets::Values from f64 where f64;
    Targets::Classes from u32;
}
