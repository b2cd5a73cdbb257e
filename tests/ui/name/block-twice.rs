//! A block twice.

quipu::network! {
    pub Mlp <
        block dense { fc(256); relu }
        block dense { fc(128); relu }
        input(784);
        dense;
        softmax_ce(10)
    >
}

fn main() {}
