//! The head is not last.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce(10);
        fc(10)
    >
}

fn main() {}
