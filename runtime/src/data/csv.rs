//! Tables of numbers in text: rows of inputs with one column of classes or some columns of values.

use std::path::Path;

use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// By its place, from 0.
    Index(usize),
    /// By its name in the header.
    Name(String),
    /// The last one.
    Last,
}

impl From<usize> for Column {
    fn from(index: usize) -> Self {
        Column::Index(index)
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Self {
        Column::Name(name.into())
    }
}

/// How a CSV file is to be read: which columns are the targets, whether as classes or as values. All other columns
/// are inputs, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    targets: Vec<Column>,
    classes: bool,
    header: Option<bool>,
    separator: u8,
}

impl CsvOptions {
    /// The targets are classes (0, 1, 2, …) in one column.
    #[must_use]
    pub fn classes(column: impl Into<Column>) -> Self {
        CsvOptions { targets: vec![column.into()], classes: true, header: None, separator: b',' }
    }

    /// The targets are values in one or more columns, in the order given here.
    #[must_use]
    pub fn values<C: Into<Column>>(columns: impl IntoIterator<Item = C>) -> Self {
        let targets = columns.into_iter().map(Into::into).collect();
        CsvOptions { targets, classes: false, header: None, separator: b',' }
    }

    /// Whether the first row holds names. Unless told, a first row without a single number is taken for a header.
    #[must_use]
    pub fn header(mut self, header: bool) -> Self {
        self.header = Some(header);
        self
    }

    /// The character between two cells, in ASCII; a comma unless told.
    #[must_use]
    pub fn separator(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }
}

/// Reads a table of numbers. Empty lines are skipped, spaces around a cell are ignored, cells may be quoted.
///
/// ```no_run
/// use quipu::data::{CsvOptions, csv};
///
/// let iris = csv("iris.csv", CsvOptions::classes("species"))?;
/// let houses = csv("houses.csv", CsvOptions::values([13]).header(false))?;
/// # Ok::<(), quipu::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`]; [`Error::CsvCell`] for a cell that is no finite number, or no class;
/// [`Error::CsvWidth`] for a row of another length than the first; [`Error::CsvColumn`] for a target that is not
/// there; [`Error::Csv`] for text that is not UTF-8; [`Error::NoData`] for a file without rows;
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
    match table {
        Some(table) if !table.inputs.is_empty() => table.finish(),
        _ => Err(Error::NoData { path: path.into() }),
    }
}

/// The rows so far.
struct Table<'a> {
    path: &'a Path,
    /// The whole file, for the line numbers in messages.
    text: &'a [u8],
    classes: bool,
    columns: usize,
    /// Column numbers of the targets.
    targets: Vec<usize>,
    /// Column numbers of the inputs.
    sources: Vec<usize>,
    inputs: Vec<f32>,
    labels: Vec<u32>,
    values: Vec<f32>,
}

impl<'a> Table<'a> {
    /// An empty table with the columns of the first row.
    fn new(
        path: &'a Path,
        text: &'a [u8],
        options: &CsvOptions,
        first: &::csv::StringRecord,
        header: bool,
    ) -> Result<Self> {
        let columns = first.len();
        let absent = |column: String| {
            let names: Vec<&str> = first.iter().collect();
            let available = if header {
                format!("the columns {}", names.join(", "))
            } else {
                format!("no header and {columns} columns, from 0")
            };
            Error::CsvColumn { path: path.into(), column, available }
        };
        let mut targets = Vec::new();
        for column in &options.targets {
            targets.push(match column {
                Column::Index(index) if *index < columns => *index,
                Column::Index(index) => return Err(absent(index.to_string())),
                Column::Last => columns - 1,
                Column::Name(name) => {
                    let at = first.iter().position(|cell| header && cell == name);
                    at.ok_or_else(|| absent(format!("`{name}`")))?
                }
            });
        }
        let sources: Vec<usize> = (0..columns).filter(|column| !targets.contains(column)).collect();
        if targets.is_empty() || sources.is_empty() {
            let allowed =
                format!("at least one target, and at least one of the {columns} columns left for the inputs");
            return Err(Error::argument("targets", format!("{targets:?}"), allowed));
        }
        let classes = options.classes;
        let (inputs, labels, values) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Table { path, text, classes, columns, targets, sources, inputs, labels, values })
    }

    /// Takes one row.
    fn push(&mut self, row: &::csv::StringRecord) -> Result<()> {
        let (path, text) = (self.path, self.text);
        if row.len() != self.columns {
            let line = line(text, row.position());
            let (expected, found) = (self.columns, row.len());
            return Err(Error::CsvWidth { path: path.into(), line, expected, found });
        }
        let wrong = |column: usize, expected: &'static str| Error::CsvCell {
            path: path.into(),
            line: line(text, row.position()),
            column: column + 1,
            expected,
            found: row[column].into(),
        };
        let number = |column: usize| {
            let value = row[column].parse::<f32>().ok().filter(|value| value.is_finite());
            value.ok_or_else(|| wrong(column, "a finite number"))
        };
        for &column in &self.sources {
            self.inputs.push(number(column)?);
        }
        for &column in &self.targets {
            if self.classes {
                self.labels.push(class(&row[column]).ok_or_else(|| wrong(column, "a class (0, 1, 2, …)"))?);
            } else {
                self.values.push(number(column)?);
            }
        }
        Ok(())
    }

    /// All rows as a data set.
    fn finish(self) -> Result<Dataset> {
        if self.classes {
            Dataset::classes(self.inputs, self.sources.len(), self.labels)
        } else {
            Dataset::values(self.inputs, self.sources.len(), self.values)
        }
    }
}

/// A class: a whole number from 0, also where a tool wrote it as `3.0`.
fn class(cell: &str) -> Option<u32> {
    let value = cell.parse::<f64>().ok()?;
    let whole = value >= 0.0 && value < f64::from(u32::MAX) && value.fract() == 0.0;
    // In range and whole, so the cast is exact.
    whole.then_some(value as u32)
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
