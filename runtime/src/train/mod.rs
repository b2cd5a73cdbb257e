//! Training: epochs of seeded batches, evaluation, early stopping, and a record of how it went.
//!
//! [`Trainer`] is the loop that most trainings want; each of its parts is a page, and the loop written by hand
//! needs none of them.

mod accumulate;
mod average;
mod best;
mod check;
mod epochs;
mod evaluate;
mod finite;
mod history;
#[cfg(feature = "plot")]
mod plot;
mod progress;
mod rates;
mod rows;
mod shuffle;
mod stage;
mod stream;
mod trainer;

pub use evaluate::{Evaluation, evaluate};
pub(crate) use evaluate::{largest, predict_all};
pub use history::{Epoch, History, Stop};
pub use stream::{AsBatch, OwnedBatch};
pub use trainer::Trainer;
