//! A head and nothing before it.

quipu::network! {
    pub Mlp <
        softmax_ce(10)
    >
}

fn main() {}
