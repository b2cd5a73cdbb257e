//! What derivatives cost: every product with every network over numbers that count, against what is said of it, exactly;
//! and the bytes of what holds them.

#[macro_use]
mod networks;
mod allocations;

use allocations::asked;
use networks::{Data, fill_params, forms, is_batchwise};
use quipu::analysis::{self, GaussNewton, Hvp, Jvp, Vjp};
use quipu::network;
use quipu::prelude::*;
use quipu::{Counted, Inputs, Model, count};

type C = Counted<f64>;

/// What is said of a network, asked of it over plain numbers.
struct Said {
    hvp: u64,
    jvp: [u64; 2],
    vjp: [u64; 2],
    gauss_newton: u64,
    empirical_fisher: u64,
}

fn said<M: Model>(batch: u64) -> Said {
    Said {
        hvp: analysis::hvp_flops::<M>(batch),
        jvp: [analysis::jvp_flops::<M>(batch), analysis::jvp_input_flops::<M>(batch)],
        vjp: [analysis::vjp_flops::<M>(batch), analysis::vjp_input_flops::<M>(batch)],
        gauss_newton: analysis::gauss_newton_flops::<M>(batch),
        empirical_fisher: analysis::empirical_fisher_flops::<M>(batch),
    }
}

fn check<M: Model<Scalar = C>>(name: &str) {
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let numbers = |count: usize| (0..count).map(|i| Counted(networks::fill(i, 3))).collect::<Vec<C>>();
    let (v, mut out) = (numbers(M::PARAMS), numbers(M::PARAMS));
    let mut gradient = network::zeros::<M>();
    // One row has no variance.
    for rows in if is_batchwise::<M>() { [3, 2, 5] } else { [1, 2, 5] } {
        let at = format!("{name}, batch {rows}");
        let (data, said) = (Data::new::<M>(rows, forms::<M>()[0]), said::<M>(rows as u64));
        let (batch, inputs) = (data.batch(), Inputs::Values(&data.inputs));
        let (u, dx) = (numbers(rows * M::OUTPUTS), numbers(rows * M::INPUTS));
        let (mut logits, mut to_inputs) = (u.clone(), dx.clone());

        let mut hvp = Hvp::new(5);
        let found = count(|| hvp.product(&*net, &batch, &v, &mut out).unwrap());
        assert_eq!(found, said.hvp, "{at}: H v");
        let one = M::COST.forward_flops(rows as u64) + M::COST.backward_flops(rows as u64);
        assert!(10 * found <= 32 * one, "{at}: more than 3.2 gradients");
        let (mut jvp, mut vjp) = (Jvp::new(5), Vjp::new(5));
        let found = count(|| jvp.params(&*net, inputs, &v, &mut logits).unwrap());
        assert_eq!(found, said.jvp[0], "{at}: J v");
        let found = count(|| jvp.inputs(&*net, inputs, &dx, &mut logits).unwrap());
        assert_eq!(found, said.jvp[1], "{at}: J v in the inputs");
        let found = count(|| vjp.params(&*net, inputs, &u, &mut gradient).unwrap());
        assert_eq!(found, said.vjp[0], "{at}: u J");
        let found = count(|| vjp.inputs(&*net, inputs, &u, &mut to_inputs).unwrap());
        assert_eq!(found, said.vjp[1], "{at}: u J in the inputs");
        let mut matrix = GaussNewton::new(5);
        let found = count(|| matrix.product(&*net, &batch, &v, &mut out).unwrap());
        assert_eq!(found, said.gauss_newton, "{at}: Gauss-Newton");
        let found = count(|| matrix.empirical_fisher(&*net, &batch, &v, &mut out).unwrap());
        assert_eq!(found, said.empirical_fisher, "{at}: the empirical Fisher matrix");
    }
    if M::OUTPUTS * M::INPUTS < 100 && !is_batchwise::<M>() {
        let row = Data::new::<M>(1, forms::<M>()[0]).inputs;
        let [by_columns, by_rows] = [quipu::cost::Mode::Forward, quipu::cost::Mode::Reverse]
            .map(|mode| count(|| analysis::jacobian_by(&*net, &row, mode).unwrap()));
        assert_eq!(by_columns, M::INPUTS as u64 * said::<M>(1).jvp[1], "{name}: a Jacobian by columns");
        assert_eq!(by_rows, M::OUTPUTS as u64 * said::<M>(1).vjp[1], "{name}: a Jacobian by rows");
    }
}

macro_rules! counted {
    ($($name:ident: $net:ident,)*) => {
        mod of {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<super::C>>(stringify!($name));
                }
            )*
        }
    };
}
every_network!(counted);

network! { /** The network of the digits. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

/// A Hessian-vector product of the digits' network by hand, in FLOPs a sample.
const MLP_HVP: u64 = {
    // Data have no tangent: two products instead of three, forward and for the gradient.
    let fc1 = 2 * (2 * (2 * 784 * 256) + 2 * 256);
    let relu = 2 * 256;
    let fc2 = 3 * (3 * (2 * 256 * 10)) + 2 * (2 * 10);
    // Nine comparisons; differences, exponentials, a sum and quotients; ln S - z; the sum of the mean.
    let loss = 9 + 2 * 10 + 2 * 10 + 2 * 9 + 4 * 10 + 2 + 2 + 2;
    let gradient = (2 + 4) * 10;
    fc1 + relu + fc2 + loss + gradient
};
const MLP_GRADIENT: u64 = Mlp::COST.forward_flops(128) + Mlp::COST.backward_flops(128);
/// The quotient of the mean loss, once.
const MLP_HVP_128: u64 = 128 * MLP_HVP + 4;

const _: () = assert!(10 * MLP_HVP_128 <= 31 * MLP_GRADIENT, "3.1 gradients at most");

/// The README's last column.
#[test]
fn the_readme_says_what_products_with_the_digits_network_cost() {
    let (readme, said) = (include_str!("../README.md"), said::<Mlp>(128));
    for (name, flops) in [
        ("jvp", said.jvp[0]),
        ("jvp_input", said.jvp[1]),
        ("vjp", said.vjp[0]),
        ("vjp_input", said.vjp[1]),
        ("hvp", said.hvp),
        ("gauss_newton_product", said.gauss_newton),
        ("fisher_product", said.gauss_newton),
        ("empirical_fisher_product", said.empirical_fisher),
    ] {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}(")));
        let end = format!("| {:.3} |", flops as f64 / MLP_GRADIENT as f64);
        assert!(row.is_some_and(|row| row.ends_with(&end)), "{name}{end}");
    }
}

#[test]
fn the_digits_network_costs_what_a_hand_counts() {
    assert_eq!(analysis::hvp_flops::<Mlp>(128), MLP_HVP_128);
    assert_eq!(analysis::hessian_flops::<Mlp>(1), 203_530 * (MLP_HVP + 4));
    // Two gradients and 2 %, since its first layer dominates.
    assert_eq!(1000 * MLP_HVP_128 / MLP_GRADIENT, 2018);
}

#[test]
fn a_hundred_million_parameters_are_counted_in_a_moment() {
    network! {
        /** 100 M parameters. */
        pub Large <
            fc(8192, 10_000);
            gelu;
            residual { layer_norm; fc(1_000); gelu; fc(10_000) }
            softmax_ce(10_000)
        >
    }
    let gradient = Large::COST.forward_flops(128) + Large::COST.backward_flops(128);
    let ratio = analysis::hvp_flops::<Large>(128) as f64 / gradient as f64;
    assert!((2.0..3.1).contains(&ratio), "{ratio}");
}

#[test]
fn what_holds_products_is_as_large_as_said_and_a_product_allocates_nothing() {
    type Net = Mlp;
    const ROWS: usize = 32;
    quipu::warm_up();
    let net = Net::init(1);
    let inputs: Vec<f32> = (0..ROWS * 784).map(|i| networks::fill(i, 2) as f32).collect();
    let classes: Vec<u32> = (0..ROWS as u32).map(|i| i % 10).collect();
    let batch = Batch::new(&inputs, &classes);
    let (v, mut out) = (vec![0.01; Net::PARAMS], vec![0.0; Net::PARAMS]);
    let (u, mut logits) = (vec![0.1; ROWS * 10], vec![0.0; ROWS * 10]);
    let (mut dx, mut gradient) = (inputs.clone(), Net::zeros());

    let (made, mut hvp) = asked(|| Hvp::<Net>::new(ROWS).threads(1));
    assert_eq!(made.bytes, analysis::hvp_bytes::<Net>(ROWS));
    // The first product of duals on a thread makes the room in which it sorts them.
    hvp.product(&net, &batch, &v, &mut out).unwrap();
    let (asked_for, _) = asked(|| hvp.product(&net, &batch, &v, &mut out).unwrap());
    assert_eq!(asked_for.allocations, 0, "H v");
    let (made, mut matrix) = asked(|| GaussNewton::<Net>::new(ROWS).threads(1));
    assert_eq!(made.bytes, analysis::gauss_newton_bytes::<Net>(ROWS));
    let (asked_for, _) = asked(|| {
        matrix.product(&net, &batch, &v, &mut out).unwrap();
        matrix.fisher(&net, &batch, &v, &mut out).unwrap();
        matrix.empirical_fisher(&net, &batch, &v, &mut out).unwrap();
    });
    assert_eq!(asked_for.allocations, 0, "Gauss-Newton and Fisher");
    let (made, mut jvp) = asked(|| Jvp::<Net>::new(ROWS).threads(1));
    assert_eq!(made.bytes, analysis::jvp_bytes::<Net>(ROWS));
    let (made, mut vjp) = asked(|| Vjp::<Net>::new(ROWS).threads(1));
    assert_eq!(made.bytes, analysis::vjp_bytes::<Net>(ROWS));
    // Its first layer's weights are the right side of a product of duals, which those of H v were not.
    jvp.inputs(&net, batch.inputs, &inputs, &mut logits).unwrap();
    let (asked_for, _) = asked(|| {
        jvp.params(&net, batch.inputs, &v, &mut logits).unwrap();
        jvp.inputs(&net, batch.inputs, &inputs, &mut logits).unwrap();
        vjp.params(&net, batch.inputs, &u, &mut gradient).unwrap();
        vjp.inputs(&net, batch.inputs, &u, &mut dx).unwrap();
    });
    assert_eq!(asked_for.allocations, 0, "J v and u J");
}
