//! Three mistakes in the grammar give three errors.

quipu::network! {
    pub Mlp <
        let width = ;
        fc(784, width), relu;
        fc(784 10);
        softmax_ce(10)
    >
}

fn main() {}
