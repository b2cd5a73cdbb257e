//! The same network over another scalar: parameters and buffers, number by number.

use super::{Model, Plain as _, zeros};
use crate::scalar::Scalar;

/// The network over another scalar, each parameter and buffer as `number` makes it of the old one.
///
/// ```
/// use quipu::{Counted, network};
///
/// quipu::network! { pub Net < fc(3, 2); mse(2) > }
/// let net = Net::init(1);
/// let counted = network::over(&*net, Counted); // Box<NetOf<Counted<f32>>>
/// assert_eq!(counted.fc1.weight[2][1].0, net.fc1.weight[2][1]);
/// ```
#[must_use]
pub fn over<M: Model, S: Scalar>(net: &M, number: impl Fn(M::Scalar) -> S) -> Box<M::Over<S>> {
    let mut other = zeros::<M::Over<S>>();
    over_into(net, &mut *other, number);
    other
}

/// [`over`] into a network that is there already: nothing is allocated.
pub fn over_into<M: Model, S: Scalar>(net: &M, into: &mut M::Over<S>, number: impl Fn(M::Scalar) -> S) {
    for (into, &from) in into.flat_all_mut().iter_mut().zip(net.flat_all()) {
        *into = number(from);
    }
}
