//! A head misspelt.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        sofmax_ce(10)
    >
}

fn main() {}
