//! Body and shortcut give different widths.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(256, 128); relu } shortcut { fc(256, 64) }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
