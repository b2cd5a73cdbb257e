//! An argument of another layer.

quipu::network! {
    pub Mlp <
        fc(784, 256, dilation = 2);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
