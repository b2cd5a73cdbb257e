//! A size after a named argument.

quipu::network! {
    pub Mlp <
        fc(bias = false, 784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
