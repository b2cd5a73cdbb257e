//! Whatever tokens a network is made of, the macro ends without a panic, and what it writes are Rust items.
//!
//! In `macros/core`: `mkdir -p fuzz/corpus/compile && cargo +nightly fuzz run compile -s none fuzz/corpus/compile fuzz/seeds --
//! -runs=1000000 -dict=fuzz/dictionary -max_len=1000` (no sanitizer: there is nothing unsafe to watch).

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
    drop(items);
    // Or the places of all that was ever read would be kept.
    proc_macro2::extra::invalidate_current_thread_spans();
    Corpus::Keep
});
