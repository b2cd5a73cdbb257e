//! A range cut into parts that are equal to within one: of rows for threads, of rows for chunks, of a product for tiles.

use std::ops::Range;

/// Part `index` of `count`.
#[inline(always)]
pub(crate) fn part(range: &Range<usize>, index: usize, count: usize) -> Range<usize> {
    if count == 1 {
        // Most ranges are not cut at all: without the divisions.
        return range.clone();
    }
    // One division for all parts: those from 0 on have what is left over.
    let (least, left) = (range.len() / count, range.len() % count);
    let at = |index: usize| range.start + least * index + left.min(index);
    at(index)..at(index + 1)
}

/// All `count` parts, one after the other.
#[inline(always)]
pub(crate) fn parts(range: Range<usize>, count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).map(move |index| part(&range, index, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_and_are_equal_to_within_one() {
        assert_eq!(parts(3..13, 4).collect::<Vec<_>>(), [3..6, 6..9, 9..11, 11..13]);
        assert_eq!(parts(0..1, 2).collect::<Vec<_>>(), [0..1, 1..1]);
        assert_eq!(parts(5..9, 0).count(), 0);
    }
}
