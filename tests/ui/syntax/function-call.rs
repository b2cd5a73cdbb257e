//! A call where a number was meant.

quipu::network! {
    pub Mlp <
        fc(784, width(3));
        relu;
        softmax_ce(10)
    >
}

fn main() {}
