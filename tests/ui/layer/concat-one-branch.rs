//! A single branch has nothing to stand beside.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        concat { fc(128); relu }
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
