//! Numbers with their thousands apart, for messages and generated docs.

/// `203_530` with the separator `_`.
#[must_use]
pub fn grouped(value: u64, separator: char) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn every_third_digit_from_the_right() {
        let shown = [0, 999, 1_000, 203_530, u64::MAX].map(|value| grouped(value, '_'));
        assert_eq!(shown, ["0", "999", "1_000", "203_530", "18_446_744_073_709_551_615"]);
    }
}
