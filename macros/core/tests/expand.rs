//! What six networks expand to, as files that people read: `tests/expand/`.
//!
//! `QUIPU_OVERWRITE=1 cargo test -p quipu-macros-core --test expand` writes them anew, for you to read the difference.

use std::path::Path;

/// The networks by the names of their files.
const NETWORKS: [(&str, &str); 6] = [
    (
        "mlp",
        "/** Handwritten digits: 28×28 grey levels, ten classes. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) >",
    ),
    (
        "residual",
        "pub Residual < input(8); residual { layer_norm; fc(16); gelu; fc(8) } residual { fc(4) } shortcut { fc(4) } mse(4) >",
    ),
    (
        "repeat",
        "Repeat < block wide(n) { fc(4 * n); silu; fc(n) } fc(6, 3); repeat(2) { residual { wide(3); dropout(0.1) } } relu; bce(1) >",
    ),
    (
        "concat",
        "pub(crate) Concat < fc(5, 4); concat { fc(2) } { tanh } { } relu; head: softmax_ce(3, smoothing = 0.1) >",
    ),
    (
        "batch_norm",
        "pub Normed < fc(6, 5); batch_norm; relu; fc(4, rank = 2); batch_norm; huber(4, delta = 0.5) >",
    ),
    (
        "budget",
        "#[budget(params <= MOST, forward_flops(batch = 8) < 2 K)] pub Budget < let d = 3; let wide = 4 * d; fc(d, wide); relu; mse(d) >",
    ),
];

fn tokens(network: &str) -> usize {
    fn count(stream: proc_macro2::TokenStream) -> usize {
        let of = |token| match token {
            proc_macro2::TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        };
        stream.into_iter().map(of).sum()
    }
    count(quipu_macros_core::compile(network.parse().expect("tokens")))
}

/// An expansion grows with what was written, and not with how often it runs.
#[test]
fn expansions_are_linear_in_what_was_written() {
    let chain =
        |pairs: usize| format!("Net < input(8); {} relu; mse(8) >", "fc(8); layer_norm; ".repeat(pairs));
    let [one, two, four] = [100, 200, 400].map(|pairs| tokens(&chain(pairs)));
    let (first, second) = (two - one, four - two);
    // Twice as many layers more; what is left is the digits of the names.
    assert!(2 * first <= second && second <= 2 * first + first / 20, "{one}, {two}, {four}");
    let repeat = |times: usize| format!("Net < input(8); repeat({times}) {{ fc(8); tanh }} mse(8) >");
    assert_eq!(tokens(&repeat(2)), tokens(&repeat(96)));
}

#[test]
fn expansions_are_as_as_written_down() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/expand");
    let overwrite = std::env::var_os("QUIPU_OVERWRITE").is_some();
    for (name, network) in NETWORKS {
        let tokens = quipu_macros_core::compile(network.parse().expect("tokens"));
        assert!(!tokens.to_string().contains("compile_error"), "{network}");
        let file: syn::File = syn::parse2(tokens).expect("items");
        let expansion = format!("// network! {{ {network} }}\n\n{}", prettyplease::unparse(&file));
        let path = directory.join(format!("{name}.rs"));
        if overwrite {
            std::fs::write(&path, &expansion).expect("the directory of expansions");
            continue;
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = known.lines().zip(expansion.lines()).position(|(known, found)| known != found);
        assert!(
            known == expansion,
            "{name} expands to something else from line {} on; read what `QUIPU_OVERWRITE=1 cargo test -p quipu-macros-core \
             --test expand` makes of {}",
            differs.map_or(known.lines().count(), |line| line) + 1,
            path.display()
        );
    }
}
