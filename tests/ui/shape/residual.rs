//! The body of a residual changes the width.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(256, 128); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
