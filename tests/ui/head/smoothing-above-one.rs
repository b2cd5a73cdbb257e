//! A smoothing of more than everything.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce(10, smoothing = 1.5)
    >
}

fn main() {}
