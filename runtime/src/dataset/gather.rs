//! Rows of a data set copied together, for a batch or for another data set.
//!
//! A batch is staged before its step, by the threads of the step: each the rows that it works on first, which are then in
//! its cache. Numbers of bytes are made on the way, in the machine's vector units, so that a data set of bytes also has
//! only a quarter to be fetched.

use std::hint::black_box;

use crate::pool;
use crate::scalar::Real;

/// Numbers that are worth a thread. Two threads are as fast as one at 6,000 numbers of bytes and faster from 12,000 on
/// (1.10 against 0.85 µs on an AMD Zen 5).
const WORTH: usize = 6_000;

/// Rows that are fetched at the same time.
const ROWS: usize = 4;
/// Bytes that such rows have at most: they are to stay in the innermost cache until they are read.
const NEAR: usize = 16 << 10;
/// Bytes that come from memory at a time.
const LINE: usize = 64;

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
    number: impl Fn(N) -> R + Copy + Sync,
) {
    assert_eq!(out.len(), rows.len() * width, "a buffer of {} rows of {width}", rows.len());
    let threads = threads.min(out.len() / WORTH).max(1);
    pool::share_rows(threads, out, width, &|own, out| {
        let rows = &rows[own];
        R::dispatch(
            #[inline(always)]
            || {
                // A copy of its own, which no write to `out` can change: what it holds stays in registers.
                let make = number;
                let near = if ROWS * width * size_of::<N>() <= NEAR { ROWS } else { 1 };
                for (out, rows) in out.chunks_mut(near * width).zip(rows.chunks(near)) {
                    if near > 1 {
                        rows.iter().for_each(|&row| touch(row_of(from, row as usize, width)));
                    }
                    for (out, &row) in out.chunks_exact_mut(width).zip(rows) {
                        for (out, &kept) in out.iter_mut().zip(row_of(from, row as usize, width)) {
                            *out = make(kept);
                        }
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

/// Reads something of every cache line of a row, so that all are on their way before the first is waited for. Shuffled rows
/// lie where no machine expects them; read one after another, each would keep the next one waiting.
#[inline(always)]
fn touch<N: Copy>(row: &[N]) {
    for &value in row.iter().step_by((LINE / size_of::<N>()).max(1)) {
        black_box(value);
    }
}

/// Row number `row` of a slice of rows.
#[inline(always)]
fn row_of<N>(data: &[N], row: usize, width: usize) -> &[N] {
    &data[row * width..(row + 1) * width]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of every width, on any number of threads, are the rows that a plain loop finds.
    #[test]
    fn rows_are_what_they_are_on_any_number_of_threads() {
        // The last one is too wide for several rows to be fetched together.
        for width in [1, 37, 784, 20_000] {
            let from: Vec<u8> = (0..50 * width).map(|i| (i * i % 251) as u8).collect();
            for count in [0, 1, 3, 70] {
                let rows: Vec<u32> = (0..count).map(|row| row * row % 50).collect();
                let plain: Vec<f64> = rows
                    .iter()
                    .flat_map(|&row| row_of(&from, row as usize, width))
                    .map(|&byte| f64::from(byte) / 255.0)
                    .collect();
                for threads in [1, 2, 3, 8] {
                    let mut found = vec![f64::NAN; plain.len()];
                    gather(&from, width, &rows, &mut found, threads, |byte| f64::from(byte) / 255.0);
                    assert!(found == plain, "{count} rows of {width} on {threads} threads");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "a buffer of 2 rows of 3")]
    fn a_buffer_of_another_size_is_refused() {
        gather(&[0.0; 6], 3, &[0, 1], &mut [0.0; 5], 1, |number: f64| number);
    }
}
