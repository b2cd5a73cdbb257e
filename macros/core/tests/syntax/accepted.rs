//! Every form of the grammar: what is written and what it is read as.

use std::fmt::Write;

use quipu_macros_core::ast::{Env, Layer, Network, Node, Seq, parse};
use quipu_macros_core::errors::Errors;

use crate::kinds::WORDS;

/// Reads a network that has no mistakes.
fn network(input: &str) -> Network {
    let errors = Errors::new();
    let network = parse(input.parse().expect("tokens"), WORDS, &errors);
    assert!(errors.is_empty(), "{input}\n{errors}");
    network.expect("a network")
}

/// Prints layers in one fixed spelling: every `;` written, arguments as evaluated by nobody.
fn show(seq: &Seq) -> String {
    seq.layers.iter().map(show_layer).collect::<Vec<_>>().join("; ")
}

fn show_layer(layer: &Layer) -> String {
    let mut out = String::new();
    for doc in &layer.docs {
        write!(out, "[{}] ", doc.trim()).unwrap();
    }
    for _ in &layer.attrs {
        out.push_str("#[…] ");
    }
    if let Some(label) = &layer.label {
        write!(out, "{label}: ").unwrap();
    }
    match &layer.node {
        Node::Group(seq) => write!(out, "{{{}}}", show(seq)).unwrap(),
        Node::Call(call) => {
            write!(out, "{call}").unwrap();
            for branch in &call.branches {
                let word = branch.word.as_ref().map_or(String::new(), |word| format!("{word} "));
                write!(out, " {word}{{{}}}", show(&branch.seq)).unwrap();
            }
        }
    }
    out
}

#[track_caller]
fn check(input: &str, expected: &str) {
    assert_eq!(show(&network(input).body), expected, "{input}");
}

#[test]
fn layers() {
    check("< fc(784, 256); relu; softmax_ce(10) >", "fc(784, 256); relu; softmax_ce(10)");
    check("<fc(784,256);relu;softmax_ce(10);>", "fc(784, 256); relu; softmax_ce(10)");
    check("< relu >", "relu");
    check("< hidden: fc(3); out: { relu; fc(2) } >", "hidden: fc(3); out: {relu; fc(2)}");
    check("< { relu } tanh >", "{relu}; tanh");
    check(
        "< /// first\n relu; /// second\n /// more\n #[cold] a: tanh >",
        "[first] relu; [second] [more] #[…] a: tanh",
    );
    check("< repeat(12) { fc(8); relu } >", "repeat(12) {fc(8); relu}");
    check("< loop(2) { match } >", "loop(2) {match}");
    check("< block: tanh >", "block: tanh");
}

#[test]
fn branches() {
    check("< residual { relu } shortcut { fc(3) } >", "residual {relu} shortcut {fc(3)}");
    check("< residual { } shortcut { } >", "residual {} shortcut {}");
    check("< concat { relu } { tanh } { } >", "concat {relu} {tanh} {}");
    check("< residual { relu } residual { tanh } >", "residual {relu}; residual {tanh}");
    check("< residual { relu }; residual { tanh }; >", "residual {relu}; residual {tanh}");
    check("< residual { relu } last: fc(3); /// doc\n tanh >", "residual {relu}; last: fc(3); [doc] tanh");
    check("< residual { relu } fc(3) >", "residual {relu}; fc(3)");
    check("< concat { concat { relu } { } tanh } { } >", "concat {concat {relu} {}; tanh} {}");
}

#[test]
fn arguments() {
    check("< fc(28 * 28, 4*d, bias = false, init = he) >", "fc(28 * 28, 4 * d, bias = false, init = he)");
    check("< gelu(tanh) >", "gelu(tanh)");
    check(
        "< dropout(0.5); dropout(1e-5); x(-0.5, -1, - 2.0, 1., 1_0.5) >",
        "dropout(0.5); dropout(1e-5); x(-0.5, -1, -2.0, 1.0, 10.5)",
    );
    check(
        "< conv2d(6, kernel = (3, 3), pad = (1,), s = (2)) >",
        "conv2d(6, kernel = (3, 3), pad = (1,), s = (2))",
    );
    check("< f(5%2, (1 + 2) * 3, -(4), ((5, 0.5), he),) >", "f(5 % 2, (1 + 2) * 3, -(4), ((5, 0.5), he))");
    check("< f(0x10, 0b11, 1_000, (0.25)) >", "f(16, 3, 1000, 0.25)");
    check("< f(r#if, Self, true) >", "f(r#if, Self, true)");
}

#[test]
fn heads_of_networks() {
    let plain = network("< relu >");
    assert!(plain.name.is_none() && plain.docs.is_empty() && plain.attrs.is_empty());
    assert!(matches!(plain.vis, syn::Visibility::Inherited));

    let full = network(
        "/// Digits.\n///\n/// Ten.\n#[budget(params <= 203_530, train_bytes(batch = 128, optimizer = adam) <= 4 MiB)] \
         #[derive(Copy)] #[doc(hidden)] #[doc = \"More.\"] pub(crate) Mlp<relu>",
    );
    assert_eq!(full.name.unwrap().to_string(), "Mlp");
    assert_eq!(full.docs, [" Digits.", "", " Ten.", "More."]);
    let attrs: Vec<_> = full.attrs.iter().map(|attr| attr.path().segments[0].ident.to_string()).collect();
    assert_eq!(attrs, ["budget", "derive", "doc"]);
    assert!(full.attrs[0].meta.require_list().unwrap().tokens.to_string().contains("4 MiB"));
    assert!(matches!(full.vis, syn::Visibility::Restricted(_)));
    assert_eq!(full.open.source_text().as_deref(), Some("<"));
    assert_eq!(full.close.source_text().as_deref(), Some(">"));

    assert!(matches!(network("pub < relu >").vis, syn::Visibility::Public(_)));
    assert!(matches!(network("pub(in a::b) lower < relu >").vis, syn::Visibility::Restricted(_)));
}

#[test]
fn items() {
    let network = network(
        "pub Vit < /// width\n let d = 4 * 32; let dModel = d % 100 / 7 - 1; let big = 2 + 3 * 4 - (5 - 4) * 2; \
         /// A block.\n block basic(c, s) { fc(c); repeat(s) { relu } } block none { tanh } block empty() { }; \
         basic(64, 2); none >",
    );
    let docs: Vec<_> = network.lets.iter().map(|item| item.docs.len()).collect();
    assert_eq!(docs, [1, 0, 0]);
    let blocks: Vec<_> = network
        .blocks
        .iter()
        .map(|block| {
            let params: Vec<_> = block.params.iter().map(ToString::to_string).collect();
            format!("{}({}) {{{}}}", block.name, params.join(", "), show(&block.body))
        })
        .collect();
    assert_eq!(blocks, ["basic(c, s) {fc(c); repeat(s) {relu}}", "none() {tanh}", "empty() {}"]);
    assert_eq!(network.blocks[0].docs, [" A block."]);

    let errors = Errors::new();
    let env = Env::of(&network, &errors);
    let values: Vec<_> = network.lets.iter().map(|item| env.get(&item.name)).collect();
    assert_eq!(values, [Some(128), Some(3), Some(12)]);
    assert!(errors.is_empty(), "{errors}");

    // A block sees its own parameters and the `let`s, not the parameters of the block around it.
    let outer = env.with(&network.blocks[0].params, &[7, 8]);
    let c = &network.blocks[0].params[0];
    assert_eq!((outer.get(c), outer.get(&network.lets[0].name)), (Some(7), Some(128)));
    assert_eq!(outer.with(&[], &[]).get(c), None);
}

/// `macro_rules!` hands over what it matched in invisible groups.
#[test]
fn invisible_groups() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let invisible = |text: &str| TokenTree::Group(Group::new(Delimiter::None, text.parse().unwrap()));
    let args: TokenStream = ["3 *", "", ", -0.5 ,"].iter().zip(["1 + 2", "", "-0.5"]).fold(
        TokenStream::new(),
        |mut tokens, (plain, hidden)| {
            tokens.extend(plain.parse::<TokenStream>().unwrap());
            tokens.extend([invisible(hidden)]);
            tokens
        },
    );
    let mut tokens: TokenStream = [invisible("pub"), invisible("Mlp"), invisible("")].into_iter().collect();
    tokens.extend("< f".parse::<TokenStream>().unwrap());
    tokens.extend([TokenTree::Group(Group::new(Delimiter::Parenthesis, args)), invisible("; relu >")]);
    let errors = Errors::new();
    let network = parse(tokens, WORDS, &errors).unwrap();
    assert!(errors.is_empty(), "{errors}");
    assert_eq!(show(&network.body), "f(3 * (1 + 2), -0.5, -0.5); relu");
    assert_eq!(network.name.unwrap().to_string(), "Mlp");
}

/// What could be read is there, in spite of mistakes; a sequence knows whether a layer is missing.
#[test]
fn recovery() {
    let table = [
        ("< relu fc(10), tanh() >", "relu; fc(10); tanh()", true),
        ("A < relu; ; tanh > B", "relu; tanh", true),
        ("A { relu; fc(3, bias: false, 4 5) }", "relu; fc(3, bias = false, 4, 5)", true),
        ("fc(784, 256); relu", "fc(784, 256); relu", true),
        ("< fc(784, , x = 2 **, y = 1) >", "fc(784, …, x = …, y = 1)", true),
        ("< relu; let d = 3; fc(d) >", "relu; fc(d)", true),
        ("< relu; +; tanh >", "relu; tanh", false),
        ("< relu + fc(3); tanh >", "relu; tanh", false),
        ("< hidden: ; tanh >", "tanh", false),
        ("A < relu B < tanh >", "relu", false),
        ("< >", "", true),
    ];
    for (input, expected, whole) in table {
        let errors = Errors::new();
        let network = parse(input.parse().unwrap(), WORDS, &errors).unwrap();
        assert_eq!((show(&network.body).as_str(), network.body.whole), (expected, whole), "{input}");
        drop(errors.into_compile_errors());
    }
}
