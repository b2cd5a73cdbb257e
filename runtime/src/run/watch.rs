//! What a watched run notes of its layers: the first that is not finite, or how large gradients are on their way back.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A layer whose values are no longer finite, and in which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// The layer's name in the cost table.
    pub layer: &'static str,
    /// Whether it was in the backward pass.
    pub backward: bool,
}

/// What a run is watched for.
#[derive(Debug)]
pub(crate) enum Watch {
    /// The first layer whose values are not finite.
    First(OnceLock<NonFinite>),
    /// The lengths of the gradients before and behind every layer.
    Flow(Mutex<Visits>),
}

/// What the backward pass did in one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Visit {
    /// The layer's name in the cost table; the head's for the gradient that all begins with.
    pub(crate) layer: &'static str,
    /// The sum of the squares of the gradient in its output.
    pub(crate) incoming: f64,
    /// The sum of the squares of the gradient in its input; as `incoming` for the head.
    pub(crate) outgoing: f64,
}

/// The layers of a backward pass in the order in which it came to them, each over all rows.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    visits: Vec<Visit>,
    /// How many layers each chunk of rows has been through, by its first row: all go the same way.
    chunks: BTreeMap<usize, usize>,
}

impl Visits {
    /// Adds what a chunk of rows says of the next layer on its way.
    pub(super) fn note(&mut self, first_row: usize, visit: Visit) {
        let at = self.chunks.entry(first_row).or_default();
        match self.visits.get_mut(*at) {
            Some(known) => {
                known.incoming += visit.incoming;
                known.outgoing += visit.outgoing;
            }
            None => self.visits.push(visit),
        }
        *at += 1;
    }
}

impl Watch {
    /// The layer that was noted first.
    pub(crate) fn first(self) -> Option<NonFinite> {
        match self {
            Watch::First(found) => found.into_inner(),
            Watch::Flow(_) => None,
        }
    }

    /// The layers of the backward pass.
    pub(crate) fn flow(self) -> Vec<Visit> {
        match self {
            Watch::First(_) => Vec::new(),
            Watch::Flow(visits) => visits.into_inner().unwrap_or_else(PoisonError::into_inner).visits,
        }
    }
}
