//! A label with two underscores.

quipu::network! {
    pub Mlp <
        hidden__1: fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
