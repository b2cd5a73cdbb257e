//! The words that a kind knows beside its own: the names and flags between its parentheses.
//!
//! A kind has them in one list. [`Arguments`](crate::args::Arguments) reads none that is not in it, and an editor finds
//! the documentation of each in the runtime, under `words` in the module of the kind.

/// A word between a kind's parentheses.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// `bias` in `bias = false`, or a flag that stands alone.
    pub name: &'static str,
    /// The words that it may be set to; none where it takes numbers, `true` or `false`.
    pub values: &'static [&'static str],
}

impl Word {
    /// A flag, or a name that takes anything but words of the kind's own.
    #[must_use]
    pub const fn new(name: &'static str) -> Word {
        Word { name, values: &[] }
    }

    /// A name that takes one of these words.
    #[must_use]
    pub const fn of(name: &'static str, values: &'static [&'static str]) -> Word {
        Word { name, values }
    }
}

/// The word of that name in a kind's list.
#[must_use]
pub fn find(words: &'static [Word], name: &str) -> Option<&'static Word> {
    words.iter().find(|word| word.name == name)
}
