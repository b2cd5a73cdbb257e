//! Copies beyond all reason.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        repeat(1_000_000) { fc(256); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
