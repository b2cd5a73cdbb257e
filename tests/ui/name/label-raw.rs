//! A label that escapes a word of Rust.

quipu::network! {
    pub Mlp <
        r#in: fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
