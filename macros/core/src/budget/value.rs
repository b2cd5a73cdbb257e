//! What a bounded quantity is, and which layers have most of it.

use std::cmp::Reverse;

use quipu_cost::OptimizerKind;

use super::Costs;
use super::parse::Bound;
use super::settings::Settings;
use crate::cost::Row;
use crate::plan::Sizes;

/// Bytes of the alias's scalar, `f32`.
const SCALAR: u64 = 4;

impl Bound {
    /// The quantity; what u64 does not hold is over every bound that it holds.
    pub(super) fn value(&self, costs: &Costs<'_>) -> u64 {
        let Settings { batch, optimizer, .. } = self.settings;
        let (batch, scalar) = (u128::from(batch), u128::from(SCALAR));
        let sum = |of: fn(&Row) -> u64| costs.rows.iter().map(|row| u128::from(of(row))).sum::<u128>();
        let params = sum(|row| row.params);
        let buffers = sum(|row| row.buffers);
        let of_params = |rule: fn(OptimizerKind, u64) -> u64| {
            u128::from(rule(optimizer, u64::try_from(params).unwrap_or(u64::MAX)))
        };
        let workspace = |sizes: Sizes| {
            batch
                * (u128::from(sizes.values) * scalar
                    + u128::from(sizes.indices) * 4
                    + u128::from(sizes.bytes))
                + u128::from(sizes.statistics) * scalar
        };
        let inputs = batch * u128::from(costs.inputs) * scalar;
        let value = match self.quantity.word {
            "params" => params,
            "param_bytes" => params * scalar,
            "macs" => batch * sum(|row| row.macs),
            "forward_flops" => batch * sum(|row| row.forward) + sum(|row| row.per_step.forward),
            "backward_flops" => batch * sum(|row| row.backward) + sum(|row| row.per_step.backward),
            "infer_flops" => batch * sum(|row| row.infer) + sum(|row| row.per_step.infer),
            "step_flops" => {
                batch * sum(|row| row.forward)
                    + batch * sum(|row| row.backward)
                    + sum(once_a_step)
                    + of_params(OptimizerKind::flops)
            }
            "train_bytes" => {
                (2 * (params + buffers) + of_params(OptimizerKind::state_elements)) * scalar
                    + workspace(costs.sizes.0)
                    + inputs
                    + batch * u128::from(costs.target_bytes)
            }
            "infer_bytes" => (params + buffers) * scalar + workspace(costs.sizes.1) + inputs,
            // Whole microseconds, rounded up: a bound that holds for the number holds for the estimate.
            _ => costs.rows.iter().map(|row| self.roofline(row)).sum::<f64>().ceil() as u128,
        };
        u64::try_from(value).unwrap_or(u64::MAX)
    }

    /// Microseconds of a layer's forward and backward on the machine given: the longer of computing and moving.
    fn roofline(&self, row: &Row) -> f64 {
        let Settings { batch, gflops, gbps, .. } = self.settings;
        let times = |sample: u64, step: u64| sample.saturating_mul(batch).saturating_add(step);
        let seconds = |flops: u64, elements: u64| {
            quipu_cost::roofline_seconds(flops, elements.saturating_mul(SCALAR), gflops, gbps)
        };
        let Row { moved, .. } = row;
        let forward =
            seconds(times(row.forward, row.per_step.forward), times(moved.forward, moved.forward_per_step));
        let backward = seconds(
            times(row.backward, row.per_step.backward),
            times(moved.backward, moved.backward_per_step),
        );
        (forward + backward) * 1e6
    }

    /// The layers that take most of it and how much, the largest first.
    pub(super) fn largest<'c>(&self, costs: &'c Costs<'_>) -> Vec<(&'c str, u64)> {
        let Settings { batch, optimizer, .. } = self.settings;
        let share = |row: &Row| match self.quantity.word {
            "params" => row.params,
            "param_bytes" => row.params * SCALAR,
            "infer_bytes" => (row.params + row.buffers) * SCALAR,
            "macs" => batch.saturating_mul(row.macs),
            "forward_flops" => batch.saturating_mul(row.forward).saturating_add(row.per_step.forward),
            "backward_flops" => batch.saturating_mul(row.backward).saturating_add(row.per_step.backward),
            "infer_flops" => batch.saturating_mul(row.infer).saturating_add(row.per_step.infer),
            "step_flops" => batch
                .saturating_mul(row.forward + row.backward)
                .saturating_add(once_a_step(row) + optimizer.flops(row.params)),
            "train_bytes" => (2 * (row.params + row.buffers) + optimizer.state_elements(row.params)) * SCALAR,
            _ => self.roofline(row) as u64,
        };
        let mut shares: Vec<_> = costs.rows.iter().map(|row| (row.name.as_str(), share(row))).collect();
        shares.sort_by_key(|(_, share)| Reverse(*share));
        shares.retain(|(_, share)| *share > 0);
        shares
    }
}

/// FLOPs of a layer once in a training step, the optimizer's own left out.
fn once_a_step(row: &Row) -> u64 {
    row.per_step.forward + row.per_step.backward + row.per_step.update
}
