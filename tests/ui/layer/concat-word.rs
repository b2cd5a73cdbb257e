//! A branch with a name.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        concat { fc(128); relu } shortcut { fc(128) }
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
