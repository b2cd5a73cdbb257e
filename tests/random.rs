//! Networks drawn at random hold what the chosen ones do: constants that are counted, bytes that are planned, gradients
//! that are differences of the loss.
//!
//! `QUIPU_SEED` and `QUIPU_NETWORKS` change what is drawn and how many; the seed is printed. A network that fails is
//! made smaller, running alone, and printed as it would be written.

#[path = "random/check.rs"]
mod check;
#[allow(dead_code)]
#[path = "networks/data.rs"]
mod data;
#[path = "random/generate.rs"]
mod generate;
#[path = "random/kinds.rs"]
mod kinds;
#[path = "random/shrink.rs"]
mod shrink;
#[path = "random/tree.rs"]
mod tree;
#[path = "random/workshop.rs"]
mod workshop;

use std::collections::BTreeSet;

use quipu_macros_core::ast::{self, Network};
use quipu_macros_core::errors::Errors;
use quipu_macros_core::heads::HEADS;
use quipu_macros_core::layers::{KINDS, branch_words};
use workshop::{REFUSED, Workshop};

/// Networks and seed without further words.
const NETWORKS: u64 = 300;
const SEED: u64 = 1;

/// Runs of one network alone, each of a few seconds, before the smallest so far is shown.
const TRIES: usize = 40;

quipu::network! {
    /** What is written into the crate holds here, where it is seen by more than that crate. */
    pub Small < fc(3, 4); relu; mse(2) >
}

#[test]
fn the_checks_hold_of_a_network_as_it_is_written() {
    assert_eq!(check::check::<SmallOf<quipu::Counted<f64>>>(), Ok(()));
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} = {text}: expected a whole number")),
        Err(_) => default,
    }
}

#[test]
fn every_constant_of_random_networks_is_counted() {
    let (seed, count) = (setting("QUIPU_SEED", SEED), setting("QUIPU_NETWORKS", NETWORKS) as usize);
    println!("{count} networks of seed {seed}");
    let networks: Vec<Network> = (0..count).map(|index| generate::network(seed, index)).collect();
    for network in &networks {
        let refusal = shrink::refusal(network);
        assert_eq!(refusal, None, "seed {seed}: the macro refuses\n{network}");
    }
    let failures = Workshop::new("random-networks").failures(&networks);
    let Some((index, mut problem)) = failures.first().cloned() else { return };
    eprintln!("seed {seed}, network {index}: {problem}\n{}\nIt is made smaller.", networks[index]);
    let (alone, refused) = (Workshop::new("random-alone"), problem.starts_with(REFUSED));
    let smallest = shrink::shrink(networks[index].clone(), TRIES, |network| {
        let found = alone.failures(std::slice::from_ref(network)).pop();
        // A network that does not compile is no smaller case of one that counts wrongly.
        match found.filter(|(_, found)| found.starts_with(REFUSED) == refused) {
            Some((_, found)) => {
                problem = found;
                true
            }
            None => false,
        }
    });
    panic!(
        "seed {seed}: at least {} of {count} networks fail, number {index} among them; as small as it could be made, it is\n{smallest}\nand fails with\n{problem}",
        failures.len()
    );
}

#[test]
fn they_are_read_as_they_are_printed() {
    for index in 0..NETWORKS as usize {
        let (drawn, errors) = (generate::network(SEED, index), Errors::new());
        let text = drawn.to_string();
        let read = ast::parse(text.parse().expect("tokens"), &branch_words(), &errors);
        let read = read.unwrap_or_else(|| panic!("{errors}\n{text}"));
        assert!(errors.is_empty() && read.to_string() == text, "{errors}\n{text}\nis read as\n{read}");
        assert_eq!(generate::words(&read), generate::words(&drawn), "{text}");
    }
}

#[test]
fn they_hold_every_kind_and_head() {
    let mut found = BTreeSet::new();
    for index in 0..NETWORKS as usize {
        found.extend(generate::words(&generate::network(SEED, index)));
    }
    for (word, _) in KINDS.iter().map(|(word, _)| (word, ())).chain(HEADS.iter().map(|(word, _)| (word, ())))
    {
        assert!(
            found.contains(*word),
            "`{word}` is in none of {NETWORKS} networks: give it a row in tests/random/kinds.rs"
        );
    }
    let rows: BTreeSet<&str> =
        kinds::SAME_SHAPE.iter().map(|row| row.0).chain(kinds::STRUCTURE.iter().copied()).collect();
    assert_eq!(rows, KINDS.iter().map(|(word, _)| *word).collect(), "rows of tests/random/kinds.rs");
}

#[test]
fn equal_seeds_draw_equal_networks() {
    let text = |seed, index| generate::network(seed, index).to_string();
    assert_eq!(text(3, 5), text(3, 5));
    assert_ne!(text(3, 5), text(4, 5));
    assert_ne!(text(3, 5), text(3, 6));
}

#[test]
fn a_failing_network_is_made_as_small_as_it_can_be() {
    // "Fails" where it has a softmax inside braces.
    fn nested(network: &Network) -> bool {
        let text = network.to_string();
        text.lines().any(|line| line.starts_with("        ") && line.trim_start().starts_with("softmax"))
    }
    let index = (0..1_000).find(|&index| nested(&generate::network(9, index))).expect("one of them is such");
    let network = generate::network(9, index);
    let mut asked = 0;
    let smallest = shrink::shrink(network.clone(), 10_000, |candidate| {
        asked += 1;
        assert!(shrink::compiles(candidate));
        nested(candidate)
    });
    let words = generate::words(&smallest).len();
    // An input, one pair of braces with the softmax in it, and the head with what it needs.
    assert!(nested(&smallest) && words <= 5 && asked > 0, "from\n{network}\nto\n{smallest}");
    // Nothing fails: nothing is changed.
    assert_eq!(shrink::shrink(network.clone(), 10, |_| false).to_string(), network.to_string());
}
