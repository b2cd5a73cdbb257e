//! Wrong networks and what the compiler says about them, each compiled as a crate of its own.

use std::collections::BTreeMap;
use std::path::Path;

/// The folders of wrong networks.
const TOPICS: [&str; 7] = ["budget", "syntax", "shape", "layer", "head", "name", "editor"];

#[test]
fn ui() {
    // No case that compiles among them: it would have the others compiled one after another, and dependencies built whole.
    let cases = trybuild::TestCases::new();
    for topic in TOPICS {
        cases.compile_fail(format!("tests/ui/{topic}/*.rs"));
    }
}

/// The cells of a row of a Markdown table, bars within them unescaped.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{0}");
    let inside = row.trim_start_matches("| ").trim_end_matches(" |").split(" | ");
    inside.map(|cell| cell.replace('\u{0}', "|")).collect()
}

/// The message and all that the compiler shows with it, for each error of a case.
fn errors(text: &str) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("error") {
            errors.push(String::new());
        }
        if let Some(error) = errors.last_mut() {
            error.push_str(line);
            error.push('\n');
        }
    }
    errors
}

/// Every message says where, what was expected, what was found, and what to write instead.
#[test]
fn every_message_is_reviewed() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let review = std::fs::read_to_string(directory.join("REVIEW.md")).unwrap();
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in review.lines().filter(|line| line.starts_with("| ")).skip(1).map(cells) {
        assert_eq!(row.len(), 5, "{row:?}");
        rows.entry(row[0].clone()).or_default().push(row[1..].to_vec());
    }
    let mut messages = 0;
    for topic in TOPICS {
        for entry in std::fs::read_dir(directory.join(topic)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "stderr") {
                continue;
            }
            let case = format!("{topic}/{}", path.file_stem().unwrap().to_str().unwrap());
            let errors = errors(&std::fs::read_to_string(&path).unwrap());
            let rows = rows.remove(&case).unwrap_or_default();
            assert_eq!(rows.len(), errors.len(), "{case}: rows in tests/ui/REVIEW.md beside messages");
            for (row, error) in rows.iter().zip(&errors) {
                let message = error.lines().next().unwrap_or_default();
                let [place, expected, found, instead] = &row[..] else { unreachable!("four cells") };
                assert!(error.lines().skip(1).any(|line| line.contains(place.as_str())), "{case}: {place}");
                let parts = [expected, found, instead].map(String::as_str);
                for part in parts.into_iter().filter(|&part| part != "(the token)") {
                    assert!(!part.is_empty() && message.contains(part), "{case}: {part:?} in {message:?}");
                }
                messages += 1;
            }
        }
    }
    assert!(rows.is_empty(), "rows without a case: {:?}", rows.keys());
    assert!(messages >= 180, "{messages} messages");
}
