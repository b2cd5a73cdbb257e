//! Nothing to repeat.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        repeat(3);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
