//! No number of classes.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        softmax_ce
    >
}

fn main() {}
