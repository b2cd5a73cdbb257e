//! A bound on `infer_bytes` that is a Rust constant: the compiler's error carries both numbers.
const MOST: u64 = 500_000;
quipu::network! {
    #[budget(infer_bytes(batch = 1) <= MOST)]
    pub Mlp < fc(784, 256); relu; softmax_ce(10) >
}
fn main() {}
