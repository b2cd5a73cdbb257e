//! The first layer states nothing.

quipu::network! {
    pub Mlp <
        relu;
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
