//! Dot products of one row with every row of a small matrix: dx = dy W^T where the batch is that row.

use pulp::{Simd, WithSimd};

use super::super::level;
use super::super::product::Lanes;
use super::Then;

/// Sums of a dot product side by side.
const LANES: usize = 8;

/// dx = dy W^T for one row: the dot product of dy and every row of W. 2 `K` `N` FLOPs and, where there are vectors of sums
/// to add up, less than 8 `K` more. And then `then` of dx.
#[inline(always)]
pub(crate) fn dots<T: Lanes, const K: usize, const N: usize>(
    dy: &[T; N],
    w: &[[T; N]; K],
    dx: &mut [T; K],
    then: impl Then<T>,
) {
    level::fused(Dots { dy, w, dx, then });
}

struct Dots<'a, T, F, const K: usize, const N: usize> {
    dy: &'a [T; N],
    w: &'a [[T; N]; K],
    dx: &'a mut [T; K],
    then: F,
}

impl<T: Lanes, F: Then<T>, const K: usize, const N: usize> WithSimd for Dots<'_, T, F, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Dots { dy, w, dx: to, then } = self;
        let dx = &mut [T::zero(); K];
        let is_done = N == LANES && T::eights(simd, dy, w.as_flattened(), dx);
        match size_of::<T::Vector<S>>() / size_of::<T>() {
            _ if is_done => {}
            _ if N > LANES => dx.iter_mut().zip(w).for_each(|(dx, w)| *dx = dot(dy, w)),
            lanes if lanes > LANES => several::<T, { 2 * LANES }, N>(dy, w, dx),
            _ => several::<T, LANES, N>(dy, w, dx),
        }
        then.of(dx, to);
    }
}

/// Dot products with short rows, those of `R` rows side by side; they are the same however many those are.
#[inline(always)]
fn several<T: Lanes, const R: usize, const N: usize>(dy: &[T; N], w: &[[T; N]], dx: &mut [T]) {
    let ((w, rest_w), (dx, rest_dx)) = (w.as_chunks::<R>(), dx.as_chunks_mut::<R>());
    for (dx, w) in dx.iter_mut().zip(w) {
        few(dy, w, dx);
    }
    for (dx, w) in rest_dx.iter_mut().zip(rest_w) {
        few(dy, &[*w], std::array::from_mut(dx));
    }
}

/// Dot products with rows no longer than [`LANES`], as they lie: products side by side, then neighbours added up until there is
/// one sum for each row.
#[inline(always)]
fn few<T: Lanes, const R: usize, const N: usize>(dy: &[T; N], w: &[[T; N]; R], dx: &mut [T; R]) {
    let mut sums = [[T::zero(); LANES]; R];
    for (sums, w) in sums.iter_mut().zip(w) {
        for n in 0..N {
            sums[n] = dy[n] * w[n];
        }
    }
    let (mut fours, mut twos) = ([[T::zero(); 4]; R], [[T::zero(); 2]; R]);
    for (to, from) in fours.as_flattened_mut().iter_mut().zip(sums.as_flattened().as_chunks().0) {
        let [a, b] = *from;
        *to = a + b;
    }
    for (to, from) in twos.as_flattened_mut().iter_mut().zip(fours.as_flattened().as_chunks().0) {
        let [a, b] = *from;
        *to = a + b;
    }
    for (to, [a, b]) in dx.iter_mut().zip(twos) {
        *to = a + b;
    }
}

/// The dot product, as sums side by side.
#[inline(always)]
fn dot<T: Lanes, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [T::zero(); LANES];
    for (a, b) in a.iter().zip(b) {
        for c in 0..LANES {
            sums[c] = a[c].mul_add(b[c], sums[c]);
        }
    }
    let mut count = LANES / 2;
    while count > 0 {
        for c in 0..count {
            sums[c] += sums[c + count];
        }
        count /= 2;
    }
    rest_a.iter().zip(rest_b).fold(sums[0], |sum, (&a, &b)| a.mul_add(b, sum))
}
