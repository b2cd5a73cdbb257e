//! A bound on `train_bytes` that is a number: the error stands on it.
quipu::network! {
    #[budget(train_bytes(batch = 128, optimizer = adam) <= 3 MiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
