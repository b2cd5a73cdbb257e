//! Dropout is no activation.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        dropout(0.5);
        softmax_ce(10)
    >
}

fn main() {}
