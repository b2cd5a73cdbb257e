//! More weights than any machine holds.

quipu::network! {
    pub Mlp <
        fc(4_000_000_000, 4_000_000_000);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
