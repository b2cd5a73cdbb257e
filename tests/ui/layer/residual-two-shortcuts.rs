//! Two shortcuts.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(128); relu } shortcut { fc(128) } shortcut { fc(128) }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
