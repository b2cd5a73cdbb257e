//! A buffer that several threads write at once, each where no other one reads or writes.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

/// A mutable slice whose parts can be handed out through a shared reference.
///
/// That no two who use it at the same time use the same elements, unless both only read them, is what callers of the
/// unsafe methods promise; that a part lies inside the slice is checked.
#[derive(Debug)]
pub(crate) struct Shared<'a, T> {
    start: NonNull<T>,
    length: usize,
    buffer: PhantomData<&'a mut [T]>,
}

// SAFETY: it stands for a `&mut [T]`, which can be sent where T can.
unsafe impl<T: Send> Send for Shared<'_, T> {}
// SAFETY: elements reach other threads only through the unsafe methods, each by one thread at a time (T: Send) or by
// several that read (T: Sync).
unsafe impl<T: Send + Sync> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    #[inline]
    pub(crate) fn new(buffer: &'a mut [T]) -> Self {
        Shared { length: buffer.len(), start: NonNull::from(buffer).cast(), buffer: PhantomData }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    fn part(&self, range: &Range<usize>) -> *mut T {
        if range.start > range.end || range.end > self.length {
            outside(range, self.length);
        }
        // SAFETY: not beyond the end of the slice.
        unsafe { self.start.add(range.start) }.as_ptr()
    }

    /// A part to read.
    ///
    /// # Safety
    /// Nobody writes any of its elements for as long as the result lives.
    #[inline]
    pub(crate) unsafe fn read(&self, range: Range<usize>) -> &[T] {
        // SAFETY: inside the slice (checked), and the caller's promise.
        unsafe { slice::from_raw_parts(self.part(&range), range.len()) }
    }

    /// A part to write.
    ///
    /// # Safety
    /// Nobody else reads or writes any of its elements for as long as the result lives.
    #[expect(clippy::mut_from_ref, reason = "what the type is for")]
    #[inline(always)]
    pub(crate) unsafe fn write(&self, range: Range<usize>) -> &mut [T] {
        // SAFETY: inside the slice (checked), and the caller's promise.
        unsafe { slice::from_raw_parts_mut(self.part(&range), range.len()) }
    }

    /// Several parts to write.
    ///
    /// # Panics
    /// If two of them overlap: the memory plan keeps tensors that are used together apart, and one that did not would
    /// be a bug of the macro's, which stops here instead of corrupting numbers.
    ///
    /// # Safety
    /// Nobody else reads or writes any of their elements for as long as the results live.
    #[expect(clippy::mut_from_ref, reason = "what the type is for")]
    #[inline(always)]
    pub(crate) unsafe fn apart<const N: usize>(&self, ranges: [Range<usize>; N]) -> [&mut [T]; N] {
        for (index, a) in ranges.iter().enumerate() {
            let overlapping = |b: &&Range<usize>| a.start.max(b.start) < a.end.min(b.end);
            if let Some(b) = ranges[..index].iter().find(overlapping) {
                overlap(a, b);
            }
        }
        // Not `map`, which is a call for each.
        let mut parts: [&mut [T]; N] = std::array::from_fn(|_| -> &mut [T] { &mut [] });
        for (part, range) in parts.iter_mut().zip(ranges) {
            // SAFETY: they do not overlap each other, and the caller's promise about all others.
            *part = unsafe { self.write(range) };
        }
        parts
    }
}

#[cold]
#[inline(never)]
fn outside(range: &Range<usize>, length: usize) -> ! {
    panic!("{range:?} of a buffer of {length}");
}

#[cold]
#[inline(never)]
fn overlap(a: &Range<usize>, b: &Range<usize>) -> ! {
    panic!("quipu's memory plan is wrong, please report it: {a:?} and {b:?} overlap");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_what_they_say() {
        let mut numbers = [0, 1, 2, 3, 4, 5];
        let shared = Shared::new(&mut numbers);
        // SAFETY: nobody else has it.
        let [a, b, c] = unsafe { shared.apart([4..6, 0..1, 2..2]) };
        assert_eq!((&*a, &*b, &*c), (&[4, 5][..], &[0][..], &[][..]));
        (a[0], b[0]) = (40, 10);
        // SAFETY: nobody writes any more.
        assert_eq!(unsafe { shared.read(0..6) }, [10, 1, 2, 3, 40, 5]);
        assert_eq!(shared.len(), 6);
    }

    #[test]
    #[should_panic(expected = "1..3 and 2..4 overlap")]
    fn overlapping_parts_are_refused() {
        let mut numbers = [0; 4];
        let shared = Shared::new(&mut numbers);
        // SAFETY: nobody else has it.
        let _ = unsafe { shared.apart([2..4, 1..3]) };
    }

    #[test]
    #[should_panic(expected = "3..5 of a buffer of 4")]
    fn nothing_outside_is_reached() {
        let mut numbers = [0; 4];
        let shared = Shared::new(&mut numbers);
        // SAFETY: nobody else has it.
        let _ = unsafe { shared.read(3..5) };
    }
}
