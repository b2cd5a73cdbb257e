//! A number for a truth value.

quipu::network! {
    pub Mlp <
        fc(784, 256, bias = 0);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
