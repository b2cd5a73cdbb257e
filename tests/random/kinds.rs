//! What the generator knows of each kind and head: a row each. A kind that is missing here fails the test.

use quipu_macros_core::ast::Arg;
use rand::RngExt;

use super::generate::Random;
use super::tree::{float, int, named, word};

/// Features in front of a head with n outputs.
type Features = fn(usize) -> usize;

/// Draws arguments.
type Draw = fn(&mut Random) -> Vec<Arg>;

/// Kinds that leave the shape as it is: the word, whether it needs samples of one axis, and arguments to choose from.
pub(crate) const SAME_SHAPE: &[(&str, bool, Draw)] = &[
    ("batch_norm", true, |random| optional(random, |r| vec![named("momentum", float(some(r, &[0.3, 1.0])))])),
    ("dropout", false, |random| vec![float(some(random, &[0.0, 0.25, 0.5]))]),
    ("elu", false, |random| optional(random, |r| vec![float(some(r, &[0.5, 1.5]))])),
    ("gelu", false, |random| optional(random, |_| vec![word("tanh")])),
    ("hardswish", false, |_| vec![]),
    ("layer_norm", false, |random| optional(random, |_| vec![named("eps", float(1e-3))])),
    ("leaky_relu", false, |random| optional(random, |r| vec![float(some(r, &[0.1, 0.3]))])),
    ("mish", false, |_| vec![]),
    ("relu", false, |_| vec![]),
    ("rms_norm", false, |random| optional(random, |_| vec![named("eps", float(1e-2))])),
    ("selu", false, |_| vec![]),
    ("sigmoid", false, |_| vec![]),
    ("silu", false, |_| vec![]),
    ("softmax", false, |_| vec![]),
    ("softplus", false, |_| vec![]),
    ("tanh", false, |_| vec![]),
];

/// Kinds whose shapes the generator follows itself.
pub(crate) const STRUCTURE: &[&str] = &["concat", "fc", "flatten", "input", "repeat", "residual"];

/// Heads: the word, features in front of it for n of its argument, and further arguments.
pub(crate) const HEADS: &[(&str, Features, Draw)] = &[
    ("bce", |n| n, |_| vec![]),
    ("gaussian_nll", |n| 2 * n, |_| vec![]),
    ("huber", |n| n, |random| optional(random, |r| vec![named("delta", float(some(r, &[0.3, 2.0])))])),
    ("mse", |n| n, |_| vec![]),
    ("softmax_ce", |n| n, |random| optional(random, |_| vec![named("smoothing", float(0.1))])),
];

/// Ways to start the weights of `fc`.
pub(crate) const INITS: [&str; 5] = ["he", "lecun", "orthogonal", "xavier", "zeros"];

/// `args` half of the time.
fn optional(random: &mut Random, args: Draw) -> Vec<Arg> {
    if random.random_bool(0.5) { args(random) } else { Vec::new() }
}

/// One of these.
pub(crate) fn some<T: Copy>(random: &mut Random, choices: &[T]) -> T {
    choices[random.random_range(0..choices.len())]
}

/// Further arguments of `fc(inputs, outputs)`.
pub(crate) fn of_fc(random: &mut Random, inputs: usize, outputs: usize) -> Vec<Arg> {
    let mut args = Vec::new();
    if random.random_bool(0.2) {
        args.push(named("bias", word("false")));
    }
    if random.random_bool(0.2) {
        args.push(named("init", word(some(random, &INITS))));
    }
    // A rank that saves nothing is refused.
    let most = (inputs * outputs).saturating_sub(1) / (inputs + outputs);
    if most > 0 && random.random_bool(0.25) {
        args.push(named("rank", int(random.random_range(1..=most))));
    }
    args
}
