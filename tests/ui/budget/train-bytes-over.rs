//! The bound stands in the error with what it is over, and the layer that takes most.
quipu::network! {
    #[budget(train_bytes(batch = 128, optimizer = adam) <= 3 MiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
