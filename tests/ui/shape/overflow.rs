//! A product beyond 64 bits.

quipu::network! {
    pub Mlp <
        let big = 5_000_000_000;
        fc(784, big * big);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
