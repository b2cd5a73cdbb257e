//! Compares what was written with what was read: the same networks, the same comments, and nothing left to format.

use crate::find::{self, Site};
use crate::lex::Lexemes;
use crate::{Error, Mistake, once, parse};

/// Compares a file with its formatted text.
///
/// # Errors
/// [`Error::Changed`] at the first network that is not the same.
pub(crate) fn check(before: &str, after: &str) -> Result<(), Error> {
    let (old, new) = (find::networks(before)?, find::networks(after).unwrap_or_default());
    let changed = |byte: usize, what: &str| {
        let message = format!(
            "the formatter would change {what} of this network, which is a fault of quipu-fmt; the file is left as it is"
        );
        Err(Error::Changed(Mistake::at(before, byte, message)))
    };
    let start = old.first().map_or(0, |site| site.start);
    if old.len() != new.len() {
        return changed(start, "the number");
    }
    for (old, new) in old.iter().zip(&new) {
        let (read, written) = (Parts::of(before, old), Parts::of(after, new));
        if read.network != written.network || read.tokens != written.tokens {
            return changed(old.start, "the layers");
        }
        if read.comments != written.comments {
            return changed(old.start, "the comments");
        }
    }
    match once(after) {
        Ok(again) if again == after => Ok(()),
        _ => changed(start, "its own layout"),
    }
}

/// What has to stay the same.
struct Parts {
    /// The syntax tree, printed; nothing for what cannot be read.
    network: Option<String>,
    /// The tokens that are not the style's.
    tokens: Vec<String>,
    /// The comments; the lines of those that are not docs may be indented anew.
    comments: Vec<String>,
}

impl Parts {
    fn of(code: &str, site: &Site) -> Parts {
        let words = quipu_macros_core::layers::branch_words();
        let network = parse(code, site, &words).ok().map(|mut network| {
            // Attributes are unread tokens, compared as such.
            network.attrs.clear();
            network.to_string()
        });
        let (mut tokens, mut comments) = (Vec::new(), Vec::new());
        // Only what could be read is of bounded depth.
        if network.is_some() {
            let lexemes = Lexemes::of(code, &site.tokens, site.start, site.end);
            for at in 0..lexemes.list.len() {
                let text = lexemes.text(at);
                match text {
                    _ if lexemes.is_doc(at) => comments.push(text.to_owned()),
                    _ if lexemes.is_comment(at) => {
                        comments.push(text.lines().map(str::trim).collect::<Vec<_>>().join("\n"));
                    }
                    ";" | "," => {}
                    _ => tokens.push(text.to_owned()),
                }
            }
        }
        Parts { network, tokens, comments }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_the_same_is_an_error() {
        let before = "network! { A < residual { x }; { y /* c */ } z > }";
        let says = |after: &str| check(before, after).expect_err("a change").to_string();
        for (after, what) in [
            ("network! { A < residual { x }; { y /* c */ } > }", "the layers"),
            ("network! { A < residual { x } { y /* c */ } z > }", "the layers"),
            ("network! { A < residual { x }; { y /* c */ } z( > }", "the number"),
            ("network! { A < residual { x }; { y /* c */ } > z }", "the layers"),
            ("network! { A < residual { x }; { y } z > }", "the comments"),
            ("network! { A < residual { x }; { y /* d */ } z > }", "the comments"),
            ("network! { A < residual { x }; { y /* c */ } z > } network! { B < x > }", "the number"),
            ("network! {   A < residual { x }; { y /* c */ } z > }", "its own layout"),
        ] {
            let expected = format!("1:11: the formatter would change {what} of this network, ");
            assert!(says(after).starts_with(&expected), "{after}: {}", says(after));
        }
        check(before, "network! { A < residual { x }; { y /* c */ } z > }").expect("the same");
    }
}
