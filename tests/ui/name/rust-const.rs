//! A Rust `const` as a size: macros see words, not values.

const HIDDEN: usize = 256;

quipu::network! {
    pub Mlp <
        fc(784, HIDDEN);
        relu;
        softmax_ce(10)
    >
}

const _: usize = HIDDEN;

fn main() {}
