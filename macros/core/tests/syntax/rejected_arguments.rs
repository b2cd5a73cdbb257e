//! Mistakes in arguments: where each error points, and what it says, word for word.

use crate::kinds::{check, one};

#[test]
fn values() {
    one(
        "< fc(784 256) >",
        "256",
        "expected `,` between arguments, found `256` after `784`; write `784, 256`",
    );
    one("< fc(784; 256) >", ";", "arguments are separated by `,`, found `;`; write `784, …`");
    one("< fc(784,, 256) >", ",", "expected a value before this `,`; remove the comma");
    one("< fc(, 256) >", ",", "expected a value before this `,`; remove the comma");
    one("< fc(784usize, 2) >", "784usize", "numbers have no type here, found `usize`; write `784`");
    one(
        "< fc(3, bias: false) >",
        ":",
        "a named argument has `=` before its value, found `:`; write `bias = false`",
    );
    one("< fc(bias = false, 3) >", "3", "arguments without a name come first; write `fc(3, bias = false)`");
    one("< fc(3, bias = false, bias = true) >", "bias", "`bias` is given twice; remove one of the two");
    one("< fc(3, bias = ) >", ")", "expected a value after `bias =`; write one, or remove `bias =`");
    one(
        "< fc(3, init = \"he\") >",
        "\"he\"",
        "expected a number or a word, found a string; write it without quotes, `he`",
    );
    one(
        "< fc(a::B, 3) >",
        ":",
        "the macro cannot look up a path: it can only use numbers, `let` names and block parameters; write `let b = 256;` inside the network, and `b` here",
    );
    one("< fc(3 as u64) >", "as", "every size is a whole number and needs no cast; write `3` alone");
    one(
        "< fc(f(3)) >",
        "(3)",
        "the macro cannot call functions; write the number itself, or a `let` name that stands for it",
    );
    one(
        "< fc(x.len()) >",
        ".",
        "expected `,` or an operator (`+`, `-`, `*`, `/`, `%`), found `.`; write one here",
    );
    one("< fc([3, 3]) >", "[3, 3]", "`fc` takes one whole number here, found the list `[3, 3]`; write one");
    one(
        "< fc({3}) >",
        "{3}",
        "expected a number, a word or a tuple; write it in parentheses, such as `(3, 3)`",
    );
    one("< fc(2 ** 3) >", "*", "expected a number or a name, found `*`; write, say, `256`");
    one(
        "< fc(1 << 3) >",
        "<",
        "expected `,` or an operator (`+`, `-`, `*`, `/`, `%`), found `<<`; write one here",
    );
    one("< fc(3 +) >", ")", "expected a number or a name, found the end; write, say, `256`");
    one("< fc(()) >", "()", "expected a value between the parentheses, found none; write one");
    one("< fc((3 +) * 2) >", ")", "expected a number or a name, found the end; write, say, `256`");
    one(
        "< fc((2, 3) * 2) >",
        ",",
        "expected an operator (`+`, `-`, `*`, `/`, `%`) or `)`, found `,`; write one here",
    );
    one("< fc('a') >", "'a'", "expected a number or a name, found `'a'`; write, say, `256`");
    one(
        "< fc(99999999999999999999999) >",
        "99999999999999999999999",
        "`99999999999999999999999` is more than a 64-bit whole number holds; write a smaller one",
    );
    one("< dropout(1e999) >", "1e999", "`1e999` is more than a 64-bit float holds; write a smaller one");
    one("< dropout(0.5f32) >", "0.5f32", "numbers have no type here, found `f32`; write `0.5`");
    one("< dropout(.5) >", ".", "a number starts with a digit; write `0.5`");
    one("< fc(!3) >", "!", "expected a number or a name, found `!`; write, say, `256`");
    one(
        "< fc(3 -> 4) >",
        "-",
        "expected `,` or an operator (`+`, `-`, `*`, `/`, `%`), found `->`; write one here",
    );
    check(
        "< fc((a = 3, 4)) >",
        &[
            ("a", "values in a tuple or a list have no names; remove `a =`"),
            ("(a = 3, 4)", "`fc` takes one whole number here, found the tuple `(3, 4)`; write, say, `3 * 4`"),
        ],
    );
    one(
        "< fc(2 * 0.5) >",
        "0.5",
        "expected a whole number, found `0.5`: only whole numbers can be calculated with; write one",
    );
}

#[test]
fn numbers() {
    one(
        "Mlp < fc(HIDDEN, 3) >",
        "HIDDEN",
        "`HIDDEN` is not known to the macro: it can only use numbers, `let` names and block parameters; write `let HIDDEN = 256;` inside the network (it becomes the constant `Mlp::HIDDEN`)",
    );
    one(
        "Mlp < let hidden = 3; fc(hiden) >",
        "hiden",
        "`hiden` is not known to the macro; did you mean `hidden`?",
    );
    one(
        "< fc(dModel) >",
        "dModel",
        "`dModel` is not known to the macro: it can only use numbers, `let` names and block parameters; write `let dModel = 256;` inside the network (it becomes the constant `Network::D_MODEL`)",
    );
    one("< fc(3 - 5) >", "-", "`3 - 5` is below zero, where sizes count from 0 up; take away at most `3`");
    one(
        "< fc(4000000000 * 5000000000) >",
        "*",
        "`4000000000 * 5000000000` is more than a 64-bit whole number holds; write smaller numbers",
    );
    one("< fc(8 / (4 - 4)) >", "/", "`8 / 0` divides by zero; write a divisor of at least 1");
    one("< fc(8 % 0) >", "%", "`8 % 0` divides by zero; write a divisor of at least 1");
    one("< fc(-3) >", "-", "expected a whole number from 0 up, found `-3`; write `3`");
    one(
        "< fc(18446744073709551615 + 1) >",
        "+",
        "`18446744073709551615 + 1` is more than a 64-bit whole number holds; write smaller numbers",
    );
    one(
        "< fc(0) >",
        "0",
        "`fc` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more",
    );
    one(
        "< fc(3, 2 * 0) >",
        "2 * 0",
        "`fc` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more",
    );
    one(
        "< fc(4294967297) >",
        "4294967297",
        "`fc` takes numbers up to 4294967296 (2^32) here, found 4294967297; write a smaller one",
    );
    one("< fc(0.5) >", "0.5", "`fc` takes a whole number here, found `0.5`; write, say, `1`");
    one("< fc(3, 0.5) >", "0.5", "`fc` takes a whole number here, found `0.5`; write, say, `1`");
    one(
        "< fc((3, 3)) >",
        "(3, 3)",
        "`fc` takes one whole number here, found the tuple `(3, 3)`; write, say, `3 * 3`",
    );
}

#[test]
fn arguments() {
    one(
        "< fc(784, 256, 3, 4) >",
        "3",
        "`fc` takes no further argument, found `3`; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one(
        "< fc(bias = false) >",
        "(bias = false)",
        "`fc` takes a number, found none; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one(
        "< fc >",
        "fc",
        "`fc` takes a number, found none; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one("< pair(3) >", "(3)", "`pair` takes 2 numbers, found 1; write `pair(a, b)`");
    check(
        "< fc(inputs = 784, outputs = 256) >",
        &[
            (
                "inputs",
                "`inputs` is given by its place, found a name; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
            ),
            (
                "outputs",
                "`outputs` is given by its place, found a name; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
            ),
        ],
    );
    one(
        "< fc(784, outputs = 256) >",
        "outputs",
        "`outputs` is given by its place, found a name; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one("< fc(3, biass = false) >", "biass", "`fc` takes no argument called `biass`; did you mean `bias`?");
    one("< fc(3, bias = 0) >", "0", "`bias` is `true` or `false`, found `0`; write `bias = false`");
    one(
        "< fc(3, bias = flase) >",
        "flase",
        "`bias` is `true` or `false`, found `flase`; did you mean `false`?",
    );
    one(
        "< fc(3, init = hee) >",
        "hee",
        "`init` is `he`, `xavier` or `zeros`, found `hee`; did you mean `he`?",
    );
    one(
        "< fc(3, init = orthogonal) >",
        "orthogonal",
        "`init` is `he`, `xavier` or `zeros`, found `orthogonal`; write, say, `init = he`",
    );
    one(
        "< fc(3, dilation = 2) >",
        "dilation",
        "`fc` takes no argument called `dilation`; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one(
        "< fc(3, bias) >",
        "bias",
        "`bias` takes a value, found none; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
    );
    one(
        "< fc(3, relu) >",
        "relu",
        "`relu` is not known to the macro: it can only use numbers, `let` names and block parameters; write `let relu = 256;` inside the network (it becomes the constant `Network::RELU`)",
    );
    one("< gelu(tahn) >", "tahn", "`gelu` does not know the word `tahn`; did you mean `tanh`?");
    one("< gelu(tanh, tanh) >", "tanh", "`tanh` is given twice; remove one of the two");
    one("< gelu(tanh = true) >", "tanh", "`tanh` stands alone, found a value; write `gelu(tanh)`");
    one("< gelu(3) >", "3", "`gelu` takes no further argument, found `3`; write `gelu` or `gelu(tanh)`");
    one("< relu(3, 4) >", "3", "`relu` takes no arguments, found `3`; write `relu`");
    one("< relu(x = 3) >", "x", "`relu` takes no argument called `x`; write `relu`");
    one("< dropout >", "dropout", "`dropout` takes a number, found none; write `dropout(0.5)`");
    one("< dropout((1, 2)) >", "(1, 2)", "`dropout` takes one number, found the tuple `(1, 2)`; write one");
    one(
        "< dropout(0.5, 0.5) >",
        "0.5",
        "`dropout` takes no further argument, found `0.5`; write `dropout(0.5)`",
    );
    one(
        "< norm(eps = he) >",
        "he",
        "`eps` takes a number, found the word `he`; write the number itself, such as `0.5`",
    );
    one(
        "< norm(epsilon = 1e-5) >",
        "epsilon",
        "`norm` takes no argument called `epsilon`; write `norm`, with `eps = 1e-5` if wanted",
    );
    one(
        "< conv2d(6, kernel = (3, 3, 3)) >",
        "(3, 3, 3)",
        "`kernel` is one number or a tuple of 2, found a tuple of 3; write 2",
    );
    check(
        "< conv2d(6, kernel = (3, 0.5), pad = 0.5, stride = 0) >",
        &[
            ("0.5", "`kernel` takes a whole number here, found `0.5`; write, say, `1`"),
            ("0.5", "`pad` takes a whole number here, found `0.5`; write, say, `1`"),
            (
                "0",
                "`stride` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more",
            ),
        ],
    );
    check(
        "< fc(0, biass = 3); fc(X, 3, bias = 4); relu(2) >",
        &[
            (
                "0",
                "`fc` takes numbers of at least 1 here, found 0: nothing would be computed; write `1` or more",
            ),
            (
                "biass",
                "`fc` takes no argument called `biass`; write `fc(inputs, outputs)` or `fc(outputs)`, with `bias = false` and `init = he` if wanted",
            ),
            (
                "X",
                "`X` is not known to the macro: it can only use numbers, `let` names and block parameters; write `let X = 256;` inside the network (it becomes the constant `Network::X`)",
            ),
            ("2", "`relu` takes no arguments, found `2`; write `relu`"),
        ],
    );
    check(
        "< relu() ; relu( ) >",
        &[
            ("()", "expected an argument between the parentheses, found none; write `relu`"),
            ("( )", "expected an argument between the parentheses, found none; write `relu`"),
        ],
    );
    one("< dropout() >", "()", "`dropout` takes a number, found none; write `dropout(0.5)`");
}
