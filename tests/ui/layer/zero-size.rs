//! A layer without outputs.

quipu::network! {
    pub Mlp <
        fc(784, 0);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
