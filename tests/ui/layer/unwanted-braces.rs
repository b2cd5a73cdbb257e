//! Braces after a layer that takes none.

quipu::network! {
    pub Mlp <
        fc(784, 256) { relu }
        relu;
        softmax_ce(10)
    >
}

fn main() {}
