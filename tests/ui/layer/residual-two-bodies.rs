//! Two bodies.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(256); relu } { fc(256); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
