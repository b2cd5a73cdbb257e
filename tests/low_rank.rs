//! Networks cut down to a rank: what they compute, what they cost, and which pairs are refused; singular values by layer.

use quipu::linalg::{singular_values, truncate};
use quipu::prelude::*;

network! {
    Full <
        fc(12, 10);
        tanh;
        repeat(2) { fc(10, bias = false); layer_norm; tanh }
        batch_norm;
        softmax_ce(3)
    >
}
network! {
    Thin <
        fc(12, 10, rank = 4);
        tanh;
        repeat(2) { fc(10, rank = 3, bias = false); layer_norm; tanh }
        batch_norm;
        softmax_ce(3)
    >
}
// At ranks that are no less than the weights' own, the network is the same function.
network! { Deep < fc(40, 4, bias = false); fc(60, rank = 3); tanh; mse(60) > }
network! { Plain < fc(40, 4, bias = false); fc(60); tanh; mse(60) > }
network! {
    Wide <
        fc(12, 11);
        tanh;
        repeat(2) { fc(11, bias = false); layer_norm; tanh }
        batch_norm;
        softmax_ce(3)
    >
}
network! { Bare < fc(12, 10, bias = false); tanh; softmax_ce(3) > }
network! { Biased < fc(12, 10, rank = 2); tanh; softmax_ce(3) > }
network! { Unbiased < fc(12, 10, rank = 2, bias = false); tanh; softmax_ce(3) > }
network! { With < fc(12, 10); tanh; softmax_ce(3) > }

#[test]
fn layers_are_cut_and_all_else_is_taken_over() {
    let mut full = FullOf::<f64>::init(3);
    full.buffers.batch_norm1.running_mean[2] = 0.25;
    let mut thin = ThinOf::<f64>::zeros();
    let lost = truncate(&full, &mut thin).unwrap();
    let names: Vec<(&str, usize)> = lost.iter().map(|lost| (&*lost.layer, lost.rank)).collect();
    assert_eq!(names, [("fc1", 4), ("repeat1.0.fc1", 3), ("repeat1.1.fc1", 3)]);
    assert_eq!(thin.fc1.up.bias, full.fc1.bias);
    assert_eq!(thin.buffers.batch_norm1.running_mean, full.buffers.batch_norm1.running_mean);
    assert_eq!(thin.fc2.weight, full.fc2.weight);
    // Parameters and FLOPs of the constants are those of the report.
    let (before, after) = lost
        .iter()
        .fold((0, 0), |(before, after), lost| (before + lost.params_before(), after + lost.params_after()));
    assert_eq!((Full::PARAMS - Thin::PARAMS) as u64, before - after);
    let saved: u64 = lost.iter().map(|lost| lost.flops_before() - lost.flops_after()).sum();
    assert_eq!(Full::COST.infer_flops(5) - Thin::COST.infer_flops(5), 5 * saved);
    // The product of the two differs from the weights by the first value that is dropped.
    let values = singular_values(&full).unwrap();
    assert_eq!((values[0].layer.as_str(), values[0].rows, values[0].cols), ("fc1", 12, 10));
    assert_eq!(values[0].values[4], lost[0].error());
    assert_eq!(values[0].condition_number(), values[0].values[0] / values[0].values[9]);
    assert_eq!(values[0].rank(0.0), 10);
    assert_eq!(values.len(), 4);
    let mut error = 0.0_f64;
    for (row, down) in full.fc1.weight.iter().zip(thin.fc1.down.weight) {
        for (j, weight) in row.iter().enumerate() {
            let near: f64 = (0..4).map(|k| down[k] * thin.fc1.up.weight[k][j]).sum();
            error += (weight - near).powi(2);
        }
    }
    assert!((error.sqrt() - lost[0].frobenius_error()).abs() < 1e-12);

    let mut typed = ThinOf::<f64>::zeros();
    let one = full.fc1.truncate(&mut typed.fc1.down, &mut typed.fc1.up).unwrap();
    assert_eq!((typed.fc1.down.weight, one.values), (thin.fc1.down.weight, lost[0].values.clone()));
}

#[test]
fn a_rank_that_the_weights_do_not_exceed_changes_nothing() {
    let mut plain = PlainOf::<f64>::init(1);
    // Weights (4, 60) of rank 3: the last row is the sum of two others.
    let weight = &mut plain.fc2.weight;
    weight[3] = std::array::from_fn(|j| weight[0][j] - weight[2][j]);
    let mut deep = DeepOf::<f64>::zeros();
    let lost = truncate(&plain, &mut deep).unwrap();
    assert!(lost[0].error() < 1e-12 * lost[0].values[0]);
    let inputs: Vec<f64> = (0..80).map(|i| (i as f64 * 0.7).sin()).collect();
    let (mut ws, mut low) = (PlainOf::infer_workspace(2), DeepOf::infer_workspace(2));
    let (full, thin) = (plain.predict(&inputs, &mut ws).unwrap(), deep.predict(&inputs, &mut low).unwrap());
    assert!(full.iter().zip(thin).all(|(x, y)| (x - y).abs() < 1e-12));
}

#[test]
fn networks_that_differ_in_something_else_are_refused() {
    let text = truncate(&Full::init(1), &mut Wide::zeros()).unwrap_err().to_string();
    assert_eq!(
        text,
        "`fc1.weight`: its shape is (12, 11) and not (12, 10); expected the same network, but for `rank = r` in some of \
         its `fc`"
    );
    let text = truncate(&Bare::init(1), &mut Biased::zeros()).unwrap_err().to_string();
    assert!(
        text.starts_with("`fc1.up.bias`: the network to be cut has nothing that could go there;"),
        "{text}"
    );
    let text = truncate(&With::init(1), &mut Unbiased::zeros()).unwrap_err().to_string();
    assert!(text.starts_with("`fc1.bias`: the network of lower rank has no place for it;"), "{text}");
    let text = truncate(&Thin::init(1), &mut Full::zeros()).unwrap_err().to_string();
    assert!(text.starts_with("`fc1.weight`: the network to be cut has nothing"), "{text}");
    let mut broken = With::init(1);
    broken.fc1.weight[1][2] = f32::NAN;
    let text = truncate(&broken, &mut Biased::zeros()).unwrap_err().to_string();
    assert!(text.contains("row 1, column 2: found NaN"), "{text}");
}
