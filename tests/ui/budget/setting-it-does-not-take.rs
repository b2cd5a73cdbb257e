//! Parameters do not depend on the batch.
quipu::network! {
    #[budget(params(batch = 3) <= 4)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
