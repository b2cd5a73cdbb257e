//! No thread allocates in a step. All threads of the process are counted, so that no other test may stand here, nor a harness, whose
//! thread would be counted too.

mod allocations;

use quipu::prelude::*;

network! { /** Large enough to be shared. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

fn main() {
    a_step_on_any_number_of_threads_allocates_nothing();
    println!("a step on any number of threads allocates nothing: ok");
}

fn a_step_on_any_number_of_threads_allocates_nothing() {
    let inputs: Vec<f32> = (0..128 * 784_usize).map(|i| (i * i % 1009) as f32 / 504.5 - 1.0).collect();
    let classes: Vec<u32> = (0..128).map(|row| row * row % 10).collect();
    let batch = Batch::new(&inputs, &classes);
    let (mut net, mut grad) = (Mlp::init(1), Mlp::zeros());
    let (mut clipped, mut adam, mut sgd) = (Adam::new(1e-3).clip(1.0), Adam::new(1e-3), Sgd::new(1e-3));
    for threads in [1, 2, 3, 8] {
        let mut ws = Mlp::workspace(128);
        ws.set_threads(threads);
        let mut step = || {
            net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap();
            clipped.step(&mut net, &grad);
            net.train_step(&batch, &mut ws, &mut adam).unwrap();
            net.train_step(&batch, &mut ws, &mut sgd).unwrap();
        };
        // The first one hires the workers.
        step();
        let asked = allocations::everywhere(|| (0..10).for_each(|_| step()));
        assert_eq!(asked, 0, "{threads} threads");
        trainings_of_any_length(threads);
    }
}

/// As many allocations in a training of many steps as in one of few: none in a step, in staging or in evaluating a batch.
fn trainings_of_any_length(threads: usize) {
    let data = |rows: usize| {
        let bytes: Vec<u8> = (0..rows * 784).map(|i| (i * i % 251) as u8).collect();
        let numbers = bytes.iter().map(|&byte| f32::from(byte)).collect();
        let labels: Vec<u32> = (0..rows as u32).map(|row| row % 10).collect();
        [Dataset::byte_classes(bytes, 784, labels.clone()), Dataset::classes(numbers, 784, labels)]
            .map(Result::unwrap)
    };
    for (few, many) in data(256).into_iter().zip(data(10 * 128 + 5)) {
        let [few, many] = [few, many].map(|data| {
            let mut net = Mlp::init(1);
            let mut trainer = Trainer::new(Adam::new(1e-3)).batch(128).epochs(1).threads(threads);
            allocations::everywhere(|| drop(trainer.fit(&mut net, &data, Some(&data)).unwrap()))
        });
        assert_eq!(few, many, "{threads} threads");
    }
}
