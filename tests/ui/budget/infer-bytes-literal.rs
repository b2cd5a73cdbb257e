//! A bound on `infer_bytes` that is a number: the error stands on it.
quipu::network! {
    #[budget(infer_bytes(batch = 1) <= 512 KiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
