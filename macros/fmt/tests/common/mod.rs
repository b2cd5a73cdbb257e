//! What the tests share: the repository's Rust, and a second opinion on tokens and comments.

// Each test binary uses its part of what stands here.
#![allow(dead_code)]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Every Rust file of the repository and every Rust block of its README, with a name to complain about.
pub(crate) fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let mut sources: Vec<(String, String)> = files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("it is below the root").display().to_string();
            (name, fs::read_to_string(path).expect("a text"))
        })
        .collect();
    let readme = fs::read_to_string(root.join("README.md")).expect("a README");
    for (number, block) in readme.split("```rust").skip(1).enumerate() {
        let code = block.split("```").next().expect("the text before the end");
        let code = code.split_once('\n').map_or("", |(_, code)| code);
        sources.push((format!("README.md, block {}", number + 1), code.to_owned()));
    }
    sources
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            walk(&path, files);
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
}

/// The text of every token, brackets among them, without the `;` and `,` that are the style's; a doc comment is one.
pub(crate) fn tokens(source: &str) -> Vec<String> {
    let text = |range: &Range<usize>| source[range.clone()].to_owned();
    places(source).iter().map(text).filter(|token| token != ";" && token != ",").collect()
}

/// Where the tokens are, in order.
pub(crate) fn places(source: &str) -> Vec<Range<usize>> {
    let mut list = Vec::new();
    flatten(source.parse().unwrap_or_else(|error| panic!("{error} in\n{source}")), &mut list);
    // To proc-macro2 a doc comment is an attribute: its first token has the bytes of all of it.
    let mut end = 0;
    list.retain(|range| {
        let inside = range.start < end;
        end = end.max(range.end);
        !inside
    });
    list
}

fn flatten(stream: TokenStream, list: &mut Vec<Range<usize>>) {
    for token in stream {
        if let TokenTree::Group(group) = token {
            list.push(group.span_open().byte_range());
            flatten(group.stream(), list);
            list.push(group.span_close().byte_range());
        } else {
            list.push(token.span().byte_range());
        }
    }
}

/// The comments that are no docs, in order: all there is between the tokens, less how it is indented.
pub(crate) fn comments(source: &str) -> Vec<String> {
    let places = places(source);
    let starts = places.iter().map(|range| range.start).chain([source.len()]);
    let ends = [0].into_iter().chain(places.iter().map(|range| range.end));
    let gaps = ends.zip(starts).filter_map(|(end, start)| source.get(end..start));
    // Gaps are joined: where a `;` or `,` stands among comments is a matter of style.
    gaps.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// How many networks a text has, at least by its looks.
pub(crate) fn networks(source: &str) -> usize {
    source.matches("network! {").count()
}

/// Formats, and holds the result against the input.
pub(crate) fn checked(name: &str, source: &str) -> String {
    let formatted = quipu_fmt::format(source).unwrap_or_else(|error| panic!("{name}: {error}\n{source}"));
    let again = quipu_fmt::format(&formatted).unwrap_or_else(|error| panic!("{name}: {error}\n{formatted}"));
    assert_eq!(again, formatted, "{name}: not idempotent, from\n{source}");
    assert_eq!(tokens(&formatted), tokens(source), "{name}: other tokens, from\n{source}\nto\n{formatted}");
    assert_eq!(
        comments(&formatted),
        comments(source),
        "{name}: other comments, from\n{source}\nto\n{formatted}"
    );
    for line in formatted.lines().filter(|line| !source.contains(line)) {
        assert_eq!(line.trim_end(), line, "{name}: space at the end of a line of\n{formatted}");
    }
    formatted
}
