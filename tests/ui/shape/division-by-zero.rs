//! A division by zero.

quipu::network! {
    pub Mlp <
        let heads = 0;
        fc(784, 256 / heads);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
