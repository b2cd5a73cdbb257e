//! What staging costs: steps of training on shuffled rows of a data set, kept as bytes and as `f32`s, beside steps on one
//! batch that is there already, which is what staging ahead of the step could reach at best.
//!
//! `cargo bench --bench input`; medians of epochs that take turns, in microseconds a step of 128 rows.

use quipu::prelude::*;
use quipu::{Model, network};

network! {
    /// The digits example's.
    pub Wide < fc(784, 256); relu; softmax_ce(10) >
}
network! {
    /// Half as wide.
    pub Half < fc(784, 128); relu; softmax_ce(10) >
}
network! {
    /// Where a step is little work for its data.
    pub Narrow < fc(784, 32); relu; softmax_ce(10) >
}

const BATCH: usize = 128;
const ROUNDS: usize = 15;

/// Microseconds a step, median of the epochs.
#[derive(Default)]
struct Times(Vec<f64>);

impl Times {
    fn add(&mut self, history: &History) {
        let steps = |epoch: &quipu::train::Epoch| 1e6 * epoch.seconds / epoch.steps as f64;
        // The first epoch touches the memory for the first time.
        self.0.extend(history.epochs.iter().skip(1).map(steps));
    }

    fn median(&mut self) -> f64 {
        self.0.sort_by(f64::total_cmp);
        self.0[self.0.len() / 2]
    }
}

fn time<M: Model<Scalar = f32>>(name: &str, bytes: &Dataset) {
    let Targets::Classes(labels) = bytes.targets() else { return };
    let floats = Dataset::classes(bytes.inputs().to_vec(), bytes.width(), labels.to_vec());
    let floats = floats.expect("the numbers of a data set");
    // Measuring after an epoch is to take no time.
    let one = bytes.subset([0]).expect("the first row");
    let steps = bytes.len() / BATCH;
    for threads in [1, 2] {
        let [mut there, mut of_bytes, mut of_floats] = [(); 3].map(|()| Times::default());
        let trainer = || Trainer::new(Adam::new(1e-3)).batch(BATCH).epochs(5).threads(threads);
        for _ in 0..ROUNDS {
            let batches = |_| (0..steps).map(|_| Ok(floats.batch(..BATCH)));
            there.add(&trainer().fit_batches(&mut *network::init::<M>(1), batches, None).expect("fits"));
            for (times, set) in [(&mut of_bytes, bytes), (&mut of_floats, &floats)] {
                times.add(&trainer().fit(&mut *network::init::<M>(1), set, Some(&one)).expect("fits"));
            }
        }
        let [there, of_bytes, of_floats] = [there, of_bytes, of_floats].map(|mut times| times.median());
        let more = |time: f64| 100.0 * (time / there - 1.0);
        println!(
            "{name}, {threads} threads: there {there:6.1}, bytes {of_bytes:6.1} ({:+.1} %), f32 {of_floats:6.1} ({:+.1} %)",
            more(of_bytes),
            more(of_floats)
        );
    }
}

fn main() {
    quipu::warm_up();
    let (train, _) = quipu::data::digits().expect("the digits of the crate");
    // Whole batches only.
    let (train, _) = train.split(62 * BATCH).expect("8,000 rows");
    time::<Wide>("784-256-10", &train);
    time::<Half>("784-128-10", &train);
    time::<Narrow>("784-32-10 ", &train);
}
