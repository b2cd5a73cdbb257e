//! A batch has samples.
quipu::network! {
    #[budget(macs(batch = 0) <= 4)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
