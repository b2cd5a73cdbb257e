//! A bound on `infer_flops` that is a number: the error stands on it.
quipu::network! {
    #[budget(infer_flops(batch = 1) < 407_000)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
