//! A `let` after the first layer.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        let classes = 10;
        softmax_ce(classes)
    >
}

fn main() {}
