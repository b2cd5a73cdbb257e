//! Braces around the layers, as around a struct.

quipu::network! {
    pub Mlp { fc(784, 256); relu; softmax_ce(10) }
}

fn main() {}
