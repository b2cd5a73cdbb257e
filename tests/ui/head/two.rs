//! Two heads.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce(10);
        mse(3)
    >
}

fn main() {}
