//! No layer has parameters.

quipu::network! {
    pub Mlp <
        input(10);
        dropout(0.1);
        softmax_ce(10)
    >
}

fn main() {}
