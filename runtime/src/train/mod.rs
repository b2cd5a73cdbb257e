//! Training: epochs of seeded batches, evaluation, early stopping, and a record of how it went.
//!
//! [`Trainer`] is the loop that most trainings want; each of its parts is a page, and the loop written by hand
//! needs none of them.

mod check;
mod evaluate;
mod finite;
mod history;
mod layers;
#[cfg(feature = "plot")]
mod plot;
mod progress;
mod shuffle;
mod stage;
mod trainer;

pub use evaluate::{Evaluation, evaluate};
pub use history::{Epoch, History, Stop};
pub use trainer::Trainer;
