//! Braces after a block.

quipu::network! {
    pub Mlp <
        block dense(n) { fc(n); relu }
        input(784);
        dense(256) { tanh }
        softmax_ce(10)
    >
}

fn main() {}
