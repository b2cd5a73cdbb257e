//! The layer that gave the width has a label.

quipu::network! {
    pub Mlp <
        hidden: fc(784, 256);
        dropout(0.5);
        fc(128, 10);
        softmax_ce(10)
    >
}

fn main() {}
