//! Branches that differ in an axis that is not joined.

quipu::network! {
    pub Mlp <
        input(1, 28, 28);
        concat { } { fc(14); relu }
        flatten;
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
