//! A head of another width after probabilities.

quipu::network! {
    pub Mlp <
        fc(784, 16);
        softmax;
        mse(10)
    >
}

fn main() {}
