//! Everything that can go wrong with what a user hands over: each message says where, what was expected, what
//! was found and what to do.

use std::fmt;
use std::path::PathBuf;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a file, a data set, a batch or an argument.
///
/// Rows and columns count from 0, as indices do; epochs and steps from 1, and so do lines and columns of a CSV file, as
/// in editors.
/// `Debug` prints the same sentence as `Display`, so that `fn main() -> quipu::Result<()>` and `unwrap` show it.
#[non_exhaustive]
#[derive(thiserror::Error)]
pub enum Error {
    /// A file or directory is not there.
    #[error("{path}: no such file or directory; expected {expected}")]
    Missing {
        /// The path that was tried.
        path: PathBuf,
        /// What should stand there.
        expected: String,
    },
    /// The operating system refused to read or write.
    #[error("{path}: cannot {doing}: {source}; check the path and its permissions")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done: `read`, `write`.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// Compressed data that ends too early or does not unpack.
    #[error("{path}: the gzip data is truncated or corrupt: {source}; fetch the file again")]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decompressor said.
        source: std::io::Error,
    },

    /// The first bytes are not those of an IDX file.
    #[error(
        "{path}: not an IDX file: it should begin with two zero bytes, an element type and a number of dimensions, \
         but begins with {found:02x?}; give the file as published, plain or gzip"
    )]
    IdxMagic {
        /// The file.
        path: PathBuf,
        /// The first bytes, four at most.
        found: Vec<u8>,
    },
    /// An IDX file of other elements than bytes.
    #[error(
        "{path}: the IDX element type is 0x{found:02x}; expected 0x08 (unsigned bytes): convert the file, or build \
         a `Dataset` from your own vectors"
    )]
    IdxType {
        /// The file.
        path: PathBuf,
        /// The type code in the header.
        found: u8,
    },
    /// An IDX file with another number of dimensions than images or labels have.
    #[error(
        "{path}: the IDX header has {found} dimensions; expected {expected}: were images and labels swapped?"
    )]
    IdxRank {
        /// The file.
        path: PathBuf,
        /// What its role asks for.
        expected: &'static str,
        /// The number of dimensions in the header.
        found: usize,
    },
    /// An IDX header that does not agree with the bytes behind it.
    #[error(
        "{path}: the IDX header {header} promises {expected} bytes, but the file holds {found}; it is cut short or \
         not of this format: fetch it again"
    )]
    IdxSize {
        /// The file.
        path: PathBuf,
        /// The dimensions in the header, written `(60000, 28, 28)`.
        header: String,
        /// Bytes of the whole unpacked file according to the header.
        expected: u128,
        /// Bytes of the whole unpacked file; where more were promised or follow, as many as were read.
        found: u128,
    },
    /// As many images as labels are needed.
    #[error(
        "{images} holds {image_count} images but {labels} holds {label_count} labels; give the two files of one set"
    )]
    IdxCounts {
        /// The file of images.
        images: PathBuf,
        /// Its images.
        image_count: usize,
        /// The file of labels.
        labels: PathBuf,
        /// Its labels.
        label_count: usize,
    },

    /// A text file with a cell that is not the number wanted.
    #[error(
        "{path}: line {line}, column {column}: expected {expected}, found {found:?}; correct the cell or leave the row out"
    )]
    CsvCell {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// What the cell should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A text file with a class that is none of those it should have.
    #[error("{path}: line {line}, column {column}: found the class {found:?}; expected one of {names}")]
    CsvLabel {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// The name in the cell.
        found: String,
        /// The names there are.
        names: String,
    },
    /// A column without a single number, so that there is no mean to fill it with.
    #[error("{path}: column {column} has no number in any row; leave it out by `CsvOptions::without`")]
    CsvEmptyColumn {
        /// The file.
        path: PathBuf,
        /// The column, from 1.
        column: usize,
    },
    /// A text file whose rows have different lengths.
    #[error(
        "{path}: line {line}: expected {expected} columns as in the first row, found {found}; check the separator \
         and the row"
    )]
    CsvWidth {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Columns of the first row.
        expected: usize,
        /// Columns of this row.
        found: usize,
    },
    /// A column that was asked for and is not there.
    #[error("{path}: there is no column {column}; the file has {available}")]
    CsvColumn {
        /// The file.
        path: PathBuf,
        /// The column asked for.
        column: String,
        /// What the file has.
        available: String,
    },
    /// A text file that cannot be read as CSV.
    #[error("{path}: line {line}: {problem}; expected comma-separated numbers in UTF-8")]
    Csv {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 where it is not known.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// A NumPy file that is not as it should be.
    #[error(transparent)]
    Npy(#[from] crate::data::NpyError),
    /// A file without a single row of data.
    #[error("{path}: there is no data in it; expected at least one row")]
    NoData {
        /// The file.
        path: PathBuf,
    },

    /// A class that the network or the data set does not have.
    #[error(
        "row {row}: label {label} is out of range for {classes} classes; labels go from 0 to one less than the \
         number of classes"
    )]
    Label {
        /// The row.
        row: usize,
        /// Its label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },
    /// A token that the network's vocabulary does not have.
    #[error("row {row}, position {column}: token {token} is out of range for a vocabulary of {vocabulary}")]
    Token {
        /// The row.
        row: usize,
        /// The position in the row.
        column: usize,
        /// The token.
        token: u32,
        /// The size of the vocabulary.
        vocabulary: usize,
    },
    /// A NaN or an infinity in the data.
    #[error(
        "{argument}, row {row}, column {column}: found {value}; expected a finite number: clean the data, or leave \
         the row out"
    )]
    NotFinite {
        /// `inputs` or `targets`.
        argument: &'static str,
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// NaN, inf or -inf.
        value: f64,
    },
    /// A slice that cannot be cut into rows.
    #[error(
        "{argument} has {found} elements, which is not a whole number of rows of {width}; expected rows x {width}"
    )]
    Multiple {
        /// `inputs` or `targets`.
        argument: &'static str,
        /// Elements in the slice.
        found: usize,
        /// Elements in a row.
        width: usize,
    },
    /// A slice of the wrong length for the number of rows.
    #[error("{argument} has {found} elements; expected {expected} ({rows} rows of {width})")]
    Length {
        /// `inputs` or `targets`.
        argument: &'static str,
        /// Elements in the slice.
        found: usize,
        /// Elements that should be there.
        expected: usize,
        /// Rows.
        rows: usize,
        /// Elements in a row.
        width: usize,
    },
    /// Classes where values belong, or values where classes belong.
    #[error(
        "the targets are {found}, but the network's head takes {expected}; give those, or change the head"
    )]
    WrongTargets {
        /// What the head takes.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// Tokens where values belong, or values where tokens belong.
    #[error("the inputs are {found}, but the network's first layer takes {expected}")]
    WrongInputs {
        /// What the first layer takes.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// A batch without a row.
    #[error("the batch is empty; expected at least one row")]
    EmptyBatch,
    /// A batch that does not fit.
    #[error(
        "a batch of {batch} does not fit a workspace made for {workspace}; make it with `workspace({batch})`"
    )]
    BatchTooLarge {
        /// Rows in the batch.
        batch: usize,
        /// Rows the workspace was made for.
        workspace: usize,
    },
    /// A training batch of one row for a layer that takes means over the batch.
    #[error(
        "a training batch of 1 row: `{layer}` scales by the variance over the batch, and one row has none; give at \
         least 2 rows"
    )]
    SingleRow {
        /// The layer's name in the cost table.
        layer: &'static str,
    },
    /// A matrix that would not fit into the memory that was named.
    #[error("{what} would take {bytes} bytes, more than the limit of {limit}; {repair}")]
    MemoryLimit {
        /// What was asked for.
        what: &'static str,
        /// Bytes that it would take.
        bytes: u64,
        /// Bytes that it may take.
        limit: u64,
        /// What to do instead.
        repair: &'static str,
    },
    /// The Fisher information of a head that is no likelihood in its logits.
    #[error(
        "the loss of `{head}` is not the likelihood of a distribution with the logits as its natural parameters, so that \
         its Fisher information is not the Gauss-Newton matrix; use `gauss_newton_product` or \
         `empirical_fisher_product`"
    )]
    NoFisher {
        /// The head's kind.
        head: &'static str,
    },
    /// Training in a workspace that keeps nothing for the backward pass.
    #[error("this workspace was made for inference; training needs one made with `workspace(batch)`")]
    InferenceWorkspace,
    /// A distribution over the classes that does not add up.
    #[error("row {row}: the soft targets add up to {sum}; expected 1: divide the row by its sum")]
    SoftSum {
        /// The row.
        row: usize,
        /// The sum of its targets.
        sum: f64,
    },
    /// A distribution over the classes with a value that is no probability.
    #[error("row {row}, class {column}: the soft target is {value}; expected a probability between 0 and 1")]
    SoftRange {
        /// The row.
        row: usize,
        /// The class.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A data set with rows of another width than the network's input.
    #[error(
        "the data set has rows of {dataset} values, but the network takes {network} (its INPUTS); change the first \
         layer's width or the data"
    )]
    DatasetWidth {
        /// Values in a row of the data set.
        dataset: usize,
        /// Values in a row of the network's input.
        network: usize,
    },

    /// A file of weights that lacks one of the network's tensors.
    #[error(
        "{path}: there is no tensor `{name}` (expected with shape {expected}); is it the file of another network?"
    )]
    TensorMissing {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        name: String,
        /// Its shape in the file's layout, written `(256, 784)`.
        expected: String,
    },
    /// A file of weights with a tensor that the network does not have.
    #[error(
        "{path}: the network has no tensor `{name}`, which the file holds; is it the file of another network?"
    )]
    TensorExtra {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        name: String,
    },
    /// A tensor of another shape.
    #[error(
        "{path}: tensor `{name}`: expected shape {expected}, found {found}; is it the file of another network?"
    )]
    TensorShape {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        name: String,
        /// The shape the network needs, in the file's layout.
        expected: String,
        /// The shape in the file.
        found: String,
    },
    /// A tensor of elements that are neither f32 nor f64.
    #[error("{path}: tensor `{name}`: expected F32 or F64, found {found}; convert the file to one of them")]
    TensorType {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        name: String,
        /// The element type in the file.
        found: String,
    },
    /// A file that is no report.
    #[error("{path}: not a cost report: {problem}; write one with `Report::to_json`")]
    Json {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        problem: String,
    },
    /// A file that is not safetensors, or is damaged.
    #[error("{path}: not a whole safetensors file: {problem}; fetch or save it again")]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        problem: String,
    },

    /// A stream of batches that broke off, or gave a batch that does not fit.
    #[error("epoch {epoch}, batch {batch} of the stream: {source}")]
    Stream {
        /// The epoch, from 1.
        epoch: usize,
        /// The batch in the epoch, from 1.
        batch: usize,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// Training went out of the numbers.
    #[error(
        "epoch {epoch}, step {step}: {what} became NaN or infinite, first in `{layer}`; lower the learning rate, \
         clip the gradient or check the data"
    )]
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
        /// The step in the epoch, from 1.
        step: usize,
        /// `the loss`, `the gradient`, `the output`.
        what: &'static str,
        /// The first layer in which it happened.
        layer: String,
    },
    /// A name that leads to no parameter of the network.
    #[error("`{name}` {problem}{hint}; layers with parameters: {known}")]
    Layer {
        /// The name.
        name: String,
        /// What it is instead: `is no layer of this network`, `has no parameters to train`.
        problem: &'static str,
        /// The nearest name, as a question; empty where none is near.
        hint: String,
        /// The layers with parameters.
        known: String,
    },
    /// What is no distribution, or an observation that does not fit one.
    #[error(transparent)]
    Probability(#[from] crate::prob::ProbabilityError),
    /// A vector or a matrix that cannot be worked on.
    #[cfg(feature = "linalg")]
    #[error(transparent)]
    Matrix(#[from] crate::linalg::MatrixError),
    /// An argument outside what is allowed.
    #[error("{name} = {value}: expected {allowed}")]
    Argument {
        /// The argument's name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: String,
    },
}

impl Error {
    /// An argument outside what is allowed.
    pub(crate) fn argument(name: &'static str, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        Error::Argument { name, value: value.to_string(), allowed: allowed.into() }
    }

    /// A system error on a path: a missing file gets its own variant, which says what was `expected` there.
    pub(crate) fn io(
        path: &std::path::Path,
        doing: &'static str,
        expected: &str,
        source: std::io::Error,
    ) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Error::Missing { path: path.into(), expected: expected.into() },
            _ => Error::Io { path: path.into(), doing, source },
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A shape as messages write it: `(256, 784)`, `(10)`.
pub(crate) fn shape(dimensions: &[usize]) -> String {
    let list: Vec<String> = dimensions.iter().map(usize::to_string).collect();
    format!("({})", list.join(", "))
}
