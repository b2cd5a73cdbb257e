//! Whatever tokens a network is made of, the macro ends without a panic, and what it writes are Rust items.
//!
//! `cargo +nightly fuzz run compile --fuzz-dir macros/core/fuzz -- -runs=1000000`; the corpus begins with
//! the networks of `macros/core/fuzz/seeds`.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| -> Corpus {
    // What is no sequence of tokens never reaches a macro.
    let Ok(tokens) = text.parse::<TokenStream>() else { return Corpus::Reject };
    let items = quipu_macros_core::compile(tokens);
    if let Err(error) = syn::parse2::<syn::File>(items.clone()) {
        panic!("{error}: {items}");
    }
    Corpus::Keep
});
