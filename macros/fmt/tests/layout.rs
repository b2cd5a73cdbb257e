//! The style: pairs of what was written and what is written instead. A result is its own result.

mod common;

use common::checked;

/// Formats one text to another.
fn becomes(source: &str, expected: &str) {
    assert_eq!(checked("a case", source), expected);
    assert_eq!(checked("its result", expected), expected);
}

/// Leaves a text as it is.
fn stays(source: &str) {
    becomes(source, source);
}

#[test]
fn what_was_on_one_line_and_fits_stays_on_one_line() {
    becomes(
        "network!{pub Mlp<fc(784,256);relu ;softmax_ce( 10, );>}",
        "network!{ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }",
    );
    stays("quipu::network! { /** Docs. */ #[budget(params <= 10)] pub(crate) Mlp < fc(1, 1); mse(1) > }");
    stays("network! {\n    /// Docs.\n    pub Mlp < fc(784, 256); relu; softmax_ce(10) >\n}");
    stays(
        "network! { A < let d = 3; block f(n) { fc(n) } f(d); residual { relu } { } x: { tanh } mse(3) > }",
    );
}

#[test]
fn what_has_no_room_is_broken_from_outside_in() {
    becomes(
        "network! { pub Wide < fc(784, 256, bias = false); batch_norm; relu; fc(64); batch_norm; softmax_ce(10) > }",
        "network! {
    pub Wide < fc(784, 256, bias = false); batch_norm; relu; fc(64); batch_norm; softmax_ce(10) >
}",
    );
    // The width counts from the indentation of the macro.
    let deep = "        network! { pub Wide < fc(784, 256, bias = false); batch_norm; fc(64); batch_norm; softmax_ce(10) > }";
    stays(deep);
    becomes(
        "network! { Wide < residual { layer_norm; ff(256, 1024, rank = 8, bias = false) } shortcut { fc(256, bias = false); layer_norm } mse(3) > }",
        "network! {
    Wide <
        residual {
            layer_norm;
            ff(256, 1024, rank = 8, bias = false)
        } shortcut {
            fc(256, bias = false);
            layer_norm
        }
        mse(3)
    >
}",
    );
}

#[test]
fn exactly_the_width_fits() {
    let name = "A".repeat(quipu_fmt::WIDTH - "network! {  < fc(1, 1); mse(1) > }".len());
    stays(&format!("network! {{ {name} < fc(1, 1); mse(1) > }}"));
    becomes(
        &format!("network! {{ {name}A < fc(1, 1); mse(1) > }}"),
        &format!("network! {{\n    {name}A < fc(1, 1); mse(1) >\n}}"),
    );
}

#[test]
fn one_layer_a_line_where_it_was_broken() {
    becomes(
        "network! { pub Blocks <
        let d=24; block ff(n,m,) { fc(n, m); gelu; fc(m, n) };
            embed :fc(64,
                d); residual { layer_norm; ff(d, 4*d) } ; repeat( 3 ){
            relu }   softmax_ce(5,smoothing=0.1);>
}",
        "network! {
    pub Blocks <
        let d = 24;
        block ff(n, m) { fc(n, m); gelu; fc(m, n) }
        embed: fc(64, d);
        residual { layer_norm; ff(d, 4 * d) }
        repeat(3) {
            relu
        }
        softmax_ce(5, smoothing = 0.1)
    >
}",
    );
}

#[test]
fn no_name_and_no_layers() {
    becomes("network! { < fc(784,256); relu > }", "network! {< fc(784, 256); relu >}");
    becomes("network! {<\nfc(784,256); relu >}", "network! {<\n    fc(784, 256);\n    relu\n>}");
    becomes("network! {\n// Docs.\n< fc(1); mse(1) >}", "network! {\n    // Docs.\n    < fc(1); mse(1) >\n}");
    becomes(
        "network! {A<concat{}{\n}{relu}>}",
        "network! {\n    A <\n        concat { } { } { relu }\n    >\n}",
    );
}

#[test]
fn a_semicolon_behind_braces_only_where_it_says_something() {
    becomes(
        "network! { A < residual { relu }; { tanh }; x: { tanh }; shortcut { relu }; residual { relu }; shortcut { gelu }; mse(1) > }",
        "network! {
    A <
        residual { relu };
        { tanh }
        x: { tanh }
        shortcut { relu }
        residual { relu };
        shortcut { gelu }
        mse(1)
    >
}",
    );
}

#[test]
fn numbers_and_expressions_keep_their_spelling() {
    becomes(
        "network! { A < let d=0x1_0*( 4+d )/-  2 - -1; x(1e-3,-1.50,1_000,(3,),( 1,2, ),[ 1,2, ],y=- 1) > }",
        "network! { A < let d = 0x1_0 * (4 + d) / -2 - -1; x(1e-3, -1.50, 1_000, (3,), (1, 2), [1, 2], y = -1) > }"
            .replace("network! { A", "network! {\n    A")
            .replace(" > }", " >\n}")
            .as_str(),
    );
}

#[test]
fn a_path_from_the_root_keeps_its_space() {
    becomes(
        "network! { #[quipu(crate=::net)] #[budget(params<=::limits :: MOST)] A<fc(1,1);mse(1)> }",
        "network! { #[quipu(crate = ::net)] #[budget(params <= ::limits::MOST)] A < fc(1, 1); mse(1) > }",
    );
}

#[test]
fn long_arguments_have_lines_of_their_own() {
    let numbers = (1..=30).map(|number| format!("{number}.0")).collect::<Vec<_>>().join(", ");
    becomes(
        &format!(
            "network! {{ A < fc(3, 30); softmax_ce(30, smoothing = 0.1, class_weights = [{numbers}]) > }}"
        ),
        "network! {
    A <
        fc(3, 30);
        softmax_ce(
            30,
            smoothing = 0.1,
            class_weights = [
                1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0,
                16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0,
                30.0,
            ],
        )
    >
}",
    );
}

#[test]
fn comments_stay_with_their_layer() {
    becomes(
        "network! { // opening
        #[budget(params<=3,\n macs( batch=2 )<=4)]   // behind an attribute
   /// Docs.

    pub A // name
    < // angle
            // before d


            let d = 4 // four
              ;
            block f { // body
              fc(n);/* before */ gelu ; fc ( m /* m */, n // n
            ) }
   residual // pre
   { } { /* nothing */ };
            /*
              * stars
            */
            mse(d); // last

            // dangling
        > // after
        // end

}",
        "network! { // opening
    #[budget(params <= 3, macs(batch = 2) <= 4)] // behind an attribute
    /// Docs.
    pub A < // name
        // angle
        // before d

        let d = 4; // four
        block f { // body
            fc(n);
            /* before */ gelu;
            fc(
                m, /* m */
                n, // n
            )
        }
        residual { // pre
        } { /* nothing */ }
        /*
         * stars
         */
        mse(d) // last

        // dangling
    > // after
    // end
}",
    );
}

#[test]
fn the_rest_of_the_file_is_left_byte_for_byte() {
    let rest = |network: &str| {
        format!(
            "\u{feff}#!/usr/bin/env quipu\n//  network!{{ A<x> }}\nfn  f( ) {{ \"network!{{A<x>}}\" ; network!(A<x>); }}   \n\
             macro_rules! n {{ ($($n:tt)*)=>{{network!{{$($n)*}}}} }}\n\tnetwork!{{{network}}} struct  X ;\n"
        )
    };
    becomes(&rest("A<x;\ny>"), &rest("\n\t    A <\n\t        x;\n\t        y\n\t    >\n\t"));
    stays("");
    // Without the word it need not even be Rust.
    let other = "no Rust: \"";
    assert_eq!(quipu_fmt::format(other).expect("nothing to format"), other);
}

#[test]
fn line_ends_of_the_file_are_kept() {
    becomes(
        "// a\r\nnetwork! { A <\r\nx; /*\r\n * b\r\n */ y // c\r\n\r\n> }\r\n",
        "// a\r\nnetwork! {\r\n    A <\r\n        x;\r\n        /*\r\n         * b\r\n         */ y // c\r\n    >\r\n}\r\n",
    );
}

#[test]
fn mistakes_are_told_with_their_places() {
    let mistakes = |source: &str| {
        let error = quipu_fmt::format(source).expect_err("a mistake");
        error.mistakes().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        mistakes("// ä\n/* ä */ network! { A < fc(1) relu > }\nnetwork! { B < fc(1); -> > }"),
        [
            "2:30: expected `;` between layers, found `relu`; write `fc(1); relu`",
            "3:23: expected a layer, found `->`; write, say, `relu` or `fc(10)`",
        ]
    );
    assert_eq!(
        mistakes("network! {}"),
        [
            "1:11: expected a network, found nothing; write, say, `pub Mlp < fc(784, 256); relu; softmax_ce(10) >`"
        ]
    );
    assert_eq!(
        mistakes("#!/bin/x\n\nnetwork! { A < x; > "),
        ["3:10: this is no Rust: a bracket, a quote or a character is wrong here"]
    );
    let deep = format!("network! {{ A < {}x{} > }}", "{".repeat(5_000), "}".repeat(5_000));
    assert!(mistakes(&deep).concat().contains("nested more than 64 deep"));
}
