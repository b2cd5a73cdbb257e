//! An axis that is not there.

quipu::network! {
    pub Mlp <
        input(3, 4);
        concat(axis = 2) { relu } { tanh }
        flatten;
        fc(10);
        softmax_ce(10)
    >
}

fn main() {}
