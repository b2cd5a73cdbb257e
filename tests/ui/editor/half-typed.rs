//! Networks as they are while one types, each used as if it were done.

use quipu::prelude::*;
use quipu::{Batch, OptimizerKind};

/// What one does with a network, whatever it is made of.
macro_rules! used {
    ($name:ident: $($layer:ident),*) => {{
        const _: () = assert!($name::PARAMS > 1 && $name::COST.forward_flops(3) > 1);
        const _: usize = $name::train_bytes(3, OptimizerKind::Sgd) + $name::INPUTS * $name::OUTPUTS;
        let (mut net, mut grad, mut ws) = ($name::init(7), $name::zeros(), $name::workspace(2));
        let loss = net.loss_and_grad(&Batch::new(&[1.0; 4], &[0, 1]), &mut ws, &mut grad)?;
        $(
            net.$layer.weight[1][1] += loss;
            assert_eq!(net.$layer.bias, [0.0; 3]);
        )*
        Sgd::new(0.1).step(&mut net, &grad);
        println!("{:?} {}", net, $name::summary());
    }};
}

quipu::network! { pub NoHead < fc(2, 3); relu; hidden: fc(3, 3) > }
quipu::network! { pub HeadMisspelt < fc(2, 3); relu; softmaxce(3) > }
quipu::network! { pub NoNumber < fc(2, ); relu; fc(); tanh; softmax_ce(3) > }
quipu::network! { pub NoSeparator < fc(2, 3) relu fc(3) relu softmax_ce(3) > }
quipu::network! { pub NoEnd < fc(2, 3); relu; softmax_ce(3) }
quipu::network! { pub FarOff < fc(2, 3); attention(4, heads = 2); fc(3); softmax_ce(3) > }
quipu::network! { pub Unequal < fc(2, 3); residual { inner: fc(4) } relu; softmax_ce(3) > }
quipu::network! { pub NoCount < fc(2, 3); repeat { fc(3); relu } out: fc(3); softmax_ce(3) > }
quipu::network! { pub NoInput < fc(3); relu; softmax_ce(3) > }
quipu::network! { pub Keyword < fn: fc(2, 3); relu; loop: softmax_ce(3) > }
quipu::network! { pub Twice < a: fc(2, 3); a: fc(3, 3); softmax_ce(3) > }
quipu::network! { pub LetHides < let params = 3; let n; fc(2, n); softmax_ce(params) > }
quipu::network! { #[budget(params <= 3)] pub Budget < fc(2, 3); relu; softmax_ce(3) > }
quipu::network! { #[budget(parms <= 3)] pub NoBudget < fc(2, 3); relu; softmax_ce(3) > }
quipu::network! { pub Nothing < > }
quipu::network! { pub TooLarge < fc(2, 4_000_000_000); fc(4_000_000_000); softmax_ce(3) > }

fn main() -> quipu::Result<()> {
    used!(NoHead: fc1, hidden);
    used!(HeadMisspelt: fc1, fc2);
    used!(NoNumber: fc1, fc2);
    used!(NoSeparator: fc1, fc2, fc3);
    used!(NoEnd: fc1, fc2);
    used!(FarOff: fc1, fc2);
    used!(Unequal: fc1, fc2);
    used!(NoCount: fc1, out);
    used!(NoInput: fc1, fc2);
    used!(Keyword: fn_, loop_);
    used!(Twice: a, fc1);
    used!(LetHides: fc1);
    used!(Budget: fc1);
    used!(NoBudget: fc1);
    used!(Nothing:);
    used!(TooLarge:);
    println!("{} {}", LetHides::N, NoCount::init(1).repeat1[0].fc1.weight[0][0]);
    println!("{}", Unequal::init(1).residual1.inner.weight[0][0]);
    Ok(())
}
