//! A network of 1,004 parameters, generated and as a careful person writes it by hand for this one network and batch: arrays
//! whose sizes are known, loops, nothing else. On one thread; both compute the same step, which is asserted.
//!
//! `cargo bench --bench tiny`

use divan::{Bencher, black_box};
use quipu::prelude::*;

network! {
    /// 1,004 parameters.
    pub Tiny < fc(6, 64); relu; fc(8); relu; softmax_ce(4) >
}

fn main() {
    compare::<1>();
    compare::<32>();
    divan::main();
}

const RATE: f32 = 0.01;

/// The same network by hand.
struct ByHand {
    w1: [[f32; 64]; 6],
    b1: [f32; 64],
    w2: [[f32; 8]; 64],
    b2: [f32; 8],
    w3: [[f32; 4]; 8],
    b3: [f32; 4],
}

/// What the layers of a batch hold.
struct Rows<const BATCH: usize> {
    h1: [[f32; 64]; BATCH],
    h2: [[f32; 8]; BATCH],
    p: [[f32; 4]; BATCH],
}

impl<const BATCH: usize> Rows<BATCH> {
    const NEW: Self = Rows { h1: [[0.0; 64]; BATCH], h2: [[0.0; 8]; BATCH], p: [[0.0; 4]; BATCH] };
}

/// y = x W + b.
fn linear<const I: usize, const O: usize>(x: &[f32; I], w: &[[f32; O]; I], b: &[f32; O]) -> [f32; O] {
    let mut y = *b;
    for i in 0..I {
        for o in 0..O {
            y[o] += x[i] * w[i][o];
        }
    }
    y
}

/// dx = dy W^T where y > 0.
fn back<const I: usize, const O: usize>(dy: &[f32; O], w: &[[f32; O]; I], y: &[f32; I]) -> [f32; I] {
    std::array::from_fn(|i| {
        let sum = dy.iter().zip(&w[i]).map(|(dy, w)| dy * w).sum::<f32>();
        if y[i] > 0.0 { sum } else { 0.0 }
    })
}

/// W -= rate x^T dy, b -= rate dy, of one row.
fn descend<const I: usize, const O: usize>(
    w: &mut [[f32; O]; I],
    b: &mut [f32; O],
    x: &[f32; I],
    dy: &[f32; O],
) {
    for i in 0..I {
        for o in 0..O {
            w[i][o] -= RATE * x[i] * dy[o];
        }
    }
    for o in 0..O {
        b[o] -= RATE * dy[o];
    }
}

impl ByHand {
    fn of(net: &Tiny) -> Self {
        ByHand {
            w1: net.fc1.weight,
            b1: net.fc1.bias,
            w2: net.fc2.weight,
            b2: net.fc2.bias,
            w3: net.fc3.weight,
            b3: net.fc3.bias,
        }
    }

    /// The probabilities of a row's classes, what led to them being kept.
    fn forward<const BATCH: usize>(&self, x: &[f32; 6], row: usize, rows: &mut Rows<BATCH>) {
        rows.h1[row] = linear(x, &self.w1, &self.b1).map(|h| h.max(0.0));
        rows.h2[row] = linear(&rows.h1[row], &self.w2, &self.b2).map(|h| h.max(0.0));
        let z = linear(&rows.h2[row], &self.w3, &self.b3);
        let largest = z.iter().copied().fold(f32::MIN, f32::max);
        let e = z.map(|z| (z - largest).exp());
        let sum = e.iter().sum::<f32>();
        rows.p[row] = e.map(|e| e / sum);
    }

    /// One step of descent; the mean loss before it.
    fn step<const BATCH: usize>(
        &mut self,
        x: &[[f32; 6]; BATCH],
        classes: &[u32; BATCH],
        rows: &mut Rows<BATCH>,
    ) -> f32 {
        let mut loss = 0.0;
        for row in 0..BATCH {
            self.forward(&x[row], row, rows);
            loss -= rows.p[row][classes[row] as usize].ln();
        }
        // All gradients are made before the first weight changes.
        let (mut d1, mut d2) = ([[0.0; 64]; BATCH], [[0.0; 8]; BATCH]);
        for row in 0..BATCH {
            rows.p[row][classes[row] as usize] -= 1.0;
            rows.p[row] = rows.p[row].map(|p| p / BATCH as f32);
            d2[row] = back(&rows.p[row], &self.w3, &rows.h2[row]);
            d1[row] = back(&d2[row], &self.w2, &rows.h1[row]);
        }
        for row in 0..BATCH {
            descend(&mut self.w3, &mut self.b3, &rows.h2[row], &rows.p[row]);
            descend(&mut self.w2, &mut self.b2, &rows.h1[row], &d2[row]);
            descend(&mut self.w1, &mut self.b1, &x[row], &d1[row]);
        }
        loss / BATCH as f32
    }
}

fn data<const BATCH: usize>() -> ([[f32; 6]; BATCH], [u32; BATCH]) {
    let x = std::array::from_fn(|row| std::array::from_fn(|i| ((row * 7 + i * i) % 11) as f32 / 5.0 - 1.0));
    (x, std::array::from_fn(|row| (row * 3 % 4) as u32))
}

/// Both take the same steps.
fn compare<const BATCH: usize>() {
    let (x, classes) = data::<BATCH>();
    let mut net = Tiny::init(1);
    let (mut by_hand, mut rows, mut ws) = (ByHand::of(&net), Rows::NEW, Tiny::workspace(BATCH));
    let mut sgd = Sgd::new(f64::from(RATE));
    for _ in 0..20 {
        let found = net.train_step(&Batch::new(x.as_flattened(), &classes), &mut ws, &mut sgd);
        let expected = by_hand.step(&x, &classes, &mut rows);
        assert!(found.is_ok_and(|found| (found - expected).abs() < 1e-4), "the same loss: {expected}");
    }
}

#[divan::bench(consts = [1, 32], sample_size = 100)]
fn step_generated<const BATCH: usize>(bencher: Bencher<'_, '_>) {
    let (x, classes) = data::<BATCH>();
    let (mut net, mut ws, mut sgd) = (Tiny::init(1), Tiny::workspace(BATCH), Sgd::new(f64::from(RATE)));
    bencher.bench_local(|| {
        let batch = Batch::new(black_box(x.as_flattened()), &classes);
        net.train_step(&batch, &mut ws, &mut sgd)
    });
}

#[divan::bench(consts = [1, 32], sample_size = 100)]
fn step_by_hand<const BATCH: usize>(bencher: Bencher<'_, '_>) {
    let (x, classes) = data::<BATCH>();
    let (mut net, mut rows) = (ByHand::of(&Tiny::init(1)), Rows::<BATCH>::NEW);
    bencher.bench_local(|| net.step(black_box(&x), &classes, &mut rows));
}

#[divan::bench(consts = [1, 32], sample_size = 100)]
fn predict_generated<const BATCH: usize>(bencher: Bencher<'_, '_>) {
    let (x, _) = data::<BATCH>();
    let (net, mut ws) = (Tiny::init(1), Tiny::infer_workspace(BATCH));
    bencher.bench_local(|| {
        let p = net.predict(black_box(x.as_flattened()), &mut ws);
        p.map(|p| p[0])
    });
}

#[divan::bench(consts = [1, 32], sample_size = 100)]
fn predict_by_hand<const BATCH: usize>(bencher: Bencher<'_, '_>) {
    let (x, _) = data::<BATCH>();
    let (net, mut rows) = (ByHand::of(&Tiny::init(1)), Rows::<BATCH>::NEW);
    bencher.bench_local(|| {
        for row in 0..BATCH {
            net.forward(&black_box(&x)[row], row, &mut rows);
        }
        rows.p[0][0]
    });
}
