//! A block with too few arguments.

quipu::network! {
    pub Mlp <
        block dense(inputs, outputs) { fc(inputs, outputs); relu }
        dense(784);
        softmax_ce(10)
    >
}

fn main() {}
