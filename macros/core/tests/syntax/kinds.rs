//! A few kinds that read their arguments as `layers/` does, and the comparison of errors.

use proc_macro2::{Span, TokenStream};
use quipu_macros_core::args::Arguments;
use quipu_macros_core::ast::{Env, Node, Seq, parse};
use quipu_macros_core::errors::Errors;
use quipu_macros_core::words::Word;

/// The words that begin a branch in these tests.
pub(crate) const WORDS: &[&str] = &["shortcut"];

/// The words between parentheses, of all kinds here together.
const WORDS_OF_KINDS: &[Word] = &[
    Word::new("bias"),
    Word::of("init", &["he", "xavier", "zeros"]),
    Word::new("tanh"),
    Word::new("eps"),
    Word::new("kernel"),
    Word::new("pad"),
    Word::new("stride"),
];

/// Compares the only error: the source text it points at, and the message.
#[track_caller]
pub(crate) fn one(input: &str, at: &str, message: &str) {
    check(input, &[(at, message)]);
}

/// Compares every error, in the order of discovery.
#[track_caller]
pub(crate) fn check(input: &str, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> = mistakes(input.parse().expect("tokens"))
        .into_iter()
        .map(|(span, message)| (span.source_text().unwrap_or_default(), message))
        .collect();
    let found: Vec<_> = found.iter().map(|(text, message)| (text.as_str(), message.as_str())).collect();
    assert_eq!(found, expected, "{input}");
}

/// Reads a network and the arguments of its layers; everything that is wrong with them.
pub(crate) fn mistakes(tokens: TokenStream) -> Vec<(Span, String)> {
    let errors = Errors::new();
    if let Some(network) = parse(tokens, WORDS, &errors) {
        let env = Env::of(&network, &errors);
        read(&network.body, &env, &errors);
        for block in &network.blocks {
            read(&block.body, &env.with(&block.params, &vec![1; block.params.len()]), &errors);
        }
    }
    let messages = errors.messages();
    let tokens = errors.into_compile_errors();
    assert_eq!(tokens.is_empty(), messages.is_empty());
    messages
}

/// Reads the arguments of the kinds these tests know.
fn read(seq: &Seq, env: &Env, errors: &Errors) {
    for layer in &seq.layers {
        let call = match &layer.node {
            Node::Group(seq) => {
                read(seq, env, errors);
                continue;
            }
            Node::Call(call) => call,
        };
        call.branches.iter().for_each(|branch| read(&branch.seq, env, errors));
        let mut args = Arguments::new(call, WORDS_OF_KINDS, env, errors);
        let usage = match call.name.to_string().as_str() {
            "fc" => {
                let usage =
                    "`fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted";
                if args.dims(usage, 1, 2).is_some() {
                    let _ = (args.boolean("bias"), args.word("init"));
                }
                usage
            }
            "gelu" => {
                args.flag("tanh");
                "`gelu` or `gelu(tanh)`"
            }
            "dropout" => {
                args.float_positional("`dropout(0.5)`");
                "`dropout(0.5)`"
            }
            "norm" => {
                args.float("eps");
                "`norm`, with `eps = 1e-5` if wanted"
            }
            "conv2d" => {
                let usage = "`conv2d(inputs, outputs, kernel = 5)`, with `pad = 2` if wanted";
                let _ =
                    (args.ints("kernel", 2, None), args.int("pad", Some(0)), args.size("stride", Some(1)));
                args.dims(usage, 1, 2);
                usage
            }
            "pair" => {
                args.dims("`pair(a, b)`", 2, 2);
                "`pair(a, b)`"
            }
            "relu" => "`relu`",
            _ => continue,
        };
        args.finish(usage);
    }
}
