//! Losses, predictions and every gradient of small networks in f64 against PyTorch's own numbers, to 1e-10.
//!
//! `tests/reference/networks.py` builds the same networks in PyTorch and prints the fixture.

#[macro_use]
mod networks;

use std::collections::{BTreeMap, BTreeSet};

use networks::{Data, file_order, fill_params, forms, is_batchwise, is_random};
use quipu::network;
use quipu::{LayerCost, Model, Workspace};
use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::KINDS;

const FIXTURE: &str = include_str!("fixtures/networks.txt");
const ROWS: usize = 4;
/// Numbers are compared relative to themselves; below this, to this.
const SMALL: f64 = 1e-4;

/// The lines of a section of the fixture, or what stands for them here: names and numbers.
type Lines = Vec<(String, Vec<f64>)>;

/// The sections of the fixture by their headings.
fn sections() -> BTreeMap<&'static str, Lines> {
    let mut sections = BTreeMap::<_, Lines>::new();
    let mut at = "";
    for line in FIXTURE.lines().filter(|line| !line.starts_with('#')) {
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            assert!(sections.insert(heading, Vec::new()).is_none(), "[{heading}] stands there twice");
            at = heading;
        } else {
            let (name, numbers) = line.split_once(' ').unwrap();
            let numbers = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
            sections.get_mut(at).unwrap().push((name.to_owned(), numbers));
        }
    }
    sections
}

fn section(heading: &str) -> Lines {
    let lines = sections().remove(heading);
    lines.unwrap_or_else(|| panic!("the fixture has no [{heading}]; see tests/reference/networks.py"))
}

/// Where what was found differs from a section of the fixture: in the names or their order, or in a number.
fn difference(found: &Lines, expected: &Lines) -> Option<String> {
    let names = |lines: &Lines| lines.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(found) != names(expected) {
        return Some(format!("{:?}, but PyTorch has {:?}", names(found), names(expected)));
    }
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        if found.len() != expected.len() {
            return Some(format!("{name}: {} numbers, but PyTorch has {}", found.len(), expected.len()));
        }
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            // Written so that a NaN is a difference.
            let close = (found - expected).abs() <= 1e-10 * expected.abs().max(SMALL);
            if !close {
                return Some(format!("{name}, number {index}: {found}, but PyTorch says {expected}"));
            }
        }
    }
    None
}

/// Loss, logits and prediction in evaluation.
fn evaluated<M: Model<Scalar = f64>>(net: &M, data: &Data, ws: &mut Workspace<M>) -> Lines {
    let batch = data.batch();
    let line = |name: &str, values: &[f64]| (name.to_owned(), values.to_vec());
    vec![
        line("loss", &[network::loss(net, &batch, ws).unwrap()]),
        line("logits", network::logits(net, batch.inputs, ws).unwrap()),
        line("prediction", network::predict(net, batch.inputs, ws).unwrap()),
    ]
}

/// The loss of a training step from the given seed, and its gradients in the inputs and in every parameter, by the
/// names and in the layout of files, which are PyTorch's.
fn trained<M: Model<Scalar = f64>>(net: &M, data: &Data, ws: &mut Workspace<M>, seed: u64) -> Lines {
    let batch = data.batch();
    let (mut grad, mut inputs) = (network::zeros::<M>(), vec![f64::NAN; data.inputs.len()]);
    grad.flat_mut().fill(f64::NAN);
    ws.reseed(seed);
    let loss = network::loss_and_grad(net, &batch, ws, &mut *grad).unwrap();
    ws.reseed(seed);
    assert_eq!(network::input_grad(net, &batch, ws, &mut inputs).unwrap(), loss);
    let mut lines = vec![("loss".to_owned(), vec![loss]), ("inputs".to_owned(), inputs)];
    for tensor in file_order::<M>() {
        let values = tensor.places.iter().map(|&place| grad.flat()[place]).collect();
        lines.push((tensor.name, values));
    }
    lines
}

/// A network with the parameters that the fixture is for.
fn filled<M: Model>() -> Box<M> {
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    net
}

/// All that the fixture has of a network on one form of targets.
fn found<M: Model<Scalar = f64>>(form: &'static str, expected: &Lines) -> Lines {
    let (net, data, mut ws) = (filled::<M>(), Data::new::<M>(ROWS, form), Workspace::<M>::new(ROWS));
    let mut lines = evaluated(&*net, &data, &mut ws);
    if expected.iter().any(|(name, _)| name == "inputs") {
        let mut steps = trained(&*net, &data, &mut ws, 0);
        let (_, loss) = steps.remove(0);
        if is_batchwise::<M>() {
            lines.push(("training".to_owned(), loss));
        } else {
            // Without random numbers the loss in training is that of evaluation, and the fixture has it once.
            assert!((loss[0] - lines[0].1[0]).abs() < 1e-14 * loss[0].abs().max(1.0), "{loss:?} in training");
        }
        lines.append(&mut steps);
    } else {
        assert!(is_random::<M>(), "gradients are compared of every network that draws no random numbers");
    }
    lines
}

/// Checks a network on every form of targets.
fn check<M: Model<Scalar = f64>>(name: &str) {
    for &form in forms::<M>() {
        let heading = format!("{name} {form}");
        let expected = section(&heading);
        assert_eq!(difference(&found::<M>(form, &expected), &expected), None, "[{heading}]");
    }
}

/// Declares a test for every network, and the table of all of them.
macro_rules! reference {
    ($($name:ident: $net:ident,)*) => {
        mod of {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<f64>>(stringify!($name));
                }
            )*
        }

        /// Every network: the headings of its sections, and its layers.
        fn table() -> Vec<(Vec<String>, &'static [LayerCost])> {
            fn row<M: Model>(name: &str) -> (Vec<String>, &'static [LayerCost]) {
                (forms::<M>().iter().map(|form| format!("{name} {form}")).collect(), M::COST.layers)
            }
            vec![$(row::<networks::$net<f64>>(stringify!($name)),)*]
        }
    };
}

reference! {
    fc_bias: FcBiasOf,
    fc_plain: FcPlainOf,
    odd: OddOf,
    relu: ReluOf,
    relu_first: ReluFirstOf,
    sigmoid: SigmoidOf,
    tanh: TanhOf,
    gelu: GeluOf,
    gelu_tanh: GeluTanhOf,
    dropout: DropoutOf,
    dropout_none: DropoutNoneOf,
    norm: NormOf,
    norm_rows: NormRowsOf,
    rank3: Rank3Of,
    flatten_first: FlattenFirstOf,
    residual: ResidualOf,
    residual_first: ResidualFirstOf,
    shortcut: ShortcutOf,
    shortcut_empty: ShortcutEmptyOf,
    twice: TwiceOf,
    nested: NestedOf,
    in_place: InPlaceOf,
    repeat1: Repeat1Of,
    repeat3: Repeat3Of,
    repeat5: Repeat5Of,
    blocks: BlocksOf,
    labels: LabelsOf,
    smoothed: SmoothedOf,
    weighted: WeightedOf,
    auto: AutoOf,
    auto_bce: AutoBceOf,
    logits_read: LogitsReadOf,
    mixed: MixedOf,
    mish: MishOf,
    huber: HuberOf,
    huber_delta: HuberDeltaOf,
    gaussian_nll: GaussianNllOf,
    gaussian_nll_one: GaussianNllOneOf,
    concat: ConcatOf,
    concat_first: ConcatFirstOf,
    concat_axes: ConcatAxesOf,
    concat_blocks: ConcatBlocksOf,
    leaky_relu: LeakyReluOf,
    leaky_relu_slope: LeakyReluSlopeOf,
    elu: EluOf,
    elu_alpha: EluAlphaOf,
    selu: SeluOf,
    softplus: SoftplusOf,
    silu: SiluOf,
    hardswish: HardswishOf,
    softmax: SoftmaxOf,
    softmax_rows: SoftmaxRowsOf,
    softmax_gate: SoftmaxGateOf,
    rms_norm: RmsNormOf,
    rms_norm_rows: RmsNormRowsOf,
    batch_norm: BatchNormOf,
    batch_norm_first: BatchNormFirstOf,
    batch_norm_inside: BatchNormInsideOf,
    batch_norm_repeat: BatchNormRepeatOf,
    low_rank: LowRankOf,
    in_place_more: InPlaceMoreOf,
    hinge: HingeOf,
    hinge_two: HingeTwoOf,
}

network! {
    /** Three values to drop, each seen in the gradient. */
    pub Masked < fc(2, 3); tanh; dropout(0.25); fc(2); mse(2) >
}

#[test]
fn dropout_has_the_gradients_of_its_mask() {
    type Net = MaskedOf<f64>;
    let net = filled::<Net>();
    let (data, mut ws) = (Data::new::<Net>(1, "values"), Net::workspace(1));
    let (sections, mut seen) = (sections(), BTreeSet::new());
    // All three are dropped once in 64 steps.
    for seed in 0..2_000 {
        let found = trained(&*net, &data, &mut ws, seed);
        // The first three weights lead to the first output, and one from a dropped value has no gradient.
        let (_, weights) = found.iter().find(|(name, _)| name == "fc2.weight").unwrap();
        let mask: String = weights[..3].iter().map(|&dw| if dw == 0.0 { '0' } else { '1' }).collect();
        let expected = &sections[format!("masked {mask}").as_str()];
        assert_eq!(difference(&found, expected), None, "mask {mask}");
        seen.insert(mask);
    }
    assert_eq!(seen.len(), 8, "masks seen: {seen:?}");
}

#[test]
fn a_number_that_is_off_is_seen() {
    let expected = section("norm_rows values");
    let found = found::<networks::NormRowsOf<f64>>("values", &expected);
    assert_eq!(difference(&found, &expected), None);
    for line in 0..expected.len() {
        for index in 0..expected[line].1.len() {
            for by in [1.0 + 1e-8, -1.0, f64::NAN] {
                let mut wrong = expected.clone();
                wrong[line].1[index] *= by;
                let name = &wrong[line].0;
                assert!(difference(&found, &wrong).is_some(), "{name}, number {index}, times {by}");
            }
        }
    }
    let last = expected.len() - 1;
    let mut wrong = expected.clone();
    wrong.swap(last, last - 1);
    assert!(difference(&found, &wrong).is_some(), "another order");
    assert!(difference(&found, &expected[..last].to_vec()).is_some(), "a parameter without numbers");
}

#[test]
fn every_kind_and_head_has_a_network() {
    let rows = || table().into_iter().flat_map(|(_, layers)| layers);
    let mut found: BTreeSet<&str> = rows().map(|layer| layer.kind).collect();
    // The kinds that have no row of their own in the table of costs.
    if rows().any(|layer| layer.times > 1) {
        found.insert("repeat");
    }
    let kinds = KINDS.iter().map(|(name, _)| *name).chain(HEADS.iter().map(|(name, _)| *name));
    let missing: Vec<&str> = kinds.filter(|kind| !found.contains(kind)).collect();
    assert!(
        missing.is_empty(),
        "no network with {missing:?}: give it a line in `reference!` above and its twin in tests/reference/networks.py"
    );
}

#[test]
fn every_section_has_a_network() {
    let mut sections = sections();
    sections.retain(|heading, _| !heading.starts_with("masked "));
    let headings: BTreeSet<String> = table().into_iter().flat_map(|(headings, _)| headings).collect();
    assert!(sections.keys().copied().eq(headings.iter().map(String::as_str)), "{headings:?}");
}
