//! Sizes given by name.

quipu::network! {
    pub Mlp <
        fc(inputs = 784, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
