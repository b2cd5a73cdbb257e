//! A layer misspelt.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        gleu;
        softmax_ce(10)
    >
}

fn main() {}
