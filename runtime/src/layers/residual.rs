//! `residual { ... }`: y = x + f(x); the join itself, and the copies around it.
//!
//! The branches are layers of their own; what is left for this kind is their sum: n FLOPs for n elements. Backward
//! hands dy to both branches and adds what they return: n FLOPs for the second branch, none for the first.
//!
//! Further branch: [`shortcut`](words::shortcut).
//!
//! ```
//! quipu::network! { Net < fc(4, 6); residual { fc(6); relu } residual { fc(5) } shortcut { fc(5, bias = false) } mse(5) > }
//! assert_eq!(Net::PARAMS, (4 * 6 + 6) + (6 * 6 + 6) + (6 * 5 + 5) + 6 * 5);
//! ```

use super::Source;
use crate::scalar::Scalar;

/// The words of `residual`, each with its documentation.
pub mod words {
    /// `residual { … } shortcut { … }`: what the body is added to, instead of what flows in; `{ }` is the identity.
    pub mod shortcut {}
}

/// into += from: 1 FLOP an element.
///
/// # Panics
/// If they differ in size.
pub fn add<T: Scalar>(into: &mut [T], from: &[T]) {
    assert_eq!(into.len(), from.len(), "elements of a sum");
    T::dispatch(
        #[inline(always)]
        || add_here(into, from),
    );
}

/// [`add`] as part of a loop that is dispatched already; what is longer in one of them is left alone.
#[inline(always)]
pub(crate) fn add_here<T: Scalar>(into: &mut [T], from: &[T]) {
    for (into, &from) in into.iter_mut().zip(from) {
        *into += from;
    }
}

/// into = the sum of `rows`, each as long: an addition an element of the rows.
pub(crate) fn sum_rows<T: Scalar>(into: &mut [T], rows: &[T]) {
    into.fill(T::zero());
    T::dispatch(
        #[inline(always)]
        || {
            for row in rows.chunks_exact(into.len()) {
                add_here(into, row);
            }
        },
    );
}

/// into = from. Free of FLOPs.
///
/// # Panics
/// If they differ in size.
pub fn copy<T: Scalar>(into: &mut [T], from: &[T]) {
    into.copy_from_slice(from);
}

/// Brings `source` to where a kernel works in place; nothing to do if it stands there. Free of FLOPs.
///
/// # Panics
/// If they differ in size.
pub(crate) fn settle<T: Scalar>(into: &mut [T], source: Source<'_, T>) {
    match source {
        Source::Here => {}
        Source::Values(values) => copy(into, values),
        Source::Data(data) => {
            assert_eq!(into.len(), data.len(), "elements of a copy");
            for (into, &x) in into.iter_mut().zip(data) {
                *into = T::from_real(x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_is_a_sum() {
        let mut into = [1.0_f32, 2.0, 3.0];
        add(&mut into, &[0.5, -2.0, 1.0]);
        assert_eq!(into, [1.5, 0.0, 4.0]);
        copy(&mut into, &[7.0, 8.0, 9.0]);
        assert_eq!(into, [7.0, 8.0, 9.0]);
    }

    #[test]
    fn every_source_settles() {
        for source in [Source::Here, Source::Values(&[1.0_f32, 2.0]), Source::Data(&[1.0, 2.0])] {
            let mut into = [1.0, 2.0];
            settle(&mut into, source);
            assert_eq!(into, [1.0, 2.0]);
        }
    }

    #[test]
    #[should_panic(expected = "elements of a sum")]
    fn a_join_of_unequal_branches_is_refused() {
        add(&mut [0.0_f64; 3], &[0.0; 2]);
    }
}
