//! The machine's vector units change how fast a kernel is and not one bit of what it computes: each kernel is run on every
//! instruction set there is.

use std::cell::Cell;
use std::fmt::Debug;

use pulp::Arch;

use super::{Accum, Real, View, ViewMut, reduce};
use crate::dataset::{Dataset, TargetsMut};
use crate::heads::{self, Head, TargetRows};
use crate::layers::{self, Backward, Forward, Gradient, Layer, Noise, Saved, SavedMut, Source};
use crate::optim::{Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, RmsProp, Sgd};

thread_local! {
    static FORCED: Cell<Option<Arch>> = const { Cell::new(None) };
}

/// What this thread's kernels are to run on instead of the machine's best.
pub(super) fn forced() -> Option<Arch> {
    FORCED.get()
}

/// The instruction sets that this machine has beside its best.
fn lesser() -> Vec<Arch> {
    let mut lesser = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    lesser.extend(pulp::x86::V3::try_new().map(Arch::V3));
    lesser
}

/// What `run` returns on every one of the machine's instruction sets has to be the same.
fn same<R: PartialEq + Debug>(what: &str, run: impl Fn() -> R) {
    let best = run();
    for arch in lesser() {
        FORCED.set(Some(arch));
        let found = run();
        FORCED.set(None);
        // No assert_eq: a page of numbers says less than the name.
        assert!(found == best, "{what} on {arch:?}");
    }
}

const ROWS: usize = 7;
/// Two blocks of every vector there is, and a rest.
const WIDTH: usize = 37;

/// Numbers of both signs, some large, some all but 0.
fn numbers<T: Real>(count: usize, seed: usize) -> Vec<T> {
    let number = |i: usize| {
        let unit = ((7 * i * i + 11 * i + 131 * seed) % 1009) as f64 / 504.5 - 1.0;
        T::from_f64(unit * [1.0, 1e-4, 20.0][i % 3])
    };
    (0..count).map(number).collect()
}

fn bits<T: Real>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

/// Forward and backward of a layer that keeps `kept` numbers a sample.
fn layer<T: Real, L: Layer<T>>(what: &str, kernel: &L, params: usize, kept: usize) {
    let (x, dy, params) =
        (numbers::<T>(ROWS * WIDTH, 1), numbers::<T>(ROWS * WIDTH, 2), numbers::<T>(params, 3));
    same(what, || {
        let (mut y, mut values) = (x.clone(), vec![T::zero(); ROWS * kept]);
        let saved = Some(SavedMut { values: &mut values, indices: &mut [], bytes: &mut [] });
        let noise = Noise { key: 1, first_row: 0 };
        kernel.forward(&params, Forward { rows: ROWS, x: Source::Here, y: &mut y, saved, noise });
        let mut dx = vec![T::zero(); x.len()];
        let saved = Saved { values: &values, indices: &[], bytes: &[] };
        let io =
            Backward { rows: ROWS, x: Some(&x), y: Some(&y), saved, dy: Source::Values(&dy), dx: &mut dx };
        kernel.backward(&params, io);
        (bits(&y), bits(&dx))
    });
}

fn layers<T: Real>() {
    let kept = WIDTH + 1;
    layer::<T, _>("relu", &layers::relu::Kernel {}, 0, 0);
    layer::<T, _>("leaky_relu", &layers::leaky_relu::Kernel { slope: 0.01 }, 0, 0);
    layer::<T, _>("elu", &layers::elu::Kernel { alpha: 0.7 }, 0, 0);
    layer::<T, _>("selu", &layers::selu::Kernel {}, 0, 0);
    layer::<T, _>("sigmoid", &layers::sigmoid::Kernel {}, 0, 0);
    layer::<T, _>("tanh", &layers::tanh::Kernel {}, 0, 0);
    layer::<T, _>("softplus", &layers::softplus::Kernel {}, 0, 0);
    layer::<T, _>("gelu", &layers::gelu::Kernel { tanh: false }, 0, 0);
    layer::<T, _>("gelu(tanh)", &layers::gelu::Kernel { tanh: true }, 0, 0);
    layer::<T, _>("silu", &layers::silu::Kernel {}, 0, 0);
    layer::<T, _>("hardswish", &layers::hardswish::Kernel {}, 0, 0);
    layer::<T, _>("mish", &layers::mish::Kernel {}, 0, 0);
    layer::<T, _>("softmax", &layers::softmax::Kernel { width: WIDTH }, 0, 0);
    let norm = layers::layer_norm::Kernel { groups: 1, width: WIDTH, eps: 1e-5 };
    layer::<T, _>("layer_norm", &norm, 2 * WIDTH, kept);
    let norm = layers::rms_norm::Kernel { groups: 1, width: WIDTH, eps: 1e-5 };
    layer::<T, _>("rms_norm", &norm, WIDTH, kept);
}

#[test]
fn of_layers() {
    layers::<f32>();
    layers::<f64>();
}

/// Small layers, by their loops also where a user's would have the general product.
fn small<T: Real, const IN: usize, const OUT: usize>() {
    let kernel = layers::fc::Small::<IN, OUT, OUT> {};
    let count = IN * OUT + OUT;
    same("fc of few weights", || {
        [1, ROWS].map(|rows| {
            let (params, x, dy) = (numbers::<T>(count, 1), numbers(rows * IN, 2), numbers(rows * OUT, 3));
            let (mut y, mut dx) = (vec![T::zero(); rows * OUT], vec![T::zero(); rows * IN]);
            let (mut gradient, mut stepped) = (vec![T::zero(); count], params.clone());
            let noise = Noise { key: 1, first_row: 0 };
            kernel.forward(&params, Forward { rows, x: Source::Data(&x), y: &mut y, saved: None, noise });
            let saved = Saved { values: &[], indices: &[], bytes: &[] };
            let back = Source::Values(&dy[..]);
            kernel.backward(&params, Backward { rows, x: None, y: None, saved, dy: back, dx: &mut dx });
            let io = Gradient { batch: rows, x: Source::Values(&x), saved, dy: &dy };
            kernel.gradient(&io, 0..count, &mut gradient);
            kernel.add_gradient(&io, 0..count, -0.1, &mut stepped);
            let apart = [bits(&y), bits(&dx), bits(&gradient), bits(&stepped)];
            let relu = layers::relu::Kernel {};
            let io = Forward { rows, x: Source::Data(&x), y: &mut y, saved: None, noise };
            kernel.forward_then(&params, io, &relu);
            let io = Backward { rows, x: None, y: None, saved, dy: back, dx: &mut dx };
            kernel.backward_then(&params, io, &relu, &x);
            (apart, [bits(&y), bits(&dx)])
        })
    });
}

#[test]
fn of_small_layers() {
    small::<f32, 6, 64>();
    small::<f64, 6, 64>();
    small::<f32, 64, 8>();
    small::<f32, 9, 21>();
    small::<f64, 9, 21>();
}

/// Products by tiles, also where a user's would be faer's, whole ones and parts of vectors.
fn products<T: Real>() {
    let (rows, inner, columns) = (19, 300, 77);
    let (a, b) = (numbers::<T>(rows * inner, 1), numbers::<T>(inner * columns, 2));
    for a in [View::rows(&a, rows, inner), View::rows(&a, inner, rows).transposed()] {
        same("a product", || {
            let mut dst = numbers::<T>(rows * columns, 3);
            let to = ViewMut::rows(&mut dst, rows, columns);
            T::matmul(to, Accum::AddTimes(-0.1), a, View::rows(&b, inner, columns));
            bits(&dst)
        });
    }
}

#[test]
fn of_products() {
    products::<f32>();
    products::<f64>();
}

fn functions<T: Real>() {
    let x = numbers::<T>(10_000, 4);
    type Function<T> = fn(T) -> T;
    let functions: [(&str, Function<T>); 10] = [
        ("exp", T::exp),
        ("or_zero", |x| (x * T::from_f64(1e-29)).or_zero()),
        ("exp_or_zero", |x| (-x.abs()).exp_or_zero()),
        ("exp_m1", T::exp_m1),
        ("ln", |x| x.abs().ln()),
        ("ln_1p", |x| x.abs().ln_1p()),
        ("sqrt", |x| x.abs().sqrt()),
        ("tanh", T::tanh),
        ("erf", T::erf),
        ("powf", |x| x.abs().powf(0.3)),
    ];
    for (name, function) in functions {
        same(name, || {
            let mut y = x.clone();
            T::dispatch(
                #[inline(always)]
                || y.iter_mut().for_each(|y| *y = function(*y)),
            );
            bits(&y)
        });
    }
    same("reductions", || {
        let found = T::dispatch(
            #[inline(always)]
            || [reduce::sum(&x), reduce::dot(&x, &x), reduce::max(&x)],
        );
        (bits(&found), reduce::largest(&x).map(f64::to_bits), reduce::all_finite(&x))
    });
}

#[test]
fn of_functions() {
    functions::<f32>();
    functions::<f64>();
}

fn losses<T: Real>() {
    let z = numbers::<T>(ROWS * WIDTH, 5);
    let classes: Vec<u32> = (0..ROWS as u32).map(|row| row * 5 % WIDTH as u32).collect();
    let shares: Vec<T> = numbers::<T>(ROWS * WIDTH, 6).iter().map(|share| share.abs()).collect();
    fn head<T: Real>(what: &str, head: &impl Head<T>, z: &[T], targets: TargetRows<'_, T>) {
        same(what, || {
            let (mut z, mut losses) = (z.to_vec(), vec![T::zero(); ROWS]);
            let mut mean = z.clone();
            head.mean(&mut mean);
            head.loss(&mut z, targets, &mut losses);
            head.gradient(&mut z, targets, T::from_f64(head.scale(ROWS)));
            (bits(&losses), bits(&z), bits(&mean))
        });
    }
    let softmax = heads::softmax_ce::Kernel::<WIDTH> { smoothing: 0.1, weights: &[] };
    head("softmax_ce", &softmax, &z, TargetRows::Classes(&classes));
    head("softmax_ce of shares", &softmax, &z, TargetRows::Values(&shares));
    head("mse", &heads::mse::Kernel { outputs: WIDTH }, &z, TargetRows::Values(&shares));
    head("bce", &heads::bce::Kernel { outputs: WIDTH }, &z, TargetRows::Values(&shares));
}

#[test]
fn of_heads() {
    losses::<f32>();
    losses::<f64>();
}

#[test]
fn of_staged_rows() {
    fn staged<T: Real>(set: &Dataset) {
        same("staged rows", || {
            let (mut inputs, mut labels) = (vec![T::zero(); ROWS * WIDTH], [0; ROWS]);
            let rows: Vec<u32> = (0..ROWS as u32).rev().collect();
            set.gather_into(&rows, &mut inputs, TargetsMut::Classes(&mut labels), 1);
            bits(&inputs)
        });
    }
    let bytes = (0..ROWS * WIDTH).map(|i| i as u8).collect();
    let bytes = Dataset::byte_classes(bytes, WIDTH, vec![0; ROWS]).unwrap().with_levels(33.3, 78.6).unwrap();
    let floats = Dataset::classes(numbers::<f32>(ROWS * WIDTH, 9), WIDTH, vec![0; ROWS]).unwrap();
    for set in [bytes, floats] {
        staged::<f32>(&set);
        staged::<f64>(&set);
    }
}

#[test]
fn of_optimizers() {
    fn rule(what: &str, optimizer: impl Optimizer<f32> + Clone) {
        let (start, grad) = (numbers::<f32>(1_000, 7), numbers::<f32>(1_000, 8));
        same(what, || {
            let (mut params, mut optimizer) = (start.clone(), optimizer.clone());
            (0..3).for_each(|_| optimizer.update(&mut params, &grad));
            bits(&params)
        });
    }
    rule("sgd", Sgd::new(0.1).clip(1.0).l1(0.1).l2(0.1));
    rule("momentum", Momentum::new(0.1, 0.9));
    rule("nesterov", Momentum::new(0.1, 0.9).nesterov());
    rule("adam", Adam::new(0.1));
    rule("adamw", AdamW::new(0.1));
    rule("rmsprop", RmsProp::new(0.1).centered().momentum(0.9));
    rule("adagrad", Adagrad::new(0.1));
    rule("lion", Lion::new(0.1));
}
