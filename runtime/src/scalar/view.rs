//! Matrices over slices: a shape and strides, checked once when made, so that products need not check again.

use std::ops::Range;

use faer::{MatMut, MatRef};

/// What a product does with its destination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accum {
    /// The destination is replaced; what stood there is not read.
    Replace,
    /// The product is added to the destination.
    Add,
    /// The product times a constant is added to the destination: one FLOP an element more.
    AddTimes(f64),
}

/// A matrix that is read: element (i, j) stands at `i * row_stride + j * col_stride` of the slice.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// A matrix that is written: as [`View`], and no two elements share a place.
#[derive(Debug)]
pub struct ViewMut<'a, T> {
    data: &'a mut [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// How many elements of a slice a matrix reaches over; `None` if that is more than memory has.
fn span(rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> Option<usize> {
    if rows == 0 || cols == 0 {
        return Some(0);
    }
    let down = (rows - 1).checked_mul(row_stride)?;
    let across = (cols - 1).checked_mul(col_stride)?;
    down.checked_add(across)?.checked_add(1)
}

/// Panics unless a slice of `len` elements holds the matrix.
#[track_caller]
#[inline]
fn check(len: usize, rows: usize, cols: usize, row_stride: usize, col_stride: usize) {
    assert!(
        span(rows, cols, row_stride, col_stride).is_some_and(|span| span <= len),
        "a {rows} x {cols} matrix with strides {row_stride} and {col_stride} does not fit in {len} elements"
    );
}

/// Panics unless a dense matrix has exactly `len` elements.
#[track_caller]
#[inline]
fn fills(len: usize, rows: usize, cols: usize) {
    assert!(rows.checked_mul(cols) == Some(len), "a {rows} x {cols} matrix does not fill {len} elements");
}

impl<'a, T> View<'a, T> {
    /// The row-major matrix that fills `data`.
    ///
    /// # Panics
    /// If `data` does not hold exactly `rows * cols` elements.
    #[must_use]
    #[track_caller]
    pub fn rows(data: &'a [T], rows: usize, cols: usize) -> Self {
        fills(data.len(), rows, cols);
        Self { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// A matrix with any strides, in elements.
    ///
    /// # Panics
    /// If an element lies outside `data`.
    #[must_use]
    #[track_caller]
    pub fn strided(data: &'a [T], rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> Self {
        check(data.len(), rows, cols, row_stride, col_stride);
        Self { data, rows, cols, row_stride, col_stride }
    }

    /// Number of rows.
    #[must_use]
    pub fn nrows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn ncols(&self) -> usize {
        self.cols
    }

    /// The transpose: the same elements, strides exchanged. Free of FLOPs.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }

    /// The columns in `range`.
    ///
    /// # Panics
    /// If there are no such columns.
    #[must_use]
    #[track_caller]
    pub fn columns(self, range: Range<usize>) -> Self {
        assert!(
            range.start <= range.end && range.end <= self.cols,
            "columns {range:?} of a matrix of {} columns",
            self.cols
        );
        let start = (range.start * self.col_stride).min(self.data.len());
        Self::strided(&self.data[start..], self.rows, range.len(), self.row_stride, self.col_stride)
    }

    /// Element (`row`, `col`).
    ///
    /// # Panics
    /// If there is no such element.
    #[must_use]
    #[track_caller]
    pub fn get(&self, row: usize, col: usize) -> &'a T {
        assert!(row < self.rows && col < self.cols, "({row}, {col}) in {} x {}", self.rows, self.cols);
        &self.data[row * self.row_stride + col * self.col_stride]
    }

    /// Elements from one row to the next, and from one column to the next.
    pub(super) fn strides(&self) -> [usize; 2] {
        [self.row_stride, self.col_stride]
    }

    /// The slice that it lies in.
    pub(super) fn data(&self) -> &'a [T] {
        self.data
    }

    /// The same matrix as faer sees it.
    pub(super) fn faer(self) -> MatRef<'a, T> {
        let (down, across) = (self.row_stride.cast_signed(), self.col_stride.cast_signed());
        // SAFETY: every constructor keeps all rows x cols elements inside `data` (`check`), which is borrowed, hence
        // initialised, aligned and free of writers, for 'a; strides of a slice's elements fit in isize, and those
        // of a matrix of one row or column, which may not, are never followed.
        unsafe { MatRef::from_raw_parts(self.data.as_ptr(), self.rows, self.cols, down, across) }
    }
}

impl<'a, T> ViewMut<'a, T> {
    /// The row-major matrix that fills `data`.
    ///
    /// # Panics
    /// If `data` does not hold exactly `rows * cols` elements.
    #[must_use]
    #[track_caller]
    pub fn rows(data: &'a mut [T], rows: usize, cols: usize) -> Self {
        fills(data.len(), rows, cols);
        Self { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// A matrix with any strides, in elements, under which no two elements share a place: one stride must pass over
    /// everything that the other reaches.
    ///
    /// # Panics
    /// If an element lies outside `data`, or two may share a place.
    #[must_use]
    #[track_caller]
    pub fn strided(
        data: &'a mut [T],
        rows: usize,
        cols: usize,
        row_stride: usize,
        col_stride: usize,
    ) -> Self {
        check(data.len(), rows, cols, row_stride, col_stride);
        let row_span = span(1, cols, 0, col_stride).unwrap_or(usize::MAX);
        let col_span = span(rows, 1, row_stride, 0).unwrap_or(usize::MAX);
        let apart = match (rows, cols) {
            (0, _) | (_, 0) | (1, 1) => true,
            (1, _) => col_stride > 0,
            (_, 1) => row_stride > 0,
            _ => row_stride > 0 && col_stride > 0 && (row_stride >= row_span || col_stride >= col_span),
        };
        assert!(
            apart,
            "strides {row_stride} and {col_stride} make elements of a {rows} x {cols} matrix meet"
        );
        Self { data, rows, cols, row_stride, col_stride }
    }

    /// Number of rows.
    #[must_use]
    pub fn nrows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn ncols(&self) -> usize {
        self.cols
    }

    /// The transpose: the same elements, strides exchanged. Free of FLOPs.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            data: self.data,
        }
    }

    /// Element (`row`, `col`).
    ///
    /// # Panics
    /// If there is no such element.
    #[must_use]
    #[track_caller]
    pub fn get(&mut self, row: usize, col: usize) -> &mut T {
        assert!(row < self.rows && col < self.cols, "({row}, {col}) in {} x {}", self.rows, self.cols);
        &mut self.data[row * self.row_stride + col * self.col_stride]
    }

    /// Elements from one row to the next, and from one column to the next.
    pub(super) fn strides(&self) -> [usize; 2] {
        [self.row_stride, self.col_stride]
    }

    /// The slice that it lies in.
    pub(super) fn data(&mut self) -> &mut [T] {
        self.data
    }

    /// The same matrix as faer sees it.
    pub(super) fn faer(self) -> MatMut<'a, T> {
        let (down, across) = (self.row_stride.cast_signed(), self.col_stride.cast_signed());
        // SAFETY: as in `View::faer`; `data` is borrowed for writing, and no two elements share a place: `rows` is
        // dense, `strided` asserts it, and transposing keeps it.
        unsafe { MatMut::from_raw_parts_mut(self.data.as_mut_ptr(), self.rows, self.cols, down, across) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes_and_columns_are_the_same_elements() {
        let data = [1, 2, 3, 4, 5, 6];
        let matrix = View::rows(&data, 2, 3);
        assert_eq!(*matrix.transposed().get(2, 1), 6);
        let columns = matrix.columns(1..3);
        assert_eq!((columns.nrows(), columns.ncols(), *columns.get(1, 0)), (2, 2, 5));
        assert_eq!(*columns.transposed().get(1, 1), 6);
        assert_eq!(matrix.columns(3..3).ncols(), 0);
    }

    #[test]
    #[should_panic(expected = "does not fit in 5 elements")]
    fn a_view_past_its_slice_is_refused() {
        let _ = View::strided(&[0; 5], 2, 3, 3, 1);
    }

    #[test]
    #[should_panic(expected = "does not fit")]
    fn a_view_whose_size_overflows_is_refused() {
        let _ = View::strided(&[0; 5], 3, 3, usize::MAX / 2 + 1, 1);
    }

    #[test]
    #[should_panic(expected = "does not fill 0 elements")]
    fn a_dense_view_whose_size_overflows_is_refused() {
        let _ = View::<u8>::rows(&[], usize::MAX / 2 + 1, 2);
    }

    #[test]
    #[should_panic(expected = "meet")]
    fn overlapping_writes_are_refused() {
        let _ = ViewMut::strided(&mut [0; 9], 3, 3, 1, 1);
    }

    #[test]
    fn interleaved_planes_can_be_written() {
        let mut data = [0; 12];
        *ViewMut::strided(&mut data[1..], 2, 3, 6, 2).transposed().get(2, 1) = 7;
        assert_eq!(data[11], 7);
    }
}
