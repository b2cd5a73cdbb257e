//! Derivatives against differences, products against their definition, and what each operation costs.

use num_traits::{One as _, Zero as _};

use super::*;
use crate::scalar::{Counted, count};

type D = Dual<f64>;
type C = Dual<Counted<f64>>;

/// A function of one number, over duals and duals of duals, and places where it is smooth.
type Function = (&'static str, fn(D) -> D, fn(Dual<D>) -> Dual<D>, [f64; 3]);

/// All there are.
const FUNCTIONS: [Function; 12] = {
    macro_rules! both {
        ($($name:literal: $function:expr, $at:expr;)*) => { [$(($name, $function, $function, $at)),*] };
    }
    both! {
        "abs": |x| x.abs(), [-2.0, -0.3, 1.5];
        "by_sign": |x| x.by_sign(x * x, -x), [-2.0, -0.3, 1.5];
        "exp": |x| x.exp(), [-3.0, 0.1, 2.0];
        "exp_m1": |x| x.exp_m1(), [-3.0, 0.1, 2.0];
        "ln": |x| x.ln(), [0.2, 1.0, 7.0];
        "ln_1p": |x| x.ln_1p(), [-0.6, 0.1, 7.0];
        "sqrt": |x| x.sqrt(), [0.4, 1.0, 9.0];
        "tanh": |x| x.tanh(), [-1.2, 0.1, 2.0];
        "erf": |x| x.erf(), [-1.2, 0.1, 1.5];
        "powf": |x| x.powf(1.7), [0.4, 1.0, 3.0];
        "quotient": |x| (x * x - x) / (x + x * x * x), [-1.2, 0.4, 2.0];
        "remainder": |x| (x * x) % (x + x), [0.4, 3.1, 7.3];
    }
};

fn close(found: f64, expected: f64, room: f64, at: &str) {
    assert!((found - expected).abs() <= room * expected.abs().max(1.0), "{at}: {found} for {expected}");
}

#[test]
fn tangents_are_derivatives_and_nested_ones_second_derivatives() {
    const H: f64 = 1e-3;
    for (name, function, second, places) in FUNCTIONS {
        for x in places {
            let at = |x: f64| function(Dual::new(x, 1.0));
            let differences = |of: &dyn Fn(f64) -> f64| {
                let across = |h: f64| of(x + h) - of(x - h);
                (8.0 * across(H) - across(2.0 * H)) / (12.0 * H)
            };
            close(at(x).tangent(), differences(&|x| at(x).value()), 1e-9, name);
            let nested = second(Dual::new(Dual::new(x, 1.0), Dual::new(1.0, 0.0)));
            assert_eq!(nested.value().tangent(), at(x).tangent(), "{name}");
            close(nested.tangent().value(), at(x).tangent(), 1e-14, name);
            close(nested.tangent().tangent(), differences(&|x| at(x).tangent()), 1e-8, name);
        }
    }
}

#[test]
fn a_tangent_is_linear_in_the_direction() {
    for (name, function, _, [x, ..]) in FUNCTIONS {
        let slope = function(Dual::new(x, 1.0)).tangent();
        close(function(Dual::new(x, -2.5)).tangent(), -2.5 * slope, 1e-14, name);
        assert_eq!(function(Dual::constant(x)).tangent(), 0.0, "{name}: a constant does not move");
    }
}

#[test]
fn what_overflows_does_not_move_and_a_nan_stays_one() {
    let sigmoid = |x: f64| D::one() / (D::one() + (-Dual::new(x, 1.0)).exp());
    assert_eq!(sigmoid(-1000.0).0, [0.0, 0.0]);
    assert_eq!(sigmoid(1000.0).0, [1.0, 0.0]);
    let single = Dual::new(100.0_f32, 1.0);
    assert_eq!(single.exp().0, [f32::INFINITY, 0.0]);
    assert_eq!(single.exp_m1().0, [f32::INFINITY, 0.0]);
    for x in [Dual::new(f64::NAN, 1.0), Dual::new(1.0, f64::NAN)] {
        for y in [x.exp(), x.exp_m1(), x.tanh(), x.abs(), x * x, x / x, x.by_sign(x, -x)] {
            assert!(y.tangent().is_nan(), "{y:?} of {x:?}");
        }
    }
}

#[test]
fn on_the_kink_nothing_moves() {
    let zero = Dual::new(0.0, 3.0);
    assert_eq!(zero.abs().0, [0.0, 0.0]);
    assert_eq!(zero.by_sign(D::one(), -D::one()).0, [0.0, 0.0]);
}

#[test]
fn comparisons_are_those_of_the_values() {
    let (a, b) = (Dual::new(1.0, 5.0), Dual::new(1.0, -7.0));
    assert!(a == b && a <= b && a >= b);
    assert_eq!([a < b, a > b], [false; 2]);
    assert!(Dual::new(0.0, 1.0).is_zero() && !D::one().is_zero());
    assert!(Dual::new(-1.0, 9.0) < a && a > D::zero());
    assert_eq!(D::from_str_radix("2.5", 10).unwrap().0, [2.5, 0.0]);
    assert_eq!((D::from_f64(2.0).0, D::from_real(3.0).0, a.real()), ([2.0, 0.0], [3.0, 0.0], 1.0));
    assert_eq!(D::default().0, [0.0, 0.0]);
    const { assert!(Dual::<f32>::SHARED && !C::SHARED) };
}

#[test]
fn every_operation_costs_what_is_said() {
    let (x, y) = (C::from_f64(2.0), C::from_f64(0.75));
    let flops = |run: fn(C, C) -> C| count(|| run(x, y));
    assert_eq!([flops(|x, y| x + y), flops(|x, y| x - y), flops(|x, _| -x)], [2; 3]);
    assert_eq!([flops(|x, y| x * y), flops(|x, y| x / y), flops(|x, y| x % y)], [4, 4, 5]);
    assert_eq!([flops(|x, _| x.exp()), flops(|x, _| x.exp_m1())], [2, 3]);
    assert_eq!([flops(|x, _| x.ln()), flops(|x, _| x.ln_1p()), flops(|x, _| x.sqrt())], [2, 3, 3]);
    assert_eq!([flops(|x, _| x.tanh()), flops(|x, _| x.erf()), flops(|x, _| x.powf(3.0))], [4, 6, 4]);
    assert_eq!([flops(|x, _| x.abs()), flops(|x, y| x.by_sign(y, y))], [4, 2]);
    assert_eq!(count(|| (x < y, x <= y, x > y, x >= y, x == y, x != y)), 6);
    assert_eq!(count(|| [C::one(), C::zero(), C::from_f64(2.0), Dual::constant(x.value())]), 0);
}

/// The value and the tangent of a product of duals, element by element.
fn plain(m: usize, n: usize, p: usize, a: impl Fn(usize, usize) -> D, b: &[D]) -> Vec<D> {
    let element = |at: usize| (0..n).map(|k| a(at / p, k) * b[k * p + at % p]).fold(D::zero(), Add::add);
    (0..m * p).map(element).collect()
}

fn numbers(count: usize, seed: usize) -> Vec<D> {
    let number = |i: usize| ((7 * i * i + 11 * i + 131 * seed) % 1009) as f64 / 504.5 - 1.0;
    (0..count).map(|i| Dual::new(number(2 * i), number(2 * i + 1))).collect()
}

fn transposed<T: Copy>(matrix: &[T], rows: usize, cols: usize) -> Vec<T> {
    (0..rows * cols).map(|at| matrix[at % rows * cols + at / rows]).collect()
}

#[test]
fn products_of_every_layout_have_the_tangent_of_a_product() {
    // Too few for planes to be sorted, in either way, and enough.
    for (m, n, p) in [(5, 9, 6), (9, 5, 6), (9, 11, 6), (130, 40, 1)] {
        products(m, n, p);
    }
}

fn products(m: usize, n: usize, p: usize) {
    let (a, b, before) = (numbers(m * n, 1), numbers(n * p, 2), numbers(m * p, 3));
    let data: Vec<f64> = a.iter().map(|a| a.value()).collect();
    let (a_turned, b_turned) = (transposed(&a, m, n), transposed(&b, n, p));
    let data_turned = transposed(&data, m, n);
    for accum in [Accum::Replace, Accum::Add, Accum::AddTimes(-0.5)] {
        let expected = |product: Vec<D>| -> Vec<D> {
            let joined = |(&before, product): (&D, D)| match accum {
                Accum::Replace => product,
                Accum::Add => before + product,
                Accum::AddTimes(factor) => before + D::from_f64(factor) * product,
            };
            before.iter().zip(product).map(joined).collect()
        };
        let same = |found: &[D], expected: &[D]| {
            for (found, expected) in found.iter().zip(expected) {
                close(found.value(), expected.value(), 1e-14, "value");
                close(found.tangent(), expected.tangent(), 1e-14, "tangent");
            }
        };
        let of_duals = expected(plain(m, n, p, |i, k| a[i * n + k], &b));
        let of_data = expected(plain(m, n, p, |i, k| D::from_real(data[i * n + k]), &b));
        for b in [View::rows(&b, n, p), View::rows(&b_turned, p, n).transposed()] {
            let mut c = before.clone();
            D::matmul(ViewMut::rows(&mut c, m, p), accum, View::rows(&a, m, n), b);
            same(&c, &of_duals);
            let mut c = before.clone();
            D::matmul(ViewMut::rows(&mut c, m, p), accum, View::rows(&a_turned, n, m).transposed(), b);
            same(&c, &of_duals);
            let mut c = transposed(&before, m, p);
            D::matmul(ViewMut::rows(&mut c, p, m).transposed(), accum, View::rows(&a, m, n), b);
            same(&transposed(&c, p, m), &of_duals);
            for data in [View::rows(&data, m, n), View::rows(&data_turned, n, m).transposed()] {
                let mut c = before.clone();
                D::matmul_data(ViewMut::rows(&mut c, m, p), accum, data, b);
                same(&c, &of_data);
                let mut c = transposed(&before, m, p);
                D::matmul_data(ViewMut::rows(&mut c, p, m).transposed(), accum, data, b);
                same(&transposed(&c, p, m), &of_data);
            }
        }
        // Parts of wider matrices, and one of a stride in both directions.
        let (wide, far) = (ends(&b, n, p), apart(&b));
        for b in [View::rows(&wide, n, p + 2).columns(1..p + 1), View::strided(&far, n, p, 2 * p, 2)] {
            let mut c = ends(&before, m, p);
            let dst = ViewMut::strided(&mut c[1..], m, p, p + 2, 1);
            D::matmul(dst, accum, View::rows(&a, m, n), b);
            let inner: Vec<D> = c.chunks_exact(p + 2).flat_map(|row| &row[1..=p]).copied().collect();
            same(&inner, &of_duals);
            assert!(c.chunks_exact(p + 2).all(|row| row[0].0 == [7.0, 7.0] && row[p + 1].0 == [7.0, 7.0]));
        }
        let empty: &[D] = &[];
        D::matmul(ViewMut::rows(&mut [], 0, p), accum, View::rows(empty, 0, n), View::rows(&b, n, p));
        D::matmul_data(ViewMut::rows(&mut [], 0, p), accum, View::rows(&[], 0, n), View::rows(&b, n, p));
    }
}

/// The matrix with a seven before and behind each row.
fn ends(matrix: &[D], rows: usize, cols: usize) -> Vec<D> {
    let seven = Dual::new(7.0, 7.0);
    (0..rows).flat_map(|row| [&[seven], &matrix[row * cols..(row + 1) * cols], &[seven]].concat()).collect()
}

/// The numbers with another one behind each.
fn apart(numbers: &[D]) -> Vec<D> {
    numbers.iter().flat_map(|&x| [x, Dual::new(9.0, 9.0)]).collect()
}

#[test]
fn products_of_duals_of_duals_are_those_of_their_values() {
    let (m, n, p) = (9, 10, 11);
    let nested = |x: &D| Dual::new(*x, Dual::new(x.tangent(), 0.0));
    let (a, b) = (numbers(m * n, 1), numbers(n * p, 2));
    let (da, db): (Vec<_>, Vec<_>) = (a.iter().map(nested).collect(), b.iter().map(nested).collect());
    let mut c = vec![Dual::default(); m * p];
    Dual::matmul(ViewMut::rows(&mut c, m, p), Accum::Replace, View::rows(&da, m, n), View::rows(&db, n, p));
    for (found, expected) in c.iter().zip(plain(m, n, p, |i, k| a[i * n + k], &b)) {
        close(found.value().value(), expected.value(), 1e-14, "value");
        close(found.value().tangent(), expected.tangent(), 1e-14, "inner tangent");
        close(found.tangent().value(), expected.tangent(), 1e-14, "outer tangent");
    }
}

#[test]
fn a_product_costs_three_and_one_with_data_two() {
    let counted = |x: &D| Dual(x.0.map(Counted));
    for (m, n, p) in [(3, 4, 5), (9, 10, 5)] {
        costs(m, n, p, counted);
    }
}

fn costs(m: usize, n: usize, p: usize, counted: fn(&D) -> C) {
    let a: Vec<C> = numbers(m * n, 1).iter().map(counted).collect();
    let b: Vec<C> = numbers(n * p, 2).iter().map(counted).collect();
    let turned = transposed(&b, n, p);
    let data = vec![1.0; m * n];
    let mut c = vec![C::zero(); m * p];
    let one = quipu_cost::matmul(m as u64, n as u64, p as u64);
    for b in [View::rows(&b, n, p), View::rows(&turned, p, n).transposed()] {
        let a = View::rows(&a, m, n);
        let flops = count(|| C::matmul(ViewMut::rows(&mut c, m, p), Accum::Replace, a, b));
        assert_eq!(flops, 3 * one);
        let data = View::rows(&data, m, n);
        let flops = count(|| C::matmul_data(ViewMut::rows(&mut c, m, p), Accum::Add, data, b));
        assert_eq!(flops, 2 * one);
    }
}

#[test]
#[should_panic]
fn a_product_of_shapes_that_do_not_fit_is_refused() {
    let zeros = [D::zero(); 6];
    D::matmul(
        ViewMut::rows(&mut [D::zero(); 4], 2, 2),
        Accum::Replace,
        View::rows(&zeros, 2, 3),
        View::rows(&zeros[..4], 2, 2),
    );
}
