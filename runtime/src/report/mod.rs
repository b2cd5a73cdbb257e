//! What a network costs, for people and programs: tables, memory by part, the schedule, the roofline, JSON.

mod json;
mod memory;
mod roofline;
mod schedule;
mod summary;

pub use json::{Layer, Report};
pub use memory::{Memory, Phase};
pub use roofline::{Machine, Roofline, RooflineRow};
pub use schedule::{ScheduleTable, Step, Tensor, UnitSchedule};
pub use summary::Summary;

/// A number with its thousands apart: 203,530.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A table with words to the left and numbers to the right; `words` columns are words. A line stands after the first
/// row, and before the last where that is a total.
pub(crate) fn table(
    f: &mut std::fmt::Formatter<'_>,
    rows: &[Vec<String>],
    words: usize,
    total: bool,
) -> std::fmt::Result {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
    for (index, row) in rows.iter().enumerate() {
        if index == 1 || total && index + 1 == rows.len() {
            writeln!(f, "{}", "─".repeat(line))?;
        }
        let mut text = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            text +=
                &if column < words { format!("{gap}{cell:<width$}") } else { format!("{gap}{cell:>width$}") };
        }
        writeln!(f, "{}", text.trim_end())?;
    }
    Ok(())
}
