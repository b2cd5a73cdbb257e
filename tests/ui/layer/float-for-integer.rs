//! A float where a size was meant.

quipu::network! {
    pub Mlp <
        fc(784, 256.0);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
