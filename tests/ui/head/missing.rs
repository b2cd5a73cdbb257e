//! No head.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        fc(10)
    >
}

fn main() {}
