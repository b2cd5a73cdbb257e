//! An argument that only the head takes.

quipu::network! {
    pub Mlp <
        fc(784, 256, smoothing = 0.1);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
