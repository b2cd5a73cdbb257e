//! An initialiser that does not exist.

quipu::network! {
    pub Mlp <
        fc(784, 256, init = kaiming);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
