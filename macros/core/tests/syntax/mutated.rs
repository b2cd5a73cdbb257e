//! Broken token streams, thousands of them: every one is read to its end, and none makes the parser panic.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::kinds::mistakes;

/// Networks to break, with every form of the grammar.
const SEEDS: &[&str] = &[
    "/// Doc.\n #[budget(params <= 203_530)] pub Mlp < fc(784, 256, bias = false); relu; softmax_ce(10) >",
    "pub(crate) Vit < let d = 4 * (32 - 2); block basic(c, s) { fc(c); conv2d(c, s, kernel = (3, 3)) } \
     repeat(12) { basic(d, 2); residual { gelu(tanh) } shortcut { } } dropout(-0.5) >",
    "< a: { norm(eps = 1e-5); concat { relu } { tanh } { } } b: pair(5 % 2, d / 3) >",
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

#[test]
fn nothing_panics() {
    let mut random = Random(7);
    let mut wrong = 0;
    for round in 0..10_000 {
        let mut tokens: TokenStream = SEEDS[round % SEEDS.len()].parse().expect("tokens");
        for _ in 0..=random.below(6) {
            tokens = random.mutate(tokens);
        }
        wrong += usize::from(!mistakes(tokens).is_empty());
    }
    assert!(wrong > 7_500, "only {wrong} of 10000 mutations were mistakes");
}

#[test]
fn noise_does_not_panic() {
    let mut random = Random(11);
    for _ in 0..10_000 {
        let tokens = (0..random.below(20)).map(|_| random.token(0)).collect();
        mistakes(tokens);
    }
}

/// Streams that would exhaust the stack of a parser that recurses without a bound.
#[test]
fn depth_is_bounded() {
    let many = 20_000;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(many), close.repeat(many));
    let table = [
        (format!("< fc({}) >", nested("(", ")")), "brackets are nested more than 64 deep"),
        (format!("< {} >", nested("{", "}")), "brackets are nested more than 64 deep"),
        (format!("< fc({}3) >", "- ".repeat(many)), "more than 256 operators"),
        (format!("< fc({}3) >", "3 * ".repeat(many)), "more than 256 operators"),
        (format!("< let d = {}3; fc(d) >", "3 + ".repeat(many)), "more than 256 operators"),
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
