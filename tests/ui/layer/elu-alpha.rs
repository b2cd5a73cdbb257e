//! An alpha of zero.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        elu(0);
        softmax_ce(10)
    >
}

fn main() {}
