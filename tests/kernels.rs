//! Fast kernels against plain ones: the same code over `Counted<f64>`, whose products are three loops and whose calls
//! go to no vector unit, at sizes around every edge of a block.
//!
//! Tolerances are those of rounding. A product of n terms in another order differs by at most n ε Σ|a b| (Higham,
//! Accuracy and Stability of Numerical Algorithms, section 3.1); whole passes by what such sums let through.

use quipu::network::{self, Model, TargetKind};
use quipu::scalar::{Accum, Real, View, ViewMut};
use quipu::{Batch, Counted, Inputs, Scalar, Targets, Workspace};

type Plain = Counted<f64>;

/// Around one, the widths of vectors (4 to 16 numbers), the lanes of sums (16), micro-kernels and packed blocks.
const SIZES: [usize; 17] = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129];

/// Number i of a series between -1 and 1, exact in f32.
fn number(i: usize, seed: usize) -> f64 {
    ((7 * i * i + 11 * i + 131 * seed) % 1009) as f64 / 1024.0 - 0.5
}

fn numbers<T: Scalar>(count: usize, seed: usize) -> Vec<T> {
    (0..count).map(|i| T::from_f64(number(i, seed))).collect()
}

/// A product in each layout, into nothing and onto something.
fn products<T: Real>(m: usize, k: usize, n: usize, epsilon: f64) {
    for (left, right) in [(false, false), (true, false), (false, true)] {
        for accum in [Accum::Replace, Accum::Add] {
            fn run<T: Scalar>(
                (m, k, n): (usize, usize, usize),
                (left, right): (bool, bool),
                accum: Accum,
            ) -> (Vec<T>, Vec<T>) {
                let (a, b) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2));
                let a = if left { View::rows(&a, k, m).transposed() } else { View::rows(&a, m, k) };
                let b = if right { View::rows(&b, n, k).transposed() } else { View::rows(&b, k, n) };
                let (mut y, mut of_data) = (numbers::<T>(m * n, 3), numbers::<T>(m * n, 3));
                T::matmul(ViewMut::rows(&mut y, m, n), accum, a, b);
                let data = numbers::<T::Real>(m * k, 1);
                let data = if left { View::rows(&data, k, m).transposed() } else { View::rows(&data, m, k) };
                T::matmul_data(ViewMut::rows(&mut of_data, m, n), accum, data, b);
                (y, of_data)
            }
            let fast = run::<T>((m, k, n), (left, right), accum);
            let plain = run::<Plain>((m, k, n), (left, right), accum);
            // |a|, |b| and what is added to are at most 1/2.
            let tolerance = epsilon * (k + 1) as f64 * (0.25 * k as f64 + 0.5);
            for (fast, plain) in fast.0.iter().zip(&plain.0).chain(fast.1.iter().zip(&plain.1)) {
                let gap = (fast.to_f64() - plain.real()).abs();
                assert!(
                    gap <= tolerance,
                    "{m} x {k} x {n}, {left} {right} {accum:?}: {gap:e} > {tolerance:e}"
                );
            }
        }
    }
}

#[test]
fn products_of_every_size_are_the_plain_ones() {
    for &m in &SIZES {
        for &k in &SIZES {
            // Every pair of sizes, with a third that runs through all of them.
            let n = SIZES[(m + 3 * k) % SIZES.len()];
            products::<f32>(m, k, n, f64::from(f32::EPSILON));
            products::<f64>(m, k, n, f64::EPSILON);
        }
    }
}

quipu::network! {
    /// Every kind of reduction, with widths around 16 lanes.
    pub Lanes <
        fc(15, 17);
        layer_norm;
        gelu;
        fc(33);
        rms_norm;
        silu;
        fc(16);
        softmax;
        residual { fc(31); tanh; fc(16) }
        concat { fc(1); sigmoid } { relu }
        fc(63);
        elu;
        fc(65, rank = 9);
        mish;
        softmax_ce(17)
    >
}
quipu::network! {
    /// A weight larger than a panel of gradients, 100,000 numbers, and panels that do not come out even.
    pub Panels < fc(331, 331); hardswish; fc(303); softplus; mse(3) >
}
quipu::network! { /** As large as a panel. */ pub Panel < fc(1000, 100); leaky_relu; bce(1) > }
quipu::network! { pub Robust < fc(33, 65); softplus; huber(17, delta = 0.5) > }
quipu::network! { pub Normal < fc(17, 9); tanh; gaussian_nll(17) > }
quipu::network! { pub Margins < fc(16, 31); relu; hinge(17) > }
quipu::network! {
    pub Weighted < fc(31, 16); sigmoid; softmax_ce(3, class_weights = [1.0, 0.5, 2.0]) >
}
quipu::network! { /** A row of W more. */ pub PanelAndOne < fc(1001, 100); selu; bce(2) > }

/// Loss, gradient, gradient of the input and prediction of a network, as f64.
fn passes<M: Model>(rows: usize) -> [Vec<f64>; 4] {
    let mut net = network::zeros::<M>();
    let scale = 4.0 / (M::INPUTS as f64).sqrt();
    for (i, weight) in net.flat_mut().iter_mut().enumerate() {
        *weight = M::Scalar::from_f64(scale * number(i, 1));
    }
    let inputs = numbers::<<M::Scalar as Scalar>::Real>(rows * M::INPUTS, 2);
    let (mut classes, mut values) = (vec![], vec![]);
    let targets = match M::TARGETS {
        TargetKind::Classes(n) | TargetKind::Labels(n) => {
            classes.extend((0..rows).map(|row| (row % n) as u32));
            Targets::Classes(&classes)
        }
        TargetKind::Binary(n) | TargetKind::Values(n) => {
            values.extend((0..rows * n).map(|i| real::<M>(number(i, 3) + 0.5)));
            Targets::Values(&values)
        }
    };
    let batch = Batch { inputs: Inputs::Values(&inputs), targets };
    let (mut ws, mut grad) = (Workspace::<M>::new(rows), network::zeros::<M>());
    let mut dx = numbers::<M::Scalar>(inputs.len(), 4);
    let loss = network::loss_and_grad(&*net, &batch, &mut ws, &mut grad).unwrap();
    network::input_grad(&*net, &batch, &mut ws, &mut dx).unwrap();
    let prediction = network::predict(&*net, Inputs::Values(&inputs), &mut ws).unwrap();
    let plain = |numbers: &[M::Scalar]| numbers.iter().map(|x| x.real().to_f64()).collect();
    [vec![loss.real().to_f64()], plain(grad.flat()), plain(&dx), plain(prediction)]
}

fn real<M: Model>(x: f64) -> <M::Scalar as Scalar>::Real {
    <<M::Scalar as Scalar>::Real as Scalar>::from_f64(x)
}

/// Compares each result with the plain one: gaps as a share of the largest number of the result.
fn compare(name: &str, rows: usize, fast: &[Vec<f64>; 4], plain: &[Vec<f64>; 4], tolerance: f64) {
    for (what, (fast, plain)) in
        ["loss", "gradient", "input gradient", "prediction"].iter().zip(fast.iter().zip(plain))
    {
        let largest = plain.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let gap = fast.iter().zip(plain).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
        assert!(
            fast.len() == plain.len() && largest > 0.0 && gap <= tolerance * largest,
            "{name}, {rows} rows, {what}: {gap:e} beside {largest:e}"
        );
    }
}

macro_rules! whole_passes {
    ($($test:ident: $network:ident at $rows:expr;)*) => {$(
        #[test]
        fn $test() {
            for rows in $rows {
                let plain = passes::<$network<Plain>>(rows);
                compare(stringify!($network), rows, &passes::<$network<f64>>(rows), &plain, 1e-12);
                compare(stringify!($network), rows, &passes::<$network<f32>>(rows), &plain, 2e-4);
            }
        }
    )*};
}

whole_passes! {
    lanes_and_chunks_of_rows: LanesOf at [1, 2, 15, 16, 17, 127, 128, 129, 255, 256, 257];
    absolute_and_square_errors: RobustOf at [1, 16, 129];
    means_and_variances: NormalOf at [1, 16, 129];
    margins: MarginsOf at [1, 16, 129];
    weighted_classes: WeightedOf at [1, 16, 129];
    panels_of_gradients: PanelsOf at [1, 5];
    one_panel: PanelOf at [1, 5];
    one_panel_and_a_row: PanelAndOneOf at [1, 5];
}
