//! Where the tensors of a schedule lie in a workspace, as generated code names them.

use std::ops::Range;

/// Where a tensor of the schedule lives; offsets and widths in elements a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the kernel does not ask for it.
    None,
    /// The network's input.
    Input,
    /// The caller's buffer for the gradient of the network's input.
    InputGradient,
    /// Kept for the whole batch, row after row, from `offset` × batch on.
    Kept {
        /// Elements a sample before it.
        offset: usize,
        /// Elements a sample.
        width: usize,
    },
    /// Scratch of one chunk in one phase: the chunk has `span` elements a sample of its own, from `base` × batch on.
    Local {
        /// Elements a sample before the phase's scratch.
        base: usize,
        /// Elements a sample of the phase's scratch.
        span: usize,
        /// Elements a sample before this tensor in the chunk's scratch.
        offset: usize,
        /// Elements a sample.
        width: usize,
    },
}

impl Place {
    /// A tensor kept for the whole batch.
    #[must_use]
    pub const fn kept(offset: usize, width: usize) -> Self {
        Place::Kept { offset, width }
    }

    /// A tensor of one chunk in one phase.
    #[must_use]
    pub const fn local(base: usize, span: usize, offset: usize, width: usize) -> Self {
        Place::Local { base, span, offset, width }
    }

    /// Where all rows of it lie in the values of a workspace, for a batch of `batch`.
    #[inline]
    pub(crate) fn whole(self, batch: usize) -> Range<usize> {
        self.range(batch, &(0..batch))
    }

    /// Where `rows` of it lie in the values of a workspace, for a batch of `batch`.
    #[inline]
    pub(crate) fn range(self, batch: usize, rows: &Range<usize>) -> Range<usize> {
        let (start, width) = match self {
            // Empty ranges at zero: no place overlaps them.
            Place::None | Place::Input | Place::InputGradient => return 0..0,
            Place::Kept { offset, width } => (offset * batch + rows.start * width, width),
            Place::Local { base, span, offset, width } => {
                (base * batch + rows.start * span + offset * rows.len(), width)
            }
        };
        start..start + width * rows.len()
    }
}

/// A stretch of a region: `width` elements a sample from `offset` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Elements a sample before it.
    pub offset: usize,
    /// Elements a sample.
    pub width: usize,
}

impl Span {
    /// The empty stretch.
    pub const NONE: Span = Span { offset: 0, width: 0 };

    /// Where `rows` of it lie in its region, for a batch of `batch`.
    #[inline]
    pub(crate) fn range(self, batch: usize, rows: &Range<usize>) -> Range<usize> {
        if self.width == 0 {
            return 0..0;
        }
        let start = self.offset * batch + rows.start * self.width;
        start..start + self.width * rows.len()
    }
}

/// Where a layer keeps what its backward pass reads, region by region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// In the scalars.
    pub values: Place,
    /// In the indices.
    pub indices: Span,
    /// In the bytes.
    pub bytes: Span,
}

impl Keep {
    /// Nothing kept.
    pub const NONE: Keep = Keep { values: Place::None, indices: Span::NONE, bytes: Span::NONE };
}

/// Where one copy of a block's kept tensors begins in each region, in elements a sample; in the statistics, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tape {
    /// In the scalars.
    pub values: usize,
    /// In the statistics.
    pub statistics: usize,
    /// In the indices.
    pub indices: usize,
    /// In the bytes.
    pub bytes: usize,
}

impl Tape {
    /// The tape of the network itself.
    pub const ROOT: Tape = Tape { values: 0, statistics: 0, indices: 0, bytes: 0 };

    /// The tape of copy `index` of a repeated block whose copies are as long as `one`.
    #[must_use]
    pub const fn copy(self, index: usize, one: Tape) -> Tape {
        Tape {
            values: self.values + index * one.values,
            statistics: self.statistics + index * one.statistics,
            indices: self.indices + index * one.indices,
            bytes: self.bytes + index * one.bytes,
        }
    }
}
