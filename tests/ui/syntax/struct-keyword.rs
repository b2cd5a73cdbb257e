//! A keyword before the name.

quipu::network! {
    pub struct Mlp < fc(784, 256); relu; softmax_ce(10) >
}

fn main() {}
