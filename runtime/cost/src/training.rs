//! What a training adds to its steps: gradients of several batches made one, and weights averaged over the steps.

use crate::algebra::{axpy, scale};

/// One step with the gradients of `batches` batches k over `params` parameters P: each is added to a sum, weighted with
/// its rows (2P), and the sum is scaled by one over all rows (P). (2k + 1)P FLOPs, beside the passes and the optimizer's
/// own; a training that does not accumulate has none of it.
///
/// ```
/// assert_eq!(quipu_cost::gradient_accumulation(1_000, 4), 9_000);
/// ```
pub const fn gradient_accumulation(params: u64, batches: u64) -> u64 {
    batches * axpy(params) + scale(params)
}

/// One update of an exponential moving average of `elements` weights and buffers n, a += (1 - decay) * (w - a): 3n
/// FLOPs.
///
/// ```
/// assert_eq!(quipu_cost::weight_average(1_000), 3_000);
/// ```
pub const fn weight_average(elements: u64) -> u64 {
    elements + axpy(elements)
}

/// What a learning rate of their own adds to a step over `params` parameters P, w = old + factor * (w - old): 3P FLOPs;
/// frozen parameters take none.
///
/// ```
/// assert_eq!(quipu_cost::scaled_step(1_000), 3_000);
/// ```
pub const fn scaled_step(params: u64) -> u64 {
    params + axpy(params)
}
