//! A bound on `params` that is a number: the error stands on it.
quipu::network! {
    #[budget(params <= 203_529)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
