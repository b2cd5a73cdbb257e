//! No `<` before the layers.

quipu::network! {
    pub Mlp
        fc(784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
