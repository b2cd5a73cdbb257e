//! No body.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual;
        relu;
        softmax_ce(10)
    >
}

fn main() {}
