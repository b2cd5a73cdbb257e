//! A head straight after a linear layer.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        softmax_ce(10)
    >
}

fn main() {}
