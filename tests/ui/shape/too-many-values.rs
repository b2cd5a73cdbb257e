//! More values a sample than any machine holds.

quipu::network! {
    pub Mlp <
        input(3, 4_000_000, 4_000_000);
        flatten;
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
