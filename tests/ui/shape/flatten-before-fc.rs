//! An image flows into `fc`.

quipu::network! {
    pub Mlp <
        input(1, 28, 28);
        fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
