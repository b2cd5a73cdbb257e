//! One tile of a product: a few rows of the destination by one, two or four vectors of columns, whose sums stay in registers
//! while the inner dimension passes by.

use pulp::Simd;

use super::lanes::Lanes;

/// Where a tile's numbers stand: its first element of each matrix, and how far it is to the next ones.
#[derive(Clone, Copy)]
pub(in super::super) struct Operands<T> {
    /// a\[0\]\[0\], and elements to the next row and to the next column.
    pub(in super::super) a: (*const T, usize, usize),
    /// b\[0\]\[0\], and elements to the next row; its columns lie side by side.
    pub(in super::super) b: (*const T, usize),
    /// The destination's, as for b.
    pub(in super::super) dst: (*mut T, usize),
    /// Columns of a and rows of b.
    pub(in super::super) depth: usize,
    /// Columns: those of the tile's vectors at least, or fewer where it is part of one.
    pub(in super::super) columns: usize,
}

impl<T> Operands<T> {
    /// Columns from `at` on.
    #[inline(always)]
    pub(in super::super) fn right(self, at: usize) -> Self {
        let (b, dst) = (self.b.0.wrapping_add(at), self.dst.0.wrapping_add(at));
        Operands { b: (b, self.b.1), dst: (dst, self.dst.1), columns: self.columns - at, ..self }
    }

    /// Rows from `row` on.
    #[inline(always)]
    pub(in super::super) fn down(self, row: usize) -> Self {
        let (a, a_row, a_column) = self.a;
        let (dst, dst_row) = self.dst;
        Operands {
            a: (a.wrapping_add(row * a_row), a_row, a_column),
            dst: (dst.wrapping_add(row * dst_row), dst_row),
            ..self
        }
    }
}

/// dst = a b, or dst += factor a b, for `R` rows and `V` vectors of columns; `PART` of one vector.
///
/// Every element is a chain of fused multiply-adds from zero in the order of the inner dimension, whatever the tile.
/// 2 `R` columns depth FLOPs, and as many more as there are elements where there is a factor other than 1.
///
/// # Safety
/// All elements of `R` rows of a and of the destination, of `depth` rows of b, and of `columns` columns, lie where `operands`
/// says that they do and may be read, those of the destination written, by this thread alone. `columns` are at least those of `V` vectors,
/// or, of a `PART`, at most one vector's.
#[inline(always)]
pub(in super::super) unsafe fn tile<T: Lanes, S: Simd, const R: usize, const V: usize, const PART: bool>(
    simd: S,
    operands: Operands<T>,
    factor: Option<T>,
) {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let mask = T::first(simd, if PART { operands.columns } else { lanes });
    let load = |from: *const T| {
        // SAFETY: the caller's promise; a vector is numbers side by side, and read without alignment.
        unsafe { if PART { T::load(simd, mask, from) } else { from.cast::<T::Vector<S>>().read_unaligned() } }
    };
    let store = |to: *mut T, values| {
        // SAFETY: as for reading.
        unsafe {
            if PART {
                T::store(simd, mask, to, values);
            } else {
                to.cast::<T::Vector<S>>().write_unaligned(values);
            }
        }
    };
    let zero = T::splat(simd, T::zero());
    let mut sums = [[zero; V]; R];
    let ((mut a, a_row, a_column), (mut b, b_row)) = (operands.a, operands.b);
    for _ in 0..operands.depth {
        let mut right = [zero; V];
        for (v, right) in right.iter_mut().enumerate() {
            // SAFETY: columns of a row of b.
            *right = load(unsafe { b.add(v * lanes) });
        }
        for (r, sums) in sums.iter_mut().enumerate() {
            // SAFETY: an element of a.
            let left = T::splat(simd, unsafe { *a.add(r * a_row) });
            for (sum, &right) in sums.iter_mut().zip(&right) {
                *sum = T::fused(simd, left, right, *sum);
            }
        }
        // Past the last row and column they are not followed.
        (a, b) = (a.wrapping_add(a_column), b.wrapping_add(b_row));
    }
    // SAFETY: columns of a row of the destination.
    let place = |r: usize, v: usize| unsafe { operands.dst.0.add(r * operands.dst.1 + v * lanes) };
    // All rows are read before the first is written, and the last one, beside which the next tile begins, is written first: a
    // machine that reads part of a vector waits for what it has written under a mask beside that part.
    if let Some(factor) = factor {
        for (r, sums) in sums.iter_mut().enumerate() {
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = T::fused(simd, T::splat(simd, factor), *sum, load(place(r, v).cast_const()));
            }
        }
    }
    for (r, sums) in sums.into_iter().enumerate().rev() {
        for (v, sum) in sums.into_iter().enumerate() {
            store(place(r, v), sum);
        }
    }
}
