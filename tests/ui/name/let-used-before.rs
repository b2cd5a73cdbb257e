//! A `let` used before it stands.

quipu::network! {
    pub Mlp <
        let twice = 2 * hidden;
        let hidden = 128;
        fc(784, twice);
        relu;
        softmax_ce(10)
    >
}

fn main() {}
