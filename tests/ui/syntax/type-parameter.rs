//! A type parameter, as on a struct.

quipu::network! {
    pub Mlp<T> < fc(784, 256); relu; softmax_ce(10) >
}

fn main() {}
