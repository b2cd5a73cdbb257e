//! A bound on `macs` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 6_504_447;
quipu::network! {
    #[budget(macs(batch = 32) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
