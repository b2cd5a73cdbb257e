//! What a step or a training takes as its network: the network itself, or the box that `init` and `zeros` return.

use crate::network::Model;

/// Says that a type is the network itself.
#[derive(Debug)]
pub enum Itself {}

/// Says that a type is a box of a network.
#[derive(Debug)]
pub enum Boxed {}

/// A network, or a box of one.
///
/// `Mlp::init` returns a `Box<Mlp>`, and `&mut net` does not turn into `&mut Mlp` on its way into a generic
/// function; so the functions that are generic over networks take both. `Kind` is [`Itself`] or [`Boxed`] and is
/// always inferred: it only keeps the two implementations apart.
pub trait AsModel<Kind> {
    /// The network.
    type Model: Model;

    /// The network, shared.
    fn model(&self) -> &Self::Model;

    /// The network, to be changed.
    fn model_mut(&mut self) -> &mut Self::Model;
}

impl<M: Model> AsModel<Itself> for M {
    type Model = M;

    fn model(&self) -> &M {
        self
    }

    fn model_mut(&mut self) -> &mut M {
        self
    }
}

impl<M: Model> AsModel<Boxed> for Box<M> {
    type Model = M;

    fn model(&self) -> &M {
        self
    }

    fn model_mut(&mut self) -> &mut M {
        self
    }
}
