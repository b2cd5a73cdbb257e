//! A bound on `param_bytes` that is a number: the error stands on it.
quipu::network! {
    #[budget(param_bytes <= 0.7 MiB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
