//! Tables in text: rows of inputs with one column of classes, by number or by name, or some columns of values.

use std::path::Path;

use crate::dataset::Dataset;
use crate::error::{Error, Result};

mod options;
mod table;

pub use options::{Column, CsvOptions, Missing};
use table::Table;

/// Reads a table of numbers. Empty lines are skipped, spaces around a cell are ignored, cells may be quoted.
///
/// ```no_run
/// use quipu::data::{Column, CsvOptions, Missing, csv};
///
/// let digits = csv("digits.csv", CsvOptions::classes("digit"))?;
/// let iris = csv("iris.csv", CsvOptions::named_classes("species").missing(Missing::DropRow))?;
/// assert_eq!(iris.class_names(), ["setosa", "versicolor", "virginica"]);
/// let houses = csv("houses.csv", CsvOptions::values([13]).header(false).missing(Missing::Mean))?;
/// let heights = csv("heights.tsv", CsvOptions::values([Column::Last]).separator(b'\t').without(["id"]))?;
/// # Ok::<(), quipu::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`]; [`Error::CsvCell`] for a cell that is no finite number, or no class, or missing;
/// [`Error::CsvLabel`] for a name that is none of the classes'; [`Error::CsvWidth`] for a row of another length than the
/// first; [`Error::CsvColumn`] for a column that is not there; [`Error::CsvEmptyColumn`] for one without a number to take
/// a mean of; [`Error::Csv`] for text that is not UTF-8; [`Error::NoData`] for a file without rows;
/// [`Error::Argument`] if no column is left for the inputs, or none is a target.
pub fn csv(path: impl AsRef<Path>, options: CsvOptions) -> Result<Dataset> {
    let path = path.as_ref();
    let expected = "a text file of comma-separated numbers";
    let text = std::fs::read(path).map_err(|source| Error::io(path, "read", expected, source))?;
    // The header and the lengths of rows are left to us: our messages say more.
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(::csv::Trim::All)
        .delimiter(options.separator)
        .from_reader(text.as_slice());

    let mut table = None;
    let mut row = ::csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|error| broken(path, &text, &error))? {
        match &mut table {
            None => {
                let header =
                    options.header.unwrap_or_else(|| row.iter().all(|cell| cell.parse::<f64>().is_err()));
                let mut first = Table::new(path, &text, &options, &row, header)?;
                if !header {
                    first.push(&row)?;
                }
                table = Some(first);
            }
            Some(table) => table.push(&row)?,
        }
    }
    table.ok_or_else(|| Error::NoData { path: path.into() })?.finish()
}

/// The line, from 1, of the row that begins at a position. (The reader counts a row's leading empty lines to the
/// row, and so does its line number.)
fn line(text: &[u8], position: Option<&::csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let (before, after) = text.split_at(text.len().min(position.byte() as usize));
    let blank = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    1 + before.iter().chain(&after[..blank]).filter(|&&byte| byte == b'\n').count() as u64
}

/// What the CSV reader reports, in our terms.
fn broken(path: &Path, text: &[u8], error: &::csv::Error) -> Error {
    let problem = match error.kind() {
        ::csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Error::Csv { path: path.into(), line: line(text, error.position()), problem }
}
