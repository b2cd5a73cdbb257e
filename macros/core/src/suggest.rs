//! "Did you mean": the known word nearest to a mistyped one, and lists of known words for messages.

/// The word of `known` nearest to `word`: at most two slips away (a letter too many, missing, wrong, or two swapped;
/// half the length for short words), upper and lower case alike; failing that, one that begins with `word`.
pub fn suggest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let nearest = known
        .iter()
        .filter_map(|&candidate| {
            let candidate_word = candidate.to_lowercase();
            let allowed = (length.min(candidate_word.chars().count()) / 2).min(2);
            // Damerau's distance in its restricted form: no letter is moved twice.
            let slips = strsim::osa_distance(&word, &candidate_word);
            (slips <= allowed).then_some((slips, candidate))
        })
        // Of two equally near words the one listed first.
        .min_by_key(|&(slips, _)| slips);
    let beginning = || known.iter().copied().find(|known| length >= 3 && known.starts_with(&word));
    nearest.map(|(_, candidate)| candidate).or_else(beginning)
}

/// The end of a message about an unknown word: "; did you mean `gelu`?", or "; write `fc` or `relu`" if nothing is
/// near, or nothing if nothing is known.
pub fn did_you_mean(word: &str, known: &[&str]) -> String {
    match suggest(word, known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; write {}", listed(known, "or")),
    }
}

/// `a`, `b` and `c`: the words in backticks, with `last` ("and", "or") before the last one.
pub fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word() {
        let known = ["fc", "relu", "gelu", "sigmoid", "softmax_ce", "layer_norm"];
        let table = [
            ("gleu", Some("gelu")),
            ("ReLU", Some("relu")),
            ("rel", Some("relu")),
            ("sigmiod", Some("sigmoid")),
            ("layernorm", Some("layer_norm")),
            ("softmax", Some("softmax_ce")),
            ("fx", Some("fc")),
            ("f", None),
            ("c", None),
            ("conv2d", None),
            ("", None),
        ];
        for (word, expected) in table {
            assert_eq!(suggest(word, &known), expected, "{word}");
        }
        assert_eq!(suggest("x", &[]), None);
    }

    #[test]
    fn distances() {
        let table =
            [("", "", 0), ("abc", "", 3), ("abcd", "acbd", 1), ("kitten", "sitting", 3), ("é", "e", 1)];
        for (a, b, expected) in table {
            assert_eq!(strsim::osa_distance(a, b), expected);
            assert_eq!(strsim::osa_distance(b, a), expected);
        }
    }

    #[test]
    fn lists() {
        assert_eq!(listed(&[], "or"), "");
        assert_eq!(listed(&["he"], "or"), "`he`");
        assert_eq!(listed(&["he", "xavier", "zeros"], "or"), "`he`, `xavier` or `zeros`");
        assert_eq!(did_you_mean("hee", &["he", "xavier"]), "; did you mean `he`?");
        assert_eq!(did_you_mean("orthogonal", &["he", "xavier"]), "; write `he` or `xavier`");
    }
}
