//! Where data sets come from: the digits in the crate, IDX files, CSV files.

mod csv;
mod digits;
mod idx;

pub use self::csv::{Column, CsvOptions, csv};
pub use self::digits::digits;
pub use self::idx::{idx, idx_pair};
