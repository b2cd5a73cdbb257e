//! An optimizer that nobody knows.
quipu::network! {
    #[budget(train_bytes(batch = 128, optimizer = adamv) <= 4 MiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
