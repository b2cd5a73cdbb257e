//! `input` in the middle states another shape.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        input(128);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
