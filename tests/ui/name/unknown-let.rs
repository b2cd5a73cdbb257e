//! A `let` misspelt.

quipu::network! {
    pub Mlp <
        let hidden = 256;
        fc(784, hiden);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
