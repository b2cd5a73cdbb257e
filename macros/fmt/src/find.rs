//! Finds every `network! { … }` in a Rust file; text in strings and comments is none.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::{Error, Mistake};

/// The inside of one `network! { … }`.
pub(crate) struct Site {
    /// What stands between the braces.
    pub(crate) tokens: TokenStream,
    /// The byte after `{`.
    pub(crate) start: usize,
    /// The byte of `}`.
    pub(crate) end: usize,
    /// The byte at which the line with the macro's name begins.
    pub(crate) line: usize,
}

/// The Rust code of a file, and how many bytes stand before it: those of a byte order mark and of a `#!` line (whose
/// end is left to the code, so that lines are counted from the beginning of the file).
pub(crate) fn code(source: &str) -> (usize, &str) {
    let bare = source.strip_prefix('\u{feff}').unwrap_or(source);
    let shebang = bare.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    let code = if shebang { bare.get(bare.find('\n').unwrap_or(bare.len())..).unwrap_or("") } else { bare };
    (source.len() - code.len(), code)
}

/// Every network of the Rust code, in order. Those with a `$` are patterns of a `macro_rules!`, and no networks yet.
pub(crate) fn networks(code: &str) -> Result<Vec<Site>, Error> {
    // A file without the word needs no further look, whatever it is.
    if !code.contains("network") {
        return Ok(Vec::new());
    }
    let tokens: TokenStream = code.parse().map_err(|error: proc_macro2::LexError| {
        let message = "this is no Rust: a bracket, a quote or a character is wrong here".to_owned();
        Error::Syntax(vec![Mistake::at(code, error.span().byte_range().start, message)])
    })?;
    let mut sites = Vec::new();
    // A stack instead of recursion: files may be nested however deep.
    let mut stack = vec![tokens];
    while let Some(stream) = stack.pop() {
        let list: Vec<TokenTree> = stream.into_iter().collect();
        for (at, token) in list.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            let before = at.checked_sub(2).and_then(|from| list.get(from..at));
            let name = match before {
                Some([TokenTree::Ident(name), TokenTree::Punct(bang)])
                    if name == "network"
                        && bang.as_char() == '!'
                        && group.delimiter() == Delimiter::Brace =>
                {
                    name
                }
                _ => {
                    stack.push(group.stream());
                    continue;
                }
            };
            if has_dollar(&group.stream()) {
                continue;
            }
            let name = name.span().byte_range().start;
            sites.push(Site {
                tokens: group.stream(),
                start: group.span_open().byte_range().end,
                end: group.span_close().byte_range().start,
                line: code.get(..name).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1),
            });
        }
    }
    sites.sort_by_key(|site| site.start);
    Ok(sites)
}

/// Whether a `$` stands anywhere in the tokens.
fn has_dollar(tokens: &TokenStream) -> bool {
    let mut stack = vec![tokens.clone()];
    while let Some(stream) = stack.pop() {
        for token in stream {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '$' => return true,
                TokenTree::Group(group) => stack.push(group.stream()),
                _ => {}
            }
        }
    }
    false
}
