//! A network named like a word of Rust.

quipu::network! {
    pub Self <
        fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
