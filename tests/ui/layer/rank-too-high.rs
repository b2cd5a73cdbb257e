//! A rank that takes more weights than the full layer.

quipu::network! {
    pub Mlp <
        fc(784, 256, rank = 193);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
