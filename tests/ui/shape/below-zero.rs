//! A difference below zero.

quipu::network! {
    pub Mlp <
        let kernel = 32;
        fc(784, 28 - kernel + 1);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
