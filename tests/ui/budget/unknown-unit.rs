//! A unit that nobody knows.
quipu::network! {
    #[budget(param_bytes <= 4 MB)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
