//! An argument misspelt.

quipu::network! {
    pub Mlp <
        fc(784, 256, bais = false);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
