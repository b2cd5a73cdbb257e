//! A size beyond all reason.

quipu::network! {
    pub Mlp <
        fc(784, 256_000_000_000);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
