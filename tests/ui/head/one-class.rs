//! A softmax over one class.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce(1)
    >
}

fn main() {}
