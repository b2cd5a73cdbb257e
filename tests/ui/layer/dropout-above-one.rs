//! A percentage where a probability was meant.

quipu::network! {
    pub Mlp <
        fc(784, 256);
        relu;
        dropout(1.5);
        softmax_ce(10)
    >
}

fn main() {}
