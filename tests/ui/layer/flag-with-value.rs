//! A flag with a value.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        gelu(tanh = true);
        softmax_ce(10)
    >
}

fn main() {}
