//! A step of an optimizer that has begun: what is left is to go through the parameters, in any order.

use std::ops::Range;

/// One step, range by range: what becomes of a parameter depends on its own gradient and state alone.
///
/// So a range can be stepped as soon as its gradient is there, while it is still in the cache, and ranges by several
/// threads.
pub trait Update<T>: Sync {
    /// Steps the parameters in the range `at` of all, which `params` are; `grad` is their gradient, and `factor`
    /// multiplies the learning rate.
    ///
    /// # Safety
    /// No two calls at the same time have overlapping ranges, and none goes beyond the parameters that the step was begun
    /// for.
    ///
    /// # Panics
    /// If `params` or `grad` are shorter than the range.
    unsafe fn run(&self, at: Range<usize>, factor: f64, params: &mut [T], grad: &[T]);

    /// The rate r, where the whole step is w -= r g: a product can do that itself, without a gradient ever being there.
    fn descent(&self, factor: f64) -> Option<f64>;
}
