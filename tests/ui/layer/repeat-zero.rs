//! No copies.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        repeat(0) { fc(256); relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
