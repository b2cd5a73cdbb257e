//! Broken token streams, thousands of them: none makes the parser or the whole pipeline panic, and what comes out of it
//! is always Rust.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::kinds::mistakes;

/// Networks to break, with every form of the grammar.
const SEEDS: &[&str] = &[
    "/// Doc.\n #[budget(params <= 203_530)] pub Mlp < fc(784, 256, bias = false); relu; softmax_ce(10) >",
    "pub(crate) Vit < let d = 4 * (32 - 2); block basic(c, s) { fc(c); conv2d(c, s, kernel = (3, 3)) } \
     repeat(12) { basic(d, 2); residual { gelu(tanh) } shortcut { } } dropout(-0.5) >",
    "< a: { norm(eps = 1e-5); concat { relu } { tanh } { } } b: pair(5 % 2, d / 3) >",
];

/// Networks that compile, with every kind and head; a mutation of one often compiles, too.
const WHOLE: &[&str] = &[
    "pub Mlp < fc(784, 256); relu; softmax_ce(10) >",
    "< fc(784, 256, bias = false); gelu(tanh); dropout(0.5); fc(10); softmax_ce(10, smoothing = 0.1) >",
    "/// Doc.\n pub(crate) Deep < let d = 4 * (32 - 2); input(d); layer_norm; repeat(12) { fc(d); tanh } bce(1) >",
    "Res < fc(8, 16); sigmoid; residual { fc(16); relu } residual { fc(4) } shortcut { fc(4, bias = false) } mse(4) >",
    "Image < input(1, 28, 28); layer_norm(eps = 1e-5); flatten; hidden: fc(784, 32, init = xavier); relu; out: bce(3) >",
    "Blocks < block dense(i, o) { fc(i, o); relu } block two(n) { dense(n, n); dense(n, 2 * n) } dense(8, 4); two(4); \
     a: { two(8); b: { relu } } softmax_ce(5) >",
    "Nest < fc(2, 8); repeat(2) { residual { repeat(3) { fc(8, bias = false); gelu } } shortcut { layer_norm } } relu; mse(1) >",
    "Thin < fc(9, 8, rank = 3, init = orthogonal); leaky_relu(0.1); rms_norm(eps = 1e-6); elu(0.5); selu; softplus; silu; \
     hardswish; mish; concat { fc(3) } { fc(3) } softmax; mse(6) >",
    "Normed < block b(n) { fc(n); batch_norm } input(4); batch_norm(eps = 1e-3, momentum = 0.3); repeat(2) { b(4) } \
     fc(3, bias = false); { batch_norm; relu } concat { batch_norm } { fc(2); batch_norm } mse(5) >",
    "Tied < let a_b = 3; let c = a_b % 2 + 7 / 2; fc(c, a_b); tanh; { dropout(0); { fc(a_b) } } tanh; bce(a_b) >",
    "#[budget(params <= 1_000, train_bytes(batch = 8, optimizer = adam) <= 1 MiB)] Small < fc(2, 4); relu; bce(1) >",
    "Identity < input(2, 3); residual { flatten; input(6) } fc(3); relu; residual { layer_norm } shortcut { } flatten; \
     mse(6) >",
];

/// A linear congruential generator (Knuth's constants): the same streams at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn token(&mut self, depth: usize) -> TokenTree {
        const WORDS: [&str; 14] = [
            "let", "block", "fc", "d", "pub", "shortcut", "Mlp", "tanh", "bias", "as", "true", "_", "Self",
            "r#fn",
        ];
        const LITERALS: [&str; 10] =
            ["0", "3", "0.5", "1e999", "18446744073709551615", "3u8", "\"he\"", "'a'", "b\"x\"", "1f32"];
        match self.below(6) {
            0 => match WORDS[self.below(WORDS.len())] {
                "r#fn" => TokenTree::Ident(Ident::new_raw("fn", Span::call_site())),
                word => TokenTree::Ident(Ident::new(word, Span::call_site())),
            },
            1 => TokenTree::Literal(
                LITERALS[self.below(LITERALS.len())].parse::<Literal>().expect("a literal"),
            ),
            2 if depth < 3 => {
                let delimiters =
                    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
                let inside = (0..self.below(4)).map(|_| self.token(depth + 1)).collect();
                TokenTree::Group(Group::new(delimiters[self.below(4)], inside))
            }
            _ => {
                let characters: Vec<char> = ";;;,,:=<>>+-*/%#!.|&$?'@^~".chars().collect();
                let spacing = if self.below(2) == 0 { Spacing::Joint } else { Spacing::Alone };
                TokenTree::Punct(Punct::new(characters[self.below(characters.len())], spacing))
            }
        }
    }

    /// Takes tokens away, doubles, swaps, replaces or inserts them, here or inside a group.
    fn mutate(&mut self, tokens: TokenStream) -> TokenStream {
        let mut list: Vec<TokenTree> = tokens.into_iter().collect();
        let at = self.below(list.len());
        if let Some(TokenTree::Group(group)) = list.get(at)
            && self.below(4) > 0
        {
            let (delimiter, inside) = (group.delimiter(), group.stream());
            list[at] = TokenTree::Group(Group::new(delimiter, self.mutate(inside)));
            return list.into_iter().collect();
        }
        match self.below(5) {
            0 if !list.is_empty() => drop(list.remove(at)),
            1 if !list.is_empty() => list.insert(at, list[at].clone()),
            2 if !list.is_empty() => {
                let other = self.below(list.len());
                list.swap(at, other);
            }
            3 if !list.is_empty() => list[at] = self.token(0),
            _ => list.insert(at, self.token(0)),
        }
        list.into_iter().collect()
    }
}

/// Whether a message ends in what to do: a form of these words.
fn says_what_to_write(message: &str) -> bool {
    const WORDS: [&str; 10] = [
        "; write",
        "did you mean `",
        "; remove",
        "; choose",
        "; move",
        "; rename",
        "; end",
        "; take ",
        "; leave",
        "; look for",
    ];
    WORDS.iter().any(|word| message.contains(word))
}

#[test]
fn nothing_panics() {
    let mut random = Random(7);
    let (mut wrong, mut helpless) = (0, BTreeSet::new());
    for round in 0..10_000 {
        let mut tokens: TokenStream = SEEDS[round % SEEDS.len()].parse().expect("tokens");
        for _ in 0..=random.below(6) {
            tokens = random.mutate(tokens);
        }
        let found = mistakes(tokens);
        helpless.extend(
            found.iter().map(|(_, message)| message).filter(|message| !says_what_to_write(message)).cloned(),
        );
        wrong += usize::from(!found.is_empty());
        forget();
    }
    assert!(helpless.is_empty(), "messages that do not say what to write: {helpless:#?}");
    assert!(wrong > 7_500, "only {wrong} of 10000 mutations were mistakes");
}

#[test]
fn noise_does_not_panic() {
    let mut random = Random(11);
    for _ in 0..10_000 {
        let tokens = (0..random.below(20)).map(|_| random.token(0)).collect();
        mistakes(tokens);
        forget();
    }
}

/// Forgets the places of all that was read so far, among which every new one is looked up.
fn forget() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// Compiles and gives the number of errors; panics where what comes out is no Rust.
fn compiled(tokens: TokenStream) -> usize {
    fn errors(tokens: TokenStream) -> usize {
        let of = |token| match token {
            TokenTree::Group(group) => errors(group.stream()),
            token => usize::from(token.to_string() == "compile_error"),
        };
        tokens.into_iter().map(of).sum()
    }
    let out = quipu_macros_core::compile(tokens);
    syn::parse2::<syn::File>(out.clone()).unwrap_or_else(|error| panic!("{error}: {out}"));
    let found = errors(out);
    forget();
    found
}

#[test]
fn the_pipeline_gives_rust() {
    for network in WHOLE {
        assert_eq!(
            compiled(network.parse().expect("tokens")),
            usize::from(network.starts_with("Identity")),
            "{network}"
        );
    }
    let mut random = Random(13);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..6_000 {
        let mut tokens: TokenStream = WHOLE[round % WHOLE.len()].parse().expect("tokens");
        for _ in 0..=random.below(2) {
            tokens = random.mutate(tokens);
        }
        *(if compiled(tokens) == 0 { &mut right } else { &mut wrong }) += 1;
    }
    assert!(right > 200 && wrong > 3_000, "{right} mutations were networks, {wrong} mistakes");
}

/// Sizes and repeats beyond all reason, also in combination, are errors or numbers, never an overflow or an endless run.
#[test]
fn large_numbers_do_not_panic() {
    const NUMBERS: [&str; 8] = ["1", "2", "255", "10_000", "65536", "1_048_576", "4294967295", "4294967296"];
    const FORMS: [&str; 11] = [
        "< input(A); batch_norm; fc(B); batch_norm; repeat(C) { batch_norm; fc(B); batch_norm } mse(B) >",
        "< fc(A, B, rank = C); softmax; mse(B) >",
        "< input(A, B); rms_norm; softplus; fc(C, rank = A); flatten; fc(B, rank = 1, bias = false); mse(B) >",
        "< fc(A, B); relu; softmax_ce(C) >",
        "< input(A, B, C); layer_norm; fc(A); gelu; flatten; fc(B); tanh; bce(C) >",
        "< input(A, B); dropout(0.5); fc(C); mse(C) >",
        "< fc(A, B); repeat(C) { fc(B); relu } bce(A) >",
        "< fc(A, B); repeat(C) { repeat(A) { residual { fc(B); relu } } } relu; bce(A) >",
        "< input(A); repeat(B) { repeat(C) { repeat(B) { repeat(C) { repeat(B) { flatten } } } } } fc(A); mse(A) >",
        "< fc(A, B); repeat(10_000) { repeat(10_000) { repeat(C) { gelu } } } mse(B) >",
        "< block b(n) { fc(n); relu; dropout(0.1); layer_norm } input(A); b(B); repeat(C) { residual { b(B) } } mse(B) >",
    ];
    for form in FORMS {
        for (a, b, c) in NUMBERS
            .iter()
            .flat_map(|a| NUMBERS.iter().map(move |b| (a, b)))
            .flat_map(|(a, b)| NUMBERS.iter().map(move |c| (a, b, c)))
        {
            compiled(form.replace('A', a).replace('B', b).replace('C', c).parse().expect("tokens"));
        }
    }
}

/// What the fuzzer has found.
#[test]
fn found_by_the_fuzzer() {
    // Nothing says what flows into the empty braces.
    assert_eq!(compiled("Small < { } fc(2, 4); relu; bce(1) >".parse().expect("tokens")), 1);
    // Fields and types are named after words that have no name of their own.
    assert_eq!(compiled("Nest < fc(2, 8); r#sidual { fc(8) } relu; mse(1) >".parse().expect("tokens")), 1);
    for raw in [
        "Net < let r#in = 3; fc(2, r#in); mse(3) >",
        "Net < let _ = 3; let self = 4; fc(2, self); mse(_) >",
        "Net < block b(r#in) { fc(r#in) } fc(2, 3); b(r#in = 4); relu; mse(3) >",
        "r#struct < fc(2, 3); mse(3) >",
        "_ < fc(2, 3); mse(3) >",
        "Net < r#in: fc(2, 3); _: relu; self: mse(3) >",
        "Net < fc(2, 3, r#in = 4, init = r#he); residual { fc(3) } r#shortcut { fc(3) } r#mse(3) >",
        "#[budget(r#params <= r#in)] Net < fc(2, 3); mse(3) >",
        "Net < repeat(r#in) { r#fc(3) } crate: { fc(3) } super { relu } mse(3) >",
    ] {
        compiled(raw.parse().expect("tokens"));
    }
    // A long sum with a mistake in it, of tokens whose places cannot be joined, as on a stable compiler: 2^200 steps once.
    let sum: TokenStream =
        "1 + ".repeat(200).split_whitespace().filter_map(|token| token.parse::<TokenStream>().ok()).collect();
    let (open, end): (TokenStream, TokenStream) =
        ("Sum < fc".parse().expect("tokens"), "; mse(3) >".parse().expect("tokens"));
    let arguments = TokenTree::Group(Group::new(Delimiter::Parenthesis, quote::quote!(2, #sum d - 99 :: x)));
    compiled(quote::quote!(#open #arguments #end));
    assert_eq!(
        compiled("Raw < block r#in { fc(8) } input(8); r#in; relu; mse(1) >".parse().expect("tokens")),
        1
    );
}

/// Blocks of blocks: twice as many layers a line, or one deeper a line.
#[test]
fn blocks_of_blocks_are_bounded() {
    let chain = |uses: &str, count: usize| {
        let blocks: String = (1..count)
            .map(|i| format!("block b{i} {{ {} }} ", uses.replace('$', &format!("b{}", i - 1))))
            .collect();
        format!("< block b0 {{ relu }} {blocks} input(4); fc(4); b{}; softmax_ce(4) >", count - 1)
    };
    assert_eq!(compiled(chain("$", 60).parse().expect("tokens")), 0);
    assert_eq!(compiled(chain("$; $", 8).parse().expect("tokens")), 0);
    assert!(compiled(chain("$", 2_000).parse().expect("tokens")) > 0);
    assert!(compiled(chain("$; $", 60).parse().expect("tokens")) > 0);
}

/// Streams that would exhaust the stack of a parser that recurses without a bound.
#[test]
fn depth_is_bounded() {
    let many = 20_000;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(many), close.repeat(many));
    let table = [
        (format!("< fc({}) >", nested("(", ")")), "brackets are nested more than 64 deep"),
        (format!("< {} >", nested("{", "}")), "brackets are nested more than 64 deep"),
        (format!("< fc({}3) >", "- ".repeat(many)), "more than 256 operators; write its parts as `let`s"),
        (format!("< fc({}3) >", "3 * ".repeat(many)), "more than 256 operators; write its parts as `let`s"),
        (
            format!("< let d = {}3; fc(d) >", "3 + ".repeat(many)),
            "more than 256 operators; write its parts as `let`s",
        ),
        (format!("#[doc = {}3] A < relu >", "! ".repeat(many)), "the value of this attribute is too long"),
        (format!("{}<", "A < ".repeat(many)), "expected"),
        (format!("< {}", "relu ".repeat(many)), "expected `;` between layers"),
    ];
    for (input, expected) in table {
        let found = mistakes(input.parse().expect("tokens"));
        assert!(found.iter().any(|(_, message)| message.contains(expected)), "{:?}", found.first());
    }
    // As deep as it may be, every level of it evaluated.
    let deep =
        format!("< {} fc({}3{}) {} >", "a: { ".repeat(30), "(".repeat(62), ")".repeat(62), "} ".repeat(30));
    assert_eq!(
        mistakes(deep.parse().expect("tokens")).first().map(|(_, message)| message.contains("64 deep")),
        Some(true)
    );
    let deep =
        format!("< {} fc({}3{}) {} >", "a: { ".repeat(30), "(".repeat(33), ")".repeat(33), "} ".repeat(30));
    assert!(mistakes(deep.parse().expect("tokens")).is_empty());
}
