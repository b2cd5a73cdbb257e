//! A label that residuals use themselves.

quipu::network! {
    pub Mlp <
        shortcut: fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
