//! Walks through every f32 and prints the largest error of each elementary function, in units in the last place.
//!
//! `cargo run --release --example ulp -- [--step N]`: every N-th number, all of them without it (minutes a function).

#[path = "../runtime/tests/elementary/walk.rs"]
mod walk;

use std::thread;

use walk::{FUNCTIONS, Worst};

const HELP: &str = "\
Prints the largest errors of the elementary functions over all numbers of 32 bits.

Usage: cargo run --release --example ulp -- [options]

  --step N   every N-th number only [1]
  --help     this text
";

fn step() -> Result<Option<usize>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let mut step = 1;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("step") => step = parser.value()?.parse::<usize>()?.max(1),
            Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(step))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(step) = step()? else {
        print!("{HELP}");
        return Ok(());
    };
    let threads = thread::available_parallelism()?.get();
    println!("{:8} {:>10} {:>10}  at", "function", "ulp", "stated");
    let mut within = true;
    for function in &FUNCTIONS {
        let worst = thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|part| scope.spawn(move || function.walk((part * step) as u32, threads * step)))
                .collect();
            let worst = parts.into_iter().filter_map(|part| part.join().ok());
            worst.max_by(|a, b| a.ulp.total_cmp(&b.ulp)).unwrap_or_default()
        });
        let Worst { ulp, at } = worst;
        println!("{:8} {ulp:10.4} {:10.1}  {at:e}", function.name, function.stated);
        within &= ulp <= function.stated;
    }
    if within { Ok(()) } else { Err("an error is larger than stated".into()) }
}
