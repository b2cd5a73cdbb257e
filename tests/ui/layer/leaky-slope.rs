//! A slope under which the output would not tell the side.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        leaky_relu(-0.1);
        softmax_ce(10)
    >
}

fn main() {}
