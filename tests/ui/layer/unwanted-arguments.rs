//! Sizes for a layer that has none.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu(256);
        softmax_ce(10)
    >
}

fn main() {}
