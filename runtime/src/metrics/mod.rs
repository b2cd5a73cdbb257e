//! How good predictions are: top-k accuracy, confusion matrices, the area under the ROC curve, R² and mean errors.
//!
//! Each is a function over slices, and a method of [`Predictions`], which runs a network over a data set:
//!
//! ```
//! use quipu::prelude::*;
//! use quipu::metrics::Predictions;
//!
//! network! { pub Larger < fc(2, 4); tanh; softmax_ce(2) > }
//!
//! # fn main() -> quipu::Result<()> {
//! let data = Dataset::classes(vec![0.1, 0.7, 0.9, 0.2, 0.3, 0.4, 0.8, 0.6], 2, vec![1, 0, 1, 0])?;
//! let mut net = Larger::init(1);
//! Trainer::new(Adam::new(0.05)).batch(2).epochs(60).fit(&mut net, &data, None)?;
//! let predictions = Predictions::of(&net, &data, 4)?;
//! let confusion = predictions.confusion()?;
//! assert_eq!((confusion.accuracy(), confusion.recall(1), predictions.roc_auc()?), (1.0, 1.0, 1.0));
//! println!("{confusion}");
//! # Ok(())
//! # }
//! ```
//!
//! The definitions are scikit-learn's. Rows of class [`IGNORED`](crate::batch::IGNORED) count nowhere. All of it is
//! computed in f64.

mod check;
mod confusion;
mod predictions;
mod rank;
mod regression;

pub use confusion::{Averages, ConfusionMatrix};
pub use predictions::Predictions;
pub use rank::{roc_auc, roc_auc_one_vs_rest, top_k_accuracy};
pub use regression::{mean_absolute_error, r2};
