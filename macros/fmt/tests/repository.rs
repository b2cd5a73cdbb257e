//! Every network of the repository: formatted once and twice, and the same as before; then written in odd ways.

mod common;

use common::{checked, networks, places, sources};
use proptest::prelude::*;

/// The files whose networks are right, or at least can be read.
fn readable() -> Vec<(String, String)> {
    let sources = sources();
    let found = sources.len();
    let readable: Vec<_> = sources
        .into_iter()
        .filter(|(name, source)| match quipu_fmt::format(source) {
            Ok(_) => true,
            // Wrong on purpose; a half-typed file need not even be Rust.
            Err(_) if name.starts_with("tests/ui/") => false,
            Err(error) => panic!("{name}:{error}"),
        })
        .collect();
    assert!(readable.len() < found && readable.len() > 100, "{} of {found} files", readable.len());
    readable
}

#[test]
fn every_network_stays_what_it_is_and_needs_no_second_pass() {
    let mut count = 0;
    for (name, source) in readable() {
        let formatted = checked(&name, &source);
        count += networks(&source);
        if !source.contains("network!") {
            assert_eq!(formatted, source, "{name} has no network");
        }
    }
    assert!(count > 200, "{count} networks");
}

#[test]
fn the_readme_shows_the_style() {
    for (name, source) in sources().into_iter().filter(|(name, _)| name.starts_with("README")) {
        assert_eq!(quipu_fmt::format(&source).expect("it is compiled elsewhere"), source, "{name}");
    }
}

/// The networks themselves, each a text.
fn bare() -> Vec<String> {
    let (mut found, start) = (Vec::new(), "network! {");
    for (_, source) in readable() {
        let places = places(&source);
        let text = |at: usize| places.get(at).map_or("", |range| &source[range.clone()]);
        for at in (0..places.len())
            .filter(|&at| text(at) == "network" && text(at + 1) == "!" && text(at + 2) == "{")
        {
            let (mut depth, mut end) = (0_i32, at + 2);
            loop {
                depth += i32::from(text(end) == "{") - i32::from(text(end) == "}");
                if depth == 0 {
                    break;
                }
                end += 1;
            }
            let inside = &source[places[at + 2].end..places[end].start];
            if !inside.contains('$') {
                found.push(format!("{start}{inside}}}"));
            }
        }
    }
    assert!(found.len() > 200, "{} networks", found.len());
    found
}

/// Writes a network with other space, and with comments, between its tokens.
fn scattered(source: &str, choices: &[u8]) -> String {
    let places = places(source);
    let mut out = String::new();
    for (at, range) in places.iter().enumerate() {
        let text = &source[range.clone()];
        let last = places.get(at.wrapping_sub(1)).map_or(0, |before| before.end);
        let before = places.get(at.wrapping_sub(1)).map_or("", |before| &source[before.clone()]);
        let symbol = |text: &str| text.chars().all(|letter| letter.is_ascii_punctuation());
        let operator = last == range.start && symbol(before) && symbol(text) && before.len() == 1;
        let choice = choices.get(at % choices.len()).copied().unwrap_or(0);
        // Behind the name of the macro: its braces are the file's.
        if at > 2 {
            out.push_str(&match choice {
                _ if before.starts_with("//") => "\n".to_owned(),
                // An operator of two characters is one token.
                _ if operator && [":", "<", ">", "=", "!"].contains(&before) => String::new(),
                0..=15 => format!(" // line {at}\n\t"),
                16..=31 => format!("\n// own {at}\n"),
                32..=47 => format!(" /* in {at} */ "),
                48..=55 => format!("\n  /* more {at}\n * lines */\n"),
                56..=63 => "\n\n\n".to_owned(),
                64..=90 => "\n   ".to_owned(),
                _ if last < range.start || choice > 200 => "  ".to_owned(),
                _ => String::new(),
            });
        }
        out.push_str(text);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_layouts_keep_every_token_and_every_comment(
        network in proptest::sample::select(bare()),
        choices in proptest::collection::vec(any::<u8>(), 1..200),
        // Most of the bytes stand for comments: fewer of them in some cases.
        calm in 0..4_u8,
    ) {
        let choices: Vec<u8> = choices.into_iter().map(|choice| choice.saturating_add(calm * 24)).collect();
        let source = scattered(&network, &choices);
        let formatted = checked("scattered", &source);
        prop_assert!(formatted.starts_with("network!{"), "{formatted}");
    }
}
