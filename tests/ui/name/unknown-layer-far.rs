//! A layer that does not exist.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        attention(8);
        softmax_ce(10)
    >
}

fn main() {}
