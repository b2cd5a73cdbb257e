//! Random sequences of the language's own words: whatever they come to, the macro writes Rust items. A failing one is made
//! small by proptest.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::{KINDS, branch_words};

/// What stands between and around the kinds.
const WORDS: [&str; 52] = [
    "let",
    "block",
    "pub",
    "crate",
    "Net",
    "d",
    "n",
    "x",
    "hidden",
    ":",
    ";",
    ";",
    ",",
    ",",
    "=",
    "=",
    "<",
    ">",
    "+",
    "-",
    "*",
    "/",
    "%",
    "0",
    "1",
    "2",
    "3",
    "8",
    "784",
    "4294967296",
    "18446744073709551615",
    "0.5",
    "1e-5",
    "-1.0",
    "true",
    "false",
    "he",
    "tanh",
    "bias",
    "init",
    "rank",
    "eps",
    "smoothing",
    "axis",
    "class_weights",
    "delta",
    "#[budget(params <= 3)]",
    "/// Doc.\n",
    "fn",
    "Self",
    "_",
    "r#in",
];

/// One token, or several in brackets.
fn part() -> impl Strategy<Value = String> {
    let kinds = KINDS.iter().map(|(name, _)| *name).chain(HEADS.iter().map(|(name, _)| *name));
    let words: Vec<&str> = kinds.chain(branch_words()).chain(WORDS).collect();
    let word = select(words).prop_map(str::to_owned);
    word.prop_recursive(4, 40, 6, |inner| {
        (vec(inner, 0..6), select(vec![("(", ")"), ("{ ", " }"), ("[", "]")]))
            .prop_map(|(parts, (open, close))| format!("{open}{}{close}", parts.join(" ")))
    })
}

fn is_rust(network: &str) -> Result<(), TestCaseError> {
    let Ok(tokens) = network.parse() else { return Ok(()) };
    let items = quipu_macros_core::compile(tokens);
    let parsed = syn::parse2::<syn::File>(items.clone());
    prop_assert!(parsed.is_ok(), "{network} becomes {items}");
    drop((parsed, items));
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_becomes_items(parts in vec(part(), 0..24)) {
        is_rust(&parts.join(" "))?;
    }

    #[test]
    fn layers_of_anything_become_items(parts in vec(vec(part(), 0..5), 0..8)) {
        let layers: Vec<String> = parts.iter().map(|part| part.join(" ")).collect();
        is_rust(&format!("pub Net < fc(3, 4); {}; relu; softmax_ce(2) >", layers.join("; ")))?;
    }
}
