//! A mismatch inside the body of a residual.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        residual { fc(128, 256); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
