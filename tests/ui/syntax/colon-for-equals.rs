//! A named argument as a struct field.

quipu::network! {
    pub Mlp <
        fc(784, 256, bias: false);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
