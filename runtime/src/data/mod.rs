//! Where data sets come from (the digits in the crate, IDX, CSV and NumPy files), and what is done to them first.

mod csv;
mod digits;
mod folds;
mod idx;
mod npy;
mod split;
mod standardize;

pub use self::csv::{Column, CsvOptions, Missing, csv};
pub use self::digits::digits;
pub use self::folds::Folds;
pub use self::idx::{idx, idx_pair};
pub use self::npy::{NpyArray, NpyError, npy, npz};
pub use self::standardize::{Standardizer, one_hot, standardize};
