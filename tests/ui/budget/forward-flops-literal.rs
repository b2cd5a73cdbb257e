//! A bound on `forward_flops` that is a number: the error stands on it.
quipu::network! {
    #[budget(forward_flops(batch = 32) < 13_000_000)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
