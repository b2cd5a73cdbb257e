//! What the error on a broken bound says: what was found, by how much it misses, who takes most of it, what would hold.

use super::limit::Number;
use super::parse::{Bound, Comparison};
use crate::digits;

/// Layers that a message names at most.
const NAMED: usize = 2;

impl Bound {
    /// The quantity with its settings, as written.
    pub(super) fn shown(&self) -> String {
        let (quantity, written) = (self.quantity.word, &self.settings.written);
        if written.is_empty() { quantity.to_string() } else { format!("{quantity}({written})") }
    }

    /// "train_bytes(batch = 128) is 4.61 MiB, 0.61 MiB over 4 MiB: fc1 takes 3.07 MiB of it, …; write `<= 4.62 MiB` …"
    pub(super) fn message(&self, value: u64, limit: &Number, largest: &[(&str, u64)]) -> String {
        let bytes = self.quantity.bytes;
        let (found, written) = (number(value, bytes), &limit.written);
        let gap = match value.abs_diff(limit.value) {
            0 => "not below".to_owned(),
            gap => {
                let side = if value > limit.value { "over" } else { "under" };
                format!("{} {side}", in_unit(gap, limit.unit).unwrap_or_else(|| number(gap, bytes)))
            }
        };
        let shares: Vec<String> = largest
            .iter()
            .take(NAMED)
            .enumerate()
            .map(|(index, (layer, share))| {
                let share = number(*share, bytes);
                if index == 0 { format!("{layer} takes {share} of it") } else { format!("{layer} {share}") }
            })
            .collect();
        let colon = if shares.is_empty() { "" } else { ": " };
        let repair = self.repair(value, limit.unit, largest.first().map(|(layer, _)| *layer));
        format!("{} is {found}, {gap} {written}{colon}{}; write {repair}", self.shown(), shares.join(", "))
    }

    /// The nearest bound of the same form that holds.
    fn repair(&self, value: u64, unit: Option<(&str, f64)>, heaviest: Option<&str>) -> String {
        let comparison = self.comparison.tokens();
        let least = if self.comparison == Comparison::Below { value.saturating_add(1) } else { value };
        let limit = match unit {
            // Hundredths of the unit, rounded up; an exact bound has no unit that it would always fit.
            Some((name, size)) if self.comparison != Comparison::Equal => {
                format!("{} {name}", (least as f64 / size * 100.0).ceil() / 100.0)
            }
            _ => grouped(least),
        };
        let smaller = match heaviest {
            Some(layer) if self.comparison != Comparison::Equal => format!(", or make {layer} smaller"),
            _ => String::new(),
        };
        format!("`{comparison} {limit}`{smaller}")
    }
}

/// Bytes in the unit that reads best, counts with their thousands apart.
fn number(value: u64, bytes: bool) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.iter().find(|(_, size)| bytes && value >= *size) {
        Some((unit, size)) => format!("{:.2} {unit}", value as f64 / *size as f64),
        None if bytes => format!("{} bytes", grouped(value)),
        None => grouped(value),
    }
}

/// A difference in the unit of the limit, where two decimals show it.
fn in_unit(value: u64, unit: Option<(&str, f64)>) -> Option<String> {
    let (name, size) = unit?;
    let value = value as f64 / size;
    (value >= 0.01).then(|| format!("{value:.2} {name}"))
}

/// As Rust writes it, so that it can be pasted: `203_530`.
fn grouped(value: u64) -> String {
    digits::grouped(value, '_')
}
