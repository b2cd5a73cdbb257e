//! Rows of a data set copied together, for a batch or for another data set.
//!
//! A batch is staged before its step, by the threads of the step: each the rows that it works on first, which are then in
//! its cache. Numbers of bytes are made on the way, in the machine's vector units.

use crate::pool;
use crate::scalar::Real;

/// Numbers that are worth a thread: below, finding together takes as long as the work itself.
const WORTH: usize = 16_384;

/// Writes rows of `width` one after another, each number by `number`, on up to so many threads; the same bits on any
/// number of them. Allocates nothing.
///
/// # Panics
/// If a row is not there, or `out` is not as many rows of `width`.
pub(super) fn gather<N: Copy + Sync, R: Real>(
    from: &[N],
    width: usize,
    rows: &[u32],
    out: &mut [R],
    threads: usize,
    number: impl Fn(N) -> R + Sync,
) {
    assert_eq!(out.len(), rows.len() * width, "a buffer of {} rows of {width}", rows.len());
    let threads = threads.min(out.len() / WORTH).max(1);
    pool::share_rows(threads, out, width, &|own, out| {
        let rows = &rows[own];
        R::dispatch(
            #[inline(always)]
            || {
                for (out, &row) in out.chunks_exact_mut(width).zip(rows) {
                    for (out, &kept) in out.iter_mut().zip(row_of(from, row as usize, width)) {
                        *out = number(kept);
                    }
                }
            },
        );
    });
}

/// A copy of rows of `width`.
pub(super) fn select<N: Copy>(from: &[N], width: usize, rows: &[usize]) -> Vec<N> {
    let mut selected = Vec::with_capacity(rows.len() * width);
    for &row in rows {
        selected.extend_from_slice(row_of(from, row, width));
    }
    selected
}

/// Row number `row` of a slice of rows.
#[inline(always)]
fn row_of<N>(data: &[N], row: usize, width: usize) -> &[N] {
    &data[row * width..(row + 1) * width]
}
