//! Whole networks printed: what is printed is read as the same network, and prints itself again.

use quipu_macros_core::ast::{Layer, Network, Node, Seq, parse};
use quipu_macros_core::errors::Errors;

use crate::kinds::WORDS;

fn network(input: &str) -> Network {
    let errors = Errors::new();
    let network = parse(input.parse().expect("tokens"), WORDS, &errors);
    assert!(errors.is_empty(), "{input}\n{errors}");
    network.expect("a network")
}

/// Everything of a sequence but its spans and layout.
fn plain(seq: &Seq) -> String {
    let layer = |layer: &Layer| {
        let label = layer.label.as_ref().map_or(String::new(), |label| format!("{label}: "));
        let node = match &layer.node {
            Node::Group(seq) => plain(seq),
            Node::Call(call) => {
                let branches = call.branches.iter().map(|branch| {
                    let word = branch.word.as_ref().map_or(String::new(), ToString::to_string);
                    format!(" {word}{}", plain(&branch.seq))
                });
                format!("{call}{}", branches.collect::<String>())
            }
        };
        format!("{}{}{label}{node};", layer.docs.join("|"), layer.attrs.len())
    };
    format!("{{{}}}", seq.layers.iter().map(layer).collect::<String>())
}

/// Prints, reads and prints again.
#[track_caller]
fn round(input: &str) -> String {
    let read = network(input);
    let printed = read.to_string();
    let again = network(&printed);
    assert_eq!(plain(&again.body), plain(&read.body), "{printed}");
    // All that stands around the layers, `syn`'s parts as tokens of no place.
    let around = |network: &Network| {
        let Network { docs, attrs, vis, name, lets, blocks, .. } = network;
        let lets: Vec<_> = lets.iter().map(|l| format!("{:?} {} = {}", l.docs, l.name, l.value)).collect();
        let blocks: Vec<_> = blocks
            .iter()
            .map(|b| {
                format!(
                    "{:?} {} {} {}",
                    b.docs,
                    b.name,
                    b.params.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
                    plain(&b.body)
                )
            })
            .collect();
        let name = name.as_ref().map(ToString::to_string);
        let vis = matches!(vis, syn::Visibility::Inherited);
        format!("{docs:?} {} {vis} {name:?} {lets:?} {blocks:?}", attrs.len())
    };
    assert_eq!(around(&again), around(&read), "{printed}");
    assert_eq!(again.to_string(), printed);
    printed
}

#[test]
fn one_layer_a_line() {
    assert_eq!(
        round("pub Mlp < fc(784,256);relu; softmax_ce( 10 ); >"),
        "pub Mlp <\n    fc(784, 256);\n    relu;\n    softmax_ce(10)\n>"
    );
    assert_eq!(round("< relu >"), "<\n    relu\n>");
}

#[test]
fn docs_lets_blocks_labels_and_braces() {
    let printed = round(
        "/// A network.\n/// With two lines.\n#[budget(params <= 4 MiB)] pub(crate) Net <
            /// Wide.\n let d = 4 * (2 + 1);
            block ff(n, m) { fc(n, m, bias = false); gelu(tanh); fc(m, n) }
            input(3, d);
            /// First.\n a: fc(d); ff(d, 2 * d);
            residual { layer_norm(eps = 0.001); b: { tanh } } shortcut { } ;
            { flatten } repeat(2) { fc(4, init = he) }
            mse(4)
        >",
    );
    assert_eq!(
        printed,
        "/// A network.
/// With two lines.
# [budget (params <= 4 MiB)]
pub (crate) Net <
    /// Wide.
    let d = 4 * (2 + 1);
    block ff(n, m) {
        fc(n, m, bias = false);
        gelu(tanh);
        fc(m, n)
    }
    input(3, d);
    /// First.
    a: fc(d);
    ff(d, 2 * d);
    residual {
        layer_norm(eps = 0.001);
        b: {
            tanh
        }
    } shortcut { };
    {
        flatten
    }
    repeat(2) {
        fc(4, init = he)
    }
    mse(4)
>"
    );
}

#[test]
fn braces_after_braces_stay_apart() {
    round("< concat { relu } { tanh } ; { sigmoid } residual { }; { { } } x: { } { relu } fc(3) >");
}
