//! The inputs of a data set as they are kept, `f32`s or bytes, and what is the same for both.

use std::borrow::Cow;

use super::bytes::Bytes;
use super::gather::{gather, select};
use crate::scalar::Real;

/// Numbers row after row.
#[derive(Clone, Debug)]
pub(super) enum Stored {
    Floats(Vec<f32>),
    Bytes(Bytes),
}

impl Stored {
    /// All numbers, for as long as the caller wants them: made for it where they are kept as bytes.
    pub(super) fn numbers(&self) -> Cow<'_, [f32]> {
        match self {
            Stored::Floats(numbers) => Cow::Borrowed(numbers),
            Stored::Bytes(kept) => Cow::Owned(kept.numbers()),
        }
    }

    /// All numbers, borrowed: those of bytes are made by the first call and kept.
    pub(super) fn kept_numbers(&self) -> &[f32] {
        match self {
            Stored::Floats(numbers) => numbers,
            Stored::Bytes(kept) => kept.kept_numbers(),
        }
    }

    /// Cuts off what lies behind the first `at` numbers.
    pub(super) fn split_off(&mut self, at: usize) -> Self {
        match self {
            Stored::Floats(numbers) => Stored::Floats(numbers.split_off(at)),
            Stored::Bytes(kept) => {
                let rest = kept.bytes.split_off(at);
                let first = std::mem::take(&mut kept.bytes);
                // Without the numbers of all.
                *kept = Bytes::new(first, kept.levels);
                Stored::Bytes(Bytes::new(rest, kept.levels))
            }
        }
    }

    /// A copy of these rows of `width`, kept in the same way.
    pub(super) fn select(&self, width: usize, rows: &[usize]) -> Self {
        match self {
            Stored::Floats(numbers) => Stored::Floats(select(numbers, width, rows)),
            Stored::Bytes(kept) => Stored::Bytes(Bytes::new(select(&kept.bytes, width, rows), kept.levels)),
        }
    }

    /// Writes these rows of `width` one after another, as the network's numbers.
    pub(super) fn gather<R: Real>(&self, width: usize, rows: &[u32], out: &mut [R], threads: usize) {
        match self {
            Stored::Floats(numbers) => gather(
                numbers,
                width,
                rows,
                out,
                threads,
                #[inline(always)]
                |number| R::from_f64(f64::from(number)),
            ),
            Stored::Bytes(kept) => {
                let levels = kept.levels;
                gather(
                    &kept.bytes,
                    width,
                    rows,
                    out,
                    threads,
                    #[inline(always)]
                    move |byte| R::from_f64(f64::from(levels.number(byte))),
                );
            }
        }
    }
}

/// Whether they are the same numbers, however they are kept.
impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Stored::Bytes(a), Stored::Bytes(b)) if a.levels == b.levels && a.bytes == b.bytes => true,
            _ => self.numbers() == other.numbers(),
        }
    }
}
