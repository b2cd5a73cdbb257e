//! Numbers at the extremes: every elementwise kind, the norms, softmax and the heads in f32 against themselves in f64, value and
//! derivative, from subnormals to 1e30 and among values that differ in their last digits.

use quipu::heads::{Head, TargetRows, bce, gaussian_nll, hinge, huber, mse, softmax_ce};
use quipu::layers::elementwise::{Elementwise, Keeps};
use quipu::layers::{
    Backward, Forward, Gradient, Layer, Noise, Saved, SavedMut, Source, elu, gelu, hardswish, layer_norm,
    leaky_relu, mish, relu, rms_norm, selu, sigmoid, silu, softmax, softplus, tanh,
};
use quipu::scalar::{Real, Scalar};

const EPS: f64 = f32::EPSILON as f64;
/// Below this f32 has no full precision: 2^-126, and the factor of a hundred that an input may bring.
const TINY: f64 = 1e-36;

/// What a difference may be measured by, in units of f32's epsilon.
#[derive(Clone, Copy)]
enum Within {
    /// The result: correct to its last digits, however small.
    Result(f64),
    /// The input, if that is larger: erf and tanh have no digits left for what lies beyond 1 - epsilon.
    Input(f64),
    /// One, if that is larger: all that the kept output of a saturated function tells.
    One(f64),
}

#[track_caller]
fn close(at: &str, found: f32, expected: f64, input: f64, within: Within) {
    let (units, scale) = match within {
        Within::Result(units) => (units, expected.abs()),
        Within::Input(units) => (units, expected.abs().max(input.abs())),
        Within::One(units) => (units, expected.abs().max(1.0)),
    };
    assert!(expected.is_finite(), "{at}: {expected} in f64");
    let error = (f64::from(found) - expected).abs();
    assert!(error <= units * EPS * scale + TINY, "{at}: {found:e} in f32, {expected:e} in f64");
}

/// From the least subnormal to the last before infinity, with the places where exp saturates, both signs.
fn inputs() -> Vec<f32> {
    let positive = [
        0.0, 1e-45, 1e-40, 1.2e-38, 1e-30, 1e-20, 1e-8, 1e-4, 0.01, 0.5, 2.9, 3.0, 6.0, 9.0, 17.0, 20.0,
        40.0, 80.0, 88.0, 89.0, 104.0, 1e4, 1e10, 1e19, 1e20, 1e30, 3e38,
    ];
    positive.into_iter().flat_map(|x| [x, -x]).collect()
}

/// Checks a kind's value and derivative at all inputs.
fn elementwise<K: Elementwise<f32> + Elementwise<f64>>(
    name: &str,
    kernel: &K,
    value: Within,
    derivative: Within,
) {
    for x in inputs() {
        let wide = f64::from(x);
        let (found, expected) = (kernel.value(x), kernel.value(wide));
        close(&format!("{name} at {x:e}"), found, expected, wide, value);
        let (kept, kept_wide) = match <K as Elementwise<f32>>::KEEPS {
            Keeps::Input => (x, wide),
            Keeps::Output => (found, expected),
        };
        let (found, expected) = (kernel.pull(kept, 1.0), kernel.pull(kept_wide, 1.0));
        close(&format!("{name}'s derivative at {x:e}"), found, expected, wide, derivative);
    }
    assert!(kernel.value(f32::NAN).is_nan(), "{name}: a NaN stays one");
}

#[test]
fn elementwise_kinds() {
    use Within::{Input, One, Result};
    elementwise("relu", &relu::Kernel {}, Result(0.0), Result(0.0));
    elementwise("leaky_relu", &leaky_relu::Kernel { slope: 0.01 }, Result(2.0), Result(2.0));
    elementwise("elu", &elu::Kernel { alpha: 1.0 }, Result(4.0), One(4.0));
    elementwise("elu(0.3)", &elu::Kernel { alpha: 0.3 }, Result(4.0), One(4.0));
    elementwise("selu", &selu::Kernel {}, Result(4.0), One(4.0));
    elementwise("sigmoid", &sigmoid::Kernel {}, Result(4.0), One(4.0));
    elementwise("tanh", &tanh::Kernel {}, Result(4.0), One(4.0));
    elementwise("softplus", &softplus::Kernel {}, Result(4.0), Result(4.0));
    elementwise("gelu", &gelu::Kernel { tanh: false }, Input(4.0), One(4.0));
    elementwise("gelu(tanh)", &gelu::Kernel { tanh: true }, Input(4.0), One(16.0));
    elementwise("silu", &silu::Kernel {}, Result(4.0), One(16.0));
    elementwise("hardswish", &hardswish::Kernel {}, Result(4.0), One(4.0));
    elementwise("mish", &mish::Kernel {}, Result(4.0), Result(16.0));
}

/// What the passes of a layer over one sample give.
struct Passes<T> {
    y: Vec<T>,
    dx: Vec<T>,
    dparams: Vec<T>,
}

/// All passes of a layer that keeps its size, over one sample.
fn passes<T: Scalar, K: Layer<T>>(
    kernel: &K,
    params: &[f32],
    x: &[f32],
    dy: &[f32],
    kept: usize,
) -> Passes<T> {
    let wide = |numbers: &[f32]| -> Vec<T> { numbers.iter().map(|&x| T::from_f64(f64::from(x))).collect() };
    let (params, mut y, dy) = (wide(params), wide(x), wide(dy));
    let (mut dx, mut saved) = (dy.clone(), vec![T::zero(); kept]);
    let noise = Noise { key: 0, first_row: 0 };
    let keep = Some(SavedMut { values: &mut saved, indices: &mut [], bytes: &mut [] });
    kernel.forward(&params, Forward { rows: 1, x: Source::Here, y: &mut y, saved: keep, noise });
    let saved = Saved { values: &saved[..], indices: &[], bytes: &[] };
    let io = Backward { rows: 1, x: None, y: Some(&y), saved, dy: Source::Here, dx: &mut dx };
    kernel.backward(&params, io);
    let mut dparams = vec![T::zero(); params.len()];
    let io = Gradient { batch: 1, x: Source::Here, saved, dy: &dy };
    for piece in (0..).map_while(|index| kernel.piece(index, 1)) {
        kernel.gradient(&io, piece.clone(), &mut dparams[piece]);
    }
    Passes { y, dx, dparams }
}

const WIDTH: usize = 37;

/// Rows of one scale each, and rows whose values differ by far less than they are.
fn rows() -> Vec<(String, Vec<f32>)> {
    let wave = |i: usize| ((7 * i * i + 11 * i) % 101) as f32 / 50.0 - 1.0;
    let row = |f: &dyn Fn(usize) -> f32| (0..WIDTH).map(f).collect::<Vec<f32>>();
    let mut rows = Vec::new();
    for scale in [1e-45, 1e-40, 1e-30, 1e-20, 1e-8, 1.0, 1e8, 1e15, 1e18] {
        rows.push((format!("of {scale:e}"), row(&|i| scale * wave(i))));
    }
    for offset in [1e2, 1e4, 1e6] {
        rows.push((format!("near {offset:e}"), row(&|i| offset + (i % 5) as f32)));
    }
    rows.push(("of zeros".to_owned(), row(&|_| 0.0)));
    rows.push(("of one constant".to_owned(), row(&|_| 12_345.678)));
    rows.push(("with one value".to_owned(), row(&|i| if i == 3 { 1e15 } else { 0.0 })));
    rows.push(("of far scales".to_owned(), row(&|i| if i % 2 == 0 { 1e15 } else { 1e-15 * wave(i) })));
    rows
}

/// Compares a vector with its f64 self, by the size of its largest number or the one given.
fn compare(at: &str, found: &[f32], expected: &[f64], size: f64, units: f64) {
    let largest = expected.iter().fold(size, |largest, x| largest.max(x.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!(expected.is_finite(), "{at}: {expected} in f64");
        let error = (f64::from(*found) - expected).abs();
        assert!(error <= units * EPS * largest + TINY, "{at}: {found:e} in f32, {expected:e} in f64");
    }
}

/// Checks a norm on all rows; `centred`: what it divides by is measured from the mean, which costs as many digits as
/// the mean is larger than the deviation, where the difference of two squares would cost twice as many.
fn norm<K: Layer<f32> + Layer<f64>>(name: &str, kernel: &K, params: &[f32], eps: f64, centred: bool) {
    let dy: Vec<f32> = (0..WIDTH).map(|i| ((5 * i + 2) % 7) as f32 - 3.0).collect();
    for (row, x) in rows() {
        let at = format!("{name} of a row {row}");
        let share = 1.0 / WIDTH as f64;
        let mean = if centred { x.iter().map(|&x| f64::from(x)).sum::<f64>() * share } else { 0.0 };
        let square = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() * share;
        let scale = 1.0 / (square + eps).sqrt();
        let units = 8.0 * (1.0 + mean.abs() * scale);
        let found = passes::<f32, K>(kernel, params, &x, &dy, WIDTH + 1);
        let expected = passes::<f64, K>(kernel, params, &x, &dy, WIDTH + 1);
        compare(&format!("{at}, value"), &found.y, &expected.y, 1.0, units);
        compare(&format!("{at}, gradient"), &found.dx, &expected.dx, 3.0 * scale, units);
        compare(&format!("{at}, parameters"), &found.dparams, &expected.dparams, 3.0, units);
    }
    // Here squares are beyond f32: what is left of the row is its shift alone, and nothing is NaN.
    let x: Vec<f32> = (0..WIDTH).map(|i| if i % 3 == 0 { 1e30 } else { -1e30 }).collect();
    let found = passes::<f32, K>(kernel, params, &x, &dy, WIDTH + 1);
    let shift = params.get(WIDTH..2 * WIDTH).map_or(vec![0.0; WIDTH], <[f32]>::to_vec);
    assert_eq!(found.y, shift, "{name} beyond squares");
    assert!(found.dx.iter().chain(&found.dparams).all(|x| x.is_finite()), "{name} beyond squares");
}

#[test]
fn norms() {
    let params: Vec<f32> = (0..2 * WIDTH).map(|i| ((3 * i + 1) % 11) as f32 / 5.0 - 1.0).collect();
    let kernel = layer_norm::Kernel { groups: 1, width: WIDTH, eps: 1e-5 };
    norm("layer_norm", &kernel, &params, kernel.eps, true);
    let kernel = rms_norm::Kernel { groups: 1, width: WIDTH, eps: 1e-6 };
    norm("rms_norm", &kernel, &params[..WIDTH], kernel.eps, false);
}

#[test]
fn softmaxes() {
    let dy: Vec<f32> = (0..WIDTH).map(|i| ((5 * i + 2) % 7) as f32 - 3.0).collect();
    let mut rows = rows();
    rows.push(("of ±1e30".to_owned(), (0..WIDTH).map(|i| if i % 3 == 0 { 1e30 } else { -1e30 }).collect()));
    rows.push(("of ±3e38".to_owned(), (0..WIDTH).map(|i| if i % 3 == 0 { 3e38 } else { -3e38 }).collect()));
    rows.push(("of -100 to 100".to_owned(), (0..WIDTH).map(|i| (i as f32 - 18.0) * 5.5).collect()));
    for (row, x) in rows {
        let at = format!("softmax of a row {row}");
        let kernel = softmax::Kernel { width: WIDTH };
        let found = passes::<f32, _>(&kernel, &[], &x, &dy, 0);
        let expected = passes::<f64, _>(&kernel, &[], &x, &dy, 0);
        compare(&format!("{at}, value"), &found.y, &expected.y, 0.0, 16.0);
        compare(&format!("{at}, gradient"), &found.dx, &expected.dx, 1.0, 16.0);
    }
}

/// Checks a head on rows of logits with a target each: loss, gradient of the row, and prediction, in f32 against f64.
fn head<K: Head<f32> + Head<f64>>(name: &str, kernel: &K, rows: &[(Vec<f32>, Wanted)]) {
    for (z, wanted) in rows {
        let at = format!("{name} at {z:?} for {wanted:?}");
        let (found, expected) = (judged::<f32, K>(kernel, z, wanted), judged::<f64, K>(kernel, z, wanted));
        for (what, found, expected) in [
            ("loss", &found.loss, &expected.loss),
            ("gradient", &found.gradient, &expected.gradient),
            ("prediction", &found.prediction, &expected.prediction),
        ] {
            for (&found, &expected) in found.iter().zip(expected) {
                close(&format!("{at}, {what}"), found as f32, expected, 1.0, Within::One(8.0));
            }
        }
    }
}

#[derive(Debug)]
enum Wanted {
    Class(u32),
    Values(Vec<f32>),
}

/// What a head makes of a row, as f64.
struct Judged {
    loss: Vec<f64>,
    gradient: Vec<f64>,
    prediction: Vec<f64>,
}

fn judged<T: Scalar, K: Head<T>>(kernel: &K, z: &[f32], wanted: &Wanted) -> Judged {
    let lift = |x: &f32| T::from_f64(f64::from(*x));
    let (mut gradient, mut loss) = (z.iter().map(lift).collect::<Vec<T>>(), vec![T::zero()]);
    let (class, values) = match wanted {
        Wanted::Class(class) => (vec![*class], None),
        Wanted::Values(values) => (vec![], Some(values.iter().map(|x| lift(x).real()).collect::<Vec<_>>())),
    };
    let targets = || values.as_ref().map_or(TargetRows::Classes(&class), |values| TargetRows::Values(values));
    let mut prediction = gradient.clone();
    kernel.loss(&mut gradient, targets(), &mut loss);
    kernel.gradient(&mut gradient, targets(), T::from_f64(kernel.scale(1)));
    kernel.mean(&mut prediction);
    let wide = |x: Vec<T>| x.iter().map(|x| x.real().to_f64()).collect();
    Judged { loss: wide(loss), gradient: wide(gradient), prediction: wide(prediction) }
}

#[test]
fn heads() {
    let logits = [0.0_f32, 1e-45, 1e-38, 1e-20, 1e-4, 1.0, 17.0, 88.0, 104.0, 1e10, 1e30];
    let pairs = || logits.iter().flat_map(|&a| logits.iter().flat_map(move |&b| [[a, b], [a, -b], [-a, -b]]));
    let of_classes: Vec<_> =
        pairs().flat_map(|z| [0, 1].map(|class| (z.to_vec(), Wanted::Class(class)))).collect();
    for smoothing in [0.0, 0.1] {
        let kernel = softmax_ce::Kernel::<2> { smoothing, weights: &[] };
        head("softmax_ce", &kernel, &of_classes);
    }
    head("hinge", &hinge::Kernel { classes: 2 }, &of_classes);
    let yes_or_no: Vec<_> =
        pairs().flat_map(|[z, _]| [0.0, 1.0].map(|t| (vec![z], Wanted::Values(vec![t])))).collect();
    head("bce", &bce::Kernel { outputs: 1 }, &yes_or_no);
    let of_values: Vec<_> = pairs().map(|[z, t]| (vec![z], Wanted::Values(vec![t]))).collect();
    head("huber", &huber::Kernel { outputs: 1, delta: 1.0 }, &of_values);
    // A square is finite up to 1e19.
    let squares = pairs().filter(|z| z.iter().all(|x| x.abs() < 1e19));
    let squares: Vec<_> = squares.map(|[z, t]| (vec![z], Wanted::Values(vec![t]))).collect();
    head("mse", &mse::Kernel { outputs: 1 }, &squares);
    // Deviations from exp(-86) on, whose variances f32 cannot hold, and gaps of their size.
    let normal: Vec<_> = [-86.0_f32, -60.0, -1.0, 0.0, 1.0, 20.0, 43.0]
        .into_iter()
        .flat_map(|half| {
            [0.0, 0.5, -3.0].map(|u| (vec![u * half.exp(), 2.0 * half], Wanted::Values(vec![0.0])))
        })
        .collect();
    head("gaussian_nll", &gaussian_nll::Kernel { values: 1 }, &normal);
}
