//! Every kernel over counting numbers spends exactly what the cost table says, and its gradients agree with central
//! differences in f64.

use quipu::heads::{Head, IGNORED, TargetRows, bce, gaussian_nll, hinge, huber, mse, softmax_ce};
use quipu::layers::{
    Backward, Forward, Gradient, Layer, Noise, Saved, SavedMut, Source, dropout, fc, gelu, layer_norm, relu,
    residual, sigmoid, tanh,
};
use quipu::scalar::{Counted, Scalar, count};
use quipu_cost as cost;

const ROWS: usize = 4;
const NOISE: Noise = Noise { key: 17, first_row: 0 };

/// Numbers between -2 and 2 that are not near 0, where a kink may be; the same for the same seed.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = (state >> 11) as f64 / (1_u64 << 53) as f64 * 3.8 - 1.9;
        x + 0.1_f64.copysign(x)
    };
    (0..n).map(|_| next()).collect()
}

fn lift<T: Scalar>(x: &[f64]) -> Vec<T> {
    x.iter().map(|&x| T::from_f64(x)).collect()
}

/// A layer under test and what it is expected to cost a row, in FLOPs.
struct Case<K> {
    name: &'static str,
    kernel: K,
    /// Elements a row: in, out, parameters, and kept values.
    inputs: usize,
    outputs: usize,
    params: usize,
    kept: usize,
    forward: u64,
    infer: u64,
    backward: u64,
    gradient: u64,
}

/// What one pass forward and back over `ROWS` rows gives.
struct Passes<T> {
    y: Vec<T>,
    dx: Vec<T>,
    dparams: Vec<T>,
    /// FLOPs forward, in evaluation, backward and in the gradient.
    flops: [u64; 4],
}

/// How many bytes a row keeps at most.
const BYTES: usize = 64;

impl<K> Case<K> {
    /// Runs all passes over the scalar `T`; `data`: the input comes as plain data.
    fn run<T: Scalar<Real = f64>>(&self, params: &[f64], x: &[f64], dy: &[f64], data: bool) -> Passes<T>
    where
        K: Layer<T>,
    {
        let (params, values, dy) = (lift::<T>(params), lift::<T>(x), lift::<T>(dy));
        let source = if data { Source::Data(x) } else { Source::Values(&values) };
        let nan = T::from_f64(f64::NAN);
        let (mut y, mut dx) = (vec![nan; ROWS * self.outputs], vec![nan; ROWS * self.inputs]);
        let (mut kept, mut bytes) = (vec![nan; ROWS * self.kept], vec![0; ROWS * self.inputs.min(BYTES)]);
        let mut dparams = vec![nan; self.params];

        let infer = count(|| {
            let io = Forward { rows: ROWS, x: source, y: &mut y, saved: None, noise: NOISE };
            self.kernel.forward(&params, io);
        });
        let forward = count(|| {
            let saved = Some(SavedMut { values: &mut kept, indices: &mut [], bytes: &mut bytes });
            self.kernel.forward(&params, Forward { rows: ROWS, x: source, y: &mut y, saved, noise: NOISE });
        });
        let saved = Saved { values: &kept[..], indices: &[], bytes: &bytes };
        let backward = count(|| {
            let (x, y, dy) = (Some(&values[..]), Some(&y[..]), Source::Values(&dy[..]));
            self.kernel.backward(&params, Backward { rows: ROWS, x, y, saved, dy, dx: &mut dx });
        });
        let gradient = count(|| {
            let io = Gradient { batch: ROWS, x: source, saved, dy: &dy };
            let pieces = (0..).map_while(|index| self.kernel.piece(index, 1));
            pieces.for_each(|piece| self.kernel.gradient(&io, piece.clone(), &mut dparams[piece]));
        });
        Passes { y, dx, dparams, flops: [forward, infer, backward, gradient] }
    }

    /// Counts, and compares both gradients with differences.
    fn check(&self)
    where
        K: Layer<f64> + Layer<Counted<f64>>,
    {
        let [x, params, dy] = [(ROWS * self.inputs, 1), (self.params, 2), (ROWS * self.outputs, 3)]
            .map(|(n, seed)| numbers(n, seed));

        for data in [false, true] {
            let counted = self.run::<Counted<f64>>(&params, &x, &dy, data);
            let expected =
                [self.forward, self.infer, self.backward, self.gradient].map(|row| ROWS as u64 * row);
            assert_eq!(
                counted.flops, expected,
                "{}: FLOPs forward, evaluating, backward, gradient",
                self.name
            );
            let plain = self.run::<f64>(&params, &x, &dy, data);
            let reals = |x: &[Counted<f64>]| -> Vec<f64> { x.iter().map(|x| x.0).collect() };
            close(self.name, &reals(&counted.y), &plain.y, 1e-12);
            close(self.name, &reals(&counted.dx), &plain.dx, 1e-12);
            close(self.name, &reals(&counted.dparams), &plain.dparams, 1e-12);
        }

        let loss = |params: &[f64], x: &[f64]| -> f64 {
            let y = self.run::<f64>(params, x, &dy, false).y;
            y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        };
        let found = self.run::<f64>(&params, &x, &dy, false);
        close(self.name, &found.dx, &differences(&x, |x| loss(&params, x)), 1e-6);
        close(self.name, &found.dparams, &differences(&params, |params| loss(params, &x)), 1e-6);
    }
}

/// The gradient of `f` at `x` by central differences.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let step = 1e-5;
    let mut x = x.to_vec();
    (0..x.len())
        .map(|i| {
            let at = x[i];
            let [above, below] = [at + step, at - step].map(|moved| {
                x[i] = moved;
                f(&x)
            });
            x[i] = at;
            (above - below) / (2.0 * step)
        })
        .collect()
}

/// Checks numbers within a tolerance relative to each, and to a hundredth of the largest.
fn close(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(largest / 100.0);
        assert!((found - expected).abs() <= allowed, "{name} [{i}]: {found} for {expected}");
    }
}

/// A case without parameters and without difference between training and evaluation.
fn elementwise<K>(name: &'static str, kernel: K, n: usize, forward: u64, backward: u64) -> Case<K> {
    let (inputs, outputs) = (n, n);
    Case { name, kernel, inputs, outputs, params: 0, kept: 0, forward, infer: forward, backward, gradient: 0 }
}

#[test]
fn activations() {
    elementwise("relu", relu::Kernel {}, 7, cost::relu(7), cost::relu_backward(7)).check();
    elementwise("sigmoid", sigmoid::Kernel {}, 7, cost::sigmoid(7), cost::sigmoid_backward(7)).check();
    elementwise("tanh", tanh::Kernel {}, 7, cost::tanh(7), cost::tanh_backward(7)).check();
    elementwise("gelu", gelu::Kernel { tanh: false }, 7, cost::gelu(7), cost::gelu_backward(7)).check();
    elementwise(
        "gelu(tanh)",
        gelu::Kernel { tanh: true },
        7,
        cost::gelu_tanh(7),
        cost::gelu_tanh_backward(7),
    )
    .check();
}

#[test]
fn dropouts() {
    for p in [0.0, 0.3] {
        let (forward, backward) = (cost::dropout(7), cost::dropout_backward(7));
        let case = elementwise("dropout", dropout::Kernel { p }, 7, forward, backward);
        Case { infer: 0, ..case }.check();
    }
}

#[test]
fn fully_connected() {
    let case = |inputs: usize, outputs: usize, bias: bool| {
        let (i, o) = (inputs as u64, outputs as u64);
        let forward = if bias { cost::fc(i, o) } else { cost::matmul(1, i, o) };
        Case {
            name: "fc",
            kernel: fc::Kernel { inputs, outputs, bias },
            inputs,
            outputs,
            params: inputs * outputs + if bias { outputs } else { 0 },
            kept: 0,
            forward,
            infer: forward,
            backward: cost::fc_input_gradient(i, o),
            gradient: if bias { cost::fc_param_gradient(i, o) } else { cost::matmul(i, 1, o) },
        }
    };
    case(5, 3, true).check();
    case(3, 5, false).check();
    // A sample of three positions is three rows.
    let positions = case(5, 3, true);
    Case {
        inputs: 3 * positions.inputs,
        outputs: 3 * positions.outputs,
        forward: 3 * positions.forward,
        infer: 3 * positions.infer,
        backward: 3 * positions.backward,
        gradient: 3 * positions.gradient,
        ..positions
    }
    .check();
}

#[test]
fn layer_norms() {
    // Below and above the width from which sums run in lanes.
    for (groups, width) in [(1, 7), (3, 4), (2, 37), (1, 1)] {
        let times = groups as u64;
        let n = width as u64;
        Case {
            name: "layer_norm",
            kernel: layer_norm::Kernel { groups, width, eps: 1e-5 },
            inputs: groups * width,
            outputs: groups * width,
            params: 2 * width,
            kept: groups * (width + 1),
            forward: times * cost::layer_norm(n),
            infer: times * cost::layer_norm(n),
            backward: times * cost::layer_norm_input_gradient(n),
            gradient: times * cost::layer_norm_param_gradient(n),
        }
        .check();
    }
}

#[test]
fn joins() {
    let mut into = lift::<Counted<f64>>(&numbers(9, 1));
    let from = lift::<Counted<f64>>(&numbers(9, 2));
    assert_eq!(count(|| residual::add(&mut into, &from)), cost::residual(9));
    assert_eq!(count(|| residual::copy(&mut into, &from)), 0);
}

/// Counts a head over `ROWS` rows of `n` logits, and compares its gradient with differences of the mean loss.
fn head<H>(name: &str, kernel: &H, n: usize, targets: TargetRows<'_, f64>, flops: [u64; 3], counted: usize)
where
    H: Head<f64> + Head<Counted<f64>>,
{
    let z = numbers(ROWS * n, 5);
    let expected = flops.map(|row| ROWS as u64 * row);
    {
        let targets = match targets {
            TargetRows::Classes(classes) => TargetRows::Classes(classes),
            TargetRows::Values(values) => TargetRows::Values(values),
        };
        let (mut z, mut losses) = (lift::<Counted<f64>>(&z), vec![Counted(f64::NAN); ROWS]);
        let mut p = z.clone();
        let scale = Counted(Head::<f64>::scale(kernel, counted));
        let found = [
            count(|| kernel.loss(&mut z, targets, &mut losses)),
            count(|| kernel.gradient(&mut z, targets, scale)),
            count(|| kernel.mean(&mut p)),
        ];
        assert_eq!(found, expected, "{name}: FLOPs of loss, gradient and mean");
    }
    let loss = |z: &[f64]| {
        let (mut z, mut losses) = (z.to_vec(), vec![f64::NAN; ROWS]);
        kernel.loss(&mut z, targets, &mut losses);
        (losses.iter().sum::<f64>() / counted as f64, z)
    };
    let (_, mut gradient) = loss(&z);
    kernel.gradient(&mut gradient, targets, Head::<f64>::scale(kernel, counted));
    close(name, &gradient, &differences(&z, |z| loss(z).0), 1e-6);
}

#[test]
fn softmax_and_cross_entropy() {
    fn of<const C: usize>() {
        let c = C as u64;
        let mean = cost::softmax(c);
        let gradient = cost::cross_entropy_gradient(c) + cost::batch_scale(c);
        let (plain, smoothed) = (cost::cross_entropy(), cost::smoothed_cross_entropy(c));
        for (smoothing, entropy) in [(0.0, plain), (0.1, smoothed)] {
            let kernel = softmax_ce::Kernel::<C> { smoothing, weights: &[] };
            let flops = [mean + entropy, gradient, mean];
            head("softmax_ce", &kernel, C, TargetRows::Classes(&[1, 0, 1, 1]), flops, ROWS);
            let ignoring = TargetRows::Classes(&[1, IGNORED, IGNORED, 0]);
            head("softmax_ce, ignoring", &kernel, C, ignoring, flops, 2);
        }
        const WEIGHTS: [f64; 40] = [0.5; 40];
        let kernel = softmax_ce::Kernel::<C> { smoothing: 0.0, weights: &WEIGHTS[..C] };
        let flops = [mean + plain + cost::class_weight(), gradient + cost::class_weight(), mean];
        head("weighted", &kernel, C, TargetRows::Classes(&[1, 0, 1, 1]), flops, ROWS);
        let ignoring = TargetRows::Classes(&[1, IGNORED, IGNORED, 0]);
        head("weighted, ignoring", &kernel, C, ignoring, flops, 2);
        let mut soft: Vec<f64> = numbers(ROWS * C, 9).iter().map(|x| x.abs()).collect();
        for row in soft.chunks_exact_mut(C) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|t| *t /= sum);
        }
        let targets = TargetRows::Values(&soft);
        // ln S - sum t z': a logarithm, a dot product, a subtraction.
        let entropy = 1 + cost::dot(c) + 1;
        let kernel = softmax_ce::Kernel::<C> { smoothing: 0.0, weights: &[] };
        head("soft targets", &kernel, C, targets, [mean + entropy, gradient, mean], ROWS);
        // And the sum of z', two products and a subtraction; t itself costs 2 an element.
        let entropy = entropy + cost::sum(c) + 3;
        let kernel = softmax_ce::Kernel::<C> { smoothing: 0.1, weights: &[] };
        head("smoothed soft targets", &kernel, C, targets, [mean + entropy, gradient + 2 * c, mean], ROWS);
    }
    of::<2>();
    of::<5>();
    of::<40>();
}

#[test]
fn hinges() {
    for classes in [2, 5, 40] {
        let c = classes as u64;
        let flops = [cost::hinge(c), cost::hinge_gradient(c), 0];
        let kernel = hinge::Kernel { classes };
        head("hinge", &kernel, classes, TargetRows::Classes(&[1, 0, 1, 1]), flops, ROWS);
        head("hinge, ignoring", &kernel, classes, TargetRows::Classes(&[1, IGNORED, IGNORED, 0]), flops, 2);
    }
}

#[test]
fn values() {
    for outputs in [1, 3, 40] {
        let n = outputs as u64;
        let targets: Vec<f64> = numbers(ROWS * outputs, 7).iter().map(|x| x.abs() / 2.0).collect();
        let targets = TargetRows::Values(&targets);
        let flops = [cost::bce(n), cost::bce_gradient(n), cost::sigmoid(n)];
        head("bce", &bce::Kernel { outputs }, outputs, targets, flops, ROWS);
        let flops = [cost::mse(n), cost::mse_gradient(n), 0];
        head("mse", &mse::Kernel { outputs }, outputs, targets, flops, ROWS);
        // Between the targets, below 1, and the logits, up to 2 from 0, there are gaps on both sides of delta.
        let flops = [cost::huber(n), cost::huber_gradient(n), 0];
        head("huber", &huber::Kernel { outputs, delta: 0.8 }, outputs, targets, flops, ROWS);
        let flops = [cost::gaussian_nll(n), cost::gaussian_nll_gradient(n), cost::gaussian_nll_mean(n)];
        head("gaussian_nll", &gaussian_nll::Kernel { values: outputs }, 2 * outputs, targets, flops, ROWS);
    }
}

#[test]
fn a_nan_passes_through_relu() {
    let mut y = [f32::NAN, -1.0, 1.0];
    let io = Forward { rows: 1, x: Source::Here, y: &mut y, saved: None, noise: NOISE };
    relu::Kernel {}.forward(&[], io);
    assert!(y[0].is_nan());
    assert_eq!(y[1..], [0.0, 1.0]);
}
