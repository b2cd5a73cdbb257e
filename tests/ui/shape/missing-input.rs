//! The first layer states only its outputs.

quipu::network! {
    pub Mlp <
        fc(256);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
