//! A batch norm over rows of a sample.

quipu::network! {
    pub Rows <
        input(3, 4);
        fc(5);
        batch_norm;
        flatten;
        relu;
        mse(2)
    >
}

fn main() {}
