//! A slope by name.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        leaky_relu(slope = 0.1);
        softmax_ce(10)
    >
}

fn main() {}
