//! An image flows into the head.

quipu::network! {
    pub Mlp <
        input(1, 28, 28);
        fc(28, 28);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
