//! A branch word misspelt.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(128); relu } shortcutt { fc(128) }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
