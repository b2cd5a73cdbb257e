//! The README holds: its tables are the registries', its numbers the constants', its guide the project's own code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quipu::prelude::*;
use quipu::{LayerCost, Model, cost};
use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::KINDS;

const README: &str = include_str!("../README.md");

network! { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

/// Sizes of the networks below, prime so that no two products agree by chance.
const R: u64 = 3;
const D: u64 = 7;
const OUT: u64 = 11;
const N: u64 = R * D;

/// One layer a kind, each over (R, D), so that a row's formula can be put beside the row's constant.
macro_rules! over_rows {
    ($($name:ident { $($layer:tt)* })*) => {$(
        mod $name {
            quipu::network! { pub(crate) Net < input(3, 7); $($layer)*; flatten; fc(1); mse(1) > }
        }
    )*};
}

over_rows! {
    fc { fc(7, 11) }
    fc_plain { fc(11, bias = false) }
    fc_rank { fc(7, 11, rank = 3) }
    relu { relu }
    sigmoid { sigmoid }
    tanh { tanh }
    gelu { gelu }
    gelu_tanh { gelu(tanh) }
    leaky_relu { leaky_relu(0.1) }
    elu { elu(0.5) }
    selu { selu }
    silu { silu }
    hardswish { hardswish }
    softplus { softplus }
    softmax { softmax }
    rms_norm { rms_norm }
    mish { mish }
    dropout { dropout(0.5) }
    layer_norm { layer_norm }
    flatten { flatten }
    concat { concat { relu } { } }
    batch_norm { flatten; batch_norm }
    residual { residual { relu } }
    repeat { repeat(5) { relu } }
}

/// The cost row of a kind in a network.
fn row<M: Model>(kind: &str) -> LayerCost {
    *M::COST.layers.iter().find(|layer| layer.kind == kind).expect("the kind's row")
}

/// The cells of the README's rows under a heading, without the two rows that make the table's head.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = README.split_once(heading).expect("the heading");
    let lines =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    lines.skip(2).map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// The word that a row is about: "`fc(in, out)`" is about `fc`.
fn word(cell: &str) -> &str {
    let code = cell.trim_matches('`');
    code.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or(code)
}

#[test]
fn every_kind_and_head_has_its_row_and_no_row_is_without_its_kind() {
    let names = |registry: Vec<&'static str>| registry.into_iter().collect::<BTreeSet<_>>();
    let rows = |heading| names(table(heading).iter().map(|cells| word(cells[0])).collect());
    assert_eq!(rows("### Layers"), names(KINDS.iter().map(|(name, _)| *name).collect()));
    assert_eq!(rows("### Heads"), names(HEADS.iter().map(|(name, _)| *name).collect()));
    for (heading, columns) in [("### Layers", 7), ("### Heads", 7)] {
        for cells in table(heading) {
            assert_eq!(cells.len(), columns, "{cells:?}");
        }
    }
}

#[test]
fn every_file_of_the_macro_has_its_twin_in_the_runtime() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| -> BTreeSet<String> {
        let entries =
            fs::read_dir(root.join(folder)).expect("the folder").map(|entry| entry.expect("an entry"));
        entries.map(|entry| entry.file_name().into_string().expect("a name in ASCII")).collect()
    };
    for (macros, runtime, registry) in [
        (
            "macros/core/src/layers",
            "runtime/src/layers",
            KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ),
        ("macros/core/src/heads", "runtime/src/heads", HEADS.iter().map(|(name, _)| *name).collect()),
    ] {
        let registered: BTreeSet<String> = registry.iter().map(|name| format!("{name}.rs")).collect();
        let mut left = files(macros);
        assert!(left.remove("mod.rs"));
        assert_eq!(left, registered, "{macros}");
        let mut right = files(runtime);
        assert!(right.remove("mod.rs"));
        // The loop that all activations share.
        right.remove("elementwise.rs");
        // A kind's further kernels are in a folder of its name.
        right.retain(|name| name.ends_with(".rs") || !registered.contains(&format!("{name}.rs")));
        assert_eq!(right, registered, "{runtime}");
    }
}

/// Asserts that a layer's row says this of forward and backward, and that the constants are what it says.
fn says(layer: LayerCost, code: &str, forward: (&str, u64), backward: (&str, u64)) {
    let rows = table("### Layers");
    let cells = rows.iter().find(|cells| cells[0] == code).unwrap_or_else(|| panic!("no row {code}"));
    assert_eq!((cells[3], cells[4]), (forward.0, backward.0), "{code}");
    assert_eq!(layer.forward_flops, forward.1, "{code} forward");
    // All of it: these layers are fed with data, of which training wants no gradient.
    let parameters = layer.backward_flops;
    assert_eq!(parameters + layer.input_grad_flops, backward.1, "{code} backward");
}

#[test]
fn the_costs_in_the_layers_table_are_the_constants() {
    let fc = row::<fc::Net>("fc");
    says(
        fc,
        "`fc(in, out)`",
        ("r (2·in·out + out)", R * (2 * D * OUT + OUT)),
        ("r (2·in·out + out), and r 2·in·out for the input's gradient", R * (4 * D * OUT + OUT)),
    );
    assert_eq!(row::<fc_plain::Net>("fc").forward_flops, R * 2 * D * OUT);
    low_rank();
    says(row::<relu::Net>("relu"), "`relu`", ("n", N), ("n", N));
    says(row::<sigmoid::Net>("sigmoid"), "`sigmoid`", ("4n", 4 * N), ("3n", 3 * N));
    says(row::<tanh::Net>("tanh"), "`tanh`", ("n", N), ("3n", 3 * N));
    says(row::<gelu::Net>("gelu"), "`gelu`", ("5n", 5 * N), ("11n", 11 * N));
    says(row::<gelu_tanh::Net>("gelu"), "`gelu(tanh)`", ("9n", 9 * N), ("19n", 19 * N));
    says(row::<leaky_relu::Net>("leaky_relu"), "`leaky_relu(slope)`", ("2n", 2 * N), ("2n", 2 * N));
    says(row::<elu::Net>("elu"), "`elu(alpha)`", ("3n", 3 * N), ("3n", 3 * N));
    says(row::<selu::Net>("selu"), "`selu`", ("4n", 4 * N), ("3n", 3 * N));
    says(row::<silu::Net>("silu"), "`silu`", ("4n", 4 * N), ("9n", 9 * N));
    says(row::<hardswish::Net>("hardswish"), "`hardswish`", ("5n", 5 * N), ("5n", 5 * N));
    says(row::<softplus::Net>("softplus"), "`softplus`", ("6n", 6 * N), ("4n", 4 * N));
    says(
        row::<softmax::Net>("softmax"),
        "`softmax`",
        ("r (5d − 2)", R * (5 * D - 2)),
        ("r (4d − 1), not the r (3d² + 2d) of its Jacobian", R * (4 * D - 1)),
    );
    assert_eq!(cost::softmax_backward_unfused(D), 3 * D * D + 2 * D);
    says(
        row::<rms_norm::Net>("rms_norm"),
        "`rms_norm`",
        ("r (4d + 3)", R * (4 * D + 3)),
        ("r 6d, and r 2d for its parameters", R * 8 * D),
    );
    says(row::<mish::Net>("mish"), "`mish`", ("8n", 8 * N), ("17n", 17 * N));
    says(row::<dropout::Net>("dropout"), "`dropout(p)`", ("n, in inference 0", N), ("n", N));
    assert_eq!(row::<dropout::Net>("dropout").infer_flops, 0);
    says(
        row::<layer_norm::Net>("layer_norm"),
        "`layer_norm`",
        ("r (7d + 3)", R * (7 * D + 3)),
        ("r 8d, and r 3d for its parameters", R * 11 * D),
    );
    says(
        row::<residual::Net>("residual"),
        "`residual { … }`",
        ("n, and its branches", N),
        ("n, and its branches", N),
    );
    says(
        row::<concat::Net>("concat"),
        "`concat { … } { … }`",
        ("0, and its branches", 0),
        ("n a further branch, and its branches", N),
    );
    batch_norm();
    let repeated = row::<repeat::Net>("relu");
    assert_eq!((repeated.times, repeated.forward_flops), (5, 5 * N));
    let flat = row::<flatten::Net>("flatten");
    says(flat, "`flatten`", ("0", 0), ("0", 0));
}

/// Fed with data, it sums up the batch in training alike.
fn batch_norm() {
    let rows = table("### Layers");
    let cells = rows.iter().find(|cells| cells[0] == "`batch_norm`").expect("the row");
    let layer = row::<batch_norm::Net>("batch_norm");
    let step = layer.per_step;
    assert_eq!(cells[3], "8n, and 5n a step; in inference 3n, and 3n a step");
    assert_eq!(
        [layer.forward_flops, step.forward, layer.infer_flops, step.infer],
        [8 * N, 5 * N, 3 * N, 3 * N]
    );
    // The sums are in both: with and without the gradient of the input.
    assert_eq!(cells[4], "7n, and 8n a step");
    assert_eq!([layer.backward_flops, layer.input_grad_flops, step.backward], [3 * N, 7 * N, 8 * N]);
    // The layer behind it keeps its input, too.
    assert_eq!((layer.saved, step.update), (2 * N, 2 * N));
    assert_eq!(cells[5], "n elements");
    assert!(README.contains("`step` adds that: 2n FLOPs"));
}

/// Of the two layers in its place only the second passes its gradient on in training.
fn low_rank() {
    const K: u64 = 3;
    let code = "`fc(in, out, rank = k)`";
    let rows = table("### Layers");
    let cells = rows.iter().find(|cells| cells[0] == code).expect("the row");
    let named = |name: &str| *fc_rank::Net::COST.layers.iter().find(|layer| layer.name == name).expect(name);
    let (down, up) = (named("fc1.down"), named("fc1.up"));
    assert_eq!(cells[3], "r (2k (in + out) + out)");
    assert_eq!(down.forward_flops + up.forward_flops, R * (2 * K * (D + OUT) + OUT));
    assert_eq!(cells[4], "r (2k (in + 2·out) + out), and r 2·in·k for the input's gradient");
    assert_eq!(down.backward_flops + up.backward_flops, R * (2 * K * (D + 2 * OUT) + OUT));
    assert_eq!(down.input_grad_flops, R * 2 * D * K);
    assert!(cells[1].contains("k (in + out) weights"));
    assert_eq!(down.params + up.params, cost::low_rank_params(D, OUT, K) + OUT);
    assert_eq!(down.macs + up.macs, R * cost::low_rank_matvec(D, OUT, K) / 2);
}

#[test]
fn the_costs_in_the_heads_table_are_the_constants() {
    mod classes {
        quipu::network! { pub(crate) Net < fc(2, 11); softmax_ce(11) > }
    }
    mod smoothed {
        quipu::network! { pub(crate) Net < fc(2, 11); softmax_ce(11, smoothing = 0.1) > }
    }
    mod weighted {
        quipu::network! { pub(crate) Net < fc(2, 3); softmax_ce(3, class_weights = [1.0, 2.0, 0.5]) > }
    }
    const THREE: u64 = 3;
    mod binary {
        quipu::network! { pub(crate) Net < fc(2, 11); bce(11) > }
    }
    mod values {
        quipu::network! { pub(crate) Net < fc(2, 11); mse(11) > }
    }
    mod margins {
        quipu::network! { pub(crate) Net < fc(2, 11); hinge(11) > }
    }
    mod robust {
        quipu::network! { pub(crate) Net < fc(2, 11); huber(11, delta = 0.5) > }
    }
    mod normal {
        quipu::network! { pub(crate) Net < fc(2, 22); gaussian_nll(11) > }
    }
    let says = |layer: LayerCost, loss: &str, numbers: [u64; 3]| {
        let rows = table("### Heads");
        let cells = rows.iter().find(|cells| word(cells[0]) == layer.kind).expect("the head's row");
        assert!(cells[3].contains(loss), "{cells:?}");
        assert_eq!([layer.forward_flops, layer.backward_flops, layer.infer_flops], numbers, "{}", layer.kind);
        (cells[4], cells[5])
    };
    let texts = says(row::<classes::Net>("softmax_ce"), "5C + 1", [5 * OUT + 1, 2 * OUT, 5 * OUT - 2]);
    assert_eq!(texts, ("2C, weighted 2C + 1", "probabilities, 5C − 2"));
    let numbers = [5 * THREE + 2, 2 * THREE + 1, 5 * THREE - 2];
    says(row::<weighted::Net>("softmax_ce"), "weighted 5C + 2", numbers);
    says(row::<smoothed::Net>("softmax_ce"), "smoothed 6C + 3", [6 * OUT + 3, 2 * OUT, 5 * OUT - 2]);
    let texts = says(row::<margins::Net>("hinge"), "4C + 1", [4 * OUT + 1, 2 * OUT, 0]);
    assert_eq!(texts, ("2C", "scores, 0"));
    let texts = says(row::<binary::Net>("bce"), "10n + 1", [10 * OUT + 1, 6 * OUT, 4 * OUT]);
    assert_eq!(texts, ("6n", "probabilities, 4n"));
    let texts = says(row::<values::Net>("mse"), "3n + 1", [3 * OUT + 1, OUT, 0]);
    assert_eq!(texts, ("n", "the values, 0"));
    let texts = says(row::<robust::Net>("huber"), "7n + 1", [7 * OUT + 1, OUT, 0]);
    assert_eq!(texts, ("n", "the values, 0"));
    let texts = says(row::<normal::Net>("gaussian_nll"), "8n + 1", [8 * OUT + 1, 3 * OUT, OUT]);
    assert_eq!(texts, ("3n", "n means and n variances, n"));
}

#[test]
fn its_printed_tables_are_what_the_program_prints() {
    for table in [Mlp::summary().to_string(), Mlp::memory(128, OptimizerKind::Adam).to_string()] {
        assert!(README.contains(table.trim_end()), "the README has another table than this:\n{table}");
    }
}

#[test]
fn its_numbers_are_the_constants() {
    let p = Mlp::PARAMS as u64;
    let states = |sentence: &str| {
        let flat = README.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(sentence), "the README does not say: {sentence}");
    };
    states(
        "SGD 2P, momentum 4P (Nesterov 6P), Adam 14P, AdamW 16P, RMSProp 9P (centred 15P, with momentum 2P more), \
         Adagrad 7P, Lion 9P; weight decay or an L2 penalty 2P more, an L1 penalty 3P more, clipping 3P + 3 more",
    );
    let flops = [
        (OptimizerKind::Sgd, 2 * p),
        (OptimizerKind::Momentum, 4 * p),
        (OptimizerKind::Momentum.nesterov(), 6 * p),
        (OptimizerKind::Adam, 14 * p),
        (OptimizerKind::AdamW, 16 * p),
        (OptimizerKind::RmsProp, 9 * p),
        (OptimizerKind::RmsProp.centered(), 15 * p),
        (OptimizerKind::RmsProp.centered().momentum(), 17 * p),
        (OptimizerKind::Adagrad, 7 * p),
        (OptimizerKind::Lion, 9 * p),
        (OptimizerKind::Lion.decay(), 11 * p),
        (OptimizerKind::AdamW.l2(), 18 * p),
        (OptimizerKind::Adam.l1(), 17 * p),
        (OptimizerKind::Adam.decay(), 16 * p),
        (OptimizerKind::Adam.clip(), 17 * p + 3),
    ];
    for (kind, expected) in flops {
        assert_eq!(kind.flops(p), expected, "{kind}");
    }
    states(
        "none for SGD, P elements for momentum, Adagrad, Lion and RMSProp, 2P for Adam and AdamW, and P more each for \
         RMSProp centred or with momentum",
    );
    let elements = [
        (OptimizerKind::Sgd, 0),
        (OptimizerKind::Momentum, p),
        (OptimizerKind::Adagrad, p),
        (OptimizerKind::Lion, p),
        (OptimizerKind::RmsProp, p),
        (OptimizerKind::RmsProp.centered(), 2 * p),
        (OptimizerKind::RmsProp.centered().momentum(), 3 * p),
        (OptimizerKind::AdamW, 2 * p),
    ];
    for (kind, expected) in elements {
        assert_eq!(kind.state_elements(p), expected, "{kind}");
    }
    states("For `Mlp` it is 1.0125 times");
    let ratio = Mlp::COST.backward_flops(1) as f64 / Mlp::COST.forward_flops(1) as f64;
    assert_eq!(format!("{ratio:.4}"), "1.0125");
    states("819,292 FLOPs at batch 1, 1,638,583 at 2 and 4,096,456 at 5");
    for (batch, expected) in [(1, 819_292), (2, 1_638_583), (5, 4_096_456)] {
        assert_eq!(Mlp::COST.forward_flops(batch) + Mlp::COST.backward_flops(batch), expected);
    }
    states("(softmax 5C, backward 2F, step 3F, …)");
    assert_eq!(
        [cost::seed::softmax(9), cost::seed::backward_pass(9), cost::seed::training_iteration(9)],
        [45, 18, 27]
    );
}

#[test]
fn the_costs_in_the_optimizers_table_are_the_constants() {
    type Kind = OptimizerKind;
    /// `14P`, `3P + 3`, `P`, `0`, for P parameters.
    fn value(text: &str, p: u64) -> u64 {
        let (factor, rest) = text.split_once('P').map_or(("0", text), |(factor, rest)| (factor, rest));
        let factor = if factor.is_empty() { 1 } else { factor.parse().expect("a factor of P") };
        factor * p + rest.trim_start_matches(" + ").parse::<u64>().unwrap_or(0)
    }
    let kinds = [
        ("Sgd::new(lr)", Kind::Sgd),
        ("Momentum::new(lr, mu)", Kind::Momentum),
        ("Momentum::new(lr, mu).nesterov()", Kind::Momentum.nesterov()),
        ("Adam::new(lr)", Kind::Adam),
        ("AdamW::new(lr)", Kind::AdamW),
        ("RmsProp::new(lr)", Kind::RmsProp),
        ("RmsProp::new(lr).momentum(mu)", Kind::RmsProp.momentum()),
        ("RmsProp::new(lr).centered()", Kind::RmsProp.centered()),
        ("RmsProp::new(lr).momentum(mu).centered()", Kind::RmsProp.momentum().centered()),
        ("Adagrad::new(lr)", Kind::Adagrad),
        ("Lion::new(lr)", Kind::Lion),
        ("Lion::new(lr).decay(share)", Kind::Lion.decay()),
    ];
    let rows = table("### Optimizers");
    let written: Vec<&str> = rows.iter().map(|cells| cells[0].trim_matches('`')).collect();
    assert_eq!(written, kinds.map(|(name, _)| name));
    for p in [1, 203_530] {
        for (cells, (name, kind)) in rows.iter().zip(kinds) {
            assert_eq!(value(cells[2], p), kind.flops(p), "{name}");
            assert_eq!(value(cells[3], p), kind.state_elements(p), "{name}");
        }
        let extras = table("All of them take");
        for (cells, kind) in extras.iter().zip([Kind::Lion.clip(), Kind::Lion.l2(), Kind::Lion.l1()]) {
            assert_eq!(value(cells[2], p), kind.flops(p) - Kind::Lion.flops(p), "{kind}");
        }
        assert_eq!(extras.len(), 3);
    }
    // Each kind that a budget knows has a row.
    for (name, ..) in quipu_macros_core::budget::OPTIMIZERS {
        assert!(kinds.iter().any(|(_, kind)| kind.name() == name), "{name}");
    }
}

/// The message that it shows is one that a wrong network is told.
#[test]
fn its_error_is_real() {
    let case = include_str!("ui/shape/label-in-mismatch.stderr").lines().next().unwrap();
    assert!(README.lines().any(|line| line == case), "{case}");
}

#[test]
fn its_guide_is_the_project_s_own_code() {
    for path in ["macros/core/src/layers/mish.rs", "runtime/src/layers/mish.rs"] {
        let (_, rest) = README.split_once(&format!("`{path}`:")).expect("the file's place in the guide");
        let (_, rest) = rest.split_once("```rust,ignore\n").expect("its code");
        // At the start of a line: an example in the code ends otherwise.
        let (code, _) = rest.split_once("\n```\n").expect("the code's end");
        let file = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file");
        assert_eq!(code, file.trim_end(), "{path} and the README's guide differ");
    }
    let network = "network! { /** Through softplus and tanh. */ pub Mish < fc(4, 5); mish; mse(3) > }";
    assert!(README.contains(network) && include_str!("networks/mod.rs").contains(network));
}
