//! A rank where none is smaller.

quipu::network! {
    pub Mlp <
        fc(784, 1, rank = 1);
        relu;
        bce(1)
    >
}

fn main() {}
