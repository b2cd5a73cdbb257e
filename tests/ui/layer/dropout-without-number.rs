//! No probability.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        dropout;
        softmax_ce(10)
    >
}

fn main() {}
