//! `input` and the first layer differ.

quipu::network! {
    pub Mlp <
        input(784);
        fc(768, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
