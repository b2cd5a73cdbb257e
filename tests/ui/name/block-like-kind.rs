//! A block named like a layer.

quipu::network! {
    pub Mlp <
        block relu(n) { fc(n); tanh }
        input(784);
        relu(256);
        softmax_ce(10)
    >
}

fn main() {}
