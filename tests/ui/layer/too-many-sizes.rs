//! One size too many.

quipu::network! {
    pub Mlp <
        fc(784, 256, 10);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
