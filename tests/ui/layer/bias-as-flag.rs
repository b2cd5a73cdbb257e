//! An argument without its value.

quipu::network! {
    pub Mlp <
        fc(784, 256, bias);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
