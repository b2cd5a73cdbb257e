//! What an editor shows of a definition: each of its words stands, with its own span, in a path to a documented item.

use std::fmt::Write as _;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use quipu_macros_core::compile;
use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::KINDS;
use quipu_macros_core::words::Word;
use quote::ToTokens;
use syn::visit::{self, Visit};

/// A word of the source where it stands in the expansion: where it was written, and what it leads to.
type Found = (Range<usize>, String);

/// Finds paths and items by the words in them that were written.
#[derive(Default)]
struct Finder {
    found: Vec<Found>,
    /// The struct, or the type of the impl, around what is visited.
    around: String,
}

impl Finder {
    fn add(&mut self, word: &syn::Ident, what: String) {
        let span = word.span().byte_range();
        // The call of `compile_error!` stands on what is wrong.
        if !span.is_empty() && !what.starts_with("::core") {
            self.found.push((span, what));
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &str) {
        match tree {
            syn::UseTree::Path(path) => {
                let here = format!("{before}{}", path.ident);
                self.add(&path.ident, here.clone());
                self.tree(&path.tree, &format!("{here}::"));
            }
            syn::UseTree::Name(name) => self.add(&name.ident, format!("{before}{}", name.ident)),
            syn::UseTree::Rename(name) => self.add(&name.ident, format!("{before}{}", name.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

/// The documentation of an item, a line each.
fn docs(attrs: &[syn::Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) => Some(line.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

impl Visit<'_> for Finder {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let before = if item.leading_colon.is_some() { "::" } else { "" };
        self.tree(&item.tree, before);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let mut whole = if path.leading_colon.is_some() { "::".to_owned() } else { String::new() };
        for (index, segment) in path.segments.iter().enumerate() {
            whole += if index > 0 { "::" } else { "" };
            whole += &segment.ident.to_string();
            self.add(&segment.ident, whole.clone());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        self.around = item.ident.to_string();
        visit::visit_item_struct(self, item);
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        let ty = item.self_ty.to_token_stream().to_string();
        self.around = ty.split(' ').next().unwrap_or_default().to_owned();
        visit::visit_item_impl(self, item);
    }

    fn visit_field(&mut self, field: &syn::Field) {
        if let Some(name) = &field.ident {
            self.add(name, format!("field {}.{name}", self.around));
        }
        visit::visit_field(self, field);
    }

    fn visit_impl_item_const(&mut self, item: &syn::ImplItemConst) {
        self.add(&item.ident, format!("const {}::{}", self.around, item.ident));
        visit::visit_impl_item_const(self, item);
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        let about = docs(&item.attrs);
        let about = about.split_once(", ").map_or(&*about, |(start, _)| start);
        self.add(&item.ident, format!("mod {} \"{about}\"", item.ident));
        visit::visit_item_mod(self, item);
    }
}

/// Where the words of a network lead.
fn found(network: &str) -> Vec<Found> {
    let written: TokenStream = network.parse().expect("tokens");
    let mut finder = Finder::default();
    finder.visit_file(&syn::parse2(compile(written)).expect("items"));
    finder.found
}

/// All words between the brackets of a network and in its attributes, in order.
fn words(tokens: TokenStream, words: &mut Vec<(Range<usize>, String)>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push((word.span().byte_range(), word.to_string())),
            TokenTree::Group(group) => self::words(group.stream(), words),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Compares where each word leads, in the order of the source; those that lead nowhere are left out.
#[track_caller]
fn check(network: &str, expected: &str) {
    let (found, mut all) = (found(network), Vec::new());
    words(network.parse().expect("tokens"), &mut all);
    let mut shown = String::new();
    for (span, word) in all {
        let mut items: Vec<&str> =
            found.iter().filter(|(at, _)| *at == span).map(|(_, item)| item.as_str()).collect();
        items.dedup();
        if !items.is_empty() {
            writeln!(shown, "{word}: {}", items.join(", ")).expect("a string takes all");
        }
    }
    let expected: String = expected.lines().map(str::trim).filter(|line| !line.is_empty()).fold(
        String::new(),
        |mut lines, line| {
            lines += line;
            lines.push('\n');
            lines
        },
    );
    assert_eq!(shown, expected, "{network}");
}

#[test]
fn words_of_a_network() {
    check(
        "#[budget(params <= 20_000, step_flops(batch = 2, optimizer = adam, clip) <= 1 G)]
        #[budget(train_bytes(batch = 2, optimizer = rmsprop, centered) <= 1 GiB)]
        pub Net <
            let d = 2 * 12;
            let e = d + 1;
            block ff(n, m) { wide: fc(n, m); gelu(tanh); fc(m, d, init = xavier) }
            embed: fc(64, d);
            residual { layer_norm(eps = 1e-3); ff(d, 4 * d) }
            repeat(3) { residual { mild: relu } shortcut { fc(d, bias = false) } }
            thin: fc(d, rank = 2);
            last: { tanh; fc(e) }
            relu;
            out: softmax_ce(5, smoothing = 0.1)
        >",
        r#"
        params: Net::PARAMS
        step_flops: ::quipu::NetworkCost::step_flops
        adam: ::quipu::optim::Adam
        clip: ::quipu::OptimizerKind::clip
        train_bytes: Net::train_bytes
        rmsprop: ::quipu::optim::RmsProp
        centered: ::quipu::OptimizerKind::centered
        Net: NetOf
        d: const NetOf::D
        e: const NetOf::E
        d: Net::D
        ff: mod ff "`block ff(n"
        n: mod n "What `ff` is given where it is used"
        m: mod m "What `ff` is given where it is used"
        wide: field NetFf1Of.wide, mod wide "`residual1.ff1.wide`: (24) → (96)"
        fc: ::quipu::layers::fc
        n: self::ff::n
        m: self::ff::m
        gelu: mod gelu "`residual1.ff1.gelu1`: (96) → (96)", ::quipu::layers::gelu
        tanh: ::quipu::layers::gelu::words::tanh
        fc: mod fc "`residual1.ff1.fc1`: (96) → (24)", ::quipu::layers::fc
        m: self::ff::m
        d: Net::D
        init: ::quipu::layers::fc::words::init
        xavier: ::quipu::layers::fc::words::init::xavier
        embed: field NetOf.embed, mod embed "`embed`: (64) → (24)"
        fc: ::quipu::layers::fc
        d: Net::D
        residual: mod residual "`residual1`: (24) → (24)", ::quipu::layers::residual
        layer_norm: mod layer_norm "`residual1.layer_norm1`: (24) → (24)", ::quipu::layers::layer_norm
        eps: ::quipu::layers::layer_norm::words::eps
        ff: self::ff
        d: Net::D
        d: Net::D
        repeat: ::quipu::layers::repeat
        residual: mod residual "`repeat1.residual1`", ::quipu::layers::residual
        mild: mod mild "`repeat1.residual1.mild`"
        relu: ::quipu::layers::relu
        shortcut: ::quipu::layers::residual::words::shortcut
        fc: mod fc "`repeat1.residual1.shortcut.fc1`", ::quipu::layers::fc
        d: Net::D
        bias: ::quipu::layers::fc::words::bias
        thin: field NetOf.thin
        fc: mod fc "`thin.down`: (24) → (2)", mod fc "`thin.up`: (2) → (24)", ::quipu::layers::fc
        d: Net::D
        rank: ::quipu::layers::fc::words::rank
        last: field NetOf.last
        tanh: mod tanh "`last.tanh1`: (24) → (24)", ::quipu::layers::tanh
        fc: mod fc "`last.fc1`: (24) → (25)", ::quipu::layers::fc
        e: Net::E
        relu: mod relu "`relu1`: (25) → (25)", ::quipu::layers::relu
        out: field NetOf.out, mod out "`out`: (25) → (5)"
        softmax_ce: mod softmax_ce "`softmax_ce`: (5) → (5)", ::quipu::heads::softmax_ce
        smoothing: ::quipu::heads::softmax_ce::words::smoothing
        "#,
    );
}

#[test]
fn words_of_a_network_with_mistakes() {
    check(
        "Net < let d = 8; block ff(Self, n) { fc(n) } fc(4, d, rnk = 2, bias = d); gleu; ff(1, d); hidden: fc(d,); relu >",
        r#"
        Net: NetOf
        d: const NetOf::D
        ff: mod ff "`block ff(Self"
        n: mod n "What `ff` is given where it is used"
        fc: ::quipu::layers::fc
        n: self::ff::n
        fc: ::quipu::layers::fc
        d: Net::D
        bias: ::quipu::layers::fc::words::bias
        d: Net::D
        ff: self::ff
        d: Net::D
        hidden: field NetOf.hidden
        fc: ::quipu::layers::fc
        d: Net::D
        relu: ::quipu::layers::relu
        "#,
    );
}

/// Asserts that each of the words, which stands once in the network, leads to the item.
#[track_caller]
fn leads(network: &str, expected: &[(&str, String)]) {
    let found = found(network);
    for (word, path) in expected {
        let at = network.rfind(word).expect("the word");
        let span = at..at + word.len();
        let items: Vec<&String> = found.iter().filter(|(at, _)| *at == span).map(|(_, item)| item).collect();
        assert!(items.contains(&path), "`{word}` leads to {items:?} and not to `{path}` in {network}");
    }
}

/// Each word of a kind, whatever it takes, behind the others: what is wrong with its value keeps no word from its item.
fn leads_from(module: &str, kind: &str, words: &[Word], branches: &[&str]) {
    let home = format!("::quipu::{module}::{kind}");
    leads(&format!("Net < {kind} >"), &[(kind, home.clone())]);
    for Word { name, values } in words {
        let path = format!("{home}::words::{name}");
        leads(&format!("Net < {kind}({name}) >"), &[(name, path.clone())]);
        leads(&format!("Net < {kind}(2, {name} = 3) >"), &[(name, path.clone())]);
        for value in *values {
            let value_path = (*value, format!("{path}::{value}"));
            leads(&format!("Net < {kind}(2, {name} = {value}) >"), &[(name, path.clone()), value_path]);
        }
    }
    for word in branches {
        leads(
            &format!("Net < {kind} {{ fc(2) }} {word} {{ }} >"),
            &[(word, format!("{home}::words::{word}"))],
        );
    }
}

#[test]
fn words_of_every_kind_and_head() {
    for (name, kind) in KINDS {
        leads_from("layers", name, kind.words(), kind.branch_words());
    }
    for (name, head) in HEADS {
        leads_from("heads", name, head.words(), &[]);
    }
}

#[test]
fn every_word_of_a_kind_stands_in_its_usage() {
    let kinds = KINDS.iter().map(|(name, kind)| (name, kind.usage(), kind.words()));
    for (kind, usage, words) in
        kinds.chain(HEADS.iter().map(|(name, head)| (name, head.usage(), head.words())))
    {
        for Word { name, values } in words {
            let shown = [format!("{name} = "), format!("({name})")];
            assert!(shown.iter().any(|shown| usage.contains(shown)), "{kind}: {usage} has no {name}");
            let example = |value: &&str| usage.contains(&format!("{name} = {value}"));
            assert!(
                values.is_empty() || values.iter().any(example),
                "{kind}: {usage} has no value of {name}"
            );
        }
    }
}

/// The documentation on the word, where it is a module of the expansion.
#[track_caller]
fn about(network: &str, word: &str) -> String {
    struct Docs(Range<usize>, Vec<String>);
    impl Visit<'_> for Docs {
        fn visit_item_mod(&mut self, item: &syn::ItemMod) {
            if item.ident.span().byte_range() == self.0 {
                self.1.push(docs(&item.attrs));
            }
            visit::visit_item_mod(self, item);
        }
    }
    let at = network.find(word).expect("the word");
    let mut found = Docs(at..at + word.len(), Vec::new());
    found.visit_file(&syn::parse2(compile(network.parse().expect("tokens"))).expect("items"));
    found.1.join("\n")
}

#[test]
fn a_layer_shows_its_line_of_the_cost_table() {
    let network = "Mlp < fc(784, 256); relu; softmax_ce(10) >";
    assert_eq!(
        about(network, "fc"),
        "`fc1`: (784) → (256), 200,960 parameters. A sample takes 200,704 MACs, 401,664 FLOPs forward and 401,664 \
         backward (98.1 % of the network), and keeps 0 bytes over `f32`."
    );
    assert_eq!(
        about(network, "relu"),
        "`relu1`: (256) → (256), 0 parameters. A sample takes 0 MACs, 256 FLOPs forward and 256 backward (0.1 % of the \
         network), and keeps 1,024 bytes over `f32`."
    );
    // The head's own projection, and the head.
    let head = about(network, "softmax_ce");
    assert!(
        head.starts_with("`fc2`: (256) → (10), 2,570 parameters.") && head.contains("\n`softmax_ce`: "),
        "{head}"
    );
    let copies = about("Net < fc(2, 3); repeat(4) { tanh } mse(3) >", "tanh");
    assert!(copies.starts_with("`repeat1.tanh1`, 4 times: (3) → (3), "), "{copies}");
}

#[test]
fn uses_of_a_block_write_its_words_once() {
    // Each block uses the one before twice: 2, 4, 8, … layers.
    let network = |depth: usize| {
        let mut text = "Net < block b0 { tanh }".to_owned();
        for level in 1..=depth {
            write!(text, " block b{level} {{ b{0}; b{0} }}", level - 1).expect("a string takes all");
        }
        text + &format!(" fc(2, 3); b{depth}; mse(3) >")
    };
    let paths: Vec<usize> = (1..=8).map(|depth| found(&network(depth)).len()).collect();
    assert!(paths.windows(2).all(|pair| pair[1] - pair[0] == paths[1] - paths[0]), "{paths:?}");
}
