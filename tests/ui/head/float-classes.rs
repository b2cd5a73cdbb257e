//! A float where the classes were meant.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce(10.0)
    >
}

fn main() {}
