//! What an expansion costs: tokens in, tokens out, milliseconds (the least of several runs: other work only adds).
//!
//! `cargo bench -p quipu-macros-core --bench expansion`

use std::time::Instant;

use proc_macro2::{TokenStream, TokenTree};

/// Layers in a row, one of every sort in turn.
fn chain(layers: usize) -> String {
    const LAYERS: [&str; 5] = ["fc(64)", "layer_norm", "relu", "residual { fc(64); tanh }", "dropout(0.1)"];
    let body: Vec<&str> = (0..layers).map(|index| LAYERS[index % LAYERS.len()]).collect();
    format!("pub Net < input(64); {}; relu; softmax_ce(10) >", body.join("; "))
}

fn repeat(times: usize) -> String {
    format!(
        "pub Net < input(64); repeat({times}) {{ residual {{ layer_norm; fc(256); gelu; fc(64) }} }} relu; softmax_ce(10) >"
    )
}

fn tokens(stream: TokenStream) -> usize {
    let of = |token| match token {
        TokenTree::Group(group) => 2 + tokens(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(of).sum()
}

fn row(name: &str, network: &str) {
    const RUNS: usize = 9;
    let input: TokenStream = network.parse().expect("tokens");
    let output = quipu_macros_core::compile(input.clone());
    let least = (0..RUNS).map(|_| {
        let (input, start) = (input.clone(), Instant::now());
        std::hint::black_box(quipu_macros_core::compile(input));
        1e3 * start.elapsed().as_secs_f64()
    });
    let least = least.fold(f64::INFINITY, f64::min);
    println!("{name:20} {:>10} {:>10} {:>10.2}", tokens(input), tokens(output), least);
}

fn main() {
    println!("{:20} {:>10} {:>10} {:>10}", "network", "tokens in", "out", "ms");
    row("Mlp", "pub Mlp < fc(784, 256); relu; softmax_ce(10) >");
    for layers in [10, 50, 100, 500, 1_000, 2_000] {
        row(&format!("{layers} layers"), &chain(layers));
    }
    for times in [2, 96] {
        row(&format!("repeat({times})"), &repeat(times));
    }
}
