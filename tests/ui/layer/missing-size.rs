//! No size.

quipu::network! {
    pub Mlp <
        input(784);
        fc;
        relu;
        softmax_ce(10)
    >
}

fn main() {}
