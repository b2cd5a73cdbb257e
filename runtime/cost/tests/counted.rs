//! The rules that are sums of many small steps, held against plain loops over a number that counts its steps.
//!
//! Where a value can be known another way the loop must also give it: what is counted is then the operation,
//! and not merely as many steps.

mod counting;

use counting::{C, counted};
use quipu_cost::*;

fn data(n: usize, seed: f64) -> Vec<C> {
    (0..n).map(|i| C(((i as f64 + 1.0) * (1.7 + seed)).sin() * 1.5)).collect()
}

fn plain(x: &[C]) -> Vec<f64> {
    x.iter().map(|c| c.0).collect()
}

fn distribution(n: usize, seed: f64) -> Vec<C> {
    let weights: Vec<f64> = plain(&data(n, seed)).iter().map(|x| x.exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| C(w / sum)).collect()
}

fn total(x: impl IntoIterator<Item = C>) -> C {
    x.into_iter().reduce(|a, b| a + b).expect("a sum of at least one number")
}

fn inner(a: &[C], b: &[C]) -> C {
    total(a.iter().zip(b).map(|(&a, &b)| a * b))
}

#[track_caller]
fn near(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance * (1.0 + expected.abs()), "got {got}, expected {expected}");
}

const SIZES: [usize; 4] = [1, 2, 5, 16];

#[test]
fn products() {
    let (m, n, p) = (3, 4, 5);
    let (a, b) = (data(m * n, 0.0), data(n * p, 0.1));
    let mut c = vec![C(0.0); m * p];
    let ((), count) = counted(|| {
        for i in 0..m {
            for j in 0..p {
                for k in 0..n {
                    c[i * p + j] = c[i * p + j] + a[i * n + k] * b[k * p + j];
                }
            }
        }
    });
    assert_eq!(count, matmul(m as u64, n as u64, p as u64));
    assert_eq!(counted(|| inner(&a, &a)).1, dot((m * n) as u64));
}

#[test]
fn norms() {
    for n in SIZES {
        let x = data(n, 0.0);
        let (l1, c1) = counted(|| total(x.iter().map(|x| x.abs())));
        let (l2, c2) = counted(|| inner(&x, &x).sqrt());
        let (l3, c3) = counted(|| total(x.iter().map(|x| x.abs().powf(3.0))).powf(1.0 / 3.0));
        let (linf, cinf) = counted(|| x.iter().map(|x| x.abs()).reduce(C::max).unwrap());
        let length = n as u64;
        assert_eq!(
            [c1, c2, c3, cinf],
            [l1_norm(length), l2_norm(length), lp_norm(length), linf_norm(length)],
            "norms of {n}"
        );
        assert!(linf.0 <= l3.0 + 1e-12 && l3.0 <= l2.0 + 1e-12 && l2.0 <= l1.0 + 1e-12);
    }
}

#[test]
fn clipping_and_penalties() {
    for n in SIZES {
        let (mut g, w) = (data(n, 0.0), data(n, 0.3));
        let ((), count) = counted(|| {
            let norm = g.iter().fold(C(0.0), |sum, &g| sum + g * g).sqrt();
            let ratio = C(0.25) / norm;
            let factor = if ratio.less(C(1.0)) { ratio } else { C(1.0) };
            g.iter_mut().for_each(|g| *g = *g * factor);
        });
        assert_eq!(count, clip(n as u64));
        near(g.iter().map(|g| g.0 * g.0).sum::<f64>().sqrt(), 0.25, 1e-12);

        let lambda = C(0.01);
        let l1 = counted(|| C(1.0) + lambda * total(w.iter().map(|w| w.abs()))).1;
        let l2 = counted(|| C(1.0) + lambda * inner(&w, &w)).1;
        let d1 = counted(|| {
            for (g, &w) in g.iter_mut().zip(&w) {
                let (below, above) = (w.less(C(0.0)), C(0.0).less(w));
                *g = *g + C(lambda.0 * (f64::from(above) - f64::from(below)));
            }
        });
        let d2 = counted(|| g.iter_mut().zip(&w).for_each(|(g, &w)| *g = *g + lambda * w));
        let p = n as u64;
        assert_eq!(
            [l1, l2, d1.1, d2.1],
            [l1_penalty(p), l2_penalty(p), l1_penalty_gradient(p), l2_penalty_gradient(p)]
        );
    }
}

/// Probabilities, the shifted logits and ln of the sum of their exponentials, in the order of the rule.
fn run_softmax(z: &[C]) -> (Vec<C>, Vec<C>, C) {
    let max = z.iter().copied().reduce(C::max).unwrap();
    let shifted: Vec<C> = z.iter().map(|&z| z - max).collect();
    let exps: Vec<C> = shifted.iter().map(|z| z.exp()).collect();
    let sum = total(exps.iter().copied());
    (exps.iter().map(|&e| e / sum).collect(), shifted, sum)
}

#[test]
fn softmax_and_cross_entropies() {
    for n in SIZES {
        let (classes, z, t) = (n as u64, data(n, 0.2), distribution(n, 0.5));
        let ((y, shifted, sum), count) = counted(|| run_softmax(&z));
        assert_eq!(count, softmax(classes));
        near(y.iter().map(|y| y.0).sum(), 1.0, 1e-12);

        let (loss, count) = counted(|| sum.ln() - shifted[0]);
        assert_eq!(count, cross_entropy());
        near(loss.0, -y[0].0.ln(), 1e-12);

        let (loss, count) = counted(|| {
            // The targets add up to 1, so that ln S needs no weight.
            sum.ln() - total(shifted.iter().zip(&t).map(|(&z, &t)| t * z))
        });
        assert_eq!(count, soft_cross_entropy(classes));
        near(loss.0, y.iter().zip(&t).map(|(y, t)| -t.0 * y.0.ln()).sum(), 1e-12);

        let e = 0.1;
        let (loss, count) =
            counted(|| sum.ln() - C(1.0 - e) * shifted[0] - C(e / n as f64) * total(shifted.iter().copied()));
        assert_eq!(count, smoothed_cross_entropy(classes));
        let target = |c: usize| e / n as f64 + if c == 0 { 1.0 - e } else { 0.0 };
        near(loss.0, (0..n).map(|c| -target(c) * y[c].0.ln()).sum(), 1e-12);

        let count = counted(|| y.iter().zip(&t).map(|(&y, &t)| y - t).collect::<Vec<_>>()).1;
        assert_eq!(count, cross_entropy_gradient(classes));
    }
}

#[test]
fn softmax_backward_three_ways() {
    for n in SIZES {
        let (classes, dy) = (n as u64, data(n, 0.4));
        let (y, _, _) = run_softmax(&data(n, 0.2));
        let (short, count) = counted(|| {
            let d = inner(&y, &dy);
            y.iter().zip(&dy).map(|(&y, &dy)| y * (dy - d)).collect::<Vec<_>>()
        });
        assert_eq!(count, softmax_backward(classes));

        let (jacobian, count) = counted(|| {
            let negated: Vec<C> = y.iter().map(|&y| -y).collect();
            let mut j: Vec<C> = negated.iter().flat_map(|&a| y.iter().map(move |&b| a * b)).collect();
            (0..n).for_each(|c| j[c * n + c] = j[c * n + c] + y[c]);
            j
        });
        assert_eq!(count, softmax_jacobian(classes));

        let (long, product) = counted(|| {
            let row =
                |c: usize| jacobian[c * n..][..n].iter().zip(&dy).fold(C(0.0), |sum, (&j, &d)| sum + j * d);
            (0..n).map(row).collect::<Vec<_>>()
        });
        assert_eq!(count + product, softmax_backward_unfused(classes));
        plain(&short).iter().zip(plain(&long)).for_each(|(&a, b)| near(a, b, 1e-12));
    }
}

#[test]
fn entropy_and_kl() {
    for n in SIZES {
        let (p, q) = (distribution(n, 0.1), distribution(n, 0.6));
        let (h, count) = counted(|| -total(p.iter().map(|&p| p * p.ln())));
        assert_eq!(count, entropy(n as u64));
        assert!(h.0 >= -1e-12 && h.0 <= (n as f64).ln() + 1e-12);
        let (kl, count) = counted(|| total(p.iter().zip(&q).map(|(&p, &q)| p * (p / q).ln())));
        assert_eq!(count, kl_divergence(n as u64));
        assert!(kl.0 >= -1e-12);
    }
}

#[test]
fn losses_on_logits_and_values() {
    for n in SIZES {
        let (z, length, share) = (data(n, 0.2), n as u64, C(1.0 / n as f64));
        let t: Vec<C> = (0..n).map(|i| C((i % 2) as f64)).collect();
        let (loss, count) = counted(|| {
            let element = |z: C, t: C| z.max(C(0.0)) - z * t + (C(1.0) + (-z.abs()).exp()).ln();
            total(z.iter().zip(&t).map(|(&z, &t)| element(z, t))) / C(n as f64)
        });
        assert_eq!(count, bce(length));
        let probability = |z: f64| 1.0 / (1.0 + (-z).exp());
        let log = |z: f64, t: f64| -(t * probability(z).ln() + (1.0 - t) * (1.0 - probability(z)).ln());
        near(loss.0, z.iter().zip(&t).map(|(z, t)| log(z.0, t.0)).sum::<f64>() / n as f64, 1e-12);

        let count =
            counted(|| z.iter().zip(&t).map(|(&z, &t)| (run_sigmoid(z) - t) * share).collect::<Vec<_>>());
        assert_eq!(count.1, bce_gradient(length));

        let (kept, forward) = counted(|| {
            let kept: Vec<C> = z.iter().zip(&t).map(|(&z, &t)| z - t).collect();
            let loss = total(kept.iter().map(|&d| d * d)) / C(n as f64);
            assert!(loss.0 > 0.0);
            kept
        });
        assert_eq!(forward, mse(length));
        assert_eq!(counted(|| kept.iter().map(|&d| d * share).collect::<Vec<_>>()).1, mse_gradient(length));

        let batch_mean = counted(|| z.iter().fold(C(0.0), |sum, &loss| sum + loss) / C(n as f64)).1;
        assert_eq!(batch_mean, quipu_cost::batch_mean(length));
    }
}

fn run_sigmoid(x: C) -> C {
    C(1.0) / (C(1.0) + (-x).exp())
}

const HALF: C = C(0.5);
const UNIT: C = C(1.0);

fn run_gelu(x: C) -> C {
    HALF * x * (UNIT + (x * C(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

fn run_gelu_backward(x: C, dy: C) -> C {
    let below = HALF * (UNIT + (x * C(std::f64::consts::FRAC_1_SQRT_2)).erf());
    let density = C(1.0 / (2.0 * std::f64::consts::PI).sqrt()) * (C(-0.5) * x * x).exp();
    dy * (below + x * density)
}

const C1: f64 = 0.044715;

fn c0() -> C {
    C((2.0 / std::f64::consts::PI).sqrt())
}

fn run_gelu_tanh(x: C) -> C {
    let u = c0() * (x + C(C1) * x * x * x);
    HALF * x * (UNIT + u.tanh())
}

fn run_gelu_tanh_backward(x: C, dy: C) -> C {
    let t = (c0() * (x + C(C1) * x * x * x)).tanh();
    let d = UNIT - t * t;
    let du = c0() * (d + C(3.0 * C1) * d * x * x);
    dy * (HALF * (UNIT + t) + HALF * x * du)
}

/// Counts of forward and backward at one element, and the backward against a central difference.
fn check_activation(name: &str, costs: [u64; 2], forward: impl Fn(C) -> C, backward: impl Fn(C, C) -> C) {
    for x in [-2.1, -0.3, 0.4, 1.9] {
        let counts = [counted(|| forward(C(x))).1, counted(|| backward(C(x), C(1.3))).1];
        assert_eq!(counts, costs, "{name}");
        let h = 1e-5;
        let slope = (forward(C(x + h)).0 - forward(C(x - h)).0) / (2.0 * h);
        near(backward(C(x), C(1.3)).0, 1.3 * slope, 1e-6);
    }
}

#[test]
fn activations() {
    let zero = C(0.0);
    check_activation(
        "relu",
        [relu(1), relu_backward(1)],
        |x| if x.less(zero) { zero } else { x },
        |x, dy| if zero.less(x) { dy } else { zero },
    );
    check_activation("gelu", [gelu(1), gelu_backward(1)], run_gelu, run_gelu_backward);
    check_activation(
        "gelu, tanh form",
        [gelu_tanh(1), gelu_tanh_backward(1)],
        run_gelu_tanh,
        run_gelu_tanh_backward,
    );
    // These two read what the forward pass left, so its cost is taken off.
    check_activation("sigmoid", [sigmoid(1), sigmoid(1) + sigmoid_backward(1)], run_sigmoid, |x, dy| {
        let y = run_sigmoid(x);
        dy * (y * (UNIT - y))
    });
    check_activation("tanh", [tanh(1), tanh(1) + tanh_backward(1)], C::tanh, |x, dy| {
        let y = x.tanh();
        dy * (UNIT - y * y)
    });
}

/// y, xhat and rstd of one row.
fn run_layer_norm(x: &[C], gamma: &[C], beta: &[C]) -> (Vec<C>, Vec<C>, C) {
    let share = C(1.0 / x.len() as f64);
    let mean = total(x.iter().copied()) * share;
    let centred: Vec<C> = x.iter().map(|&x| x - mean).collect();
    let variance = inner(&centred, &centred) * share;
    let rstd = UNIT / (variance + C(1e-5)).sqrt();
    let xhat: Vec<C> = centred.iter().map(|&x| x * rstd).collect();
    let y = xhat.iter().zip(gamma).zip(beta).map(|((&x, &g), &b)| x * g + b).collect();
    (y, xhat, rstd)
}

#[test]
fn layer_normalisation() {
    for n in SIZES {
        let (x, gamma, beta, dy) = (data(n, 0.0), data(n, 0.3), data(n, 0.6), data(n, 0.9));
        let share = C(1.0 / n as f64);
        let ((_, xhat, rstd), count) = counted(|| run_layer_norm(&x, &gamma, &beta));
        assert_eq!(count, layer_norm(n as u64));

        let (dx, count) = counted(|| {
            let g: Vec<C> = dy.iter().zip(&gamma).map(|(&d, &g)| d * g).collect();
            let m1 = total(g.iter().copied()) * share;
            let m2 = inner(&g, &xhat) * share;
            g.iter().zip(&xhat).map(|(&g, &x)| rstd * (g - m1 - x * m2)).collect::<Vec<_>>()
        });
        assert_eq!(count, layer_norm_input_gradient(n as u64));
        let value = |x: &[C]| -> f64 {
            run_layer_norm(x, &gamma, &beta).0.iter().zip(&dy).map(|(y, d)| y.0 * d.0).sum()
        };
        for i in 0..n {
            let moved = |h: f64| {
                let mut x = x.clone();
                x[i].0 += h;
                value(&x)
            };
            near(dx[i].0, (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-5);
        }

        let (mut dgamma, mut dbeta) = (vec![C(0.0); n], vec![C(0.0); n]);
        let ((), count) = counted(|| {
            for i in 0..n {
                dgamma[i] = dgamma[i] + dy[i] * xhat[i];
                dbeta[i] = dbeta[i] + dy[i];
            }
        });
        assert_eq!(count, layer_norm_param_gradient(n as u64));
    }
}

#[test]
fn optimizers() {
    let (mut w, g, mut m, mut v) = (data(5, 0.0), data(5, 0.3), data(5, 0.6), vec![C(0.1); 5]);
    let (lr, mu) = (C(0.1), C(0.9));
    let sgd = counted(|| (0..5).for_each(|i| w[i] = w[i] - lr * g[i])).1;
    assert_eq!(sgd, OptimizerKind::Sgd.flops(5));
    let momentum = counted(|| {
        for i in 0..5 {
            m[i] = mu * m[i] + g[i];
            w[i] = w[i] - lr * m[i];
        }
    });
    assert_eq!(momentum.1, OptimizerKind::Momentum.flops(5));
    let nesterov = counted(|| {
        for i in 0..5 {
            m[i] = mu * m[i] + g[i];
            w[i] = w[i] - lr * (g[i] + mu * m[i]);
        }
    });
    assert_eq!(nesterov.1, OptimizerKind::Momentum.nesterov().flops(5));
    let adam = counted(|| {
        for i in 0..5 {
            m[i] = C(0.9) * m[i] + C(0.1) * g[i];
            v[i] = C(0.999) * v[i] + C(0.001) * g[i] * g[i];
            w[i] = w[i] - lr * (m[i] / C(0.5) / ((v[i] / C(0.5)).sqrt() + C(1e-8)));
        }
    });
    assert_eq!(adam.1, OptimizerKind::Adam.flops(5));
    let adamw = adam.1 + counted(|| (0..5).for_each(|i| w[i] = w[i] - C(0.01) * w[i])).1;
    assert_eq!(adamw, OptimizerKind::AdamW.flops(5));
}
