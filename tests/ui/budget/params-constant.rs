//! A bound on `params` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 200_000;
quipu::network! {
    #[budget(params <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
