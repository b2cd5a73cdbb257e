//! What second-order products take beside a gradient, in FLOPs and in time: the network of the digits at batch 128.
//!
//! `cargo run --release --example derivatives` prints both; `--threads 2` shares each pass among two threads, `--seconds 3`
//! measures longer.

mod common;

use std::time::Instant;

use quipu::analysis::{self, GaussNewton, Hvp, Jvp, Vjp};
use quipu::prelude::*;

network! {
    /// Grey images of 28 x 28 in, ten classes out.
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}

/// Images in a batch.
const ROWS: usize = 128;

/// The seconds that `run` takes: the median of as many times as fit in so many seconds.
fn seconds(within: f64, mut run: impl FnMut() -> quipu::Result<()>) -> quipu::Result<f64> {
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || start.elapsed().as_secs_f64() < within {
        let one = Instant::now();
        run()?;
        times.push(one.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
