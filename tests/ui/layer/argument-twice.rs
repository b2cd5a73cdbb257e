//! An argument given twice.

quipu::network! {
    pub Mlp <
        fc(784, 256, bias = true, bias = false);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
