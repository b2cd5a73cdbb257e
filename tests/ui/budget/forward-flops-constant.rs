//! A bound on `forward_flops` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 13_000_000;
quipu::network! {
    #[budget(forward_flops(batch = 32) < MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
