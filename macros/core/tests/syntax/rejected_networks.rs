//! Mistakes in networks, layers and items: where each error points, and what it says, word for word.

use crate::kinds::{check, one};

#[test]
fn networks() {
    one(
        "",
        "",
        "expected a network, found nothing; write, say, `pub Mlp < fc(784, 256); relu; softmax_ce(10) >`",
    );
    one("Mlp", "Mlp", "expected `<` before the first layer, found the end; write `Mlp < … >`");
    one("Mlp relu >", "relu", "expected `<` before the first layer, found `relu`; write `Mlp < … >`");
    one("fc(784, 256); relu >", "fc", "expected `<` before the first layer, found `fc`; write `Mlp < … >`");
    one(
        "Mlp { relu; fc(3) }",
        "{ relu; fc(3) }",
        "the layers of a network stand between `<` and `>`, found braces; write `Mlp < … >`",
    );
    one(
        "Mlp < relu",
        "relu",
        "expected `>` after this to close the network, found the end; write `Mlp < … >`",
    );
    check(
        "Mlp < fc(784, 256); fc(3) relu",
        &[
            ("relu", "expected `;` between layers, found `relu`; write `fc(3); relu`"),
            ("relu", "expected `>` after this to close the network, found the end; write `Mlp < … >`"),
        ],
    );
    one("struct Mlp < relu >", "struct", "a network begins with its name, found `struct`; remove it");
    one(
        "A < relu > B < tanh >",
        "B",
        "a `network!` holds one network, found a second; write `B` into a `network! { … }` of its own",
    );
    one(
        "A < relu > pub B < tanh >",
        "pub",
        "a `network!` holds one network, found a second; write `B` into a `network! { … }` of its own",
    );
    one(
        "A < relu B < tanh >",
        "B",
        "the network before `B` is still open, and a `network!` holds one; write `>` here, and `B` into another",
    );
    one(
        "Mlp<T> < relu >",
        "<",
        "a network takes no type parameters, since it is generic over its scalar already, as `MlpOf<f64>`; write `Mlp < … >`",
    );
    one("Mlp < relu >;", ";", "nothing may follow the closing `>`, found `;`; remove it");
    one("Mlp < relu >= 3", "=", "nothing may follow the closing `>`, found `=`; remove it");
    one("Mlp < relu > relu; tanh", "relu", "nothing may follow the closing `>`, found `relu`; remove it");
    one(
        "crate < relu >",
        "crate",
        "`crate` is a word of Rust and cannot name a network; choose another name, such as `crate_`",
    );
    one(
        "#![doc = \"x\"] Mlp < relu >",
        "!",
        "an attribute stands before what it describes, found one with `!`; write `///` or `#[…]`",
    );
    one("# Mlp < relu >", "#", "expected an attribute, found `Mlp` after `#`; write, say, `#[doc = \"…\"]`");
    one(
        "#[3] Mlp < relu >",
        "3",
        "this is no attribute: expected identifier; write a doc comment, or remove it",
    );
    one(
        "pub(3) Mlp < relu >",
        "(3)",
        "expected `pub` or `pub(crate)`, found another word in the parentheses; write `crate`, `super` or `in path`",
    );
    check(
        "impl Mlp for relu",
        &[
            ("impl", "expected `<` before the first layer, found `impl`; write `Mlp < … >`"),
            ("Mlp", "expected `;` between layers, found `Mlp`; write `impl; Mlp`"),
            ("for", "expected `;` between layers, found `for`; write `Mlp; for`"),
            ("relu", "expected `;` between layers, found `relu`; write `for; relu`"),
        ],
    );
    check(
        "3",
        &[
            ("3", "expected `<` before the first layer, found `3`; write `Mlp < … >`"),
            ("3", "expected a layer, found `3`; write, say, `relu` or `fc(10)`"),
        ],
    );
    one("pub", "pub", "expected `<` before the first layer, found the end; write `Mlp < … >`");
    one("/// doc", "/// doc", "expected `<` before the first layer, found the end; write `Mlp < … >`");
}

#[test]
fn layers() {
    one("< relu fc(10) >", "fc", "expected `;` between layers, found `fc`; write `relu; fc(10)`");
    one(
        "< fc(784, 256) relu >",
        "relu",
        "expected `;` between layers, found `relu`; write `fc(784, 256); relu`",
    );
    one("< fc(3) out: relu >", "out", "expected `;` between layers, found `out`; write `fc(3); out: …`");
    check(
        "< relu fc { tanh } >",
        &[
            ("fc", "expected `;` between layers, found `fc`; write `relu; fc`"),
            (
                "fc",
                "`fc` takes a number, found none; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
            ),
        ],
    );
    check(
        "< relu, fc(10), tanh >",
        &[
            (",", "layers are separated by `;`, found `,`; write `relu; fc(10)`"),
            (",", "layers are separated by `;`, found `,`; write `fc(10); tanh`"),
        ],
    );
    check(
        "< fc(3) -> relu => tanh >",
        &[
            ("-", "layers are separated by `;`, found `->`; write `fc(3); relu`"),
            ("=", "layers are separated by `;`, found `=>`; write `relu; tanh`"),
        ],
    );
    check(
        "< fc(3) | relu |> tanh >> fc(3) >",
        &[
            ("|", "layers are separated by `;`, found `|`; write `fc(3); relu`"),
            ("|", "layers are separated by `;`, found `|>`; write `relu; tanh`"),
            (">", "layers are separated by `;`, found `>>`; write `tanh; fc(3)`"),
        ],
    );
    one("< relu; ; tanh >", ";", "there is no layer before this `;`; remove it");
    one("< ; relu >", ";", "there is no layer before this `;`; remove it");
    check(
        "< relu; + ; 3; fc(0.5); \"x\" >",
        &[
            ("+", "expected a layer, found `+`; write, say, `relu` or `fc(10)`"),
            ("3", "expected a layer, found `3`; write, say, `relu` or `fc(10)`"),
            ("\"x\"", "expected a layer, found `\"x\"`; write, say, `relu` or `fc(10)`"),
            ("0.5", "`fc` takes a whole number here, found `0.5`; write, say, `1`"),
        ],
    );
    check(
        "< relu + tanh; (relu); [relu] >",
        &[
            ("+", "expected `;` after `relu`, found `+`; write `;` instead"),
            ("(relu)", "expected a layer, found `( … )`; write, say, `relu` or `fc(10)`"),
            ("[relu]", "expected a layer, found `[ … ]`; write, say, `relu` or `fc(10)`"),
        ],
    );
    check(
        "< relu(); fc() >",
        &[
            ("()", "expected an argument between the parentheses, found none; write `relu`"),
            (
                "()",
                "`fc` takes a number, found none; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
            ),
        ],
    );
    check(
        "< a: ; b: relu; c = fc(3) >",
        &[
            (";", "expected a layer after the label, found `;`; write, say, `a: fc(10)`"),
            ("=", "a label has `:` behind it, found `=`; write `c: …`"),
        ],
    );
    one(
        "< /// nothing\n >",
        "/// nothing",
        "expected the layer that this describes, found `>`; write one, or remove this",
    );
    one(
        "< relu; #[x] ; tanh >",
        "#",
        "expected the layer that this describes, found `;`; write one, or remove this",
    );
    check(
        "< fn: relu; relu!(3) >",
        &[
            ("fn", "`fn` is a word of Rust and cannot name a layer; choose another name, such as `fn_`"),
            ("!", "expected `;` after `relu`, found `!`; write `;` instead"),
        ],
    );
    check(
        "< a.b; a::b; fc<3> >",
        &[
            (".", "expected `;` after `a`, found `.`; write `;` instead"),
            (":", "expected `;` after `a`, found `::`; write `;` instead"),
            ("<", "arguments stand in parentheses, found `<`; write `fc(3)`"),
        ],
    );
    check(
        "< residual { relu, tanh } shorcut { + } >",
        &[
            (",", "layers are separated by `;`, found `,`; write `relu; tanh`"),
            ("+", "expected a layer, found `+`; write, say, `relu` or `fc(10)`"),
        ],
    );
    one("< { > relu } tanh >", ">", "expected a layer, found `>`; write, say, `relu` or `fc(10)`");
    one("< relu; = >", "=", "expected a layer, found `=`; write, say, `relu` or `fc(10)`");
    one("Mlp < fc<784, 256>; relu >", "<", "arguments stand in parentheses, found `<`; write `fc(784, 256)`");
    one(
        "< r#type: relu >",
        "r#type",
        "`r#type` is a word of Rust and cannot name a layer; choose another name, such as `type_`",
    );
    check(
        "Mlp < relu fc(2) B < relu >",
        &[
            ("fc", "expected `;` between layers, found `fc`; write `relu; fc(2)`"),
            (
                "B",
                "the network before `B` is still open, and a `network!` holds one; write `>` here, and `B` into another",
            ),
        ],
    );
    one(
        "< a: { relu } b: { tanh }, relu >",
        ",",
        "layers are separated by `;`, found `,`; write `{ … }; relu`",
    );
    one("< fc(3, ) relu >", "relu", "expected `;` between layers, found `relu`; write `fc(3); relu`");
}

#[test]
fn items() {
    one("< let = 3; relu >", "=", "expected a name after `let`, found `=`; write, say, `let d = 128;`");
    one("< let d; relu >", ";", "expected `=` and a number, found `;`; write, say, `let d = 128;`");
    one("< let d = ; fc(d) >", ";", "expected a number or a name, found `;`; write, say, `256`");
    one("< let d = 3 fc(d) >", "fc", "expected `;` after the `let`, found `fc`; write `;` here");
    one(
        "< let d = 0.5; fc(d) >",
        "0.5",
        "expected a whole number, found `0.5`: only whole numbers can be calculated with; write one",
    );
    one("< let d = 3 < 4; fc(d) >", "<", "expected `;` after the `let`, found `<`; write `;` here");
    check(
        "< let d = 1; let d = 2; let D = 3; relu >",
        &[
            ("d", "`d` has a value already; remove one of the two"),
            ("D", "`D` and `d` would both become the constant `D`; rename one of them"),
        ],
    );
    check(
        "< let params = 3; let Cost = 2; relu >",
        &[
            (
                "params",
                "`params` would become the constant `Network::PARAMS`, which every network has already; choose another name, such as `params_size`",
            ),
            (
                "Cost",
                "`Cost` would become the constant `Network::COST`, which every network has already; choose another name, such as `Cost_size`",
            ),
        ],
    );
    one(
        "< let type = 3; relu >",
        "type",
        "`type` is a word of Rust and cannot name a number; choose another name, such as `type_`",
    );
    check(
        "< relu; let d = 3; fc(d); block b { relu } >",
        &[
            ("let", "a `let` stands before the first layer of the network; move it there"),
            ("block", "a `block` stands before the first layer of the network; move it there"),
        ],
    );
    one(
        "< { let d = 3; fc(d) } >",
        "let",
        "a `let` stands before the first layer of the network; move it there",
    );
    check(
        "< #[x] let d = 3; #[y] block b { relu } relu >",
        &[
            ("#", "only doc comments can stand before a `let`, found another attribute; remove it"),
            ("#", "only doc comments can stand before a `block`, found another attribute; remove it"),
        ],
    );
    one(
        "< block (c) { relu } relu >",
        "block",
        "expected the name of the block, found `( … )`; write `block name(c) { … }`",
    );
    one("< block b(c); relu >", ";", "expected the block's layers, found `;`; write `block b { … }`");
    check(
        "< block b(c, c, 3, d: u64) { relu } relu >",
        &[
            ("c", "the block has a parameter `c` already; remove one of the two"),
            ("3", "expected the name of a parameter, found `3`; write, say, `c`"),
            (":", "expected `,` between parameters, which are plain names, found `:`; write `,` here"),
        ],
    );
    one(
        "< block b { relu } block b { tanh } relu >",
        "b",
        "there is a block `b` already; choose another name, such as `b2`",
    );
    one(
        "< let a = e + 1; let e = 2; fc(a) >",
        "e",
        "`e` is not known yet: a `let` can only use those before it; move `let e = …;` up",
    );
    one(
        "< block block(if) { } relu >",
        "if",
        "`if` is a word of Rust and cannot name a parameter; choose another name, such as `if_`",
    );
}
