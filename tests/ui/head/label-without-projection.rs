//! A label on a head that has no projection.

quipu::network! {
    pub Mlp <
        fc(784, 10);
        output: softmax_ce(10)
    >
}

fn main() {}
