//! The rows of a CSV file as they are read, up to a data set.

use std::path::Path;

use super::line;
use super::options::{Column, CsvOptions, Kind, Missing};
use crate::dataset::{Dataset, distinct};
use crate::error::{Error, Result};

/// The rows so far.
pub(super) struct Table<'a> {
    layout: Layout<'a>,
    /// NaN in a cell that is to be filled.
    inputs: Vec<f32>,
    labels: Vec<u32>,
    names: Vec<String>,
    values: Vec<f32>,
}

/// What the columns are for, and what messages tell of the file.
struct Layout<'a> {
    path: &'a Path,
    /// The whole file, for the line numbers in messages.
    text: &'a [u8],
    options: &'a CsvOptions,
    columns: usize,
    /// Column numbers of the targets.
    targets: Vec<usize>,
    /// Column numbers of the inputs.
    sources: Vec<usize>,
}

impl<'a> Table<'a> {
    /// An empty table with the columns of the first row.
    pub(super) fn new(
        path: &'a Path,
        text: &'a [u8],
        options: &'a CsvOptions,
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
        let places = |wanted: &[Column]| -> Result<Vec<usize>> {
            let place = |column: &Column| match column {
                Column::Index(index) if *index < columns => Ok(*index),
                Column::Index(index) => Err(absent(index.to_string())),
                Column::Last => Ok(columns - 1),
                Column::Name(name) => {
                    let at = first.iter().position(|cell| header && cell == name);
                    at.ok_or_else(|| absent(format!("`{name}`")))
                }
            };
            wanted.iter().map(place).collect()
        };
        if let Kind::Named(Some(names)) = &options.kind {
            distinct(names)?;
        }
        let (targets, without) = (places(&options.targets)?, places(&options.without)?);
        if let Some(both) = targets.iter().find(|target| without.contains(target)) {
            return Err(Error::argument("without", format!("column {both}"), "columns that are no targets"));
        }
        let other = |column: &usize| !targets.contains(column) && !without.contains(column);
        let sources: Vec<usize> = (0..columns).filter(other).collect();
        if targets.is_empty() || sources.is_empty() {
            let allowed =
                format!("at least one target, and at least one of the {columns} columns left for the inputs");
            return Err(Error::argument("targets", format!("{targets:?}"), allowed));
        }
        let layout = Layout { path, text, options, columns, targets, sources };
        let (inputs, labels, names, values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Table { layout, inputs, labels, names, values })
    }

    /// Takes one row.
    pub(super) fn push(&mut self, row: &::csv::StringRecord) -> Result<()> {
        let layout = &self.layout;
        layout.whole(row)?;
        let mut used = layout.sources.iter().chain(&layout.targets);
        if layout.options.missing == Missing::DropRow && used.any(|&column| layout.missing(&row[column])) {
            return Ok(());
        }
        for &column in &layout.sources {
            self.inputs.push(layout.input(row, column)?);
        }
        for &column in &layout.targets {
            match &layout.options.kind {
                Kind::Values => self.values.push(layout.number(row, column)?),
                Kind::Classes => self.labels.push(layout.class(row, column)?),
                Kind::Named(None) => self.names.push(layout.name(row, column)?.into()),
                Kind::Named(Some(names)) => self.labels.push(layout.class_among(row, column, names)?),
            }
        }
        Ok(())
    }

    /// All rows as a data set.
    pub(super) fn finish(mut self) -> Result<Dataset> {
        if self.inputs.is_empty() {
            return Err(Error::NoData { path: self.layout.path.into() });
        }
        self.fill()?;
        let width = self.layout.sources.len();
        match &self.layout.options.kind {
            Kind::Values => Dataset::values(self.inputs, width, self.values),
            Kind::Classes => Dataset::classes(self.inputs, width, self.labels),
            Kind::Named(Some(names)) => {
                Dataset::classes(self.inputs, width, self.labels)?.with_class_names(names.iter().cloned())
            }
            Kind::Named(None) => {
                let mut names = self.names.clone();
                names.sort_unstable();
                names.dedup();
                let place = |name: &String| names.binary_search(name).map_or(0, |place| place as u32);
                let labels = self.names.iter().map(place).collect();
                Dataset::classes(self.inputs, width, labels)?.with_class_names(names)
            }
        }
    }

    /// Puts the mean of its column in every cell that is missing.
    fn fill(&mut self) -> Result<()> {
        let width = self.layout.sources.len();
        for (place, &column) in self.layout.sources.iter().enumerate() {
            let cells = || self.inputs.iter().skip(place).step_by(width).filter(|x| !x.is_nan());
            let there = cells().count();
            if there * width == self.inputs.len() {
                continue;
            }
            if there == 0 {
                return Err(Error::CsvEmptyColumn { path: self.layout.path.into(), column: column + 1 });
            }
            let mean = (cells().map(|&x| f64::from(x)).sum::<f64>() / there as f64) as f32;
            for cell in self.inputs.iter_mut().skip(place).step_by(width).filter(|x| x.is_nan()) {
                *cell = mean;
            }
        }
        Ok(())
    }
}

impl Layout<'_> {
    /// Refuses a row of another length than the first.
    fn whole(&self, row: &::csv::StringRecord) -> Result<()> {
        if row.len() == self.columns {
            return Ok(());
        }
        let line = line(self.text, row.position());
        Err(Error::CsvWidth { path: self.path.into(), line, expected: self.columns, found: row.len() })
    }

    fn missing(&self, cell: &str) -> bool {
        self.options.marks.iter().any(|mark| mark == cell)
    }

    /// A number, or NaN for one that is to be filled.
    fn input(&self, row: &::csv::StringRecord, column: usize) -> Result<f32> {
        match self.options.missing {
            Missing::Mean if self.missing(&row[column]) => Ok(f32::NAN),
            Missing::Refuse if self.missing(&row[column]) => {
                let expected = "a finite number (`CsvOptions::missing` drops or fills what is missing)";
                Err(self.wrong(row, column, expected))
            }
            _ => self.number(row, column),
        }
    }

    fn number(&self, row: &::csv::StringRecord, column: usize) -> Result<f32> {
        let value = row[column].parse::<f32>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| self.wrong(row, column, "a finite number"))
    }

    /// A class: a whole number from 0, also where a tool wrote it as `3.0`.
    fn class(&self, row: &::csv::StringRecord, column: usize) -> Result<u32> {
        let whole = |value: &f64| *value >= 0.0 && *value < f64::from(u32::MAX) && value.fract() == 0.0;
        let value = row[column].parse::<f64>().ok().filter(whole);
        let expected = "a class (0, 1, 2, …; for names there is `CsvOptions::named_classes`)";
        // In range and whole, so the cast is exact.
        value.map(|value| value as u32).ok_or_else(|| self.wrong(row, column, expected))
    }

    /// The name of a class, whatever it is.
    fn name<'r>(&self, row: &'r ::csv::StringRecord, column: usize) -> Result<&'r str> {
        let name = &row[column];
        if self.missing(name) { Err(self.wrong(row, column, "the name of a class")) } else { Ok(name) }
    }

    /// The class that is called so.
    fn class_among(&self, row: &::csv::StringRecord, column: usize, names: &[String]) -> Result<u32> {
        let name = self.name(row, column)?;
        let place = names.iter().position(|known| known == name);
        // There are not 2^32 names in memory.
        place.map(|place| place as u32).ok_or_else(|| Error::CsvLabel {
            path: self.path.into(),
            line: line(self.text, row.position()),
            column: column + 1,
            found: name.into(),
            names: names.join(", "),
        })
    }

    /// A cell that is not what it should be.
    fn wrong(&self, row: &::csv::StringRecord, column: usize, expected: &'static str) -> Error {
        Error::CsvCell {
            path: self.path.into(),
            line: line(self.text, row.position()),
            column: column + 1,
            expected,
            found: row[column].into(),
        }
    }
}
