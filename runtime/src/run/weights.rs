//! A network's parameters in a training pass: only read, or stepped as soon as their gradients are there.

use std::ops::Deref;

use super::Run;
use crate::network::Plain;
use crate::scalar::Scalar;

/// The parameters of a network or of a part of it.
#[derive(Debug)]
pub enum Weights<'p, P> {
    /// The pass only reads them.
    Read(&'p P),
    /// The pass steps the parameters of a layer once nothing reads them any more.
    Step(&'p mut P),
}

/// Where the gradient of a layer's parameters goes.
#[derive(Debug)]
pub enum Target<'p, T> {
    /// Nobody asks for it.
    None,
    /// Here, in place of what is here.
    Gradient(&'p mut [T]),
    /// Into these parameters, by the rule of the run.
    Step(&'p mut [T]),
}

impl<P> Deref for Weights<'_, P> {
    type Target = P;

    fn deref(&self) -> &P {
        match self {
            Weights::Read(params) => params,
            Weights::Step(params) => params,
        }
    }
}

impl<P> Weights<'_, P> {
    /// A part of them, named by the way there for each of the two cases.
    pub fn part<Q>(
        &mut self,
        read: impl FnOnce(&P) -> &Q,
        step: impl FnOnce(&mut P) -> &mut Q,
    ) -> Weights<'_, Q> {
        match self {
            Weights::Read(params) => Weights::Read(read(params)),
            Weights::Step(params) => Weights::Step(step(params)),
        }
    }

    /// A part of them, and buffers that lie beside it.
    pub fn part_and<Q, B>(
        &mut self,
        read: impl FnOnce(&P) -> (&Q, &B),
        step: impl FnOnce(&mut P) -> (&mut Q, &B),
    ) -> (Weights<'_, Q>, &B) {
        match self {
            Weights::Read(params) => {
                let (part, buffers) = read(params);
                (Weights::Read(part), buffers)
            }
            Weights::Step(params) => {
                let (part, buffers) = step(params);
                (Weights::Step(part), buffers)
            }
        }
    }

    /// Where a layer's gradient goes: into the parameters themselves, or into the gradient, if there is one.
    pub fn target<'t, T: Scalar, L: Plain<T> + 't>(
        &'t mut self,
        gradient: Option<&'t mut P>,
        layer: impl FnOnce(&'t mut P) -> &'t mut L,
    ) -> Target<'t, T> {
        match (self, gradient) {
            (Weights::Step(params), _) => Target::Step(layer(params).flat_mut()),
            (Weights::Read(_), Some(gradient)) => Target::Gradient(layer(gradient).flat_mut()),
            (Weights::Read(_), None) => Target::None,
        }
    }

    /// Steps a layer whose gradient has been made already, where the pass steps.
    pub fn update<T: Scalar, L: Plain<T>>(
        &mut self,
        run: &mut Run<'_, T>,
        gradient: Option<&mut P>,
        layer: impl Fn(&mut P) -> &mut L,
    ) {
        if let (Weights::Step(params), Some(gradient)) = (self, gradient) {
            run.update(layer(params).flat_mut(), layer(gradient).flat());
        }
    }
}
