//! The proc-macro shell of quipu: [`network!`] hands its tokens to `quipu-macros-core`. Use it through the crate
//! `quipu`, which re-exports it beside what its expansion calls.

#![cfg_attr(feature = "nightly", feature(proc_macro_diagnostic))]

use proc_macro::TokenStream;

/// Turns a network, written once, into typed structs, cost constants and training code.
///
/// ```text
/// network! { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
/// ```
///
/// The grammar, the layers and the constants are described in the crate `quipu`.
#[proc_macro]
pub fn network(tokens: TokenStream) -> TokenStream {
    #[cfg(feature = "nightly")]
    let items =
        quipu_macros_core::compile_noting(tokens.into(), |note| note.span.unwrap().note(note.text).emit());
    #[cfg(not(feature = "nightly"))]
    let items = quipu_macros_core::compile(tokens.into());
    items.into()
}
