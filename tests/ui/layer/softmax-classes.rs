//! Classes for a layer that takes its rows as they come.

quipu::network! {
    pub Mlp <
        fc(784, 10);
        softmax(10);
        mse(10)
    >
}

fn main() {}
