//! A `let` that would hide a constant.

quipu::network! {
    pub Mlp <
        let params = 256;
        fc(784, params);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
