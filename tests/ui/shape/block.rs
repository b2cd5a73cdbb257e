//! A mismatch inside a block, of which the use is the cause.

quipu::network! {
    pub Mlp <
        block dense(inputs, outputs) { fc(inputs, outputs); relu }
        dense(784, 256);
        dense(128, 64);
        softmax_ce(10)
    >
}

fn main() {}
