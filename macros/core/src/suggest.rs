//! "Did you mean": the known word nearest to a mistyped one, and lists of known words for messages.

/// The word of `known` nearest to `word`: at most two slips away (a letter too many, missing, wrong, or two swapped;
/// half the length for short words), upper and lower case alike; failing that, one that begins with `word`.
pub fn suggest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let nearest = known
        .iter()
        .filter_map(|&candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let allowed = (word.len().min(letters.len()) / 2).min(2);
            let slips = distance(&word, &letters);
            (slips <= allowed).then_some((slips, candidate))
        })
        // Of two equally near words the one listed first.
        .min_by_key(|&(slips, _)| slips);
    let beginning = || {
        let long_enough = word.len() >= 3;
        known
            .iter()
            .copied()
            .find(|known| long_enough && known.chars().take(word.len()).eq(word.iter().copied()))
    };
    nearest.map(|(_, candidate)| candidate).or_else(beginning)
}

/// The end of a message about an unknown word: "; did you mean `gelu`?", or "; known: `fc` and `relu`" if nothing is
/// near, or nothing if nothing is known.
pub fn did_you_mean(word: &str, known: &[&str]) -> String {
    match suggest(word, known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; known: {}", listed(known, "and")),
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

/// How many slips turn `a` into `b` (Damerau's distance in its restricted form: no letter is moved twice).
fn distance(a: &[char], b: &[char]) -> usize {
    // Three rows of the usual table are enough: the one before the last knows what a swap costs.
    let mut two_back: Vec<usize> = Vec::new();
    let mut back: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let mut slips = (back[j] + usize::from(from != to)).min(back[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from == b[j - 1] && a[i - 1] == to {
                slips = slips.min(two_back[j - 1] + 1);
            }
            row.push(slips);
        }
        two_back = std::mem::replace(&mut back, row);
    }
    back[b.len()]
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
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(distance(&a, &b), expected);
            assert_eq!(distance(&b, &a), expected);
        }
    }

    #[test]
    fn lists() {
        assert_eq!(listed(&[], "or"), "");
        assert_eq!(listed(&["he"], "or"), "`he`");
        assert_eq!(listed(&["he", "xavier", "zeros"], "or"), "`he`, `xavier` or `zeros`");
        assert_eq!(did_you_mean("hee", &["he", "xavier"]), "; did you mean `he`?");
        assert_eq!(did_you_mean("orthogonal", &["he", "xavier"]), "; known: `he` and `xavier`");
    }
}
