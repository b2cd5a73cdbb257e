//! A flag misspelt.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        gelu(tahn);
        softmax_ce(10)
    >
}

fn main() {}
