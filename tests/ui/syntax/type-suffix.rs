//! A number with a type.

quipu::network! {
    pub Mlp <
        fc(784usize, 256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
