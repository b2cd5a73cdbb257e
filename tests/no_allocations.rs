//! No thread allocates in a step. All threads of the process are counted, so no other test may stand here.

mod allocations;

use quipu::prelude::*;

network! { /** Large enough to be shared. */ pub Mlp < fc(784, 256); relu; softmax_ce(10) > }

#[test]
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
    }
}
