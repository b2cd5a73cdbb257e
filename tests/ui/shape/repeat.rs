//! The body of a repeat changes the width.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        repeat(3) { fc(256, 128); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
