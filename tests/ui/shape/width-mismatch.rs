//! Two linear layers whose widths differ.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        fc(128, 64);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
