//! Exclusive or with the training loop written out: what `Trainer` does, in five lines.

use quipu::prelude::*;

network! {
    /// Two bits in, the probability that exactly one of them is set.
    pub Xor < fc(2, 8); tanh; bce(1) >
}

/// Rows of the truth table.
const INPUTS: [f32; 8] = [0., 0., 0., 1., 1., 0., 1., 1.];
/// What each row should give.
const TARGETS: [f32; 4] = [0., 1., 1., 0.];

fn main() -> quipu::Result<()> {
    println!("{}\n", Xor::summary());

    let batch = Batch::new(&INPUTS, &TARGETS);
    let mut net = Xor::init(1);
    let mut ws = Xor::workspace(4);
    let mut grad = Xor::zeros();
    let mut adam = Adam::new(0.05);
    for step in 1..=500 {
        let loss = net.loss_and_grad(&batch, &mut ws, &mut grad)?;
        adam.step(&mut net, &grad);
        if step % 100 == 0 {
            println!("step {step}: loss {loss:.4}");
        }
    }

    println!();
    let predictions = net.predict(&INPUTS, &mut ws)?;
    for ((row, target), prediction) in INPUTS.chunks(2).zip(TARGETS).zip(predictions) {
        println!("{} xor {} = {target}, predicted {prediction:.3}", row[0], row[1]);
    }
    let right = predictions.iter().zip(TARGETS).filter(|&(&p, target)| (p >= 0.5) == (target >= 0.5)).count();
    println!("{right} of 4 right");
    Ok(())
}
