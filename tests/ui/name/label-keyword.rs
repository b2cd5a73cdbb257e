//! A label that is a word of Rust.

quipu::network! {
    pub Mlp <
        in: fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
