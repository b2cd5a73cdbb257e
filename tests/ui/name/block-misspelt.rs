//! A block misspelt.

quipu::network! {
    pub Mlp <
        block dense(n) { fc(n); relu }
        input(784);
        dence(256);
        softmax_ce(10)
    >
}

fn main() {}
