//! A label twice.

quipu::network! {
    pub Mlp <
        hidden: fc(784, 256);
        relu;
        hidden: fc(256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
