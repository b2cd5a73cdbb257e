//! Every word of the language has its documentation where an editor looks for it: in the runtime, in the module of its
//! kind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::KINDS;
use quipu_macros_core::words::Word;

/// The documentation of an item or a file.
fn docs(attrs: &[syn::Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) => Some(line.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The public modules among items, by name, with their documentation.
fn modules(items: &[syn::Item]) -> BTreeMap<String, (String, Vec<syn::Item>)> {
    let public = items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if matches!(module.vis, syn::Visibility::Public(_)) => {
            let items = module.content.as_ref().map_or_else(Vec::new, |(_, items)| items.clone());
            Some((module.ident.to_string(), (docs(&module.attrs), items)))
        }
        _ => None,
    });
    public.collect()
}

/// Asserts that these modules are documented, and that their names are `expected` and no others.
fn documented(found: &BTreeMap<String, (String, Vec<syn::Item>)>, expected: &[&str], place: &str) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{place}");
    for (name, (about, _)) in found {
        assert!(!about.trim().is_empty(), "{place}::{name} says nothing");
    }
}

/// The guide to a kind, and its words.
fn check(folder: &str, kind: &str, words: &[Word], branches: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("runtime/src/{folder}/{kind}.rs"));
    let file = syn::parse_file(&fs::read_to_string(path).expect("the kind's file")).expect("Rust");
    let (guide, place) = (docs(&file.attrs), format!("{folder}::{kind}::words"));
    assert!(guide.trim_start().starts_with(&format!("`{kind}")), "{kind}: {guide}");
    assert!(
        guide.contains("FLOP") || guide.contains("cost"),
        "{kind}: its guide says nothing of what it costs: {guide}"
    );
    assert!(
        guide.contains("```") && guide.contains("quipu::network!") && guide.contains("assert_eq!"),
        "{kind}: its guide has no example that is checked: {guide}"
    );

    let here = modules(&file.items);
    let Some((_, items)) = here.get("words") else {
        assert!(words.is_empty() && branches.is_empty(), "{place} is missing");
        return;
    };
    let names: Vec<&str> = words.iter().map(|word| word.name).chain(branches.iter().copied()).collect();
    let found = modules(items);
    documented(&found, &names, &place);
    for word in names.iter() {
        assert!(guide.contains(&format!("(words::{word})")), "{kind}: its guide does not mention {word}");
    }
    for Word { name, values } in words {
        documented(&modules(&found[*name].1), values, &format!("{place}::{name}"));
    }
}

#[test]
fn every_kind_has_a_guide_and_every_word_its_documentation() {
    for (name, kind) in KINDS {
        check("layers", name, kind.words(), kind.branch_words());
    }
    for (name, head) in HEADS {
        check("heads", name, head.words(), &[]);
    }
}
