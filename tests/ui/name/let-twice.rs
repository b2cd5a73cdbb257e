//! A `let` twice.

quipu::network! {
    pub Mlp <
        let hidden = 128;
        let hidden = 256;
        fc(784, hidden);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
