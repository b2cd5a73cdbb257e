//! A path where a number was meant.

quipu::network! {
    pub Mlp <
        fc(784, config::HIDDEN);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
