//! What the condition number of a loss costs in steps of gradient descent (section 2.5).
//!
//! On a quadratic loss, with the best fixed learning rate, the error shrinks by (k - 1) / (k + 1) a step.

/// Condition number k = largest / smallest (positive) eigenvalue or singular value; a plain number. Sections
/// 1.4, 2.5.
pub const fn condition_number(largest: f64, smallest: f64) -> f64 {
    largest / smallest
}

/// Factor by which the error shrinks in one step, (k - 1) / (k + 1) for condition number k. Section 2.5.
pub const fn convergence_rate(condition: f64) -> f64 {
    (condition - 1.0) / (condition + 1.0)
}

/// Steps until the error has shrunk to `tolerance` of what it was: the least t >= 1 with ((k - 1) / (k +
/// 1))^t <= tolerance, about k/2 * ln(1 / tolerance). Each step costs the same FLOPs, so this factor is the
/// whole price of a bad condition. Section 2.5.
///
/// ```
/// use quipu_cost::convergence_steps;
/// assert_eq!(convergence_steps(1.0, 1e-3), 1);
/// assert_eq!(convergence_steps(100.0, 1e-3), 346);
/// ```
///
/// # Panics
///
/// Unless 1 <= condition <= 1e15 (beyond it the rate rounds to 1) and 0 < tolerance < 1.
pub const fn convergence_steps(condition: f64, tolerance: f64) -> u64 {
    assert!(
        condition >= 1.0 && condition <= 1e15,
        "convergence_steps: the condition number must be in 1..=1e15"
    );
    assert!(tolerance > 0.0 && tolerance < 1.0, "convergence_steps: the tolerance must lie between 0 and 1");
    // Powers by squaring, then the exponent bit by bit from above: a few dozen products, also in a constant.
    let mut powers = [convergence_rate(condition); 64];
    let mut top = 0;
    while powers[top] > tolerance {
        powers[top + 1] = powers[top] * powers[top];
        top += 1;
    }
    let (mut error, mut steps) = (1.0, 0);
    while top > 0 {
        top -= 1;
        if error * powers[top] > tolerance {
            error *= powers[top];
            steps += 1 << top;
        }
    }
    steps + 1
}

/// FLOPs of the whole descent to `tolerance`: steps * `step_flops`. Section 2.5.
///
/// # Panics
///
/// As [`convergence_steps`].
pub const fn convergence_flops(condition: f64, tolerance: f64, step_flops: u64) -> u64 {
    convergence_steps(condition, tolerance) * step_flops
}
