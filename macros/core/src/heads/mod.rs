//! The heads: one file a kind, all the macro knows of it, twin of the file of that name in the runtime.

use proc_macro2::Ident;

use crate::args::Arguments;
use crate::errors::Errors;
use crate::facts::HeadFacts;
use crate::words::Word;

/// A kind of head.
pub trait HeadKind: Sync {
    /// How it is written, for messages.
    fn usage(&self) -> &'static str;

    /// Every name and flag that may stand between its parentheses.
    fn words(&self) -> &'static [Word] {
        &[]
    }

    /// Reads its arguments and derives its facts; `None` after an error.
    fn resolve(&self, args: &mut Arguments<'_>, word: &Ident, errors: &Errors) -> Option<HeadFacts>;
}

/// Declares the heads: a file each, and the registry by name.
macro_rules! heads {
    ($($name:ident)*) => {
        $(pub mod $name;)*

        /// Every head by the word that is written, in alphabetical order.
        pub const HEADS: &[(&str, &dyn HeadKind)] = &[$((stringify!($name), &$name::Kind)),*];
    };
}

heads! {
    bce
    gaussian_nll
    hinge
    huber
    mse
    softmax_ce
}
