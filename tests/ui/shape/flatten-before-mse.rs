//! As many values as the head takes, on several axes.

quipu::network! {
    pub Mlp <
        input(2, 5);
        fc(5, 5);
        mse(10)
    >
}

fn main() {}
