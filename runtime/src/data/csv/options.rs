//! How a CSV file is to be read: columns, names of classes, missing cells.

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

/// What becomes of a row with a missing cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// The file is refused, with the line and the column.
    #[default]
    Refuse,
    /// The row is left out.
    DropRow,
    /// An input becomes the mean of its column, over the rows in which it is there; a missing target is refused, for
    /// nobody knows it.
    Mean,
}

/// What the targets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 0, 1, 2, …
    Classes,
    /// Text: these names, or those that the file has.
    Named(Option<Vec<String>>),
    /// Numbers.
    Values,
}

/// How a CSV file is to be read: which columns are the targets, whether as classes or as values. All other columns
/// are inputs, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    pub(super) targets: Vec<Column>,
    pub(super) kind: Kind,
    pub(super) without: Vec<Column>,
    pub(super) header: Option<bool>,
    pub(super) separator: u8,
    pub(super) missing: Missing,
    pub(super) marks: Vec<String>,
}

impl CsvOptions {
    fn new(targets: Vec<Column>, kind: Kind) -> Self {
        let marks = ["", "NA", "N/A", "NaN", "nan", "null", "?"].map(String::from).to_vec();
        let (without, header, missing) = (Vec::new(), None, Missing::Refuse);
        CsvOptions { targets, kind, without, header, separator: b',', missing, marks }
    }

    /// The targets are classes (0, 1, 2, …) in one column.
    #[must_use]
    pub fn classes(column: impl Into<Column>) -> Self {
        Self::new(vec![column.into()], Kind::Classes)
    }

    /// The targets are classes that the column calls by name. Class 0 is the first name in alphabetical order (of
    /// characters), and so on: [`Dataset::class_names`](crate::Dataset::class_names) has them. Where several files must
    /// agree, or an order is wanted, [`names`](Self::names) says it.
    #[must_use]
    pub fn named_classes(column: impl Into<Column>) -> Self {
        Self::new(vec![column.into()], Kind::Named(None))
    }

    /// The targets are values in one or more columns, in the order given here.
    #[must_use]
    pub fn values<C: Into<Column>>(columns: impl IntoIterator<Item = C>) -> Self {
        Self::new(columns.into_iter().map(Into::into).collect(), Kind::Values)
    }

    /// The names of the classes, class 0 first, no two alike; another name in the column is an error.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.kind = Kind::Named(Some(names.into_iter().map(Into::into).collect()));
        self
    }

    /// Columns that are neither inputs nor targets: row numbers, remarks. They may hold anything.
    #[must_use]
    pub fn without<C: Into<Column>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.without = columns.into_iter().map(Into::into).collect();
        self
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

    /// What becomes of a row with a missing cell; the file is refused unless told.
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// What a missing cell looks like, instead of an empty one, `NA`, `N/A`, `NaN`, `nan`, `null` or `?`.
    #[must_use]
    pub fn missing_marks<S: Into<String>>(mut self, marks: impl IntoIterator<Item = S>) -> Self {
        self.marks = marks.into_iter().map(Into::into).collect();
        self
    }
}
