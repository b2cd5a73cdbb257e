//! Three mistakes, and twenty uses of the network that are none.

use quipu::prelude::*;
use quipu::{Batch, OptimizerKind};

quipu::network! {
    /// Handwritten digits.
    #[budget(params <= 203_530)]
    pub Mlp <
        let width = 256;
        fc(784, widht); relu;
        hidden: fc(128, 64); rleu;
        norm: layer_norm(epsilon = 1e-5);
        repeat(2) { residual { fc(64); tanh } }
        relu;
        softmax_ce(10)
    >
}

const _: () = assert!(Mlp::PARAMS == 203_530);
const _: () = assert!(Mlp::COST.forward_flops(32) < 14_000_000);
const _: () = assert!(Mlp::train_bytes(128, OptimizerKind::Adam) <= 4 << 20);
const WIDTH: usize = Mlp::WIDTH;
static BUFFER: [f32; Mlp::INPUTS] = [0.0; Mlp::INPUTS];

quipu::assert_cost!(Mlp: params <= 300_000);
quipu::assert_cost!(Mlp: step_flops(batch = 5, optimizer = OptimizerKind::Adam) < 4);

struct Model {
    net: Box<Mlp>,
    gradient: Box<MlpOf<f64>>,
}

fn main() -> quipu::Result<()> {
    let (train, test) = quipu::data::digits()?;
    let mut net = Mlp::init(7);
    let history = Trainer::new(Adam::new(2e-3)).batch(128).epochs(10).fit(&mut net, &train, Some(&test))?;
    println!("{} {} {} {}", history.last().accuracy, Mlp::summary(), WIDTH, BUFFER.len());
    let mut ws = Mlp::workspace(128);
    let mut grad = Mlp::zeros();
    let batch = Batch::new(&BUFFER, &[3]);
    let loss: f32 = net.loss_and_grad(&batch, &mut ws, &mut grad)?;
    let first: f32 = grad.fc1.weight[5][3];
    let bias: [f32; 64] = net.hidden.bias;
    let scale: f32 = net.norm.weight[2];
    let inner = net.repeat1[1].residual1.fc1.weight[0][0];
    net.fc2.bias[9] = 1.0;
    println!("{loss} {first} {bias:?} {scale} {inner} {:?}", net.predict(&BUFFER, &mut ws)?);
    let copy = net.clone();
    println!("{:?} {}", copy, copy.params().len());
    Adam::new(1e-3).step(&mut net, &grad);
    let model = Model { net, gradient: MlpOf::<f64>::zeros() };
    println!("{}", model.gradient.hidden.weight[0][0]);
    model.net.save("digits.safetensors")
}
