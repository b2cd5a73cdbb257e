//! A product of nothing.

quipu::network! {
    pub Mlp <
        fc(784, 256, rank = 0);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
