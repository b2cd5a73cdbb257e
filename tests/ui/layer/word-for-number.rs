//! A word where a number was meant.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        dropout(half);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
