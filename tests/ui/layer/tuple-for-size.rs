//! A tuple where one size was meant.

quipu::network! {
    pub Mlp <
        fc((28, 28), 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
