//! A block that holds itself.

quipu::network! {
    pub Mlp <
        block dense(n) { fc(n); dense(n) }
        input(784);
        dense(256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
