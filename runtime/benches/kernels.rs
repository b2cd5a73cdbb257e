//! The kernels one by one, on one thread: how long a call takes, and how many FLOPs a second that is ("items", by the
//! network's own constants).
//!
//! `cargo bench --bench kernels`, or `cargo bench --bench kernels -- gelu` for some of them.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use quipu::heads::{self, Head, TargetRows};
use quipu::layers::{Backward, Forward, Gradient, Layer, Noise, Saved, SavedMut, Source};
use quipu::{Adam, Optimizer, Sgd, layers, network};

fn main() {
    quipu::warm_up();
    divan::main();
}

network! {
    /// A row of the table for each kernel that is timed here, 256 wide.
    pub Rows < fc(784, 256); relu; tanh; gelu; layer_norm; softmax_ce(256) >
}

/// Rows of a batch.
const BATCHES: [usize; 5] = [1, 8, 32, 128, 512];
const WIDTH: usize = 256;
const NOTHING: Saved<'static, f32> = Saved { values: &[], indices: &[], bytes: &[] };

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i * i % 1009) as f32 / 504.5 - 1.0).collect()
}

/// Forward and backward FLOPs of a row of a layer, by the constants.
fn flops(layer: &str) -> (usize, usize) {
    let row = Rows::COST.layers.iter().find(|row| row.name == layer);
    row.map_or((0, 0), |row| (row.forward_flops as usize, row.backward_flops as usize))
}

const FC: layers::fc::Kernel = layers::fc::Kernel { inputs: 784, outputs: WIDTH, bias: true };

#[divan::bench(args = BATCHES)]
fn fc_forward(bencher: Bencher<'_, '_>, rows: usize) {
    let (x, params, mut y) = (numbers(rows * 784), numbers(785 * WIDTH), numbers(rows * WIDTH));
    bencher.counter(ItemsCount::new(rows * flops("fc1").0)).bench_local(|| {
        let noise = Noise { key: 0, first_row: 0 };
        FC.forward(&params, Forward { rows, x: Source::Data(black_box(&x)), y: &mut y, saved: None, noise });
    });
}

#[divan::bench(args = BATCHES)]
fn fc_backward(bencher: Bencher<'_, '_>, rows: usize) {
    let (dy, params, mut dx) = (numbers(rows * WIDTH), numbers(785 * WIDTH), numbers(rows * 784));
    bencher.counter(ItemsCount::new(rows * 2 * 784 * WIDTH)).bench_local(|| {
        let dy = Source::Values(black_box(&dy[..]));
        FC.backward(&params, Backward { rows, x: None, y: None, saved: NOTHING, dy, dx: &mut dx });
    });
}

#[divan::bench(args = BATCHES)]
fn fc_gradient(bencher: Bencher<'_, '_>, rows: usize) {
    let (x, dy, mut gradient) = (numbers(rows * 784), numbers(rows * WIDTH), numbers(785 * WIDTH));
    bencher.counter(ItemsCount::new(rows * flops("fc1").1)).bench_local(|| {
        let io = Gradient { batch: rows, x: Source::Data(black_box(&x)), saved: NOTHING, dy: &dy };
        for piece in (0..).map_while(|index| Layer::<f32>::piece(&FC, index, 1)) {
            FC.gradient(&io, piece.clone(), &mut gradient[piece]);
        }
    });
}

/// Forward and backward of a layer with an elementwise or rowwise kernel, which keeps `kept` numbers a row.
fn both(bencher: Bencher<'_, '_>, rows: usize, kernel: &impl Layer<f32>, name: &str, kept: usize) {
    let (x, dy, params) = (numbers(rows * WIDTH), numbers(rows * WIDTH), numbers(2 * WIDTH));
    let (mut y, mut dx, mut values) = (x.clone(), x.clone(), vec![0.0; rows * kept]);
    let (forward, backward) = flops(name);
    bencher.counter(ItemsCount::new(rows * (forward + backward))).bench_local(|| {
        let saved = Some(SavedMut { values: &mut values, indices: &mut [], bytes: &mut [] });
        let noise = Noise { key: 0, first_row: 0 };
        kernel.forward(&params, Forward { rows, x: Source::Values(black_box(&x)), y: &mut y, saved, noise });
        let saved = Saved { values: &values, ..NOTHING };
        let dy = Source::Values(black_box(&dy[..]));
        kernel.backward(&params, Backward { rows, x: Some(&x), y: Some(&y), saved, dy, dx: &mut dx });
    });
}

#[divan::bench(args = BATCHES)]
fn relu(bencher: Bencher<'_, '_>, rows: usize) {
    both(bencher, rows, &layers::relu::Kernel {}, "relu1", 0);
}

#[divan::bench(args = BATCHES)]
fn tanh(bencher: Bencher<'_, '_>, rows: usize) {
    both(bencher, rows, &layers::tanh::Kernel {}, "tanh1", 0);
}

#[divan::bench(args = BATCHES)]
fn gelu(bencher: Bencher<'_, '_>, rows: usize) {
    both(bencher, rows, &layers::gelu::Kernel { tanh: false }, "gelu1", 0);
}

#[divan::bench(args = BATCHES)]
fn layer_norm(bencher: Bencher<'_, '_>, rows: usize) {
    let kernel = layers::layer_norm::Kernel { groups: 1, width: WIDTH, eps: 1e-5 };
    both(bencher, rows, &kernel, "layer_norm1", WIDTH + 1);
}

#[divan::bench(args = BATCHES)]
fn softmax_ce(bencher: Bencher<'_, '_>, rows: usize) {
    let kernel = heads::softmax_ce::Kernel::<WIDTH> { smoothing: 0.0, weights: &[] };
    let (logits, classes, mut losses) = (numbers(rows * WIDTH), vec![3; rows], vec![0.0; rows]);
    let mut z = logits.clone();
    let (forward, backward) = flops("softmax_ce");
    bencher.counter(ItemsCount::new(rows * (forward + backward))).bench_local(|| {
        z.copy_from_slice(black_box(&logits));
        kernel.loss(&mut z, TargetRows::Classes(&classes), &mut losses);
        kernel.gradient(&mut z, TargetRows::Classes(&classes), 1.0 / rows as f32);
    });
}

fn rule(bencher: Bencher<'_, '_>, params: usize, mut optimizer: impl Optimizer<f32>) {
    let (mut w, g) = (numbers(params), numbers(params));
    let flops = optimizer.kind().flops(params as u64);
    bencher.counter(ItemsCount::new(flops)).bench_local(|| optimizer.update(&mut w, black_box(&g)));
}

#[divan::bench(args = [1_000, 30_000])]
fn sgd(bencher: Bencher<'_, '_>, params: usize) {
    rule(bencher, params, Sgd::new(1e-9));
}

#[divan::bench(args = [1_000, 30_000])]
fn adam(bencher: Bencher<'_, '_>, params: usize) {
    rule(bencher, params, Adam::new(1e-9));
}
