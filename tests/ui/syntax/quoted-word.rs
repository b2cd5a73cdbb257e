//! A string where a word was meant.

quipu::network! {
    pub Mlp <
        fc(784, 256, init = "he");
        relu;
        softmax_ce(10)
    >
}

fn main() {}
