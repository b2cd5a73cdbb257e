//! A bound compares.
quipu::network! {
    #[budget(params = 203_530)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
