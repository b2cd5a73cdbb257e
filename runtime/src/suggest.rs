//! The known name nearest to a mistyped one, and lists of names for messages.

use strsim::levenshtein;

/// Names that a message lists before it says how many more there are.
const LISTED: usize = 12;

/// The name of `known` that the fewest slips (a letter too many, missing or wrong) turn `name` into, where that is a
/// third of its letters at most, but always one; of equally near ones the first.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let allowed = (name.chars().count() / 3).max(1);
    let slips = known.iter().map(|&known| (levenshtein(name, known), known));
    slips.filter(|&(slips, _)| slips <= allowed).min_by_key(|&(slips, _)| slips).map(|(_, known)| known)
}

/// The names in backticks: "`fc1`, `fc2`", and after the first twelve "and 3 more".
pub(crate) fn listed(names: &[&str]) -> String {
    let (shown, rest) = names.split_at(names.len().min(LISTED));
    let quoted: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    quoted.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (from, to, expected) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("fc1", "fc2", 1)]
        {
            assert_eq!((levenshtein(from, to), levenshtein(to, from)), (expected, expected), "{from}, {to}");
        }
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["fc1", "fc2", "encoder", "encoder.fc1"];
        for (name, expected) in [
            ("fc3", Some("fc1")),
            ("encodr", Some("encoder")),
            ("encoder.fc", Some("encoder.fc1")),
            ("head", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn long_lists_end() {
        assert_eq!(listed(&["fc1", "fc2"]), "`fc1`, `fc2`");
        assert!(listed(&["a"; 14]).ends_with("`a` and 2 more"));
    }
}
