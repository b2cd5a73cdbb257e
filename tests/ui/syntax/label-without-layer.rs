//! A label and no layer.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        hidden: ;
        relu;
        softmax_ce(10)
    >
}

fn main() {}
