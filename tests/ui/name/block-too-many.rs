//! A block with too many arguments.

quipu::network! {
    pub Mlp <
        block dense(n) { fc(n); relu }
        input(784);
        dense(784, 256);
        softmax_ce(10)
    >
}

fn main() {}
